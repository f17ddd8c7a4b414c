"""Recall on a known manifold, and F1 (Lucic et al. 2018, arXiv 1711.10337).

The share of test images that are nearer than delta to an image that the generator can draw. If a
generator can be inverted (a model of images, or AE-OT with one or two cells), the distance is
computed by `aeot.models.inversion`. For other samplers, only the nearest of their draws is known,
which is farther away than the nearest image of the range. The recall of the nearest draws is
therefore computed for all generators, with equally many draws, and the recall and F1 of the range
only for those that can be inverted.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from aeot.metrics.base import Column, Score, row
from aeot.metrics.precision import ManifoldMetric, shares

if TYPE_CHECKING:
    import torch


class Recall(ManifoldMetric):
    """Recall on a known manifold: the share of test images near the generator's range; and F1."""

    NEEDS: ClassVar[tuple[str, ...]] = ("images", "manifold", "range")
    CURVE: ClassVar[list[str]] = ["delta", "precision", "recall", "nearest_recall"]
    SHOWN: ClassVar[dict[str, Column]] = {
        "manifold_recall": Column(
            "Recall (manifold)",
            "Recall (manifold): share of test images whose distance to the generator's range, by "
            "inversion, is below delta (Lucic et al. 2018; metric_settings.recall.delta).",
            digits=3,
        ),
        "manifold_f1": Column(
            "F1 (manifold)",
            "F1 (manifold): harmonic mean of precision and recall on the manifold.",
            digits=3,
        ),
        "nearest_recall": Column(
            "Nearest draw",
            "Nearest draw: share of test images nearer than delta to the nearest of equally many "
            "draws (inversion.draws); for samplers whose range is not known it is the only value.",
            digits=3,
        ),
    }

    def score(
        self, sets: Mapping[str, Any], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Compare test images with the range of a generator, and its samples with the manifold.

        Args:
            sets: `images` uint8 (n, c, h, w), the samples; `manifold`, of such images; `range`, a
                mapping of distances (m,) of test images: `nearest` to the nearest draw, and, of a
                generator that was inverted, `distance` to its range.
            seed: draws the references of the manifold.
            device: not used.

        Returns:
            Rows `nearest_recall` and, if the generator was inverted, `manifold_recall` and
            `manifold_f1`; the curve over delta, whose column `recall` is empty otherwise.
        """
        found, images, deltas = sets["range"], sets["images"], self.deltas()
        fidelity = self.distances(images, sets["manifold"], seed)
        near = found["nearest"]
        precision = shares(fidelity, deltas)
        values = {"nearest_recall": shares(near, [self.delta])[0]}
        recall: list[float] | list[str] = [""] * len(deltas)
        if "distance" in found:
            recall = shares(found["distance"], deltas)
            at = shares(found["distance"], [self.delta])[0]
            values["manifold_recall"] = at
            values["manifold_f1"] = f1(shares(fidelity, [self.delta])[0], at)
        columns = zip(deltas.tolist(), precision, recall, shares(near, deltas), strict=True)
        rows = [row(name, value, len(near), len(images)) for name, value in values.items()]
        return Score(rows, [dict(zip(self.CURVE, line, strict=True)) for line in columns])


def f1(precision: float, recall: float) -> float:
    """Harmonic mean of precision and recall; 0 where both are."""
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0
