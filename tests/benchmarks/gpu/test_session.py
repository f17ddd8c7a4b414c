"""`make gpu` in tiny sizes on the CPU: a row for every case, whatever becomes of the others."""

import json
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from benchmarks.gpu import data, parts, session
from benchmarks.gpu.__main__ import main
from benchmarks.gpu.parts import PARTS, Case, Part
from benchmarks.gpu.rows import KEYS, Rows
from benchmarks.gpu.run import Runner, contexts
from benchmarks.gpu.work import Task

from aeot.errors import InputError
from aeot.files import load_images

pytestmark = pytest.mark.workflow
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def tiny(tmp_path, monkeypatch, capsys):
    """Run all parts in tiny sizes; return the last rows by part and case, and what was printed."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")

    def run(*words):
        main(["--device", "cpu", "--tiny", "--out", str(tmp_path), *words])
        latest = Rows(tmp_path / "rows.jsonl").latest().values()
        return {(row["part"], row["case"]): row for row in latest}, capsys.readouterr().out

    return run


def test_every_case_has_a_row_per_second_call_has_nothing_to_do_and_a_killed_one_goes_on(
    tiny, tmp_path
):
    rows, said = tiny("--minutes", "30")
    assert list(dict.fromkeys(part for part, _ in rows)) == list(PARTS)
    expected = {(name, case) for name, part in PARTS.items() for case in part.cases(True)}
    assert set(rows) == expected
    assert {row["status"] for row in rows.values()} <= {"done", "skipped"}
    assert all(row["why"] for row in rows.values() if row["status"] == "skipped")
    assert rows["compiled", "d=64, TF32"]["why"] == "the fused kernel runs on CUDA only"
    tests = rows["tests", "1/1"]["values"]
    assert tests["passed"] == tests["failed"] == tests["open"] == 0 < tests["skipped"]
    for name, case in expected:
        values = rows[name, case]["values"]
        if name == "kernel" and rows[name, case]["status"] == "done":
            assert values["agree"] == 1 and values["best_two_float32_ns"] > 0
        if name == "transport" and rows[name, case]["status"] == "done":
            assert values["bound"] <= values["tolerance"]
            assert values["checked_error"] <= values["tolerance"]
            assert 0 < values["seconds_to_tolerance"] <= values["certified_s"]
        if name == "steps":
            share = values["bare_per_second"] * values["share_of_bare"]
            assert share == pytest.approx(values["steps_per_second"])
        if name in ("images", "mixtures"):
            assert values["steps"] == values["of"]
        if name == "images":
            assert rows[name, case]["data"] == "shapes" and values["fd"] > 0
    table = (tmp_path / "table.md").read_text()
    assert "Tiny sizes, which measure nothing" in table
    assert all(part.title in table for part in PARTS.values())
    assert table.count("\n| ") == len(rows) + len(PARTS)

    before = (tmp_path / "rows.jsonl").read_text()
    again, said = tiny("--minutes", "30")
    assert said.count("there is a result of this code and device") == sum(
        not row["why"].startswith("not installed") for row in rows.values()
    )
    assert {key: row["values"] for key, row in again.items()} == {
        key: row["values"] for key, row in rows.items()
    }
    # What a killed call leaves: a case that had begun, and a line that is not whole.
    lines = before.splitlines(keepends=True)
    begun = next(n for n, line in enumerate(lines) if '"md"' in line and '"running"' in line)
    (tmp_path / "rows.jsonl").write_text("".join(lines[: begun + 1]) + lines[-1][:50])
    finished, said = tiny("--minutes", "30")
    assert set(finished) == set(rows)
    assert finished["mixtures", "md"]["status"] == "done"
    assert finished["mixtures", "md"]["call"] > finished["mixtures", "gan"]["call"]
    told = [line for line in said.splitlines() if ": done: " in line]
    assert len(told) == 1 and told[0].startswith("mixtures: md: done")


def test_a_case_that_fails_dies_or_hangs_is_a_row_and_takes_no_other_along(
    tiny, tmp_path, monkeypatch
):
    monkeypatch.syspath_prepend(Path(__file__).parent)
    cases = {name: Case() for name in ("raises", "dies", "hangs", "spoils", "works")}
    cases["hangs"] = Case(weight=0.01)  # some seconds
    cases["lacks"] = Case(needs=("no_such_package",))
    faulty = Part("gpu_faults", "Faults", "", 1, lambda tiny: cases)
    monkeypatch.setattr(session, "PARTS", {"faults": faulty})
    rows, said = tiny("--minutes", "10")
    found = {case: (row["status"], row["why"]) for (_, case), row in rows.items()}
    assert found["raises"] == ("failed", "ValueError: two words")
    assert found["dies"] == ("failed", "its process ended with signal 9: its last words "
                             "(faults-0.log)")  # fmt: skip
    assert found["hangs"][0] == "cut" and "its limit" in found["hangs"][1]
    assert rows["faults", "hangs"]["values"] == {"steps": 3}
    assert found["spoils"] == found["works"] == ("done", "")
    assert rows["faults", "works"]["values"] == {"steps": 3, "seen": True}
    assert found["lacks"] == ("skipped", "not installed: no_such_package")
    # What failed is tried again; what was cut only with more minutes.
    tries = dict.fromkeys(cases, 0)
    tiny("--minutes", "10")
    for line in (tmp_path / "rows.jsonl").read_text().splitlines():
        row = json.loads(line)
        tries[row["case"]] += row["status"] in ("failed", "cut", "done")
    assert tries == {"raises": 2, "dies": 2, "hangs": 1, "spoils": 1, "works": 1, "lacks": 0}


def test_cases_side_by_side_all_have_their_rows(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent)
    rows = Rows(tmp_path / "rows.jsonl")
    rows.settle()
    same = dict.fromkeys(KEYS, "") | {"part": "faults", "call": 1.0}
    cases = [(same | {"case": name}, 1.0) for name in ("dies", "works", "raises", "more", "spoils")]
    until = time.monotonic() + 60
    log = tmp_path / "faults.log"
    task = Task("faults", "gpu_faults", cases, until, "cpu", 1, True, tmp_path, None, log)
    Runner(rows, contexts()[0]).run(task, 2)
    found = {row["case"]: row["status"] for row in rows.latest().values()}
    done = dict.fromkeys(("works", "more", "spoils"), "done")
    assert found == done | {"dies": "failed", "raises": "failed"}


def test_data_are_fashion_mnists_where_they_are_and_shapes_where_not(tmp_path, monkeypatch):
    counts = {False: (20, 10), True: (6, 4)}
    monkeypatch.setattr(data, "_COUNTS", counts)
    monkeypatch.setattr(data.FashionMnist, "system_folder", tmp_path)
    name, folder = data.find_data(tmp_path / "out", None, False)
    assert name == "shapes" and load_images(folder / "train.npz").shape == (20, 1, 28, 28)
    assert data.find_data(tmp_path / "out", None, True)[1] != folder
    with pytest.raises(InputError, match="sources.fashionmnist.root must contain it"):
        data.find_data(tmp_path / "other", str(tmp_path), False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--device", "cpu"], "error: --device cpu measures no GPU; add --tiny to --device cpu."),
        (["--parts", "rest"], "error: --parts rest is unknown; choose from compiled, tests,"),
        (["--minutes", "-1"], "error: --minutes must be positive, not -1.0."),
        (["--minutes", "nan"], "error: --minutes must be positive, not nan."),
    ],
)
def test_wrong_words_are_one_sentence(words, sentence, tmp_path):
    with pytest.raises(SystemExit) as caught:
        main([*words, "--out", str(tmp_path / "out")])
    assert str(caught.value).startswith(sentence)
    assert not (tmp_path / "out").exists()


def test_without_cuda_the_call_says_so_and_writes_nothing(tmp_path, monkeypatch):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(session, "contexts", lambda: contexts()[:1])
    with pytest.raises(SystemExit) as caught:
        main(["--out", str(tmp_path / "out")])
    assert str(caught.value).startswith("error: --device cuda: this machine shows 0 CUDA device(s)")
    assert "--device cpu --tiny" in str(caught.value) and "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_wheels_that_are_missing_are_named_with_the_command(monkeypatch):
    monkeypatch.setattr("benchmarks.gpu.__main__.WHEELS", ("json", "no_such_wheel"))
    with pytest.raises(SystemExit) as caught:
        main([])
    assert "lacks no_such_wheel;" in str(caught.value)
    assert str(caught.value).endswith("-m pip install no_such_wheel")


def test_the_code_of_a_case_changes_with_what_it_imports_and_with_nothing_else():
    module, wgan = PARTS["images"].module, PARTS["images"].cases(True)["wgan"].modules
    assert parts.code(module, wgan) != parts.code(
        module, PARTS["images"].cases(True)["began"].modules
    )
    names = {path.name for path in parts._benchmarks(PARTS["transport"].module)}
    assert {"transport.py", "compiled.py", "job.py", "held_out.py", "ott.py"} <= names
    assert not {"run.py", "session.py", "table.py"} & names
    marked = {"test_compute.py", "test_crossed.py", "test_fused.py"}
    assert {path.name for path in parts.marked()} == marked
