"""The looks of all seeds, and the error that chance alone gives."""

import math
from itertools import product

import numpy as np
import pytest

from aeot.curves.transport import HISTORY, Solve, chance_error, transport_rows
from aeot.errors import InputError


def by_enumeration(masses, samples):
    """Mean of sum_i |w_i - p_i| over all sequences of `samples` draws."""
    total = 0.0
    for draw in product(range(len(masses)), repeat=samples):
        share = np.bincount(draw, minlength=len(masses)) / samples
        total += np.prod(np.take(masses, draw)) * np.abs(share - masses).sum()
    return total


@pytest.mark.parametrize("masses", [[0.5, 0.5], [0.2, 0.3, 0.5], [0.98, 0.02]])
@pytest.mark.parametrize("samples", [1, 2, 5])
def test_chance_error_equals_the_enumeration(masses, samples):
    expected = by_enumeration(np.array(masses), samples)
    assert chance_error(np.array(masses), samples) == pytest.approx(expected, rel=1e-10)


def test_chance_error_tends_to_the_normal_law():
    n, samples = 1000, 10**9
    expected = math.sqrt(2 * (n - 1) / (math.pi * samples))
    assert chance_error(np.full(n, 1 / n), samples) == pytest.approx(expected, rel=1e-4)


def test_chance_error_of_one_sample_and_of_one_cell():
    assert chance_error(np.full(50, 0.02), 1) == pytest.approx(2 * (1 - 0.02))
    assert chance_error(np.array([1.0]), 7) == 0.0


def test_chance_error_refuses_empty_cells_and_no_samples():
    for masses, samples in ([[0.0, 1.0], 5], [[0.5, 0.5], 0]):
        with pytest.raises(InputError, match="positive masses"):
            chance_error(np.array(masses), samples)


def solve(*looks, **report):
    history = [dict(zip(HISTORY, map(str, look), strict=True)) for look in looks]
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


def test_faults_are_named():
    with pytest.raises(InputError, match="history of seed 1 has no rows"):
        transport_rows({"1": solve()})
    with pytest.raises(InputError, match="report of seed 1 lacks 'converged'"):
        transport_rows({"1": Solve([{}], {"tolerance": 1}, np.ones(1))})
