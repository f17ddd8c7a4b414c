"""Synthetic pictures of four shapes, for tests and the smoke preset."""

from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, PositiveInt

from aeot.datasets.base import Dataset, Split
from aeot.datasets.settings import DatasetSettings
from aeot.files import Array
from aeot.seeding import numpy_generator

SHAPES = ("disc", "square", "triangle", "ring")
CHUNK = 256  # images drawn at once


class ShapesSettings(DatasetSettings):
    """The number of shapes, and the size of the images."""

    train_count: PositiveInt = Field(2000, description="training images")
    test_count: PositiveInt = Field(500, description="test images")
    size: int = Field(28, ge=8, le=256, description="width and height, in pixels")
    channels: Literal[1, 3] = Field(1, description="1 for grey, 3 for colour")


class Shapes(Dataset[ShapesSettings]):
    """Discs, squares, triangles and rings with random position, size, angle and brightness."""

    name = "shapes"
    Settings = ShapesSettings

    @classmethod
    def available(cls, settings: ShapesSettings, root: Path | None = None) -> tuple[int, int]:
        """See `Dataset`: as many as are asked for."""
        return settings.train_count, settings.test_count

    @classmethod
    def shape(cls, settings: ShapesSettings) -> tuple[int, int, int]:
        """See `Dataset`."""
        return settings.channels, settings.size, settings.size

    def splits(self, raw: Path | None = None) -> tuple[Split, Split]:
        """Return train and test images (n, channels, size, size); labels index `SHAPES`."""
        return (
            self._split("train", self.settings.train_count),
            self._split("test", self.settings.test_count),
        )

    def _split(self, split: str, count: int) -> Split:
        """Draw one split from its own stream; one row of numbers makes one image."""
        generator = numpy_generator(self.settings.seed, "shapes", split)
        numbers = generator.random((count, 8))
        labels = (numbers[:, 0] * len(SHAPES)).astype(np.int64)
        size = self.settings.size
        images = np.empty((count, self.settings.channels, size, size), np.uint8)
        for start in range(0, count, CHUNK):
            part = slice(start, start + CHUNK)
            cover = coverage(labels[part], numbers[part, 1:5], size)
            shades = 255 * (0.4 + 0.6 * numbers[part, 5 : 5 + self.settings.channels])
            images[part] = np.rint(cover[:, None] * shades[:, :, None, None])
        return Split(images, labels)


def coverage(labels: Array, numbers: Array, size: int) -> Array:
    """Share of each pixel that a shape covers, from the signed distance to its edge.

    Args:
        labels: (n,) indices into `SHAPES`.
        numbers: (n, 4) in [0, 1): centre x, centre y, radius, angle.
        size: pixels per side.

    Returns:
        (n, size, size) in [0, 1]; shapes are completely inside the frame.
    """
    radius = size * (0.16 + 0.12 * numbers[:, 2])[:, None, None]  # of the circumscribed circle
    margin = radius + 1.5  # a sharp corner's blur reaches one pixel beyond the circle
    centre = margin + (size - 2 * margin) * numbers[:, :2, None, None].transpose(1, 0, 2, 3)
    pixel = np.arange(size) + 0.5
    x, y = pixel[None, None, :] - centre[0], pixel[None, :, None] - centre[1]
    angle = 2 * np.pi * numbers[:, 3, None, None]
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    away = np.hypot(x, y)
    distance = np.stack(
        [
            away - radius,
            _polygon(u, v, radius, 4),
            _polygon(u, v, radius, 3),
            np.abs(away - 0.75 * radius) - 0.25 * radius,
        ]
    )
    chosen = np.take_along_axis(distance, labels[None, :, None, None], axis=0)[0]
    return np.clip(0.5 - chosen, 0, 1)


def _polygon(u: Array, v: Array, radius: Array, corners: int) -> Array:
    """Distance beyond the nearest edge line of a regular polygon (negative inside)."""
    turns = 2 * np.pi * np.arange(corners) / corners
    beyond = [u * np.cos(turn) + v * np.sin(turn) for turn in turns]
    return np.max(beyond, axis=0) - radius * np.cos(np.pi / corners)
