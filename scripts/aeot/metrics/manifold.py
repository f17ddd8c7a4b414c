"""The distance of images to a known manifold, by a fit of its parameters.

A bounded least-squares problem for every image x, min over q in [0, 1]^p of |x - g(q)|, solved by
Levenberg and Marquardt's damped Gauss-Newton steps (Marquardt, SIAM J. Appl. Math. 11, 1963) from
the nearest of some thousand reference images, and from the next nearest ones. A parameter on its
bound that the gradient pushes outwards stays there. The result is the distance to an image of the
manifold, so it is never smaller than the distance to the manifold.
"""

from typing import NamedTuple

import numpy as np

from aeot.datasets.manifold import Manifold
from aeot.files import Array
from aeot.seeding import numpy_generator

REFERENCES = 4096
STARTS = 3
STEPS = 30
_TILE = 128  # images fitted at once
_EDGE = 1e-9  # nearer to a bound than that is on it
_DONE = 1e-6  # a step that changes every parameter less is the last
_DAMPING = 1e-3, 0.2, 5.0  # initial value; factors after an accepted and after a rejected step
_LEAST_DAMPED, _MOST_DAMPED = 1e-7, 1e8  # parameters may move without changing the image


class Projected(NamedTuple):
    """The nearest images of the manifold: `distance` (n,) and `parameters` (n, p)."""

    distance: Array
    parameters: Array


def project(
    images: Array,
    manifold: Manifold,
    references: int = REFERENCES,
    starts: int = STARTS,
    seed: int = 0,
) -> Projected:
    """Find the nearest image of a manifold.

    Args:
        images: float (n, D) in [0, 1], D = c h w.
        manifold: of images of that size.
        references: number of images drawn from it, at which the fits start.
        starts: number of fits per image, from its nearest references.
        seed: draws the references.

    Returns:
        Euclidean distances in units of a pixel's whole range, and the parameters.
    """
    random = numpy_generator(seed, "manifold", "references")
    known = manifold.draw(references, random)
    pictures = manifold.render(known)
    parts = []
    for begin in range(0, len(images), _TILE):
        part = images[begin : begin + _TILE].astype(np.float64)
        places = nearest(part, pictures, min(starts, references))
        repeated = np.repeat(part, places.shape[1], axis=0)
        fits = fit(repeated, known[places.ravel()], manifold)
        distance = fits.distance.reshape(places.shape)
        best = distance.argmin(axis=1)
        rows = np.arange(len(part))
        parameters = fits.parameters.reshape(*places.shape, -1)
        parts.append(Projected(distance[rows, best], parameters[rows, best]))
    return Projected(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def nearest(images: Array, references: Array, count: int) -> Array:
    """Return the rows (n, count) of the nearest references (R, D) of images (n, D), in order."""
    squares = (references**2).sum(axis=1) - 2 * images @ references.T
    rows = np.argpartition(squares, count - 1, axis=1)[:, :count]
    order = np.take_along_axis(squares, rows, axis=1).argsort(axis=1, kind="stable")
    return np.take_along_axis(rows, order, axis=1)


def fit(images: Array, parameters: Array, manifold: Manifold, steps: int = STEPS) -> Projected:
    """Fit the parameters (n, p) of images (n, D), each from where it is given."""
    found = parameters.copy()
    made = manifold.render(found)
    error = ((images - made) ** 2).sum(axis=1)
    damping = np.full(len(images), _DAMPING[0])
    left = np.arange(len(images))  # those that have not ended
    for _ in range(steps):
        if not len(left):
            break
        step = _step(
            images[left] - made[left],
            manifold.jacobian(found[left], made[left]),
            found[left],
            damping[left],
        )
        moved = np.clip(found[left] + step, 0, 1)
        tried = manifold.render(moved)
        square = ((images[left] - tried) ** 2).sum(axis=1)
        better = square < error[left]
        small = np.abs(moved - found[left]).max(axis=1) < _DONE
        taken = left[better]
        found[taken], made[taken], error[taken] = moved[better], tried[better], square[better]
        damping[left] *= np.where(better, *_DAMPING[1:])
        damping = np.maximum(damping, _LEAST_DAMPED)
        left = left[~small & (damping[left] < _MOST_DAMPED)]
    return Projected(np.sqrt(error), found)


def _step(residual: Array, jacobian: Array, parameters: Array, damping: Array) -> Array:
    """Damped Gauss-Newton steps (n, p) of the parameters that are free to move."""
    gradient = np.einsum("ndp,nd->np", jacobian, residual)  # uphill in -|x - g|^2 / 2
    fixed = ((parameters < _EDGE) & (gradient < 0)) | ((parameters > 1 - _EDGE) & (gradient > 0))
    normal = np.einsum("ndp,ndq->npq", jacobian, jacobian)
    scale = normal.trace(axis1=1, axis2=2) + np.finfo(float).tiny
    free = ~fixed
    normal *= free[:, :, None] & free[:, None, :]
    diagonal = np.arange(parameters.shape[1])
    normal[:, diagonal, diagonal] += scale[:, None] * np.where(fixed, 1.0, damping[:, None])
    return np.linalg.solve(normal, (gradient * free)[..., None])[..., 0]
