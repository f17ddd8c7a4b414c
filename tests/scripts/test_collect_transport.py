"""Transport histories, from the workflow's paths to one CSV."""

import json
from pathlib import Path

import numpy as np
import pytest

import collect_rows
from aeot.errors import InputError
from aeot.files import load_rows

ROOT = Path(__file__).parents[2]


def solved(folder, seed, converged):
    path = folder / "results" / "mnist" / "transport" / f"seed{seed}"
    path.mkdir(parents=True)
    (path / "history.csv").write_text(
        "look,source_samples,mass_error,mass_error_low,mass_error_high\n1,64,0.5,0.4,0.6\n"
    )
    (path / "report.json").write_text(json.dumps({"converged": converged, "tolerance": 0.1}))
    np.savez(path / "transport.npz", masses=np.full(2, 0.5), heights=np.zeros(2))
    return path


def arguments(folder, paths, reports=None):
    return [
        "--collection", "transport",
        "--files", *(f"transport_histories={path / 'history.csv'}" for path in paths),
        *(f"transport_reports={path / 'report.json'}" for path in reports or paths),
        *(f"transports={path / 'transport.npz'}" for path in paths),
        "--out-rows", str(folder / "transport.csv"),
    ]  # fmt: skip


def test_seeds_get_their_own_report_and_masses(tmp_path):
    paths = [solved(tmp_path, 3, False), solved(tmp_path, 0, True)]
    collect_rows.main(arguments(tmp_path, paths, reports=paths[::-1]))
    rows = load_rows(tmp_path / "transport.csv", "seed", "converged", "monte_carlo", "tolerance")
    assert [(row["seed"], row["converged"]) for row in rows] == [("0", "1"), ("3", "0")]
    assert float(rows[0]["monte_carlo"]) == pytest.approx(np.sqrt(2 / np.pi / 64), rel=0.01)


def test_a_solve_of_codes_on_the_line_goes_through(tmp_path):
    """Its transport is exact: the solver draws no source samples."""
    from aeot.files import save_json, save_rows
    from aeot.transport import solve
    from aeot.transport.run import HISTORY

    solution = solve(np.random.default_rng(0).normal(size=(50, 1)))
    path = solved(tmp_path, 0, True)
    save_rows(path / "history.csv", solution.history, HISTORY)
    save_json(path / "report.json", solution.report)
    solution.transport.save(path / "transport.npz")
    collect_rows.main(arguments(tmp_path, [path]))
    rows = load_rows(tmp_path / "transport.csv", "source_samples", "monte_carlo", "converged")
    assert [tuple(row[name] for name in ("source_samples", "monte_carlo", "converged"))
            for row in rows] == [("0", "", "1")]  # fmt: skip


def test_a_seed_without_its_report_is_named(tmp_path):
    paths = [solved(tmp_path, 0, True), solved(tmp_path, 1, True)]
    with pytest.raises(InputError, match=r"no report.json for seed 1"):
        collect_rows.main(arguments(tmp_path, paths, reports=paths[:1]))
