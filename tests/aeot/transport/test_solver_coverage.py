"""Whole solves over many seeds: the certificate that stopped them against exact masses."""

import numpy as np
import pytest
from scipy import stats

from aeot.transport import TransportSettings, planar, solve

pytestmark = pytest.mark.slow

SEEDS, CONFIDENCE, TOLERANCE = 100, 0.9, 0.1


@pytest.fixture(scope="module")
def solved():
    """Reports of descents on the square, and the exact mass errors of the maps they ended in."""
    settings = TransportSettings(tolerance=TOLERANCE, confidence=CONFIDENCE)
    reports, errors = [], []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aeot.transport.solver.exact", lambda problem: None)  # or no sample is drawn
        for seed in range(SEEDS):
            rng = np.random.default_rng(seed)
            codes = (rng.normal(size=(60, 2)) * [3, 1] + 5).astype(np.float32)
            masses = rng.dirichlet(np.full(60, 5.0))
            solution = solve(codes, masses, settings, seed)
            diagram = planar.power_diagram(codes.astype(float), solution.transport.heights)
            reports.append(solution.report)
            errors.append(np.abs(diagram.masses - masses).sum())
    return reports, np.array(errors)


def most_misses(share):
    """What a true share of misses exceeds once in ten thousand times."""
    return stats.binom.isf(1e-4, SEEDS, share)


def test_every_solve_ends_with_its_certificate(solved):
    for report in solved[0]:
        assert report["converged"] and report["mass_error_high"] <= TOLERANCE


def test_a_certified_map_is_within_the_tolerance_as_often_as_it_says(solved):
    assert (solved[1] > TOLERANCE).sum() <= most_misses(1 - CONFIDENCE)


def test_the_interval_that_stopped_holds_the_exact_error(solved):
    high, low = (
        np.array([report[f"mass_error_{side}"] for report in solved[0]]) for side in ("high", "low")
    )
    assert (solved[1] > high).sum() <= most_misses(1 - CONFIDENCE)
    assert (solved[1] < low).sum() <= most_misses(1 - CONFIDENCE)
    assert np.median(solved[1]) > TOLERANCE / 10  # exact maps would prove nothing
