"""The command line that all scripts share: help, settings, and one sentence for an error."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aeot import cli
from aeot.errors import InputError

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
OUT_OF_MEMORY = (
    "error: out of memory; lower batch_size, width, or the images' size or number, or raise the "
    "autoencoder's extra_convs (config/README.md shows how much memory its training needs)."
)


def everything():
    arguments = cli.parser("What it does.\n\n    An indented line stays as it is.\n")
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    return arguments


def failing(error):
    def main():
        raise error

    return main


def test_the_docstring_is_the_help_line_for_line():
    assert "What it does.\n\n    An indented line stays as it is.\n" in everything().format_help()


def test_nothing_is_needed():
    args = everything().parse_args([])
    assert (args.set, args.seed, args.device, args.threads) == ([], 0, "auto", None)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--set"], []),  # a rule whose section is empty
        (["--set", "a=1", "b=x y"], ["a=1", "b=x y"]),
        (["--set", "a=1", "--set", "b=2"], ["a=1", "b=2"]),
        (["--set", "a=1", "--seed", "3"], ["a=1"]),
    ],
)
def test_set_takes_any_number_of_words_any_number_of_times(argv, words):
    assert everything().parse_args(argv).set == words


def test_settings_of_one_call_do_not_reach_the_next():
    everything().parse_args(["--set", "a=1"])
    assert everything().parse_args([]).set == []


@pytest.mark.parametrize("argv", [["--sed", "1"], ["--see", "1"], ["--seed", "x"], ["--threads"]])
def test_a_wrong_option_is_a_usage_error(argv, capsys):
    with pytest.raises(SystemExit) as caught:
        everything().parse_args(argv)
    assert caught.value.code == 2
    assert argv[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InputError("a.npz is empty; make it again."), "error: a.npz is empty; make it again."),
        (MemoryError(), OUT_OF_MEMORY),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), OUT_OF_MEMORY),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB."), OUT_OF_MEMORY),
        (
            OSError(errno.ENOSPC, "No space left on device", "out.npz"),
            "error: no space left on the disk of out.npz.",
        ),
        (
            OSError(errno.EDQUOT, "Disk quota exceeded", "out.npz"),
            "error: no space left on the disk of out.npz.",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "error: no space left on the disk of the output.",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "a.npz"),
            "error: Permission denied: a.npz.",
        ),
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "a.npz"),
            "error: No such file or directory: a.npz.",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "a.npz"),
            "error: Read-only file system: a.npz.",
        ),
    ],
)
def test_an_expected_error_is_one_sentence(error, sentence):
    with pytest.raises(SystemExit) as caught:
        cli.guarded(failing(error))
    assert caught.value.code == sentence  # printed to stderr by the interpreter, which exits 1


@pytest.mark.parametrize("error", [ValueError("a fault of ours"), OSError(errno.EIO, "I/O error")])
def test_an_unexpected_error_keeps_its_traceback(error):
    with pytest.raises(type(error)):
        cli.guarded(failing(error))


def in_a_process(body):
    code = f"from aeot import cli\nfrom aeot.errors import InputError\n{body}\ncli.run(main)"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(SCRIPTS)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_process_says_its_sentence_and_exits_with_one():
    done = in_a_process("def main(): raise InputError('Give an image.')")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "error: Give an image.\n")


@pytest.mark.long
def test_memory_that_torch_cannot_have_is_one_sentence():
    done = in_a_process("def main():\n    import torch\n    torch.empty(1 << 50)")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{OUT_OF_MEMORY}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_sentence():
    done = in_a_process(
        "def main():\n    with open('/dev/full', 'w') as stream: stream.write('x' * 100)"
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: no space left on the disk")
    assert done.stderr.count("\n") == 1


def test_progress_goes_to_stderr_with_the_time():
    done = in_a_process("def main(): cli.log.info('epoch 1')")
    assert done.returncode == 0 and done.stdout == ""
    assert done.stderr.endswith(" epoch 1\n")


def test_what_was_printed_is_out_when_the_process_ends_at_once():
    """Through a pipe, whose buffer only a flush empties; nothing is left for the interpreter."""
    done = in_a_process(
        "import atexit\natexit.register(print, 'taken apart')\n"
        "def main(): print('a line'); print('a part of one', end='')"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "a line\na part of one", "")


def test_a_sigterm_removes_what_is_half_written_and_says_so(tmp_path):
    """In a process of its own, which sends it to itself while it writes."""
    done = in_a_process(
        "import os, signal\nfrom aeot.files import atomic\n"
        f"def main():\n    with atomic({str(tmp_path / 'a.txt')!r}) as path:\n"
        "        path.write_text('half')\n        os.kill(os.getpid(), signal.SIGTERM)"
    )
    assert done.returncode == 143
    assert done.stderr.endswith(
        "error: stopped by SIGTERM; the same command resumes or starts again.\n"
    )
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_sigterm_within_an_import_raises_nothing_there(tmp_path):
    """An exception in an extension that is being loaded would abort the process."""
    (tmp_path / "loaded.py").write_text(
        "import os, signal\n"
        "try:\n    os.kill(os.getpid(), signal.SIGTERM)\n    signal.sigtimedwait([], 5)\n"
        "except SystemExit:\n    print('raised')\n    raise\n"
    )
    code = "from aeot import cli\ndef main():\n    import loaded\ncli.run(main)\n"
    path = os.pathsep.join([str(Path(cli.__file__).parents[1]), str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (143, "")
    assert "stopped by SIGTERM" in done.stderr
