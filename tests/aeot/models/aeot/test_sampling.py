import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.models.aeot.masses import drawn_masses
from aeot.models.aeot.sampling import sample
from aeot.models.aeot.settings import SamplingSettings
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.seeding import torch_generator
from aeot.transport.map import TransportMap

CPU = torch.device("cpu")


@pytest.fixture
def autoencoder():
    model = Autoencoder(AutoencoderSettings(width=4, codes=3), (1, 8, 8))
    model.initialise(torch_generator(0, "weights"))
    with torch.no_grad():
        for weight in model.parameters():
            weight *= 20  # pictures that differ
    return model.place("cpu").eval()


@pytest.fixture
def transport(tmp_path):
    """Path of a map to eight codes, all of whose cells have mass."""
    corners = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1]), -1).reshape(-1, 3)
    codes = 6 * corners.astype(np.float32)
    heights = -0.5 / 6 * (codes.astype(float) ** 2).sum(1)
    path = tmp_path / "transport.npz"
    TransportMap(codes, heights, np.full(8, 1 / 8), "uniform").save(path)
    return path


@pytest.mark.parametrize("variant", ["extended", "vertex"])
def test_samples_are_the_decoded_codes(autoencoder, transport, variant):
    settings = SamplingSettings(variant=variant, count=50)
    arrays, _ = sample(autoencoder, transport, settings, 1, CPU)
    images, codes, cells = (arrays[name] for name in ("images", "codes", "cells"))
    assert (cells.shape, cells.dtype) == ((50,), np.int64)
    assert (images.shape, images.dtype) == ((50, 1, 8, 8), np.uint8)
    assert (codes.shape, codes.dtype) == ((50, 3), np.float32)
    np.testing.assert_array_equal(images, autoencoder.decode(torch.from_numpy(codes)).numpy())
    assert len(np.unique(images.reshape(50, -1), axis=0)) > 5
    on_vertices = np.isin(codes, [0, 6]).all()
    assert on_vertices == (variant == "vertex")


@pytest.mark.parametrize("singular", ["redraw", "reject", "plain"])
def test_the_report_counts_the_draws(autoencoder, transport, singular):
    settings = SamplingSettings(count=500, threshold_quantile=1.0, singular=singular)
    arrays, report = sample(autoencoder, transport, settings, 1, CPU)
    assert (report["drawn"], report["singular"], report["copies"]) == (500, 0, 0)
    assert report["distinct_cells"] == 8
    edge = 2 * np.arcsin(np.sqrt(4 / 4) / 2)  # standardised corners (+-1, +-1, +-1), normals of 2
    assert report["threshold"] == pytest.approx(edge, rel=1e-6)
    masses = drawn_masses(TransportMap.load(transport), arrays["cells"])
    assert report["mass_error_rms"] == masses.mass_error_rms < 0.2
    assert report["mass_error_rms_se"] == masses.mass_error_rms_se > 0


def test_the_report_counts_copies(autoencoder, transport):
    settings = SamplingSettings(count=500, threshold=0.1)  # less than any angle
    arrays, report = sample(autoencoder, transport, settings, 1, CPU)
    assert report["singular"] == report["copies"] == 500
    assert report["copies_share"] == 1
    assert report["drawn"] == 500  # no facet is near enough to wait for
    assert np.isin(arrays["codes"], [0, 6]).all()


def test_a_seed_repeats_the_images(autoencoder, transport):
    settings = SamplingSettings(count=20)
    first, again, other = (
        sample(autoencoder, transport, settings, seed, CPU)[0]["images"].tobytes()
        for seed in (5, 5, 6)
    )
    assert first == again != other


def test_a_transport_of_other_codes_is_refused(transport):
    autoencoder = Autoencoder(AutoencoderSettings(width=4, codes=5), (1, 8, 8))
    with pytest.raises(InputError, match=r"transport\.npz .* dimension 3; .* decodes 5: use the"):
        sample(autoencoder, transport, SamplingSettings(), 0, CPU)


def test_a_missing_transport_is_named(autoencoder, tmp_path):
    with pytest.raises(InputError, match=r"none\.npz does not exist"):
        sample(autoencoder, tmp_path / "none.npz", SamplingSettings(), 0, CPU)


def test_a_corrupt_transport_is_named(autoencoder, transport):
    transport.write_bytes(transport.read_bytes()[:100])
    with pytest.raises(InputError, match=r"transport\.npz is not a readable \.npz file"):
        sample(autoencoder, transport, SamplingSettings(), 0, CPU)
