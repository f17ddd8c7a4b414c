"""Exact transport from the uniform distribution on the unit square to weighted points of the plane.

The cell W_i where plane <x, y_i> + h_i is highest is a polygon. Its area w_i is computed here, not
counted in samples, so that Newton's method solves w = nu to rounding: E(h) = int max_i (<x, y_i> +
h_i) dx - <nu, h> is convex, has gradient w - nu, and its Hessian is made of the cells' sides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.linalg import splu
from scipy.spatial import ConvexHull

Vector = NDArray[np.float64]
Indices = NDArray[np.int64]

_SIDES = np.array([[2.0, 0, 1], [-2, 0, 1], [0, 2, 1], [0, -2, 1]])  # the square's, in `_hull`
_HIDDEN = 3.0  # a standard plane that lies this far below the highest is nowhere highest
_LEAST_STEP = 2.0**-14  # a Newton step that has to be shorter is lost to rounding


class NotSolvable(Exception):
    """The tolerance cannot be reached; the message says what was.

    Heights of size H are rounded to 1e-16 H, which moves the common side of two cells by
    1e-16 H / (distance of their points): points that nearly coincide set a least mass error.
    The caller can allow a larger error, or use the stochastic solver.
    """


@dataclass(frozen=True)
class PowerDiagram:
    """The cells into which N planes cut the unit square.

    Attributes:
        masses: (N,) areas of the cells, summing to 1; 0 for an empty cell.
        centroids: (N, 2) centres of mass; nan for an empty cell.
        facets: (k, 2) pairs i < j of cells with a common side, each once.
        lengths: (k,) lengths of these sides, positive.
        corners: (t, 2) corners of the cells; one in which four cells meet is there more than once.
        owners: (t, 3) the cells that meet in each corner; N to N + 3 are the square's sides.
    """

    masses: Vector
    centroids: Vector
    facets: Indices
    lengths: Vector
    corners: Vector
    owners: Indices

    def polygon(self, i: int) -> Vector:
        """Corners of cell i (v, 2), counter-clockwise; (0, 2) for an empty cell."""
        corners = np.unique(self.corners[(self.owners == i).any(axis=1)], axis=0)
        arm = corners - corners.sum(axis=0) / max(1, len(corners))
        return corners[np.argsort(np.arctan2(arm[:, 1], arm[:, 0]))]


def power_diagram(y: Vector, h: Vector) -> PowerDiagram:
    """The cells W_i = {x in [0, 1]^2 : <x, y_i> + h_i >= <x, y_j> + h_j for every j}.

    Args:
        y: (N, 2) distinct points.
        h: (N,) heights, in the units of <x, y>.

    Raises:
        ValueError: a number is not finite.
    """
    # Over the centred square x' = x - 1/2, points s = k (y - c) and heights k h + (s_1 + s_2) / 2
    # give k (<x, y> + h) less the same <x, k c> for all: the same cells.
    s = y - np.median(y, axis=0)  # numbers are densest at 0: most points should be there
    k = 0.5 ** np.frexp(np.abs(s).max())[1]  # a power of two rounds nothing
    s = k * s  # in [-1, 1]^2
    return _measure(len(y), *_hull(s, k * h + s.sum(axis=1) / 2))


def energy(y: Vector, h: Vector, nu: Vector, diagram: PowerDiagram) -> float:
    """E(h) = sum_i w_i (<c_i, y_i> + h_i) - <nu, h>, with c_i the centroid of W_i.

    Args:
        y: (N, 2) points.
        h: (N,) heights.
        nu: (N,) target masses.
        diagram: the cells of `y` and `h`.
    """
    cells = diagram.masses > 0
    value = (diagram.centroids[cells] * y[cells]).sum(axis=1) + h[cells]
    return float(diagram.masses[cells] @ value - nu @ h)


def solve_square(y: Vector, nu: Vector, tolerance: float = 1e-9, max_steps: int = 100) -> Vector:
    """Heights at which every cell has its mass.

    Newton's method, damped as in Kitagawa, Merigot and Thibert (2019), Algorithm 1: a step is
    halved until no area falls below half of the least at the start or in nu, and until the
    gradient shrinks in proportion to the step.

    Args:
        y: (N, 2) distinct points.
        nu: (N,) masses, positive, summing to 1.
        tolerance: largest sum_i |w_i - nu_i| in `power_diagram(y, heights)`.
        max_steps: most Newton steps.

    Returns:
        (N,) heights, in the units of <x, y>; their mean under nu is 0.

    Raises:
        NotSolvable: the tolerance is not reached.
        ValueError: a number is not finite.
    """
    even = 0.9 * nu + 0.1 / len(nu)  # no cell of the start may be too thin for Qhull
    heights = _line(y[:, 0], even) + _line(y[:, 1], even)
    heights -= nu @ heights
    try:
        diagram = power_diagram(y, heights)
        floor = min(diagram.masses.min(), nu.min()) / 2
        for _ in range(max_steps):
            if np.abs(diagram.masses - nu).sum() <= tolerance:
                break
            heights, diagram = _step(y, heights, nu, diagram, floor)
    except RuntimeError as error:  # how Qhull and SuperLU give up
        raise NotSolvable(f"points too close for double precision: {error}") from error
    if (left := np.abs(diagram.masses - nu).sum()) > tolerance:
        raise NotSolvable(f"mass error {left:.1e} after {max_steps} Newton steps")
    return heights


def _line(coordinate: Vector, nu: Vector) -> Vector:
    """Heights (N,) that solve the problem of one coordinate, on [0, 1].

    Neighbours meet at the quantile of the mass to their left. Added up, the heights of both
    coordinates leave no cell of the square empty: cell i holds the product of its two intervals.
    """
    place, rank = np.unique(coordinate, return_inverse=True)
    left = np.cumsum(np.bincount(rank, nu))[:-1]
    return np.append(0.0, -np.cumsum(left * np.diff(place)))[rank]


def _step(
    y: Vector, heights: Vector, nu: Vector, diagram: PowerDiagram, floor: float
) -> tuple[Vector, PowerDiagram]:
    """Move along the Newton direction as far as the damping allows.

    Raises:
        NotSolvable: no step is short enough.
        RuntimeError: a cell is empty.
    """
    gradient = diagram.masses - nu
    direction, rate = _newton(y, diagram, gradient), 1.0
    while rate >= _LEAST_STEP:
        moved = heights + rate * direction
        moved -= nu @ moved
        new = power_diagram(y, moved)
        shrunk = np.linalg.norm(new.masses - nu) <= (1 - rate / 2) * np.linalg.norm(gradient)
        if shrunk and new.masses.min() >= floor:
            return moved, new
        rate /= 2
    raise NotSolvable(f"Newton's method stalls at mass error {np.abs(gradient).sum():.1e}")


def _newton(y: Vector, diagram: PowerDiagram, gradient: Vector) -> Vector:
    """Solve Hessian D = - gradient for D (N,), D_0 = 0.

    Cells i and j have the entry - (length of the common side) / |y_i - y_j|, and rows sum to 0
    (Kitagawa, Merigot, Thibert 2019, Thm 1.3).
    """
    (i, j), count = diagram.facets.T, len(y)
    weight = diagram.lengths / np.linalg.norm(y[i] - y[j], axis=1)
    degree, cells = np.bincount(np.concatenate([i, j]), np.tile(weight, 2), count), np.arange(count)
    places = np.concatenate([i, j, cells]), np.concatenate([j, i, cells])
    hessian = coo_array((np.concatenate([-weight, -weight, degree]), places))
    rest = hessian.tocsc()[1:, 1:]
    factors = splu(rest, "MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    return np.append(0.0, -factors.solve(gradient[1:]))


def _hull(s: Vector, heights: Vector) -> tuple[Vector, Indices, Indices]:
    """Corners (t, 2) over the centred square, their three planes (t, 3), and neighbours (t, 3).

    The corners are the vertices of the polyhedron above all planes and between the square's sides
    (Aurenhammer 1987), and those are the facets of its polar, a convex hull. Seen from 1 above the
    greatest height over the square's centre, <x, s_i> + h_i <= z has the polar
    (s_i, -1) / (1 + below_i).
    """
    below = np.minimum(heights.max() - heights, _HIDDEN)
    # The third coordinate is raised by 1: small numbers keep digits that tell close planes apart.
    planes = np.column_stack([s, below]) / (1 + below)[:, None]
    hull = ConvexHull(np.concatenate([planes, _SIDES]))
    # Qhull's equations, not its triangles: the parts of a degenerate facet share one equation.
    depth = -hull.equations[:, 3] - hull.equations[:, 2]
    depth[(hull.simplices >= len(s)).all(axis=1)] = np.nan  # the top, where the sides are infinite
    return hull.equations[:, :2] / depth[:, None], hull.simplices, hull.neighbors


def _measure(count: int, corners: Vector, owners: Indices, neighbours: Indices) -> PowerDiagram:
    """Cut every cell into triangles, one per side, around the mean of its corners; see `_hull`."""
    # Neighbours are the ends of a side, and the two planes that they share its cells.
    start, stop = np.repeat(np.arange(len(owners)), 3), neighbours.ravel()
    i, j = np.sort(np.stack([owners[:, [1, 2, 0]], owners[:, [2, 0, 1]]]).reshape(2, -1), axis=0)
    once = (start < stop) & (i < count)
    i, j, start, stop = i[once], j[once], corners[start[once]], corners[stop[once]]
    length = np.linalg.norm(stop - start, axis=1)
    inner = j < count
    # The mean of the corners lies inside a convex cell, so that all triangles count positive.
    corner, place = np.nonzero(owners < count)
    mean = _means(owners[corner, place], np.ones(len(corner)), corners[corner], count)
    cell = np.concatenate([i, j[inner]])
    a = np.concatenate([start, start[inner]]) - mean[cell]
    b = np.concatenate([stop, stop[inner]]) - mean[cell]
    area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2
    real = inner & (length > 0)
    return PowerDiagram(
        np.bincount(cell, area, count).astype(np.float64),
        0.5 + mean + _means(cell, area, (a + b) / 3, count),
        np.column_stack([i, j])[real].astype(np.int64),
        length[real],
        0.5 + corners[np.unique(corner)],
        owners[np.unique(corner)].astype(np.int64),
    )


def _means(place: Indices, weight: Vector, vectors: Vector, count: int) -> Vector:
    """Weighted means (count, 2) of the vectors (m, 2) at each place; nan where there are none."""
    total = np.bincount(place, weight, count)
    sums = [np.bincount(place, weight * column, count) for column in vectors.T]
    return np.column_stack(sums) / np.where(total > 0, total, np.nan)[:, None]
