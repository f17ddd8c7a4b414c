"""Attribute vectors: laws of the two kinds, and what the moved images are."""

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.files import save_arrays
from aeot.models.attributes import Labelled, least_squares, mean_differences, moves, wanted
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.seeding import numpy_generator, torch_generator

RNG = numpy_generator(0, "attributes")
VECTORS = RNG.normal(size=(3, 5))


@pytest.fixture
def coder():
    model = Autoencoder(AutoencoderSettings(width=4, codes=3), (1, 8, 8))
    model.initialise(torch_generator(0, "weights"))
    return model


def labelled(count, classes=3):
    images = RNG.integers(0, 256, (count, 1, 8, 8)).astype(np.uint8)
    return Labelled(images, np.arange(count) % classes)


def test_independent_attributes_are_found_by_both():
    present = np.array(np.meshgrid(*[[0, 1]] * 3)).reshape(3, -1).T.astype(float)
    codes = 7 + present @ VECTORS
    np.testing.assert_allclose(mean_differences(codes, present), VECTORS, atol=1e-12)
    np.testing.assert_allclose(least_squares(codes, present), VECTORS, atol=1e-12)


def test_least_squares_gives_no_credit_for_what_comes_along():
    present = (RNG.random((400, 3)) < 0.5).astype(float)
    present[:, 1] = np.where(RNG.random(400) < 0.9, present[:, 0], present[:, 1])
    codes = present @ VECTORS
    np.testing.assert_allclose(least_squares(codes, present), VECTORS, atol=1e-10)
    assert np.abs(mean_differences(codes, present)[0] - VECTORS[0]).max() > 0.3


def test_balanced_classes_differ_by_a_factor():
    present = np.eye(3)[np.arange(30) % 3]
    codes = RNG.normal(size=(30, 5)) + present @ VECTORS
    means = np.stack([codes[k::3].mean(0) for k in range(3)])
    expected = means - means.mean(0)
    np.testing.assert_allclose(least_squares(codes, present), expected, atol=1e-12)
    np.testing.assert_allclose(mean_differences(codes, present), 1.5 * expected, atol=1e-12)


def test_an_attribute_that_all_have_moves_nothing():
    present = np.c_[np.ones(6), np.arange(6) % 2]
    codes = RNG.normal(size=(6, 5))
    for found in (mean_differences(codes, present), least_squares(codes, present)):
        assert np.abs(found[0]).max() < 1e-12 < np.abs(found[1]).max()


def test_classes_are_replaced_by_each_other_class_in_turn():
    present = np.eye(4)[np.zeros(6, int) + 2]
    assert wanted(present, exclusive=True).argmax(1).tolist() == [3, 0, 1, 3, 0, 1]
    assert (wanted(present, exclusive=True).sum(1) == 1).all()


def test_attributes_are_turned_round_one_at_a_time():
    present = np.array([[1, 0, 1], [0, 0, 1], [0, 1, 1]], dtype=float)
    assert wanted(present, exclusive=False).tolist() == [[0, 0, 1], [0, 1, 1], [0, 1, 0]]


def test_images_are_moved_by_the_vectors_of_the_training_codes(coder):
    train, test = labelled(30), labelled(5)
    found = moves(coder, train, test, 4)
    assert found.shape == (4, 4, 1, 8, 8) and found.dtype == np.uint8
    np.testing.assert_array_equal(found[:, 0], test.images[:4])

    def encoded(images):
        return coder.encode(torch.from_numpy(images)).double().numpy()

    codes, start = encoded(train.images), encoded(test.images[:4])
    means = np.stack([codes[k::3].mean(0) for k in range(3)])
    rest = np.stack([np.delete(codes, np.s_[k::3], axis=0).mean(0) for k in range(3)])
    old = test.labels[:4]
    new = (old + 1 + np.arange(4) % 2) % 3
    steps = (0, (means - rest)[new] - (means - rest)[old], means[new] - means[old])
    for column, step in enumerate(steps, start=1):
        made = coder.decode(torch.from_numpy(start + step).float()).numpy()
        assert np.abs(found[:, column].astype(int) - made).max() <= 1


def test_what_has_no_two_classes_or_too_few_images_is_named(coder):
    with pytest.raises(InputError, match="9 moves need as many test images; there are 5"):
        moves(coder, labelled(30), labelled(5), 9)
    with pytest.raises(InputError, match="at least two classes"):
        moves(coder, labelled(30, 1), labelled(5, 1), 2)
    with pytest.raises(InputError, match="all classes of the test"):
        moves(coder, labelled(30, 2), labelled(5, 3), 2)


def test_labels_are_read_or_named(tmp_path):
    some = labelled(6)
    save_arrays(tmp_path / "a.npz", images=some.images, labels=some.labels)
    np.testing.assert_array_equal(Labelled.load(tmp_path / "a.npz").labels, some.labels)
    with pytest.raises(InputError, match="trained on"):
        Labelled.load(tmp_path / "a.npz", (9, 9, 9))
    save_arrays(tmp_path / "b.npz", images=some.images)
    with pytest.raises(InputError, match="has no array 'labels'"):
        Labelled.load(tmp_path / "b.npz")
    save_arrays(tmp_path / "c.npz", images=some.images, labels=some.labels[:4])
    with pytest.raises(InputError, match=r"of 6 images, not of shape \(4,\)"):
        Labelled.load(tmp_path / "c.npz")
