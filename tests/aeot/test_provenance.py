"""What a result stands on: the closure of imports, its hash, and the record of a run."""

import json
import subprocess
import sys

import numpy as np
import pytest

from aeot import provenance, syntax
from aeot.errors import InputError
from aeot.files import save_json
from aeot.provenance import changes, code_hash, record_of, record_path, run_record, sources


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A small package `aeot` under a folder of scripts; returns the function that writes it."""
    monkeypatch.setattr(provenance, "SCRIPTS", tmp_path)

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        syntax.read.cache_clear()
        return tmp_path

    yield write
    syntax.read.cache_clear()


def names(folder, script, *modules):
    return [str(path.relative_to(folder)) for path in sources(folder / script, modules)]


def test_imports_are_followed_through_modules(tree):
    folder = tree(
        {
            "x.py": "from aeot.a import f\nimport numpy",
            "aeot/a.py": "import aeot.deep.b",
            "aeot/deep/b.py": "from aeot import c",
            "aeot/c.py": "import aeot.a  # a circle",
            "aeot/unused.py": "",
        }
    )
    assert names(folder, "x.py") == ["x.py", "aeot/a.py", "aeot/c.py", "aeot/deep/b.py"]


@pytest.mark.parametrize(
    "text",
    [
        "def main():\n    from aeot.a import f",
        "def main():\n    if True:\n        from aeot import a",
        "class X:\n    def f(self):\n        import aeot.a as short",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from aeot.a import f",
        "try:\n    import aeot.a\nexcept ImportError:\n    pass",
    ],
)
def test_an_import_counts_wherever_it_stands(tree, text):
    folder = tree({"x.py": text, "aeot/a.py": ""})
    assert names(folder, "x.py") == ["x.py", "aeot/a.py"]


def test_registries_are_left_out_and_their_modules_come_in_by_name(tree):
    folder = tree(
        {
            "x.py": "from aeot.kinds import KINDS\nfrom aeot.registry import resolve",
            "aeot/__init__.py": "",
            "aeot/registry.py": "",
            "aeot/kinds/__init__.py": "KINDS = {'one': 'aeot.kinds.one:One'}",
            "aeot/kinds/one.py": "from aeot.base import Base",
            "aeot/kinds/two.py": "from aeot.base import Base",
            "aeot/base.py": "",
        }
    )
    assert names(folder, "x.py") == ["x.py", "aeot/registry.py"]
    assert names(folder, "x.py", "aeot.kinds.one") == [
        "x.py",
        "aeot/base.py",
        "aeot/kinds/one.py",
        "aeot/registry.py",
    ]


def test_names_that_only_look_like_ours_do_not_count(tree):
    folder = tree({"x.py": "import aeot_plus\nfrom torch import aeot", "aeot/a.py": ""})
    assert names(folder, "x.py") == ["x.py"]


def test_the_hash_follows_the_code_and_nothing_else(tree):
    files = {"x.py": "from aeot import a", "aeot/a.py": "A = 1", "aeot/b.py": "B = 1"}
    folder = tree(files)
    before = code_hash(folder / "x.py")
    tree({"aeot/b.py": "B = 2", "aeot/a.py": '"""What it is."""\nA=1  # one'})
    (folder / "x.py").touch()
    assert code_hash(folder / "x.py") == before
    tree({"aeot/a.py": "A = 2"})
    changed = code_hash(folder / "x.py")
    assert changed != before
    tree({"aeot/a.py": "A = 1"})
    assert code_hash(folder / "x.py") == before
    assert code_hash(folder / "x.py", ["aeot.b"]) != before


def test_the_hash_tells_modules_of_one_name_apart(tree):
    folder = tree({"x.py": "from aeot.a import m\nimport aeot.b.m", "aeot/a/m.py": "A = 1"})
    hashes = []
    for first, second in (("A = 1", "A = 2"), ("A = 2", "A = 1")):
        tree({"aeot/a/m.py": first, "aeot/b/m.py": second})
        hashes.append(code_hash(folder / "x.py"))
    assert hashes[0] != hashes[1]


def test_the_hash_is_the_same_in_another_place(tree, tmp_path, monkeypatch):
    files = {"x.py": "from aeot import a", "aeot/a.py": "A = 1"}
    before = code_hash(tree(files) / "x.py")
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setattr(provenance, "SCRIPTS", other)
    tree({f"other/{name}": text for name, text in files.items()})
    assert code_hash(other / "x.py") == before


@pytest.mark.long
def test_a_script_stands_on_the_modules_that_it_loads():
    """The closure read from the text holds every module of ours that a real run imports."""
    script = provenance.SCRIPTS / "compute_metric.py"
    code = f"""
import runpy, sys
sys.path.insert(0, {str(provenance.SCRIPTS)!r})
sys.argv = [{str(script)!r}, "--metric", "fid", "--real-features", "absent",
            "--fake-features", "absent", "--out-rows", "none"]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit:
    pass
print(*(m.__file__ for n, m in sys.modules.items() if n.split(".")[0] == "aeot"), sep="\\n")
"""
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    loaded = {name for name in answer.stdout.splitlines() if not name.endswith("__init__.py")}
    assert len(loaded) > 4
    assert loaded <= {str(path) for path in sources(script, ["aeot.metrics.fid"])}


def test_the_record_says_how_to_repeat_the_run(tmp_path):
    script = provenance.SCRIPTS / "compute_metric.py"
    argv = [str(script), "--seed", "3", "--out-rows", "a.csv", "--out-report", "b.json"]
    record = run_record(argv, found={"settings": [{"clusters": 20}], "seed": 3})
    assert record["command"] == ["compute_metric.py", *argv[1:]]
    assert record["outputs"] == ["a.csv", "b.json"]
    assert record["settings"] == [{"clusters": 20}] and record["seed"] == 3
    assert record["code"] == code_hash(script)
    assert record["versions"]["numpy"] == np.__version__
    assert record["python"].startswith("{}.{}.{}".format(*sys.version_info))
    save_json(tmp_path / "report.json", record)  # and it is ready for JSON


def test_the_record_holds_the_code_of_what_a_registry_loaded():
    script = provenance.SCRIPTS / "train_model.py"
    records = [
        run_record([str(script)], modules=modules)
        for modules in ([], ["aeot.models.vae.model"], ["aeot.models.glo.model"])
    ]
    assert len({record["code"] for record in records}) == 3
    assert records[1]["modules"] == ["aeot.models.vae.model"]


def test_a_missing_package_or_git_is_no_fault(monkeypatch):
    monkeypatch.setattr(provenance, "PACKAGES", ("numpy", "no-such-package"))
    monkeypatch.setenv("PATH", "")
    record = run_record([str(provenance.SCRIPTS / "compute_metric.py")])
    assert record["commit"] is None
    assert record["versions"]["no-such-package"] is None
    assert json.dumps(record)


def test_a_result_is_found_in_the_record_of_its_run(tmp_path):
    script = str(provenance.SCRIPTS / "compute_metric.py")
    for name in ("a", "b"):
        argv = [script, "--out-rows", f"results/{name}.csv", "--out-report", f"results/{name}.json"]
        save_json(record_path(tmp_path / f"{name}.csv"), run_record(argv))
    assert record_of(tmp_path / "b.json")["outputs"] == ["results/b.csv", "results/b.json"]
    with pytest.raises(
        InputError, match=r"no record beside .*c\.csv that describes how it was computed"
    ):
        record_of(tmp_path / "c.csv")
    save_json(record_path(tmp_path / "a.csv"), {"outputs": ["results/a.csv"]})
    with pytest.raises(InputError, match=r"a\.csv\.run\.json has no 'code'; compute"):
        record_of(tmp_path / "b.csv")


def test_what_differs_from_a_record_is_said():
    record = run_record([str(provenance.SCRIPTS / "compute_metric.py")])
    assert changes(record) == []
    older = record | {"code": "0" * 64, "commit": "abc"}
    assert changes(older) == ["the code differs from that of the result, commit abc."]
    older = record | {"versions": record["versions"] | {"numpy": "1.0"}}
    assert changes(older) == [f"numpy was 1.0, here it is {np.__version__}."]
    gone = record | {"command": ["compute_gone.py"]}
    assert "compute_gone.py is not in this checkout" in changes(gone)[0]
