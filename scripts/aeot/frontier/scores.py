"""Fidelity and novelty of the codes of a sampler."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from aeot.errors import InputError
from aeot.files import Array
from aeot.metrics.copying import authentic, covered
from aeot.metrics.fid import frechet_distance

if TYPE_CHECKING:
    from aeot.metrics.training_images import TrainingImages

COLUMNS = [
    "value", "draw", "seconds", "frechet_distance", "novelty_codes", "novelty_features",
    "authenticity", "test_recall", "n_real", "n_fake",
]  # fmt: skip


@dataclass(frozen=True)
class Known:
    """The codes and features with which samples are compared.

    Because of blur, decoded images differ from all real images, so the novelty of features compares
    decoded images with decoded images.

    Attributes:
        codes: the training codes, d columns.
        features: the features of these, decoded, k columns.
        test_codes: (m, d) codes of test images.
        test_features: (m, k) features of these, decoded.
        real: (n, k) features of unchanged test images.
    """

    codes: "TrainingImages"
    features: "TrainingImages"
    test_codes: Array
    test_features: Array
    real: Array


def frontier_rows(
    codes: Array,
    values: list[str],
    seconds: Sequence[float | str],
    known: Known,
    features_of: Callable[[Array], Array],
) -> list[dict[str, Any]]:
    """Score the codes of every point of a curve.

    Args:
        codes: (places, draws, n, d) float32.
        values: value of the swept setting at every point, as text.
        seconds: duration of the fit of every point; empty if nothing was fitted.
        known: training and test images.
        features_of: codes (n, d) -> features of the decoded images (n, k).

    Returns:
        Rows of `COLUMNS`, one per point and draw. A novelty is the median distance to the nearest
        training code (or to the features of the nearest decoded training image), divided by that of
        test codes (or of decoded test images): 0 means copies, 1 means as new as test images.
        `authenticity` and `test_recall` are those of `aeot.metrics.copying`, compared with decoded
        training images and with test images.

    Raises:
        InputError: sizes do not match, or half of the test codes are training codes or decode to
            the same features.
    """
    if len(values) != len(codes):
        raise InputError(f"{len(codes)} sets of codes have {len(values)} values; name one each.")
    units = [
        float(np.median(train.nearest(test)[0]))
        for train, test in (
            (known.codes, known.test_codes),
            (known.features, known.test_features),
        )
    ]
    _check_units(*units)
    return [
        {"value": value, "draw": draw, "seconds": spent} | _scores(part, units, known, features_of)
        for value, spent, place in zip(values, seconds, codes, strict=True)
        for draw, part in enumerate(place)
    ]


def _check_units(codes: float, features: float) -> None:
    """Refuse test images whose median distance to the training images is 0."""
    if not codes:
        raise InputError(
            "half of the test codes are training codes: either test images repeat training "
            "images (split the data again), or the encoder distinguishes few images (train "
            "longer: autoencoder.epochs)."
        )
    if not features:
        raise InputError(
            "the test codes differ from the training codes, but half of them decode to the same "
            "images: the decoder distinguishes few codes; train it longer (autoencoder.epochs, "
            "autoencoder.decoder_epochs)."
        )


def _scores(
    codes: Array, units: list[float], known: Known, features_of: Callable[[Array], Array]
) -> dict[str, Any]:
    features = features_of(codes)
    found = known.features.nearest(features)
    near = [known.codes.nearest(codes)[0], found[0]]
    values = (
        frechet_distance(known.real, features),
        *(float(np.median(far)) / unit for far, unit in zip(near, units, strict=True)),
        float(authentic(known.features, *found).mean()),
        float(covered(known.real, features).mean()),
        len(known.real),
        len(codes),
    )
    return dict(zip(COLUMNS[3:], values, strict=True))
