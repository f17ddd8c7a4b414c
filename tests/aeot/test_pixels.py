"""Bytes to numbers on [0, 1] and back."""

import torch

from aeot.pixels import quantise, unit


def test_unit_and_quantise_are_inverse_on_every_level():
    levels = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)
    x = unit(levels)
    assert x.min() == 0 and x.max() == 1 and x.dtype == torch.float32
    assert torch.equal(quantise(x), levels)


def test_quantise_rounds_and_clamps():
    x = torch.tensor([-0.1, 0.4 / 255, 0.6 / 255, 254.6 / 255, 1.7])
    assert quantise(x).tolist() == [0, 0, 1, 255, 255]
