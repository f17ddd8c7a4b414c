"""Attribute vectors: directions among the codes that change one attribute of an image.

There are two ways to find them: the difference of the mean codes of images with an attribute and
without it; and a least-squares fit of the codes to all attributes at once, which separates the
effects of correlated attributes (Sainburg et al. 2018, arXiv 1807.06650, compare both).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from aeot.errors import InputError
from aeot.files import load_arrays, load_images
from aeot.models.coder import Coder

Images = NDArray[np.uint8]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Labelled:
    """Images (n, c, h, w), uint8, and their labels: classes (n,) or attributes (n, K) of 0, 1."""

    images: Images
    labels: NDArray[np.int64]

    @classmethod
    def load(cls, path: str | Path, shape: tuple[int, ...] | None = None) -> Self:
        """Read `images`, of a shape (c, h, w) where one is given, and `labels` of a data set.

        Raises:
            InputError: the file is unreadable, or does not have one label (or row) per image.
        """
        images, labels = load_images(path, shape), load_arrays(path, "labels")["labels"]
        if labels.ndim not in (1, 2) or len(labels) != len(images) or labels.min() < 0:
            raise InputError(
                f"{path}: labels must be classes (n,) or attributes (n, K) of {len(images)} "
                f"images, not of shape {labels.shape}; prepare the data again."
            )
        return cls(images, labels.astype(np.int64))

    def present(self) -> Numbers:
        """The attributes of each image: (n, K) of 0 and 1; for classes, exactly one per image."""
        if self.labels.ndim == 2:
            return self.labels.astype(np.float64)
        return np.eye(int(self.labels.max()) + 1)[self.labels]


def mean_differences(codes: Numbers, present: Numbers) -> Numbers:
    """For each attribute, the mean code with it minus the mean code without it: (K, d).

    The vector of an attribute that all images or no images have is 0.

    Args:
        codes: (n, d).
        present: (n, K) of 0 and 1.
    """
    vectors = np.zeros((present.shape[1], codes.shape[1]))
    for number, having in enumerate(present.T.astype(bool)):
        if having.any() and not having.all():
            vectors[number] = codes[having].mean(axis=0) - codes[~having].mean(axis=0)
    return vectors


def least_squares(codes: Numbers, present: Numbers) -> Numbers:
    """Coefficients of codes = constant + present V + noise, of least norm: V (K, d)."""
    centred = present - present.mean(axis=0)
    solved = np.linalg.lstsq(centred, codes - codes.mean(axis=0), rcond=None)[0]
    return np.asarray(solved, dtype=np.float64)


def wanted(present: Numbers, exclusive: bool) -> Numbers:
    """Choose the attributes that images are to have: each image gets another one, in turn.

    Args:
        present: (n, K) of 0 and 1.
        exclusive: whether each image has exactly one attribute, which the new one replaces;
            otherwise the i-th attribute of image i is switched.
    """
    count = present.shape[1]
    rows = np.arange(len(present))
    if exclusive:
        new = (present.argmax(axis=1) + 1 + rows % (count - 1)) % count
        return np.eye(count)[new]
    target = present.copy()
    target[rows, rows % count] = 1 - target[rows, rows % count]
    return target


def moves(coder: Coder, train: Labelled, test: Labelled, count: int) -> Images:
    """Give the first test images another attribute, by both kinds of vectors.

    Args:
        coder: encodes and decodes.
        train: images from which the vectors are computed.
        test: images that are moved.
        count: number of images.

    Returns:
        uint8 (count, 4, c, h, w): the image, its reconstruction, and its code moved by the
        difference of means and by least squares.

    Raises:
        InputError: there are fewer images, or fewer than two classes.
    """
    if len(test.images) < count:
        raise InputError(f"{count} moves need as many test images; there are {len(test.images)}.")
    present = train.present()
    if present.shape[1] < 2 or test.present().shape[1] > present.shape[1]:
        raise InputError(
            "the training images need at least two classes, including all classes of the test "
            "images."
        )
    device = next(coder.parameters()).device

    def encoded(images: Images) -> Numbers:
        return coder.encode(torch.from_numpy(images).to(device)).double().cpu().numpy()

    codes, start = encoded(train.images), encoded(test.images[:count])
    having = np.zeros((count, present.shape[1]))
    having[:, : test.present().shape[1]] = test.present()[:count]
    change = wanted(having, train.labels.ndim == 1) - having
    vectors = (mean_differences(codes, present), least_squares(codes, present))
    places = np.stack([start, *(start + change @ found for found in vectors)], axis=1)
    flat = torch.from_numpy(places.reshape(-1, places.shape[-1])).float().to(device)
    made = coder.decode(flat).cpu().numpy().reshape(count, 3, *test.images.shape[1:])
    return np.concatenate([test.images[:count, None], made], axis=1)
