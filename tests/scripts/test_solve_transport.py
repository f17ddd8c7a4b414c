"""The command that solves the transport: its files and its sentences."""

import importlib

import numpy as np
import pytest

from aeot import files
from aeot.errors import InputError

main = importlib.import_module("solve_transport").main


@pytest.fixture
def codes(tmp_path):
    values = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    files.save_arrays(tmp_path / "codes.npz", codes=values)
    return values


def run(tmp_path, *more):
    main([
        "--codes", str(tmp_path / "codes.npz"), "--seed", "1", "--device", "cpu", "--threads", "1",
        "--out-transport", str(tmp_path / "t.npz"), "--out-report", str(tmp_path / "r.json"),
        "--out-history", str(tmp_path / "h.csv"), *more,
    ])  # fmt: skip
    return files.load_arrays(tmp_path / "t.npz"), files.load_json(tmp_path / "r.json")


def test_the_files_hold_what_the_contract_says(tmp_path, codes):
    arrays, report = run(tmp_path, "--set", "tolerance=0.2")
    assert (arrays["support"] == codes).all()
    assert arrays["heights"].shape == arrays["masses"].shape == (50,)
    assert str(arrays["source"]) == "uniform"
    x = np.random.default_rng(1).uniform(size=(100_000, 3))
    cells = (x @ arrays["support"].T + arrays["heights"]).argmax(1)
    share = np.bincount(cells, minlength=50) / len(x)
    assert np.abs(share - arrays["masses"]).sum() < report["mass_error_high"] + 0.02
    assert report["converged"] is True
    assert (report["codes"], report["distinct_codes"]) == (50, 50)
    assert (report["dimension"], report["rank"], report["ranks"]) == (3, 3, 1)
    assert report["method"] == "averaged stochastic Newton"
    assert report["energy_low"] < report["energy"] < report["energy_high"]
    assert report["raw_mass_error"] > 0.8 * report["monte_carlo_floor"]
    assert {"efficiency", "energy_gap", "rms_error", "empty_cells"} <= report.keys()
    assert report["mass_error_low"] <= report["mass_error"] <= report["mass_error_high"]
    assert report["source_samples"] > 0
    assert report["seconds"] > 0
    assert report["device"].startswith("cpu (1 thread")
    assert not (tmp_path / "t.npz.checkpoint").exists()


def test_masses_and_source_are_taken_from_the_command_line(tmp_path, codes):
    masses = np.arange(1.0, 51)
    files.save_arrays(tmp_path / "m.npz", masses=masses)
    arrays, report = run(
        tmp_path, "--masses", str(tmp_path / "m.npz"), "--set", "tolerance=0.2", "source=gaussian"
    )
    np.testing.assert_allclose(arrays["masses"], masses / masses.sum())
    assert str(arrays["source"]) == "gaussian"


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.full((5, 2), np.nan), "not finite"),
        (np.zeros(5), "shape"),
        (np.zeros((0, 2)), "shape"),
        (np.array([["a", "b"]]), "must be numbers"),
    ],
)
def test_codes_that_cannot_be_used_are_named(tmp_path, array, words):
    files.save_arrays(tmp_path / "codes.npz", codes=array)
    with pytest.raises(InputError, match=words):
        run(tmp_path)
    assert not (tmp_path / "t.npz").exists()


def test_a_wrong_setting_is_named(tmp_path, codes):
    with pytest.raises(InputError, match="tolerence.*tolerance"):
        run(tmp_path, "--set", "tolerence=0.1")


def test_a_run_out_of_budget_is_written_and_says_so(tmp_path, codes):
    _, report = run(tmp_path, "--set", "tolerance=0.01", "samples_per_code=1")
    assert report["converged"] is False
