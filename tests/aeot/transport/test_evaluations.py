"""Evaluations against exact masses: cells of the line and of the square, of computed areas."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
import torch
from scipy import stats

from aeot.ranks import Ranks
from aeot.transport import planar
from aeot.transport.cells import MET, Planes
from aeot.transport.certificate import GROUPS, chi_square
from aeot.transport.descent import Descent
from aeot.transport.evaluations import evaluate
from aeot.transport.problem import Problem
from aeot.transport.run import Clock, Run
from aeot.transport.settings import TransportSettings
from aeot.transport.start import exact

CPU, ALPHA, SEEDS, SIZE = torch.device("cpu"), 0.1, 150, 4096
CROSSED = (64 - MET + 1) * MET * GROUPS  # pairs of half samples, in runs of whole blocks


@dataclass
class Case:
    """A problem, heights that miss its masses, and what is exactly true of them."""

    problem: Problem
    heights: torch.Tensor
    masses: np.ndarray
    codes: np.ndarray
    crossed: bool = False

    @property
    def size(self):
        """Held-out samples."""
        return CROSSED if self.crossed else SIZE

    @property
    def error(self):
        """The exact mass error."""
        return np.abs(self.masses - self.problem.masses).sum()

    @property
    def chi2(self):
        """The exact mean square relative error."""
        return ((self.masses - self.problem.masses) ** 2 / self.problem.masses).sum()

    def evaluate(self, seed, size=None, alpha=ALPHA, number=1):
        """Evaluate the heights."""
        planes = Planes(self.problem.support, self.problem.split if self.crossed else None)
        size = size or self.size
        return evaluate(self.problem, planes, self.heights, size, alpha, seed, number, Ranks())


def on_the_line(source, noise, count=40):
    rng = np.random.default_rng(1)
    codes = (rng.normal(size=(count, 1)) * 3 + 10).astype(np.float32)
    problem = Problem.build(codes, rng.dirichlet(np.full(count, 5.0)), source)
    y = problem.support[:, 0].double().numpy()
    order, distribution = np.argsort(y), stats.norm()
    if source == "uniform":
        distribution = stats.uniform(-np.sqrt(3), 2 * np.sqrt(3))
    # Moving the edges of the exact cells keeps all of them; heights follow from the edges.
    left = np.cumsum(problem.masses[order])[:-1]
    share = np.sort((left + noise / count * rng.normal(size=count - 1)).clip(1e-4, 1 - 1e-4))
    heights = np.empty(count)
    heights[order] = np.append(0, -np.cumsum(distribution.ppf(share) * np.diff(y[order])))
    masses = np.empty(count)
    masses[order] = np.diff(np.concatenate([[0], share, [1]]))
    return Case(problem, torch.from_numpy(heights), masses, codes)


def on_the_square(noise, count=40, crossed=False):
    rng = np.random.default_rng(0)
    codes = (rng.normal(size=(count, 2)) * [3, 1] + 5).astype(np.float32)
    problem = Problem.build(codes, rng.dirichlet(np.full(count, 5.0)), "uniform")
    heights = exact(problem)[1] + noise * torch.from_numpy(rng.normal(size=count))
    given = problem.heights_of_codes(heights.numpy())
    return Case(problem, heights, diagram_of(codes, given).masses, codes, crossed)


def on_the_cube(shift, dimension=8):
    """Cut the unit cube once along every axis: the cells of its corners are boxes."""
    codes = np.array(list(product([0, 1], repeat=dimension)), np.float32)
    problem = Problem.build(codes, None, "uniform")
    right = 0.5 + shift * np.random.default_rng(2).choice([-1, 1], size=dimension)
    given = -codes.astype(float) @ (1 - right)  # x_k > 1 - right_k goes to corners of code_k = 1
    heights = torch.from_numpy(problem.heights_from_codes(given))
    masses = np.where(codes, right, 1 - right).prod(axis=1)
    return Case(problem, heights, masses, codes, crossed=True)


def diagram_of(codes, heights):
    return planar.power_diagram(codes.astype(float), heights)


def energy_of(case, heights):
    given = case.problem.heights_of_codes(heights.numpy())
    diagram = diagram_of(case.codes, given)
    return planar.energy(case.codes.astype(float), given, case.problem.masses, diagram)


CASES = {
    "square, exact": lambda: on_the_square(0.0),
    "square, 7 %": lambda: on_the_square(0.003),
    "square, 19 %": lambda: on_the_square(0.01),
    "square, an empty cell": lambda: on_the_square(0.03),
    "square, exact, crossed": lambda: on_the_square(0.0, crossed=True),
    "square, 7 %, crossed": lambda: on_the_square(0.003, crossed=True),
    "square, 400 codes, crossed": lambda: on_the_square(0.001, 400, crossed=True),
    "square, an empty cell, crossed": lambda: on_the_square(0.03, crossed=True),
    "cube of 8 dimensions, exact, crossed": lambda: on_the_cube(0.0),
    "cube of 8 dimensions, 11 %, crossed": lambda: on_the_cube(0.02),
    "line, exact": lambda: on_the_line("uniform", 0.0),
    "line, uniform": lambda: on_the_line("uniform", 0.1),
    "line, gaussian": lambda: on_the_line("gaussian", 0.1),
    "line, gaussian, far": lambda: on_the_line("gaussian", 0.5),
}


@pytest.fixture(scope="module", params=CASES)
def evaluated(request):
    case = CASES[request.param]()
    return case, [case.evaluate(seed) for seed in range(SEEDS)]


def least_hits(probability, trials=SEEDS):
    """Three binomial standard deviations below the expected number."""
    return trials * probability - 3 * np.sqrt(trials * probability * (1 - probability))


@pytest.mark.long
def test_the_upper_bound_covers_the_exact_error_as_often_as_it_says(evaluated):
    case, evaluations = evaluated
    # It bounds the root mean square, and so the mean, which is smaller.
    rms = np.sqrt(case.chi2)
    assert case.error <= rms + 1e-12
    assert sum(one.error.high >= rms - 1e-9 for one in evaluations) >= least_hits(1 - ALPHA / 2)
    assert sum(one.error.high >= case.error for one in evaluations) >= least_hits(1 - ALPHA / 2)


@pytest.mark.long
def test_the_lower_bound_is_below_the_exact_error_as_often_as_it_says(evaluated):
    case, evaluations = evaluated
    below = sum(one.error.low <= case.error + 1e-9 for one in evaluations)
    assert below >= least_hits(1 - ALPHA / 2)


def test_the_estimate_of_the_squared_error_is_unbiased(evaluated):
    case, evaluations = evaluated
    # From the two halves, which `rms` joins: what may be below 0 is unbiased, its root is not.
    first, second = zip(*(one.gradients(case.problem.masses) for one in evaluations), strict=True)
    products = (np.array(first) * np.array(second) / case.problem.masses).sum(1)
    assert abs(products.mean() - case.chi2) < 4 * products.std() / np.sqrt(SEEDS)
    squares = np.array([one.error.rms**2 for one in evaluations])
    if (squares > 0).all():  # nothing was cut off at 0
        assert abs(squares.mean() - case.chi2) < 4 * squares.std() / np.sqrt(SEEDS)


def test_the_gradients_are_unbiased_and_independent(evaluated):
    case, evaluations = evaluated
    gradients = np.array([one.gradients(case.problem.masses) for one in evaluations])
    mean = gradients.mean((0, 1))
    effective = np.mean([one.effective for one in evaluations])
    noise = np.sqrt(case.masses * (1 - case.masses) / (effective * SEEDS))
    noise *= 1.5 if case.crossed else 1  # some cells more than others
    assert (np.abs(mean - (case.masses - case.problem.masses)) <= 5 * noise + 1e-9).all()
    centred = gradients - (case.masses - case.problem.masses)
    together = (centred[:, 0] * centred[:, 1]).sum(1)
    assert abs(together.mean()) < 4 * together.std() / np.sqrt(SEEDS)


@pytest.mark.long
def test_empty_cells_are_those_without_samples(evaluated):
    case, evaluations = evaluated
    for one in evaluations[:20]:
        assert one.error.empty == (one.counts.sum(0) == 0).sum()
        assert one.error.empty >= (case.masses == 0).sum()
        assert one.error.samples == one.counts.sum() == case.size
        assert np.ptp(one.counts.sum(1)) == 0  # groups of equal size


def test_counts_vary_like_those_of_so_many_independent_samples(evaluated):
    case, evaluations = evaluated
    shares = np.array([one.counts.sum(0) / case.size for one in evaluations])
    varied = (shares.var(axis=0, ddof=1) / case.problem.masses).sum()
    independent = ((case.masses * (1 - case.masses)) / case.problem.masses).sum()
    effective = np.mean([one.effective for one in evaluations])
    assert varied == pytest.approx(independent / effective, rel=0.12)
    assert (effective < 0.9 * case.size) == case.crossed


def test_no_deviation_is_stated_too_small(evaluated):
    case, evaluations = evaluated
    squares = np.array([one.error.rms**2 for one in evaluations])
    if (squares > 0).all():
        stated = [chi_square(one.counts, case.problem.masses).deviation for one in evaluations]
        assert squares.std() == pytest.approx(np.mean(stated), rel=0.25)


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.03])
def test_the_interval_of_the_energy_covers_the_exact_one(noise):
    case, z = on_the_square(noise), stats.norm.ppf(0.95)
    truth, unit = energy_of(case, case.heights), case.problem.unit
    evaluations = [case.evaluate(seed, 1000) for seed in range(SEEDS)]
    energies = np.array([case.problem.energy_of_codes(one.energy) for one in evaluations])
    errors = unit * np.array([one.energy_error for one in evaluations])
    assert (np.abs(energies - truth) <= z * errors).sum() >= least_hits(0.9)
    assert abs(energies.mean() - truth) < 4 * energies.std() / np.sqrt(SEEDS)
    assert energies.std() == pytest.approx(errors.mean(), rel=0.25)


@pytest.mark.parametrize(("noise", "size"), [(0.003, 40_000), (0.01, 10_000)])
def test_the_gap_of_the_energy_is_of_the_right_size(noise, size):
    case = on_the_square(noise)
    gap = energy_of(case, case.heights) - energy_of(case, exact(case.problem)[1])
    descent = Descent(case.problem, case.heights, 0, CPU)
    descent.planes.set_heights(case.heights)
    x = case.problem.source.from_uniform(descent.stream.points(0, 100_000))
    descent.facets.update(*descent.planes.best_two(x), len(x), memory=0.9)
    run = Run(case.problem, TransportSettings(), 0, CPU, Clock(), Ranks())
    found = []
    for seed in range(20):
        run.evaluation = case.evaluate(seed, size)
        found.append(case.problem.unit * run._gap(descent))
    assert gap > 0
    assert abs(np.mean(found) - gap) < 0.5 * gap + 3 * np.std(found) / np.sqrt(20)


def test_evaluations_of_different_numbers_draw_different_samples():
    for case in (on_the_square(0.01), on_the_square(0.01, crossed=True)):
        first, again, other = (case.evaluate(0, number=number) for number in (1, 1, 2))
        assert (first.counts == again.counts).all()
        assert first.energy == again.energy
        assert (first.counts != other.counts).any()


@pytest.mark.parametrize("crossed", [False, True])
def test_an_evaluation_of_several_chunks_counts_every_sample(monkeypatch, crossed):
    case = on_the_square(0.01, crossed=crossed)
    monkeypatch.setattr("aeot.transport.evaluations.CHUNK", 64 * MET)  # a group has several runs
    one = case.evaluate(0, size=100_000)
    assert one.error.samples == one.counts.sum()
    assert 100_000 <= one.error.samples <= 100_000 + (CROSSED if crossed else GROUPS)
    assert np.ptp(one.counts.sum(1)) == 0
    assert np.abs(one.counts.sum(0) / one.counts.sum() - case.masses).sum() < 0.05
    assert one.energy == pytest.approx(case.evaluate(1, size=200_000).energy, abs=0.05)


def test_groups_are_independent_where_samples_are_crossed():
    case = on_the_square(0.01, crossed=True)
    counts = np.concatenate([case.evaluate(seed).counts for seed in range(40)]).astype(float)
    counts -= counts.mean(0)
    scale = np.sqrt((counts**2).mean(0).clip(1e-9))
    together = ((counts[0::2] / scale) * (counts[1::2] / scale)).mean(1)
    assert abs(together.mean()) < 4 * together.std() / np.sqrt(len(together))
