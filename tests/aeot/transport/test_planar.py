"""Power diagrams of the square and Newton's method on them: closed forms, counts, derivatives."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from aeot.transport import planar
from aeot.transport.planar import NotSolvable, energy, power_diagram, solve_square


def scene(seed=0, count=40):
    """Points and heights with small, large and a few empty cells."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(count, 2)) * [2, 0.7] + [5, -3]
    bowl = -((y - y.mean(axis=0)) ** 2) @ [0.06, 0.18] - y @ [0.5, 0.5]
    return y, bowl + rng.normal(scale=0.5 / count, size=count)


def uniform(count):
    return np.full(count, 1 / count)


def lattice(side, angle=0.0):
    axis = np.arange(float(side))
    turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2) @ turn


def clusters(count):
    rng = np.random.default_rng(11)
    centres = 2.0 * np.array([[i, j] for i in range(5) for j in range(5)])
    return centres[rng.integers(25, size=count)] + 0.05 * rng.normal(size=(count, 2))


def twins(count, gap):
    """Normal points whose last 20 have the first 20 as neighbours at distance `gap`."""
    rng = np.random.default_rng(12)
    y, angle = rng.normal(size=(count, 2)), rng.uniform(0, 2 * np.pi, size=20)
    y[-20:] = y[:20] + gap * np.column_stack([np.cos(angle), np.sin(angle)])
    return y


def best(x, y, h):
    return (x @ y.T + h).argmax(axis=1)


def polygons_of(diagram):
    return [diagram.polygon(i) for i in range(len(diagram.masses))]


def shoelace(polygon):
    x, y = polygon.T
    return (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2


def assert_tiles_the_square(diagram):
    polygons, masses = polygons_of(diagram), diagram.masses
    np.testing.assert_allclose([shoelace(p) for p in polygons], masses, atol=1e-14)
    assert masses.sum() == pytest.approx(1, abs=1e-13)
    middle = np.nansum(masses[:, None] * diagram.centroids, axis=0)
    np.testing.assert_allclose(middle, 0.5, atol=1e-13)
    # Every inner side borders two cells, and the square's own sides one.
    around = sum(np.linalg.norm(p - np.roll(p, 1, axis=0), axis=1).sum() for p in polygons)
    assert around == pytest.approx(2 * diagram.lengths.sum() + 4)
    assert (diagram.facets[:, 0] < diagram.facets[:, 1]).all()
    assert len(np.unique(diagram.facets, axis=0)) == len(diagram.facets)
    assert (diagram.lengths > 0).all()


def test_four_corners_share_the_square():
    y = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
    diagram = power_diagram(y, solve_square(y, uniform(4)))
    np.testing.assert_allclose(diagram.masses, 0.25)
    np.testing.assert_allclose(diagram.centroids, 0.25 + y / 2)
    # Where all four meet, opposite cells share a point and no side.
    order = np.lexsort(diagram.facets.T[::-1])
    assert diagram.facets[order].tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    np.testing.assert_allclose(diagram.lengths, 0.5)


@pytest.mark.parametrize("left", [1e-9, 0.3, 0.999])
def test_two_points_cut_the_square_across_their_distance(left):
    y = np.array([[-2.0, 5], [1, 5]])
    diagram = power_diagram(y, solve_square(y, np.array([left, 1 - left]), tolerance=1e-14))
    np.testing.assert_allclose(diagram.masses, [left, 1 - left], atol=1e-15)
    np.testing.assert_allclose(diagram.centroids, [[left / 2, 0.5], [(1 + left) / 2, 0.5]])
    np.testing.assert_allclose(diagram.lengths, [1])
    np.testing.assert_allclose(
        np.sort(diagram.polygon(0), axis=0), [[0, 0], [0, 0], [left, 1], [left, 1]], atol=1e-15
    )


def test_two_points_of_the_diagonal_are_separated_by_the_other():
    y = np.array([[0.0, 0], [1, 1]])
    for share, length in [(0.5, np.sqrt(2)), (0.125, np.sqrt(2) / 2)]:
        diagram = power_diagram(y, solve_square(y, np.array([share, 1 - share])))
        np.testing.assert_allclose(diagram.lengths, [length])


def test_a_product_of_two_lines_has_the_products_of_their_intervals_as_cells():
    width, height = np.array([0.1, 0.4, 0.3, 0.2]), np.array([0.5, 0.2, 0.3])
    x, z = np.array([-1.0, 0, 7, 8]), np.array([2.0, 3, 3.1])
    y = np.stack(np.meshgrid(x, z, indexing="ij"), axis=-1).reshape(-1, 2)
    diagram = power_diagram(y, solve_square(y, np.outer(width, height).ravel()))
    right, top = np.meshgrid(np.cumsum(width), np.cumsum(height), indexing="ij")
    for i, (a, b) in enumerate(zip(right.ravel(), top.ravel(), strict=True)):
        polygon = diagram.polygon(i)
        low = [a - width[i // 3], b - height[i % 3]]
        np.testing.assert_allclose(polygon.min(axis=0), low, atol=1e-8)
        np.testing.assert_allclose(polygon.max(axis=0), [a, b], atol=1e-8)


def test_one_point_owns_the_square():
    y = np.array([[3.0, -7]])
    heights = solve_square(y, np.ones(1))
    diagram = power_diagram(y, heights)
    assert heights.tolist() == [0]
    assert diagram.masses.tolist() == [1]
    assert diagram.polygon(0).tolist() == [[0, 0], [1, 0], [1, 1], [0, 1]]
    assert diagram.facets.shape == (0, 2)
    assert energy(y, heights, np.ones(1), diagram) == pytest.approx(-2)


@pytest.mark.parametrize("seed", range(4))
def test_areas_and_centroids_are_those_of_the_argmax(seed):
    y, h = scene(seed)
    diagram, count = power_diagram(y, h), 200_000
    x = np.random.default_rng(seed).uniform(size=(count, 2))
    cells = best(x, y, h)
    hits = np.bincount(cells, minlength=len(y))
    assert (np.abs(hits / count - diagram.masses) <= 5 * np.sqrt(diagram.masses / count)).all()
    many = hits > 100
    for axis in range(2):
        mean = np.bincount(cells, x[:, axis], len(y))[many] / hits[many]
        noise = 5 * 0.5 / np.sqrt(hits[many])
        assert (np.abs(mean - diagram.centroids[many, axis]) < noise).all()
    # The value of the energy is a mean over the same samples.
    values = (x @ y.T + h).max(axis=1)
    error = values.mean() - uniform(len(y)) @ h - energy(y, h, uniform(len(y)), diagram)
    assert abs(error) < 5 * values.std() / np.sqrt(count)


@pytest.mark.parametrize("seed", range(4))
def test_cells_tile_the_square(seed):
    assert_tiles_the_square(power_diagram(*scene(seed, 300)))


@pytest.mark.parametrize("angle", [0, 0.3, np.pi / 4])
def test_cells_tile_the_square_where_four_meet(angle):
    # The Voronoi diagram of a lattice: four cells meet everywhere, at whatever rounding.
    y = lattice(12, angle) / 30
    y += 0.5 - y.mean(axis=0)
    diagram = power_diagram(y, -(y**2).sum(axis=1) / 2)
    assert_tiles_the_square(diagram)
    inner = (np.abs(lattice(12) - 5.5) < 5).all(axis=1)
    np.testing.assert_allclose(diagram.masses[inner], 1 / 900)


def test_a_buried_plane_has_an_empty_cell_and_changes_no_other():
    y, h = scene()
    for drop in (50, 1e12, np.inf):
        diagram = power_diagram(y, np.append(h[:-1], h.max() - drop))
        assert diagram.masses[-1] == 0
        assert np.isnan(diagram.centroids[-1]).all()
        assert diagram.polygon(len(y) - 1).shape == (0, 2)
        np.testing.assert_allclose(diagram.masses[:-1], power_diagram(y[:-1], h[:-1]).masses)


def test_the_hessian_is_the_derivative_of_the_areas():
    y, h = scene()
    diagram, step = power_diagram(y, h), 1e-6
    (i, j), count = diagram.facets.T, len(y)
    hessian = np.zeros((count, count))
    hessian[i, j] = hessian[j, i] = -diagram.lengths / np.linalg.norm(y[i] - y[j], axis=1)
    hessian -= np.diag(hessian.sum(axis=1))
    for k in range(count):
        move = step * np.eye(count)[k]
        slope = (power_diagram(y, h + move).masses - power_diagram(y, h - move).masses) / (2 * step)
        np.testing.assert_allclose(hessian[k], slope, atol=1e-5)
    # Newton's direction solves it; a cell without sides would make it singular.
    full = diagram.masses > 0
    gradient = np.random.default_rng(0).normal(size=full.sum())
    gradient -= gradient.mean()
    direction = planar._newton(y[full], power_diagram(y[full], h[full]), gradient)
    np.testing.assert_allclose(hessian[np.ix_(full, full)] @ direction, -gradient, atol=1e-9)


def test_the_gradient_of_the_energy_is_area_less_mass():
    y, h = scene(1)
    nu = np.random.default_rng(1).dirichlet(np.ones(len(y)))

    def value(heights):
        return energy(y, heights, nu, power_diagram(y, heights))

    step = 1e-5
    slope = [(value(h + m) - value(h - m)) / (2 * step) for m in step * np.eye(len(y))]
    np.testing.assert_allclose(slope, power_diagram(y, h).masses - nu, atol=1e-8)


def test_the_start_solves_the_line_and_empties_no_cell():
    rng = np.random.default_rng(2)
    coordinate, nu = rng.integers(8, size=60) / 3.0, rng.dirichlet(np.ones(60))
    heights, x = planar._line(coordinate, nu), rng.uniform(size=200_000)
    place, rank = np.unique(coordinate, return_inverse=True)
    wanted = np.bincount(rank, nu)
    first = np.unique(rank, return_index=True)[1]
    cells = (x[:, None] * place + heights[first]).argmax(axis=1)
    assert np.abs(np.bincount(cells) / len(x) - wanted).max() < 0.006
    assert np.ptp(heights[rank == 3]) == 0
    y = clusters(400)
    start = planar._line(y[:, 0], uniform(400)) + planar._line(y[:, 1], uniform(400))
    assert power_diagram(y, start).masses.min() >= 1 / 400**2 * (1 - 1e-6)


RNG = np.random.default_rng(7)
HARD = {
    "two": RNG.normal(size=(2, 2)),
    "three": RNG.normal(size=(3, 2)),
    "normal": RNG.normal(size=(300, 2)),
    "horizontal": np.column_stack([RNG.normal(size=100), np.full(100, 3.0)]),
    "oblique": RNG.normal(size=(100, 1)) * [1, 0.7] + [4, 4],
    "cross": np.kron(np.eye(2), RNG.normal(size=(50, 1))) @ [[1, 0.2], [0.3, 1]],
    "thin": RNG.normal(size=(300, 2)) @ [[1, 1], [0, 0.01]],
    "lattice": lattice(12),
    "turned lattice": lattice(12, 0.5),
    "diamond lattice": lattice(12, np.pi / 4),
    "circle": np.array([[np.cos(t), np.sin(t)] for t in np.arange(100) * np.pi / 50]),
    "clusters": clusters(512),
    "turned clusters": clusters(512) @ [[0.8, -0.6], [0.6, 0.8]],
    "many clusters": clusters(4096),
    "outliers": np.concatenate([RNG.normal(size=(200, 2)), [[1e4, 1e4], [0, -1e3], [30, 0]]]),
    "twins": twins(300, 1e-6),
    "single precision": RNG.normal(size=(300, 2)).astype(np.float32).astype(float) * 100,
}


def masses_of(kind, count):
    if kind == "equal":
        return uniform(count)
    rng = np.random.default_rng(8)
    nu = np.geomspace(1, 1e-3, count) if kind == "geometric" else rng.dirichlet(np.ones(count))
    return rng.permutation(nu) / nu.sum()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["equal", "dirichlet", "geometric"])
@pytest.mark.parametrize("name", HARD)
def test_every_cell_gets_its_mass(name, kind):
    y, nu = HARD[name], masses_of(kind, len(HARD[name]))
    heights = solve_square(y, nu)
    assert np.abs(power_diagram(y, heights).masses - nu).sum() <= 1e-9
    assert abs(nu @ heights) < 1e-12 * max(1, np.abs(heights).max())


def test_every_step_is_damped_as_algorithm_1_says(monkeypatch):
    y, nu = clusters(300), masses_of("geometric", 300)
    areas, step = [], planar._step

    def spy(y, heights, nu, diagram, floor):
        areas.append(diagram.masses)
        assert floor == min(areas[0].min(), nu.min()) / 2
        return step(y, heights, nu, diagram, floor)

    monkeypatch.setattr(planar, "_step", spy)
    areas.append(power_diagram(y, solve_square(y, nu)).masses)
    floor = min(areas[0].min(), nu.min()) / 2
    norms = [np.linalg.norm(w - nu) for w in areas]
    assert len(areas) > 3
    assert all(w.min() >= floor for w in areas)
    assert all(after < before for before, after in zip(norms, norms[1:], strict=False))


def test_the_answer_is_the_least_energy():
    y, nu = HARD["normal"], masses_of("dirichlet", 300)
    heights, rng = solve_square(y, nu), np.random.default_rng(3)
    least = energy(y, heights, nu, power_diagram(y, heights))
    for size in (1e-3, 1e-1, 10):
        other = heights + size * rng.normal(size=300)
        assert energy(y, other, nu, power_diagram(y, other)) > least


def test_the_energy_is_the_value_of_an_independent_solvers_assignment():
    # By duality E is the greatest mean of <x, T(x)>; on a raster that is an assignment problem.
    y = np.random.default_rng(4).normal(size=(16, 2))
    heights = solve_square(y, uniform(16))
    axis = (np.arange(28) + 0.5) / 28
    # 49 points of the raster per code.
    x = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    copies = np.repeat(y, 49, axis=0)
    rows, columns = linear_sum_assignment(-(x @ copies.T))
    value = (x[rows] * copies[columns]).sum(axis=1).mean()
    ours = energy(y, heights, uniform(16), power_diagram(y, heights))
    assert ours == pytest.approx(value, abs=2e-3)
    assert (best(x, y, heights)[rows] == columns // 49).mean() > 0.9


@pytest.mark.parametrize("factor", [1e-6, 3.0, 1e6])
def test_shifted_and_scaled_points_have_the_same_cells(factor):
    y, nu = clusters(200), masses_of("dirichlet", 200)
    plain = power_diagram(y, solve_square(y, nu))
    moved = factor * (y + [100, -7])
    other = power_diagram(moved, solve_square(moved, nu))
    np.testing.assert_allclose(other.centroids, plain.centroids, atol=1e-8)
    assert other.lengths.sum() == pytest.approx(plain.lengths.sum())


def test_renumbered_and_mirrored_points_have_renumbered_and_mirrored_cells():
    y, nu = clusters(200), masses_of("dirichlet", 200)
    plain = power_diagram(y, solve_square(y, nu)).centroids
    order = np.random.default_rng(5).permutation(200)
    renumbered = power_diagram(y[order], solve_square(y[order], nu[order])).centroids
    np.testing.assert_allclose(renumbered, plain[order], atol=1e-8)
    mirrored = power_diagram(y * [-1, 1], solve_square(y * [-1, 1], nu)).centroids
    np.testing.assert_allclose(mirrored, [1, 0] + plain * [-1, 1], atol=1e-8)
    swapped = power_diagram(y[:, ::-1], solve_square(y[:, ::-1], nu)).centroids
    np.testing.assert_allclose(swapped, plain[:, ::-1], atol=1e-8)


@pytest.mark.parametrize("gap", [0, 1e-13])
def test_points_too_close_for_double_precision_are_refused(gap):
    with pytest.raises(NotSolvable, match=r"double precision|stalls at mass error \d"):
        solve_square(twins(100, gap), uniform(100))


def test_a_wider_tolerance_can_be_met_where_rounding_forbids_a_narrow_one():
    y = twins(100, 1e-9)
    with pytest.raises(NotSolvable):
        solve_square(y, uniform(100), tolerance=1e-12)
    masses = power_diagram(y, solve_square(y, uniform(100), tolerance=1e-4)).masses
    assert np.abs(masses - 1 / 100).sum() <= 1e-4


def test_too_few_steps_are_reported():
    with pytest.raises(NotSolvable, match="mass error .* after 2 Newton steps"):
        solve_square(clusters(100), uniform(100), max_steps=2)


def test_numbers_that_are_not_finite_are_the_callers_error():
    y, h = scene()
    y[3, 0] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        power_diagram(y, h)
    with pytest.raises(ValueError, match="NaN"):
        solve_square(y, uniform(len(y)))
