"""A set of images that is known exactly, as a function of a few parameters."""

from abc import ABC, abstractmethod

import numpy as np

from aeot.files import Array

_STEP = 1e-6  # of the differences in a Jacobian


class Manifold(ABC):
    """All images that a data set can draw: those of parameters in [0, 1]^p.

    Attributes:
        parameters: their number p.
        shape: (channels, height, width) of an image.
    """

    parameters: int
    shape: tuple[int, int, int]

    @abstractmethod
    def render(self, parameters: Array) -> Array:
        """Return the images (n, D) in [0, 1], D = c h w, of parameters (n, p), in float64.

        They are also defined, and continuous, slightly beyond [0, 1]^p.
        """

    def draw(self, count: int, random: np.random.Generator) -> Array:
        """Draw parameters (count, p) whose images are distributed as those of the data set."""
        return random.random((count, self.parameters))

    def jacobian(self, parameters: Array, images: Array) -> Array:
        """Return the derivatives (n, D, p) of the images (n, D) of parameters (n, p)."""
        return self.differences(parameters, images, self.parameters)

    def differences(self, parameters: Array, images: Array, count: int) -> Array:
        """Forward differences (n, D, count) along the first `count` parameters."""
        found = np.empty((*images.shape, count))
        for k in range(count):
            moved = parameters.copy()
            moved[:, k] += _STEP
            found[:, :, k] = (self.render(moved) - images) / _STEP
        return found
