"""A picture of the progress of the autoencoder's training, written while it runs."""

import logging
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from aeot.models.autoencoder.model import Model
from aeot.pixels import quantise, unit
from aeot.png import lay_rows, save_png

log = logging.getLogger("aeot")

_SHOWN = 8  # images of either set


class Watch:
    """A picture that is replaced during a training: images above their reconstructions.

    The first rows are training images and their reconstructions, the last ones test images and
    theirs: if only the first pair is similar, the autoencoder overfits. The picture is not an
    output: it is removed like a checkpoint, and no result depends on it.

    Args:
        path: of the PNG.
        images: training images, uint8 (n, c, h, w), on the model's device; the first are shown.
        test_images: the same of test images.
        every: seconds between two pictures.
    """

    def __init__(
        self, path: str | Path, images: Tensor, test_images: Tensor, every: float = 30.0
    ) -> None:
        self.path, self.every = Path(path), every
        shown = min(_SHOWN, len(images), len(test_images))
        self.sets = (images[:shown], test_images[:shown])
        self._last = -math.inf

    @torch.no_grad()
    def show(self, model: Model) -> None:
        """Replace the picture if it is due; the model is then in eval mode."""
        if time.monotonic() - self._last < self.every:
            return
        if math.isinf(self._last):
            log.info("reconstructions during the training: %s", self.path)
        model.eval()
        rows: list[np.ndarray] = []
        for images in self.sets:
            rows += [images.cpu().numpy(), quantise(model(unit(images))).cpu().numpy()]
        save_png(self.path, lay_rows(*rows))
        self._last = time.monotonic()

    def remove(self) -> None:
        """Remove the picture of a training that has finished."""
        self.path.unlink(missing_ok=True)
