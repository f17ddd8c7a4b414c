"""The solver against closed forms, independent solvers, and its own answer in use."""

import numpy as np
import pytest
import torch
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from aeot.errors import InputError
from aeot.transport import TransportSettings, planar, solve

FAST = TransportSettings(tolerance=0.1)


@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_on_the_line_the_map_is_monotone_and_exact(source, masses_of, fresh_cells):
    rng = np.random.default_rng(0)
    codes = (rng.normal(size=(64, 1)) * 10).astype(np.float32)
    solution = solve(codes, settings=TransportSettings(source=source))
    x = np.sort(rng.uniform(size=20_000) if source == "uniform" else rng.normal(size=20_000))
    assert (np.diff(codes[fresh_cells(solution.transport, x[:, None]), 0]) >= 0).all()
    np.testing.assert_allclose(masses_of(solution.transport), 1 / 64, rtol=0.12)
    assert solution.report["source_samples"] == 0


def test_four_corners_of_a_square_share_it_evenly():
    codes = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    # By symmetry the cells are the quarters: planes i and j meet where the square's middle is.
    scores = codes.astype(float) @ np.array([0.5, 0.5]) + solve(codes).transport.heights
    assert np.ptp(scores) < 1e-6


def test_on_the_square_the_shipped_heights_have_the_areas_asked_for():
    rng = np.random.default_rng(1)
    codes = (rng.normal(size=(200, 2)) * [5, 1] + 20).astype(np.float32)
    target = rng.dirichlet(np.full(200, 1.0))
    transport = solve(codes, target).transport
    areas = planar.power_diagram(codes.astype(float), transport.heights).masses
    assert np.abs(areas - target).sum() < 1e-5


def test_on_the_square_the_descent_ends_in_the_power_diagram(always_descend):
    codes = np.random.default_rng(2).normal(size=(100, 2)).astype(np.float32)
    solution = solve(codes, settings=FAST)
    assert solution.report["method"] == "averaged stochastic Newton"
    y = codes.astype(float)
    exact = planar.solve_square(y, np.full(100, 0.01))
    areas = planar.power_diagram(y, solution.transport.heights).masses
    assert solution.report["mass_error_low"] <= np.abs(areas - 0.01).sum()
    assert np.abs(areas - 0.01).sum() <= solution.report["mass_error_high"] <= 0.1
    best = planar.energy(y, exact, np.full(100, 0.01), planar.power_diagram(y, exact))
    assert solution.report["energy_low"] - 1e-3 < best < solution.report["energy_high"] + 1e-3


@pytest.mark.long
@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_the_masses_are_those_asked_for(source, mixture, masses_of):
    codes, rng = mixture(), np.random.default_rng(1)
    target = rng.uniform(0.5, 2, size=len(codes))
    solution = solve(codes, target, TransportSettings(source=source, tolerance=0.1))
    target /= target.sum()
    np.testing.assert_allclose(solution.transport.masses, target)
    share = masses_of(solution.transport)
    noise = np.sqrt(2 / np.pi * target / 200_000).sum()
    assert np.abs(share - target).sum() < solution.report["mass_error_high"] + noise
    assert np.abs(solution.masses - target).sum() == pytest.approx(
        solution.report["raw_mass_error"], rel=1e-9
    )
    size = solution.report["held_out_samples"]
    spread = np.sqrt(2 / np.pi * target * (1 / size + 1 / 200_000)).sum()
    assert np.abs(solution.masses - share).sum() < 1.2 * spread  # both count the same cells


@pytest.mark.long
def test_the_map_costs_no_more_than_an_independent_solvers_assignment(mixture, fresh_cells):
    # Semi-discrete transport of a sample is an assignment problem: every code gets 40 points.
    codes = mixture(count=25, d=3)
    transport = solve(codes, settings=TransportSettings(tolerance=0.03)).transport
    x = np.random.default_rng(2).uniform(size=(1000, 3))
    ours = (x * codes[fresh_cells(transport, x)]).sum(1).mean()
    _, columns = linear_sum_assignment(-(x @ np.repeat(codes, 40, axis=0).T))
    best = (x * np.repeat(codes, 40, axis=0)[columns]).sum(1).mean()
    assert abs(ours - best) < 0.02 * abs(best) + 0.02


def test_a_solution_maps_and_samples_as_its_transport(mixture):
    codes = mixture(count=60, d=4)
    solution = solve(torch.from_numpy(codes), torch.ones(60), FAST)
    x = np.random.default_rng(5).uniform(size=(300, 4))
    np.testing.assert_array_equal(solution.map(x), solution.transport.map(x))
    tensor = solution.map(torch.from_numpy(x))
    assert isinstance(tensor, torch.Tensor)
    np.testing.assert_array_equal(tensor.numpy(), solution.map(x))
    with pytest.raises(InputError, match="x has shape"):
        solution.map(x[:, :3])
    for make in (np.random.default_rng, lambda seed: torch.Generator().manual_seed(seed)):
        drawn = np.asarray(solution.sample(60_000, make(0)))
        assert (drawn == np.asarray(solution.sample(60_000, make(0)))).all()
        place = {tuple(code): i for i, code in enumerate(codes.tolist())}
        share = np.bincount([place[tuple(row)] for row in drawn.tolist()], minlength=60) / 60_000
        noise = np.sqrt(2 / np.pi * 60 / 60_000)
        assert np.abs(share - 1 / 60).sum() < solution.report["mass_error_high"] + noise


@pytest.mark.long
def test_arrays_and_tensors_of_any_type_are_the_same_problem(mixture):
    codes = mixture(count=40, d=3).round(2)
    plain = solve(codes, settings=FAST).transport.heights
    wide, fortran = codes.astype(float), np.asfortranarray(codes)
    for same in (wide, torch.from_numpy(codes), codes.tolist(), fortran):
        assert (solve(same, settings=FAST).transport.heights == plain).all()
    # What single precision represents exactly: shorter floats, whole numbers, 0 and 1.
    whole = (8 * codes).round()
    plain = solve(whole, settings=FAST).transport.heights
    for kind in (torch.bfloat16, torch.float16, torch.float64, torch.int16, torch.int64):
        same = solve(torch.from_numpy(whole).to(kind), settings=FAST)
        assert (same.transport.heights == plain).all(), kind
    corners = np.array([[0, 0], [0, 1], [1, 1], [1, 0]])
    plain = solve(corners, settings=FAST).transport.heights
    for same in (corners.astype(bool), torch.from_numpy(corners.astype(bool))):
        assert (solve(same, settings=FAST).transport.heights == plain).all()
    equal = (np.full(40, 3), torch.ones(40), torch.ones(40, dtype=torch.bfloat16))
    weighed = [solve(codes, masses, FAST).transport.heights for masses in equal]
    assert (weighed[0] == weighed[1]).all() and (weighed[0] == weighed[2]).all()
    assert (codes == mixture(count=40, d=3).round(2)).all()  # the input is left alone


@pytest.mark.parametrize(
    ("codes", "masses", "words"),
    [
        (np.zeros(5), None, "codes have shape"),
        (np.zeros((0, 3)), None, "neither 0"),
        (np.zeros((3, 0)), None, "neither 0"),
        (
            np.ones((2, 21_202)),
            None,
            "codes have 21,202 dimensions, and torch's Sobol points 21,201",
        ),
        (np.full((3, 2), np.nan), None, "not finite"),
        (np.full((3, 2), 1e300), None, "not finite in single precision"),
        (np.eye(3) * 1e-31, None, "at most 1e-31 have no digits left in single precision"),
        (np.eye(3) * 1e-300, None, "at most 1e-300 have no digits left in single precision"),
        (np.eye(3) * 1e37, None, "scale them to between 1e-30 and 1e\\+36"),
        (np.eye(3) * 1j, None, "codes are complex128; the solver needs real numbers"),
        (np.eye(3).astype(str), None, "codes are <U32; the solver needs real numbers"),
        (np.ones((3, 2)), np.full(3, 1j), "masses are complex128"),
        (np.ones((3, 2)), np.full(3, 1e308), "too large to be summed"),
        (np.ones((3, 2)), np.ones(2), "masses have shape"),
        (np.ones((3, 2)), np.array([1, 0, 1]), "positive"),
        (np.ones((3, 2)), torch.tensor([1, -1, 1.0]), "positive"),
        (sparse.csr_matrix(np.eye(3)), None, r"sparse matrix; pass codes\.toarray\(\)"),
        (sparse.coo_array(np.eye(3)), None, "codes are a sparse matrix"),
        (torch.eye(3).to_sparse(), None, "codes are a sparse or quantized tensor"),
        (torch.eye(3).to_sparse_csr(), None, "make them dense"),
        (np.ones((3, 2)), torch.ones(3).to_sparse(), "masses are a sparse or quantized tensor"),
        (np.ma.masked_array(np.eye(3), np.eye(3)), None, "codes are partly masked"),
        ([[1.0, 2.0], [3.0]], None, "codes have rows of different lengths"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow", "ignore:Sparse")
def test_what_cannot_be_solved_is_named(codes, masses, words):
    with pytest.raises(InputError, match=words):
        solve(codes, masses)


@pytest.mark.parametrize("scale", [2.0**-90, 1e-24, 2.0**-10, 2.0**100, 1e30])
def test_codes_of_any_scale_are_the_same_problem(mixture, scale):
    codes = mixture(count=100, d=4)
    plain = solve(codes, settings=FAST)
    scaled = solve(codes.astype(float) * scale, settings=FAST)
    assert scaled.report["distinct_codes"] == 100
    assert scaled.report["converged"]
    heights = scaled.transport.heights / scale
    if np.log2(scale) % 1 == 0:  # nothing is rounded: the same bits
        np.testing.assert_array_equal(heights, plain.transport.heights)
    x = np.random.default_rng(1).uniform(size=(2000, 4))
    assert (scaled.transport.cells(x) == plain.transport.cells(x)).mean() > 0.9


def points_of(kind):
    rng = np.random.default_rng(11)
    if kind == "line":  # neighbours no closer than 1e-4 of the spread: none are merged
        values = np.unique((rng.normal(size=5000) * 3 + 10).astype(np.float32))
        return values[np.diff(values, prepend=-np.inf) > 3e-4][:, None]
    centres = np.array([[i, j] for i in range(-4, 5, 2) for j in range(-4, 5, 2)])
    return centres[rng.integers(25, size=256)] + 0.05 * rng.normal(size=(256, 2)) + 50


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "tolerance", "source"),
    [("line", 0.05, "uniform"), ("clusters", 0.15, "uniform"), ("clusters", 0.15, "gaussian")],
)
def test_what_is_certified_holds_for_the_map_as_it_is_shipped(kind, tolerance, source, fresh_cells):
    # Crowded points far from the origin: heights that suit rounded points would not suit these.
    codes = points_of(kind).astype(np.float32)
    settings = TransportSettings(source=source, tolerance=tolerance)
    solution = solve(codes, settings=settings)
    transport, d = solution.transport, codes.shape[1]
    assert solution.report["converged"]
    rng, shape = np.random.default_rng(12), (500_000, d)
    x = rng.uniform(size=shape) if source == "uniform" else rng.normal(size=shape)
    if d == 1:  # argmax over sorted planes is a search among their meeting points
        order = np.argsort(codes[:, 0])
        meet = -np.diff(transport.heights[order]) / np.diff(codes[order, 0].astype(float))
        cells = order[np.searchsorted(meet, x[:, 0])]
    else:
        cells = np.concatenate([fresh_cells(transport, part) for part in np.array_split(x, 50)])
    share = np.bincount(cells, minlength=len(codes)) / len(x)
    noise = np.sqrt(2 / np.pi * len(codes) / len(x))
    assert np.abs(share - 1 / len(codes)).sum() < tolerance + noise
    sampled = transport.planes().best(torch.from_numpy(x[:50_000])).numpy()
    assert (sampled == cells[:50_000]).mean() > 0.999
