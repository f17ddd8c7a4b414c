"""From a model, or a sampler's images, to the distances of test images."""

import numpy as np
import pytest
import torch

import invert_generator
from aeot.errors import InputError
from aeot.files import load_arrays, save_arrays
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.models.nsgan.model import Model
from aeot.models.nsgan.settings import Settings
from aeot.transport.map import TransportMap


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for name, count in (("test", 20), ("samples", 40)):
        images = rng.integers(0, 256, (count, 1, 8, 8), dtype=np.uint8)
        save_arrays(tmp_path / f"{name}.npz", images=images)
    model = Model(Settings(codes=3, width=4), (1, 8, 8))
    model.initialise(torch.Generator().manual_seed(0))
    model.save(tmp_path / "model.pt")
    return tmp_path


def run(folder, *words):
    invert_generator.main(
        ["--images", str(folder / "test.npz"), "--out-range", str(folder / "range.npz"),
         "--device", "cpu", *words]
    )  # fmt: skip
    return load_arrays(folder / "range.npz")


def test_a_model_is_searched_for_the_first_test_images(folder):
    words = ["--weights", str(folder / "model.pt")]
    found = run(folder, *words, "--set", "images=12", "draws=50", "steps=3")
    assert {name: len(array) for name, array in found.items()} == {"nearest": 12, "distance": 12}
    assert (found["distance"] <= found["nearest"]).all()
    few = run(folder, *words, "--set", "images=5", "draws=50", "steps=3")
    np.testing.assert_allclose(few["distance"], found["distance"][:5], rtol=1e-5)


def test_of_a_samplers_images_as_many_count_as_of_a_models_draws(folder):
    words = ["--samples", str(folder / "samples.npz"), "--set", "draws=30"]
    found = run(folder, *words)
    assert list(found) == ["nearest"]
    test, drawn = (
        load_arrays(folder / f"{name}.npz")["images"].reshape(-1, 64) / 255
        for name in ("test", "samples")
    )
    want = np.linalg.norm(test[:, None] - drawn[None, :30], axis=2).min(axis=1)
    np.testing.assert_allclose(found["nearest"], want, rtol=1e-5)
    with pytest.raises(InputError, match="contains 40 images, fewer than the 41"):
        run(folder, *words[:2], "--set", "draws=41")


def test_a_sampler_of_other_images_is_refused(folder):
    save_arrays(folder / "samples.npz", images=np.zeros((40, 1, 4, 4), np.uint8))
    with pytest.raises(InputError, match=r"images of shape \(1, 4, 4\)"):
        run(folder, "--samples", str(folder / "samples.npz"), "--set", "draws=30")


@pytest.fixture
def transport(folder):
    """Words that name an autoencoder and a transport to the corners of a square."""
    model = Autoencoder(AutoencoderSettings(width=4, codes=2), (1, 8, 8))
    model.initialise(torch.Generator().manual_seed(0))
    with torch.no_grad():
        for weight in model.parameters():
            weight *= 20  # pictures that differ
    model.place("cpu").save(folder / "autoencoder.pt")
    codes = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)
    heights = -0.5 * (codes.astype(float) ** 2).sum(axis=1)
    TransportMap(codes, heights, np.full(4, 0.25), "uniform").save(folder / "transport.npz")
    return ["--transport", str(folder / "transport.npz"),
            "--autoencoder", str(folder / "autoencoder.pt")]  # fmt: skip


def test_the_plain_map_is_as_near_as_the_training_codes_and_segments_are_nearer(folder, transport):
    words = ["--sampler-set", "variant=vertex", "--set", "draws=200", "steps=30"]
    plain = run(folder, *transport, *words)
    np.testing.assert_allclose(plain["distance"], plain["nearest"], rtol=1e-5)
    decoder = Autoencoder.load(folder / "autoencoder.pt")
    corners = torch.tensor([[0, 0], [1, 0], [0, 1], [1, 1]]).float()
    with torch.no_grad():
        images = decoder.decoder(corners).flatten(1).double().numpy()
    tests = load_arrays(folder / "test.npz")["images"].reshape(-1, 64) / 255
    want = np.linalg.norm(tests[:, None] - images, axis=2).min(axis=1)
    np.testing.assert_allclose(plain["nearest"], want, rtol=1e-4)
    words[1] = "threshold=3.0"  # every mixture is drawn
    mixed = run(folder, *transport, *words)
    assert (mixed["distance"] <= mixed["nearest"] + 1e-6).all()
    assert (mixed["distance"] < plain["distance"] - 1e-3).any()


def test_charts_and_a_transport_without_a_decoder_are_refused(folder, transport):
    with pytest.raises(InputError, match="variant=chart.* does not draw mixtures of two codes"):
        run(folder, *transport, "--sampler-set", "variant=chart")
    with pytest.raises(SystemExit):
        run(folder, *transport[:2])
