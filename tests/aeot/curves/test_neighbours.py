"""Pairs of samples and their nearest training images."""

import numpy as np
import pytest

from aeot.curves.neighbours import Neighbours, nearest_rows
from aeot.errors import InputError
from aeot.files import save_arrays

RANDOM = np.random.default_rng(0)


@pytest.fixture
def files(tmp_path):
    """Features of eight training images, and samples that lie near those 5, 2, 7 and 0."""
    known = RANDOM.normal(size=(8, 3))
    save_arrays(tmp_path / "all.npz", features=known)
    for name, order in (("ae", [5, 2, 7, 0]), ("aeot", [1, 1, 1, 1])):
        near = known[order] + 1e-3 * RANDOM.normal(size=(4, 3))
        save_arrays(tmp_path / f"{name}.npz", features=near)
    return {
        "images": ["ae_samples.npz", "aeot_samples.npz"],
        "features": [str(tmp_path / "ae.npz"), str(tmp_path / "aeot.npz")],
        "train_images": ["train.npz"], "train_features": [str(tmp_path / "all.npz")],
    }  # fmt: skip


def test_each_sample_stands_beside_the_training_image_nearest_to_it(files):
    rows = Neighbours(names=["ae", "aeot"], rows=2, columns=2).collect(files, {})
    own = [row for row in rows if row["block"] == "ae"]
    left = [row for row in own if row["file"] == "ae_samples.npz"]
    right = [row for row in own if row["file"] == "train.npz"]
    assert [row["index"] for row in left] == [0, 1, 2, 3]
    assert [row["index"] for row in right] == [5, 2, 7, 0]
    for sample, neighbour in zip(left, right, strict=True):
        assert neighbour["row"] == sample["row"]
        assert neighbour["column"] == sample["column"] + 1
    # A blank column parts the pairs of a row.
    assert [(row["row"], row["column"]) for row in left] == [(0, 0), (0, 3), (1, 0), (1, 3)]
    assert [row["index"] for row in rows if row["block"] == "aeot"] == [0, 1, 1, 1, 2, 1, 3, 1]


def test_fewer_samples_make_fewer_pairs(files):
    assert len(Neighbours(names=["ae", "aeot"], rows=6, columns=2).collect(files, {})) == 2 * 2 * 4
    assert len(Neighbours(names=["ae", "aeot"], rows=1, columns=1).collect(files, {})) == 2 * 2


def test_files_without_names_are_refused(files):
    with pytest.raises(InputError, match="2 files have 1 names"):
        Neighbours(names=["ae"]).collect(files, {})


def test_the_nearest_is_that_of_all_distances():
    points, known = RANDOM.normal(size=(20, 5)), RANDOM.normal(size=(50, 5))
    distances = np.linalg.norm(points[:, None] - known, axis=2)
    assert (nearest_rows(points, known) == distances.argmin(axis=1)).all()
