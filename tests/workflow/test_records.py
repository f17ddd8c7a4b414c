"""Beside every result of a run lies the record of the command that made it."""

import collections
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from aeot.files import load_json
from aeot.metrics import METRICS
from aeot.provenance import record_of
from aeot.registry import resolve

EXTRACTOR = "efficientnetlite0"
NO_RESULTS = ("logs", "benchmarks")  # what Snakemake keeps in results/ for itself
# What a search keeps of each of its trainings, under a digest of whatever made it.
RESUMED = ".finished.json"


@pytest.fixture
def shapes(finished):
    return finished.results / "shapes"


def test_every_result_has_a_record(finished):
    paths = [
        path
        for path in finished.results.rglob("*")
        if path.is_file() and not path.name.endswith((".run.json", RESUMED))
    ]
    results = [p for p in paths if p.relative_to(finished.results).parts[0] not in NO_RESULTS]
    assert len(results) > 100
    for path in results:
        record = record_of(path)
        assert record["code"] and record["versions"]["torch"]
        assert "aeot.cli" in record["modules"]


def records(finished):
    """Every record of the run, by the name of its script."""
    found = collections.defaultdict(list)
    for path in finished.results.rglob("*.run.json"):
        record = load_json(path)
        found[record["command"][0]].append(record)
    return found


# What no rule runs, or no rule of a run without downloads.
NOT_RUN = {
    "compare_results.py", "fetch_dataset.py", "rebuild_command.py", "render_results.py",
    "score_folder.py",
}  # fmt: skip


def test_the_run_has_a_record_of_every_script(finished):
    scripts = {path.name for path in (finished.folder / "scripts").glob("*.py")}
    assert set(records(finished)) == scripts - NOT_RUN


def test_every_record_holds_what_its_script_takes(finished):
    """The script's own help says what that is."""
    for name, found in records(finished).items():
        script = finished.folder / "scripts" / name
        done = subprocess.run(
            [sys.executable, str(script), "--help"],
            capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        takes = set(re.findall(r"^  (?:-h, )?--([a-z-]+)", done.stdout, flags=re.MULTILINE))
        for record in found:
            assert {key.replace("_", "-") for key in record["options"]} == takes - {"help"}, name
            assert isinstance(record["seed"], int) == ("seed" in takes), name
            metric = record["options"].get("metric")  # not all of them take the device
            uses = "device" in takes and (not metric or resolve(METRICS, metric, "metric").GPU)
            assert isinstance(record["device"], str) == uses, name
            assert bool(record["settings"]) == any(o.endswith("set") for o in takes), name
            assert record["code"] and record["versions"]["torch"]


def test_settings_are_resolved_with_their_defaults(shapes):
    for name, kind, setting, value in (
        ("autoencoder/seed0/autoencoder.pt", "autoencoder.settings.Settings", "patience", 10),
        ("transport/seed0/transport.npz", "TransportSettings", "tolerance", 0.15),
        ("aeot/seed0/samples.npz", "SamplingSettings", "threshold_quantile", 0.5),
        ("vae/seed0/model.pt", "vae.settings.Settings", "width", 8),
        (f"aeot/seed0/{EXTRACTOR}/prd.csv", "Prd", "clusters", 20),
        (f"aeot/seed0/{EXTRACTOR}/features.npz", "EfficientNetLite0", "size", 32),
    ):
        (found,) = record_of(shapes / name)["settings"]
        assert found["class"].endswith(kind)
        assert found["values"][setting] == value


def test_a_sweep_has_settings_for_every_place(finished):
    swept = finished.results / "geometry" / "shapes" / "aeot" / "seed0"
    record = record_of(swept / "codes.npz")
    over, values = record["options"]["over"], record["options"]["values"]
    assert len(values) > 1
    assert [place["values"][over] for place in record["settings"]] == [float(v) for v in values]


def test_a_sweep_starts_from_the_settings_of_its_method(finished):
    swept = finished.results / "geometry" / "shapes" / "aekde" / "seed0"
    (place,) = record_of(swept / "codes.npz")["settings"]
    fitted = finished.results / "shapes" / "aekde" / "seed0"
    (own,) = record_of(fitted / "fitted.pt")["settings"]
    assert place["values"]["held_out"] == own["values"]["held_out"] == 100  # of methods.aekde.set


def test_what_registries_loaded_is_in_the_record(shapes):
    assert "aeot.models.vae.model" in record_of(shapes / "vae" / "seed0" / "model.pt")["modules"]
    features = record_of(shapes / "data" / EXTRACTOR / "test.npz")
    assert f"aeot.features.{EXTRACTOR}" in features["modules"]


def test_the_code_of_every_record_is_what_its_rule_declares(finished, dry_run):
    """What a run loaded is what its rule stands on: neither a module more nor one less."""
    with dry_run(finished.folder, finished.preset, targets=["everything"]) as workflow:
        jobs = [job for job in workflow.dag.jobs if job.is_shell]
        declared = {str(job.output[0]): job.params.code[0] for job in jobs}
    assert len(declared) > 150
    for output, code in declared.items():
        assert record_of(finished.folder / output)["code"] == code, output


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
