import math

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.nets import generator
from aeot.pixels import unit
from aeot.seeding import torch_generator


@pytest.fixture
def model(small, images):
    """Random weights, and batch-norm statistics that are not those of a fresh network."""
    model = Autoencoder(small(), (1, 8, 8))
    model.initialise(torch_generator(0, "weights"))
    model.place("cpu").train()
    with torch.no_grad():
        for weight in model.parameters():
            weight *= 5
        for _ in range(20):
            model(unit(images))
    return model.eval()


def test_reconstructs_through_encoder_and_decoder(model, images):
    x = unit(images)
    assert torch.equal(model(x), model.decoder(model.encoder(x)))
    assert model(x).shape == images.shape


@pytest.mark.parametrize("batch", [1, 2, 20, 21])
def test_codes_do_not_depend_on_the_batches(model, images, batch, monkeypatch):
    codes = model.encode(images)
    monkeypatch.setattr(Autoencoder, "evaluated", batch)
    torch.testing.assert_close(model.encode(images), codes)


def test_codes_keep_the_order_of_the_images(model, images):
    codes = model.encode(images)
    assert codes.shape == (21, 3)
    assert codes.std(dim=0).min() > 1e-3  # the images are told apart
    order = torch.randperm(21, generator=torch_generator(0, "order"))
    torch.testing.assert_close(model.encode(images[order]), codes[order])
    torch.testing.assert_close(model.encode(images[:5]), codes[:5])


@pytest.mark.parametrize("method", ["encode", "decode", "loss"])
def test_evaluation_is_in_eval_mode_and_leaves_the_statistics_alone(model, images, method):
    given = model.encode(images) if method == "decode" else images
    before = {name: value.clone() for name, value in model.state_dict().items()}
    expected = getattr(model, method)(given)
    model.train()
    again = getattr(model, method)(given)
    assert torch.equal(torch.as_tensor(again), torch.as_tensor(expected))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not torch.as_tensor(expected).requires_grad


def test_decoded_images_are_the_rounded_output(model, images, monkeypatch):
    codes = model.encode(images)
    expected = np.rint(255 * model.decoder(codes).detach().numpy()).astype(np.uint8)
    for batch in (1, 4, 500):
        monkeypatch.setattr(Autoencoder, "evaluated", batch)
        decoded = model.decode(codes)
        assert decoded.dtype == torch.uint8
        assert decoded.is_contiguous()
        # float32 sums differ in the last bit between batches: a half may round either way
        assert np.abs(decoded.numpy().astype(int) - expected).max() <= 1
        assert (decoded.numpy() == expected).mean() > 0.99


@pytest.mark.parametrize("batch", [1, 8, 500])
def test_the_loss_is_the_mean_squared_error_of_a_pixel(model, images, batch, monkeypatch):
    monkeypatch.setattr(Autoencoder, "evaluated", batch)
    x = images.numpy() / 255
    y = model(torch.from_numpy(x).float()).detach().numpy()
    assert model.loss(images) == pytest.approx(np.square(y - x).mean(), rel=1e-5)


def test_unit_does_not_touch_the_images(images):
    before = images.clone()
    unit(images)
    assert torch.equal(images, before)


def test_the_networks_shape_is_a_setting(small):
    model = Autoencoder(small(codes=9, width=6, extra_convs=1), (3, 16, 24))
    assert model.encode(torch.zeros(2, 3, 16, 24, dtype=torch.uint8)).shape == (2, 9)
    expected = sum(p.numel() for p in generator(9, (3, 16, 24), 6, 1).parameters())
    assert sum(p.numel() for p in model.decoder.parameters()) == expected


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 5, 7)])
def test_with_net_identity_a_code_is_the_pixels_of_its_image(small, shape, tmp_path):
    count = math.prod(shape)
    given = torch.randint(256, (9, *shape), generator=torch_generator(0, "images")).byte()
    model = Autoencoder(small(net="identity", codes=count), shape)
    model.save(tmp_path / "model.pt")
    loaded = Autoencoder.load(tmp_path / "model.pt")
    codes = loaded.encode(given)
    torch.testing.assert_close(codes, given.flatten(1) / 255)
    assert torch.equal(loaded.decode(codes), given)
    beyond = torch.full((1, count), 1.5)  # what a sampler draws may leave [0, 1]
    assert (loaded.decode(beyond) == 255).all()


def test_with_net_identity_codes_have_as_many_numbers_as_images(small):
    with pytest.raises(InputError, match="net: identity needs autoencoder.codes: 64, the values"):
        Autoencoder(small(net="identity"), (1, 8, 8))
