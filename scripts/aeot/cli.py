"""What all command lines share: help, `--set`, one-sentence errors, threads."""

import argparse
import errno
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType

from aeot import resolved
from aeot.errors import InputError

log = logging.getLogger("aeot")

_OUT_OF_MEMORY = (
    "error: out of memory; lower batch_size, width, or the images' size or number, or raise the "
    "autoencoder's extra_convs (config/README.md shows how much memory its training needs)."
)
# Messages of torch's allocators, which raise a RuntimeError.
_ALLOCATION = ("can't allocate memory", "out of memory", "could not create a memory object")
# Faults of a path, whose messages explain them.
_PLAIN = (errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.EROFS)


class _Parser(argparse.ArgumentParser):
    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: None = None
    ) -> argparse.Namespace:
        """Parse the command line, and note the options with their defaults for the run record."""
        found = super().parse_args(args, namespace)
        resolved.note_options(vars(found))
        return found


def parser(description: str | None) -> argparse.ArgumentParser:
    """Argument parser whose help is the script's docstring."""
    return _Parser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_settings(arguments: argparse.ArgumentParser) -> None:
    """Add `--set KEY=VALUE ...`."""
    arguments.add_argument(
        "--set",
        nargs="*",
        default=[],
        action="extend",
        metavar="KEY=VALUE",
        help="settings that differ from their defaults (config/README.md lists them)",
    )


def add_seed(arguments: argparse.ArgumentParser) -> None:
    """Add `--seed`."""
    arguments.add_argument("--seed", type=int, default=0, help="seed of the run (default: 0)")


def add_compute(arguments: argparse.ArgumentParser) -> None:
    """Add `--device` and `--threads`; call before torch is imported."""
    # Waiting OpenMP threads sleep. By default they spin, and on cores that are shared with other
    # work the training of a small network is then at least ten times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    arguments.add_argument(
        "--device",
        default="auto",
        help="'auto' (CUDA if there is a GPU), 'cpu', 'cuda' or 'cuda:N' (default: auto)",
    )
    arguments.add_argument(
        "--threads", type=int, default=None, help="CPU threads (default: torch's own choice)"
    )


def run(main: Callable[[], None]) -> None:
    """Run a script's `main` with `guarded`, and end the process.

    The process ends without the clean-up of the interpreter, which would take .7 s if torch is
    loaded, a quarter of a short job.
    """
    guarded(main)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def guarded(main: Callable[[], None]) -> None:
    """Run a script's `main`; print an expected error as one sentence and exit with 1.

    Beside the first output it writes a record of the run, `<output>.run.json`, with the resolved
        values (`aeot.resolved`).

        A SIGTERM (a queue's time limit, `kill`) ends it cleanly: partial files are removed, and the
        exit code is the shell's, 143. The state is in the checkpoint, if there is one.
    """
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stderr
    )
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        resolved.forget()
        main()
        _leave_record()
    except InputError as error:
        sys.exit(f"error: {error}")
    except MemoryError:
        sys.exit(_OUT_OF_MEMORY)
    except RuntimeError as error:
        if _out_of_memory(error):
            sys.exit(_OUT_OF_MEMORY)
        raise
    except OSError as error:
        if error.errno == errno.ENOMEM:
            sys.exit(_OUT_OF_MEMORY)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            sys.exit(f"error: no space left on the disk of {error.filename or 'the output'}.")
        if error.errno in _PLAIN:
            sys.exit(f"error: {error.strerror}: {error.filename}.")
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _out_of_memory(error: RuntimeError) -> bool:
    return any(words in str(error) for words in _ALLOCATION)


def _leave_record() -> None:
    from aeot.files import save_json  # not before --help: it imports NumPy
    from aeot.provenance import outputs, record_path, run_record

    first = os.environ.get("RANK", "0") == "0"  # of the processes started by torchrun
    if first and (written := outputs(sys.argv)):
        loaded = [name for name in sys.modules if name.startswith("aeot.")]  # of registries, too
        save_json(record_path(written[0]), run_record(sys.argv, loaded, resolved.found()))


def _stop(_: int, frame: FrameType | None) -> None:
    log.error("error: stopped by SIGTERM; the same command resumes or starts again.")
    if _importing(frame):
        # An exception would pass through an extension that is being loaded, such as torch's, which
        # then aborts. No output is partial: at most a temporary file remains.
        os._exit(128 + signal.SIGTERM)
    sys.exit(128 + signal.SIGTERM)


def _importing(frame: FrameType | None) -> bool:
    """Whether the running code is, or is called by, an import."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
