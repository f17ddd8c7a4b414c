"""Beside every result of a run lies the record of the command that made it."""

import shlex
import shutil
import subprocess
import sys

import pytest

from aeot.provenance import record_of

EXTRACTOR = "efficientnetlite0"
NO_RESULTS = ("logs", "benchmarks")  # what Snakemake keeps in results/ for itself


@pytest.fixture
def shapes(finished):
    return finished.results / "shapes"


def test_every_result_has_a_record(finished):
    paths = [
        path
        for path in finished.results.rglob("*")
        if path.is_file() and not path.name.endswith(".run.json")
    ]
    results = [p for p in paths if p.relative_to(finished.results).parts[0] not in NO_RESULTS]
    assert len(results) > 100
    for path in results:
        record = record_of(path)
        assert record["code"] and record["versions"]["torch"]
        assert "aeot.cli" in record["modules"]


def test_records_hold_seeds_settings_with_their_defaults_and_what_registries_loaded(shapes):
    for name, setting, value in (
        ("autoencoder/seed0/autoencoder.pt", "patience", 10),
        ("transport/seed0/transport.npz", "tolerance", 0.15),
        ("aeot/seed0/samples.npz", "threshold_quantile", 0.5),
        ("vae/seed0/model.pt", "width", 8),
    ):
        record = record_of(shapes / name)
        assert record["seed"] == 0 and record["device"].startswith("c")
        assert record["settings"][setting] == value
    assert "aeot.models.vae.model" in record["modules"]
    features = record_of(shapes / "data" / EXTRACTOR / "test.npz")
    assert f"aeot.features.{EXTRACTOR}" in features["modules"]


def test_a_rebuilt_command_makes_the_same_bytes(finished, shapes, tmp_path):
    """The command that is printed, run in another folder with the same inputs."""
    result = shapes / "aeot" / "seed0" / EXTRACTOR / "fid.csv"
    script = finished.folder / "scripts" / "rebuild_command.py"
    words = [sys.executable, str(script), "--result", str(result)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""  # nothing differs here from what made it
    shutil.copytree(finished.results / "shapes", tmp_path / "results" / "shapes")
    copy = tmp_path / result.relative_to(finished.folder)
    copy.unlink()
    command = [sys.executable, *shlex.split(done.stdout)[1:]]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=120)
    assert copy.read_bytes() == result.read_bytes()
