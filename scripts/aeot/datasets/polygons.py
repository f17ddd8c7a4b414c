"""Convex polygons whose manifold is known: the triangles of Lucic et al. 2018, and harder ones.

After the data set of compare_gan v1. A polygon of K corners is inscribed in a circle of a diameter
of 0.75 times the image's side. Corner i lies at the angle

    i 360 / K + 10 + u_i (360 / K - 10) + 2 pi t  degrees,  u_i and t uniform on [0, 1],

so two corners are at least 10 degrees apart, and the polygon is moved such that the mean of its
corners is the centre of the image. The rotation by 2 pi t, which is the same for all corners, is at
most 6.3 degrees, because in that code an angle is converted to radians twice. The inside is black,
the outside white.

The value of a pixel is the exact share of it that is outside. That code counts 8 x 8 points
instead, which is the same up to a few 64ths on the edge.
"""

from pathlib import Path

import numpy as np
from pydantic import Field, PositiveInt

from aeot.datasets.base import Dataset, Split
from aeot.datasets.manifold import Manifold
from aeot.datasets.settings import DatasetSettings
from aeot.files import Array
from aeot.seeding import numpy_generator

SCALE = 0.75  # diameter of the circle, sides of the image
GAP = 10.0  # least angle between neighbouring corners, degrees
_CHUNK = 64  # polygons drawn at once: their edges' pixels stay in the cache
_LEVEL = 1e-12  # an edge that rises less than this, in pixels, bounds no area
_STEEP = 1e-9  # minimum horizontal extent of an edge within a row of pixels, in pixels


class PolygonsSettings(DatasetSettings):
    """The number of polygons, their corners, and the size of the images."""

    train_count: PositiveInt = Field(60_000, description="training images")
    test_count: PositiveInt = Field(10_000, description="test images")
    corners: int = Field(
        3, ge=3, le=12, description="number of corners of a polygon; the study uses triangles"
    )
    size: int = Field(28, ge=8, le=256, description="width and height, in pixels")


class PolygonManifold(Manifold):
    """All polygons of the data set; the parameters are u_1, ..., u_K and t (module docstring).

    Args:
        corners: K.
        size: pixels per side.
    """

    def __init__(self, corners: int, size: int) -> None:
        self.corners, self.size = corners, size
        self.parameters, self.shape = corners + 1, (1, size, size)
        self._span = 2 * np.pi / corners - np.radians(GAP)

    def vertices(self, parameters: Array) -> Array:
        """Corners (n, K, 2), x and y in pixels, of parameters (n, K + 1)."""
        first = 2 * np.pi * np.arange(self.corners) / self.corners + np.radians(GAP)
        turn = np.radians(2 * np.pi * parameters[:, -1:])
        angles = first + self._span * parameters[:, :-1] + turn
        radius = SCALE * self.size / 2
        corners = radius * np.stack([np.cos(angles), np.sin(angles)], axis=2)
        return np.asarray(corners - corners.mean(axis=1, keepdims=True) + self.size / 2)

    def render(self, parameters: Array) -> Array:
        """See `Manifold`."""
        images = np.empty((len(parameters), self.size**2))
        for start in range(0, len(parameters), _CHUNK):
            vertices = self.vertices(parameters[start : start + _CHUNK])
            covered = coverage(vertices, self.size)
            images[start : start + _CHUNK] = 1 - covered.reshape(len(vertices), -1)
        return images

    def jacobian(self, parameters: Array, images: Array) -> Array:
        """See `Manifold`; a rotation moves all corners."""
        corners = self.differences(parameters, images, self.corners)
        turn = corners.sum(axis=2, keepdims=True) * np.radians(2 * np.pi) / self._span
        return np.concatenate([corners, turn], axis=2)


class Polygons(Dataset[PolygonsSettings]):
    """Random convex polygons, black on white; they have no classes."""

    name = "polygons"
    Settings = PolygonsSettings

    @classmethod
    def labelled(cls, settings: PolygonsSettings, root: Path | None = None) -> bool:
        """See `Dataset`: they have none."""
        return False

    @classmethod
    def available(cls, settings: PolygonsSettings, root: Path | None = None) -> tuple[int, int]:
        """See `Dataset`: as many as are asked for."""
        return settings.train_count, settings.test_count

    @classmethod
    def shape(cls, settings: PolygonsSettings) -> tuple[int, int, int]:
        """See `Dataset`."""
        return 1, settings.size, settings.size

    @classmethod
    def manifold(cls, settings: PolygonsSettings) -> PolygonManifold:
        """See `Dataset`."""
        return PolygonManifold(settings.corners, settings.size)

    def splits(self, raw: Path | None = None) -> tuple[Split, Split]:
        """Return train and test images (n, 1, size, size), each of its own stream."""
        return (
            self._split("train", self.settings.train_count),
            self._split("test", self.settings.test_count),
        )

    def _split(self, split: str, count: int) -> Split:
        manifold = self.manifold(self.settings)
        random = numpy_generator(self.settings.seed, "polygons", split)
        parameters = manifold.draw(count, random)
        images = np.empty((count, *manifold.shape), np.uint8)
        for start in range(0, count, _CHUNK):
            part = manifold.render(parameters[start : start + _CHUNK])
            images[start : start + _CHUNK] = np.rint(255 * part).reshape(-1, *manifold.shape)
        return Split(images)


def coverage(vertices: Array, size: int) -> Array:
    """Exact share of each pixel that a polygon covers, by Green's theorem.

    The area of a polygon within a row of pixels and left of x = j is the sum over its edges of the
    integral of min(x, j) dy along the edge's part in that row.

    Args:
        vertices: (n, K, 2) float64, x and y in pixels, in the order of growing angles.
        size: pixels per side.

    Returns:
        (n, size, size) in [0, 1], row (y) first.
    """
    start, step = vertices, np.roll(vertices, -1, axis=1) - vertices
    rise, lines = step[..., 1:], np.arange(size + 1.0)
    level = np.abs(rise) < _LEVEL
    share = np.clip((lines - start[..., 1:]) / np.where(level, 1.0, rise), 0, 1)
    x = start[..., :1] + share * step[..., :1]  # (n, K, size + 1): at the lines between the rows
    height = np.abs(np.diff(share)) * np.where(level, 0.0, rise)
    low = np.minimum(x[..., 1:], x[..., :-1])[..., None]
    high = np.maximum(np.maximum(x[..., 1:], x[..., :-1])[..., None], low + _STEEP)
    # The mean of min(x, j) - j over the part, for x uniform between low and high; the sum of the
    # heights of a row is zero, so the omitted part of the mean cancels.
    left = np.clip(lines, low, high)
    mean = 0.5 * (left + low) - lines
    mean *= (left - low) / (high - low)
    areas = np.einsum("nkrj,nkr->nrj", mean, height)
    return np.clip(np.diff(areas), 0, 1)  # rounding may exceed either end slightly
