"""The training curves, from tidy rows to a picture: the same bytes twice, no torch."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "plot_training.py"
NO_TORCH = (
    "import runpy, sys; sys.modules['torch'] = None; script = sys.argv.pop(1);"
    "sys.argv[0] = script; sys.path.insert(0, script.rpartition('/')[0]);"
    "runpy.run_path(script, run_name='__main__')"
)
ROWS = """series,seed,epoch,loss,label
train,0,1,0.5,
train,0,2,0.1,
test,0,1,0.6,
test,0,2,0.2,
freeze,0,1,,
published,,,0.0013,"published, before freezing"
"""


def draw(folder, name, *words):
    """Run the script as a user does, with torch made unimportable."""
    arguments = [
        "--rows",
        str(folder / "rows.csv"),
        "--title",
        "MNIST",
        "--out-figure",
        str(folder / name),
    ]
    return subprocess.run(
        [sys.executable, "-c", NO_TORCH, str(SCRIPT), *arguments, *words],
        env=os.environ | {"MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_two_drawings_are_the_same_bytes_and_a_setting_changes_them(tmp_path):
    (tmp_path / "rows.csv").write_text(ROWS)
    for name, words in (("a.png", []), ("b.png", []), ("c.png", ["--set", "dpi=80"])):
        done = draw(tmp_path, name, *words)
        assert done.returncode == 0, done.stderr
    first, second, other = ((tmp_path / name).read_bytes() for name in ("a.png", "b.png", "c.png"))
    assert first.startswith(b"\x89PNG")
    assert first == second != other


def test_faults_are_one_sentence(tmp_path):
    (tmp_path / "rows.csv").write_text("something,else\n1,2\n")
    for words, fault in (([], "has no column"), (["--set", "colour=red"], "--set.colour")):
        done = draw(tmp_path, "a.png", *words)
        assert done.returncode == 1
        assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
        assert fault in done.stderr
    assert not (tmp_path / "a.png").exists()
