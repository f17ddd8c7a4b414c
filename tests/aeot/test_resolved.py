"""What a run resolved: noted where it is resolved, and in the record of the run."""

import sys

import pytest
from pydantic import PositiveInt

from aeot import cli, resolved
from aeot.compute import select
from aeot.files import load_json
from aeot.provenance import SCRIPTS
from aeot.settings import Settings


class Small(Settings):
    """Settings with defaults."""

    width: PositiveInt = 4
    sizes: tuple[int, ...] = (1, 2)


@pytest.fixture
def record(tmp_path, monkeypatch):
    """Return the function that runs a `main` as a script and returns its record."""

    def of(main, *words):
        argv = [str(SCRIPTS / "compute_metric.py"), "--out-a", str(tmp_path / "a"), *words]
        monkeypatch.setattr(sys, "argv", argv)
        cli.guarded(main)
        return load_json(tmp_path / "a.run.json")

    yield of
    resolved.forget()


def main():
    arguments = cli.parser("What it does.")
    arguments.add_argument("--out-a")
    arguments.add_argument("--looks", type=int, default=7)
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args()
    Small.from_items(args.set)
    select(args.device, args.threads)


@pytest.mark.long
def test_a_record_has_what_was_given_and_what_was_not(record, tmp_path):
    found = record(main, "--set", "width=9", "--device", "cpu", "--threads", "1")
    assert found["options"] == {
        "out_a": str(tmp_path / "a"), "looks": 7, "set": ["width=9"], "seed": 0,
        "device": "cpu", "threads": 1,
    }  # fmt: skip
    (settings,) = found["settings"]
    assert settings["class"].endswith("test_resolved.Small")
    assert settings["values"] == {"width": 9, "sizes": [1, 2]}
    assert found["seed"] == 0
    assert found["device"] == "cpu (1 threads)"


def test_a_script_without_them_has_none(record):
    def nothing():
        arguments = cli.parser("What it does.")
        arguments.add_argument("--out-a")
        arguments.parse_args()

    record(main, "--device", "cpu")
    found = record(nothing)  # and nothing of the run before it
    assert list(found["options"]) == ["out_a"]
    assert (found["settings"], found["seed"], found["device"]) == ([], None, None)


def test_settings_of_several_places_are_all_listed_and_equal_ones_once(record):
    def sweep():
        for width in (1, 2, 1):
            Small.from_items([f"width={width}"])

    found = record(sweep)
    assert [place["values"]["width"] for place in found["settings"]] == [1, 2]
