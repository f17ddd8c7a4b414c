"""Inception Score (Salimans et al. 2016, arXiv 1606.03498), by the extractor's own classifier.

With the features of Inception, it is the score of the literature. With any other classifier it is a
different number, which can only be compared within one table.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field, PositiveInt
from scipy.special import log_softmax

from aeot.errors import InputError
from aeot.files import Array
from aeot.metrics.base import Column, Metric, Score, row

if TYPE_CHECKING:
    import torch


def class_score(logits: Array) -> float:
    """Exp of the mean Kullback-Leibler divergence of p(y | x) from the mean p(y).

    It lies between 1, if all images have the same distribution of classes, and the number of
    classes (Salimans et al. 2016, section 4).

    Args:
        logits: (n, c) of n images.
    """
    log_p = log_softmax(logits.astype(np.float64), axis=1)
    p = np.exp(log_p)
    mean = p.mean(axis=0)
    log_mean = np.log(mean, where=mean > 0, out=np.zeros_like(mean))
    return float(np.exp((p * (log_p - log_mean)).sum(axis=1).mean()))


class ClassScore(Metric):
    """The Inception Score, with the classifier whose features are compared."""

    NEEDS: ClassVar[tuple[str, ...]] = ("fake", "classifier")
    SHOWN: ClassVar[dict[str, Column]] = {
        "class_score": Column(
            "Class score",
            "Class score: exp of the mean Kullback-Leibler divergence of an image's class "
            "probabilities from their mean, with the extractor's own classifier (Salimans et al. "
            "2016). It is the Inception Score only for the extractor inception. Larger is "
            "better, and no real image is compared: the floor shows the value of real images.",
        )
    }

    splits: PositiveInt = Field(
        1, description="number of equal parts whose scores are averaged (paper: 10)"
    )

    def shortage(self, images: int) -> tuple[str, str] | None:
        """See `Metric`: two images in every part."""
        if images >= 2 * self.splits:
            return None
        return (
            "splits",
            f"{self.splits} parts of at least 2 images need more images than there are; lower it",
        )

    def score(
        self, sets: Mapping[str, Any], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Score features without comparing them with any other.

        Args:
            sets: `fake` (n, k) features, and the `classifier` of their extractor.
            seed: not used.
            device: not used.

        Returns:
            Row `class_score`, the mean over the parts; both counts are those of the images.

        Raises:
            InputError: there are fewer than two features for a part, or they are from another
                extractor.
        """
        features, layer = sets["fake"], sets["classifier"]
        if features.shape[1] != layer.weight.shape[1]:
            raise InputError(
                f"the features have {features.shape[1]} columns and the classifier needs "
                f"{layer.weight.shape[1]}; name the extractor that computed them."
            )
        if fault := self.shortage(len(features)):
            raise InputError(f"{fault[0]}: {fault[1]}.")
        logits = features @ layer.weight.T + layer.bias
        values = [class_score(part) for part in np.array_split(logits, self.splits)]
        count = len(features)
        return Score([row("class_score", float(np.mean(values)), count, count)])
