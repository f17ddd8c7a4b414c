"""The networks and the pre-training of Wasserstein autoencoders' authors."""

import numpy as np
import pytest
import torch

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.models.training import ImageTraining
from aeot.models.waemmd.model import Model
from aeot.models.waemmd.settings import Settings
from aeot.models.wasserstein_nets import (
    SameConv,
    SameDeconv,
    decoder,
    encoder,
    moment_distance,
    pretraining_batch,
    same_padding,
)
from aeot.seeding import torch_generator


def parameters(net):
    return sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"),
    [
        (28, 4, 2, (1, 1)),
        (7, 4, 2, (1, 2)),
        (64, 5, 2, (1, 2)),
        (7, 5, 2, (2, 2)),
        (7, 4, 1, (1, 2)),
    ],
)
def test_the_padding_is_tensorflows(size, kernel, stride, expected):
    assert same_padding(size, kernel, stride) == expected  # tf.nn, "SAME padding"


@pytest.mark.parametrize(("kernel", "stride"), [(4, 1), (4, 2), (5, 1), (5, 2)])
@pytest.mark.parametrize("side", [4, 7])
def test_deconvolution_is_the_transpose_of_convolution(side, kernel, stride):
    conv, deconv = SameConv(2, 3, kernel, stride), SameDeconv(3, 2, kernel, stride)
    with torch.no_grad():
        deconv.weight.copy_(conv.weight)
        conv.bias.zero_(), deconv.bias.zero_()
        y = torch.randn(1, 3, side, side)
        x = torch.randn(1, 2, stride * side, stride * side)
        assert conv(x).shape == y.shape and deconv(y).shape == x.shape
        assert (conv(x) * y).sum() == pytest.approx(float((x * deconv(y)).sum()), abs=1e-3)


def test_sizes_are_the_authors_for_mnist():
    code, image = encoder(8, (1, 28, 28)), decoder(8, (1, 28, 28))
    channels = [1, 128, 256, 512, 1024]
    convolutions = sum(16 * a * b + 3 * b for a, b in zip(channels, channels[1:], strict=False))
    assert parameters(code) == convolutions + 4 * 1024 * 8 + 8
    up = [1024, 512, 256]
    levels = sum(16 * a * b + 3 * b for a, b in zip(up, up[1:], strict=False))
    assert parameters(image) == 49 * 1024 * 9 + levels + 16 * 256 + 1


@pytest.mark.parametrize(
    ("shape", "batch"), [((1, 28, 28), 1000), ((3, 32, 32), 1000), ((3, 64, 64), 256)]
)
def test_the_batches_of_the_pretraining_are_the_authors(shape, batch):
    assert pretraining_batch(shape) == batch


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (3, 64, 64)])
def test_images_of_every_data_set_pass(shape):
    code, image = encoder(5, shape, 2), decoder(5, shape, 2)
    made = image(code(torch.rand(3, *shape)))
    assert made.shape == (3, *shape) and made.min() >= 0 and made.max() <= 1
    kernels = {m.kernel_size for m in image.modules() if isinstance(m, SameDeconv)}
    assert kernels == {(5, 5) if shape[1] == 64 else (4, 4)}
    assert sum(isinstance(m, SameDeconv) for m in image) == (4 if shape[1] == 64 else 3)


def test_a_side_that_cannot_be_halved_is_one_sentence():
    with pytest.raises(InputError, match="30 x 30 pixels cannot be halved 2 times"):
        decoder(5, (1, 30, 30), 2)


def test_the_distance_of_moments_by_hand():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(50, 3)), 2 + 3 * rng.normal(size=(40, 3))
    expected = ((a.mean(0) - b.mean(0)) ** 2).mean() + ((np.cov(a.T) - np.cov(b.T)) ** 2).mean()
    found = moment_distance(torch.from_numpy(a), torch.from_numpy(b))
    assert float(found) == pytest.approx(expected)


@pytest.fixture
def images():
    return torch.randint(0, 256, (60, 1, 8, 8), dtype=torch.uint8, generator=torch_generator(0))


def begun(images, **changes):
    settings = Settings(steps=5, width=4, codes=3, batch_size=8, **changes)
    model = Model(settings, (1, 8, 8))
    model.initialise(torch_generator(1, "weights"))
    ImageTraining(model.place("cpu"), images, 0, snapshot_images=2).start()
    with torch.no_grad():
        codes = model.train().code(images.float() / 255)
    prior = model.prior(5000, torch_generator(2))
    return model, float(moment_distance(codes, prior))


@pytest.mark.parametrize("net", ["infogan", "wae"])
def test_pretraining_brings_the_codes_near_the_prior(images, net):
    trained, near = begun(images, net=net, learning_rate=0.01)
    _, far = begun(images, net=net, pretraining=0)
    assert near < 0.2 < far
    fresh, _ = begun(images, net=net, pretraining=0)
    for one, other in zip(
        trained.generator.parameters(), fresh.generator.parameters(), strict=True
    ):
        assert torch.equal(one, other)  # it is the encoder's alone


def test_a_resumed_training_is_not_pretrained_again(images, tmp_path, monkeypatch):
    def training():
        settings = Settings(steps=4, width=4, codes=3, batch_size=8, pretraining=2)
        model = Model(settings, (1, 8, 8))
        model.initialise(torch_generator(1, "weights"))
        return ImageTraining(model.place("cpu"), images, 0, snapshot_images=2)

    checkpoint = Checkpoint(tmp_path / "model.pt", {})
    whole = training()
    whole.run(None)
    assert whole.seconds > 0
    first = training()
    first.start()
    checkpoint.save(first.dump())
    monkeypatch.setattr(Model, "pretrain", None)  # a call would fail
    resumed = training()
    resumed.run(checkpoint)
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, resumed.model.state_dict()[name])


def test_pretraining_that_fails_is_one_sentence(images):
    with pytest.raises(InputError, match="not finite at step .* of pretraining"):
        begun(images, learning_rate=1e30)


@pytest.mark.long
def test_the_authors_networks_train(images):
    model = Model(Settings(steps=60, width=2, codes=3, batch_size=20, net="wae"), (1, 8, 8))
    model.initialise(torch_generator(1, "weights"))
    deviation = float(model.encoder[3].weight.detach().std())
    assert deviation == pytest.approx(0.01, rel=0.2)
    training = ImageTraining(model.place("cpu"), images, 0, snapshot_images=2)
    training.run(None)
    first, last = training.history[0], training.history[-1]
    assert np.isfinite([first["loss_1"], last["loss_1"], last["loss_2"]]).all()
    assert model.encode(images).shape == (60, 3)
