"""The precision-recall curves, from tidy rows to a picture: the same bytes twice, no torch."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "plot_prd.py"
NO_TORCH = (
    "import runpy, sys; sys.modules['torch'] = None; script = sys.argv.pop(1);"
    "sys.argv[0] = script; sys.path.insert(0, script.rpartition('/')[0]);"
    "runpy.run_path(script, run_name='__main__')"
)
HEADER = (
    "model,angle,precision,recall,precision_low,recall_low,precision_high,recall_high,"
    "f8,f8_sd,f1_8,f1_8_sd,seeds,n_real,n_fake\n"
)
ROWS = (
    HEADER
    + """aeot,0.1,0.05,0.5,0.04,0.4,0.06,0.6,0.8,0.01,0.7,0.02,2,50,50
aeot,1.5,0.9,0.06,0.8,0.05,0.95,0.07,0.8,0.01,0.7,0.02,2,50,50
floor,0.1,0.1,1.0,0.1,1.0,0.1,1.0,1.0,,1.0,,1,50,50
"""
)


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
