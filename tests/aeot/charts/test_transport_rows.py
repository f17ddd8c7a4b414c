"""The evaluations of all seeds, beside the error that chance alone gives."""

import numpy as np
import pytest

from aeot.charts.transport import HISTORY, Solve, transport_rows
from aeot.errors import InputError
from aeot.transport.certificate import chance_error


def solve(*evaluations, **report):
    history = [dict(zip(HISTORY, map(str, entry), strict=True)) for entry in evaluations]
    return Solve(history, {"tolerance": 0.05, "converged": True, **report}, np.full(4, 0.25))


def test_seeds_are_merged_with_their_tolerance_and_flag():
    solves = {
        "10": solve((100, 0.5, 0.4, 0.6)),
        "2": solve((100, 0.3, 0.2, 0.4), (200, 0.04, 0.03, 0.045), converged=False),
    }
    rows = transport_rows(solves)
    assert [(row["seed"], row["source_samples"], row["converged"]) for row in rows] == [
        ("2", 100, 0), ("2", 200, 0), ("10", 100, 1),
    ]  # fmt: skip
    assert rows[1]["mass_error_high"] == 0.045
    assert rows[0]["monte_carlo"] == rows[2]["monte_carlo"] > rows[1]["monte_carlo"]
    assert rows[1]["monte_carlo"] == chance_error(np.full(4, 0.25), 200)


def test_an_exact_transport_has_no_chance_of_its_own():
    """It draws no source samples, so that there is no number to count as many of."""
    rows = transport_rows({"0": solve((0, 0.001, 0.0, 0.002)), "1": solve((8, 0.5, 0.4, 0.6))})
    assert [(row["source_samples"], row["mass_error"]) for row in rows] == [(0, 0.001), (8, 0.5)]
    assert rows[0]["monte_carlo"] is None
    assert rows[1]["monte_carlo"] == chance_error(np.full(4, 0.25), 8)


def test_faults_are_named():
    with pytest.raises(InputError, match="history of seed 1 has no rows"):
        transport_rows({"1": solve()})
    with pytest.raises(InputError, match="report of seed 1 lacks 'converged'"):
        transport_rows({"1": Solve([{}], {"tolerance": 1}, np.ones(1))})
