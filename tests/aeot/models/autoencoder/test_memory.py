"""What a training takes: the weights counted by torch, and peaks that were measured."""

import pytest

from aeot.models.autoencoder.memory import files_mib, parameters, training_mib
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 64), (3, 128, 128)])
@pytest.mark.parametrize("extra", [None, 0])
def test_the_weights_are_those_of_the_network(shape, extra):
    settings = AutoencoderSettings(width=5, codes=7, extra_convs=extra)
    model = Autoencoder(settings, shape)
    assert parameters(settings, shape) == sum(p.numel() for p in model.parameters())


# Of resident memory, MiB, 256 training and 64 test images in one process on a CPU, one epoch of
# either phase; the last two of two epochs, with fewer test images.
MEASURED = [
    (28, 0, 64, 853), (64, 0, 64, 2388), (64, 2, 64, 1296), (128, 2, 64, 3173),
    (128, 2, 16, 1075), (256, 2, 16, 2803), (128, 0, 64, 7630), (256, 2, 64, 8010),
]  # fmt: skip


@pytest.mark.parametrize(("side", "extra", "width", "peak"), MEASURED)
def test_no_measured_peak_is_underestimated_nor_twice_overestimated(side, extra, width, peak):
    settings = AutoencoderSettings(extra_convs=extra, width=width)
    assert peak < training_mib(settings, (1 if side == 28 else 3, side, side), 320) < 2 * peak


def test_every_process_has_the_weights_and_a_part_of_the_batch():
    settings, shape = AutoencoderSettings(), (1, 28, 28)
    one, two = (training_mib(settings, shape, 1000, processes) for processes in (1, 2))
    assert 1.5 * one < two < 2 * one
    assert training_mib(settings, shape, 10**6) - one == pytest.approx(1e6 * 784 / 2**20, rel=0.01)


def test_the_files_are_the_images_the_network_and_two_checkpoints():
    settings, shape = AutoencoderSettings(width=8), (3, 32, 32)
    weights = 4 * parameters(settings, shape) / 2**20
    assert files_mib(settings, shape, 0) == pytest.approx(7 * weights, abs=1)
    more = files_mib(settings, shape, 10_000) - files_mib(settings, shape, 0)
    assert more == pytest.approx(10_000 * 3072 / 2**20, abs=1)
