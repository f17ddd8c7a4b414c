import numpy as np
import PIL.Image
import pytest
from scipy.sparse.csgraph import connected_components

from aeot.datasets.copies import CELL, SHARE, SIDE, groups


def by_the_definition(thumbnails):
    """Groups by comparing all pairs in double precision."""
    pixels = thumbnails.astype(float)
    cells = (
        pixels[:, ::2, ::2] + pixels[:, 1::2, ::2] + pixels[:, ::2, 1::2] + pixels[:, 1::2, 1::2]
    ) / 4
    worst = np.abs(cells[:, None] - cells[None]).max(axis=(2, 3))
    error = np.sqrt(((pixels[:, None] - pixels[None]) ** 2).mean(axis=(2, 3)))
    contrast = pixels.std(axis=(1, 2))
    alike = (worst <= CELL) & (error <= SHARE * np.minimum.outer(contrast, contrast))
    return connected_components(alike)[1]


def same_partition(one, other):
    return (np.equal.outer(one, one) == np.equal.outer(other, other)).all()


@pytest.mark.long
@pytest.mark.parametrize("noise", [1, 5])
def test_groups_are_those_of_the_definition(noise):
    draw = np.random.default_rng(noise)
    bases = draw.normal(128, draw.uniform(2, 70, (40, 1, 1)), (40, SIDE, SIDE))
    pixels = np.repeat(bases, 10, axis=0) + draw.normal(0, noise, (400, SIDE, SIDE))
    thumbnails = draw.permutation(pixels.clip(0, 255).astype(np.uint8))
    found = groups(thumbnails)
    assert 40 <= len(np.unique(found)) < 400
    assert same_partition(found, by_the_definition(thumbnails))


def test_a_chain_is_one_group():
    base = np.random.default_rng(0).integers(0, 200, (SIDE, SIDE))
    chain = np.array([base + 7 * step for step in range(6)], np.uint8)
    assert len(np.unique(groups(chain))) == 1
    assert len(np.unique(groups(chain[[0, 3]]))) == 2


def test_equal_thumbnails_are_one_group_whatever_their_contrast():
    flat = np.full((5, SIDE, SIDE), 7, np.uint8)
    assert len(np.unique(groups(flat))) == 1


def test_flat_pictures_of_all_shades_differ():
    shades = np.arange(256, dtype=np.uint8)[:, None, None]
    assert len(np.unique(groups(np.tile(shades, (1, SIDE, SIDE))))) == 256


def test_a_part_that_moved_makes_another_picture():
    one = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE)).astype(np.uint8)
    other = one.copy()
    one[4:6, 4:6], other[4:6, 4:6] = 100, 130
    assert len(np.unique(groups(np.array([one, other])))) == 2


@pytest.mark.long
def test_no_two_digits_are_copies(digits):
    thumbnails = np.array(
        [
            PIL.Image.fromarray(image.squeeze()).resize((SIDE, SIDE), PIL.Image.Resampling.BILINEAR)
            for image in digits[0].reshape(-1, 28, 28).astype(np.uint8)
        ]
    )
    assert len(np.unique(groups(thumbnails))) == len(thumbnails) == 5000
