"""Generative latent optimisation: its losses, its codes, and their steps."""

import pytest
import torch
from torch import nn

from aeot.errors import InputError
from aeot.models.glo import nets
from aeot.models.glo.losses import laplacian_loss, perceptual_loss
from aeot.models.glo.model import Model
from aeot.models.glo.settings import Settings
from aeot.models.training import ImageTraining
from aeot.nets import Norm
from aeot.seeding import torch_generator

SHAPE = (1, 8, 8)


@pytest.fixture
def real():
    return torch.rand((6, *SHAPE), generator=torch_generator(1, "real"))


def test_a_constant_difference_is_on_the_lowest_level_alone():
    a = torch.full((2, 3, 16, 12), 0.25)
    assert laplacian_loss(a, torch.zeros_like(a)).item() == pytest.approx(0.25)


def test_fine_differences_count_on_every_level_that_they_reach():
    images = torch.randn((2, 1, 16, 16), generator=torch_generator(1, "x"))
    checks = torch.zeros_like(images)
    checks[:, :, ::2, ::2] = checks[:, :, 1::2, 1::2] = 1
    smooth = torch.linspace(0, 1, 16).expand(2, 1, 16, 16)
    base = torch.zeros_like(images)
    assert laplacian_loss(images, images).item() == 0
    assert laplacian_loss(images, base) == laplacian_loss(base, images)
    assert laplacian_loss(3 * images, base).item() == pytest.approx(
        3 * laplacian_loss(images, base).item(), rel=1e-5
    )
    # A checkerboard less its mean is fine detail, which blurring removes: one level sees it.
    assert laplacian_loss(checks - 0.5, base).item() == pytest.approx(0.5, abs=0.05)
    assert laplacian_loss(smooth, base).item() == pytest.approx(0.5, abs=0.1)


def test_the_perceptual_loss_is_zero_for_equal_images_alone(real):
    loss = perceptual_loss(8, torch.device("cpu"))
    made = (real + 0.1).requires_grad_()
    assert loss(real, real).item() == 0
    found = loss(made, real)
    assert found.item() > 0.1
    found.backward()
    assert made.grad.abs().sum() > 0


def _latents(steps=40, count=12, **changes):
    settings = Settings(width=4, codes=3, steps=steps, batch_size=4, **changes)
    model = Model(settings, SHAPE)
    model.initialise(torch_generator(0, "weights"))
    images = torch.zeros(count, *model.shape, dtype=torch.uint8)
    model.begin(images, torch_generator(0, "begin"))
    return model, model.optimisers()


def test_the_codes_of_a_batch_move_and_no_others(real):
    model, optimisers = _latents()
    before = model.codes.weight.detach().clone()
    model.take(0, optimisers, real[:4], torch.tensor([0, 3, 7, 9]))
    moved = (model.codes.weight != before).any(dim=1)
    assert moved.nonzero().flatten().tolist() == [0, 3, 7, 9]


def test_an_epoch_begins_with_new_moments_and_codes_on_the_sphere(real):
    model, optimisers = _latents()
    rows = torch.arange(4)
    for step in range(3):
        model.take(step, optimisers, real[:4], rows)
    assert optimisers["adam"].state[next(model.decoder.parameters())]["step"] == 3
    assert model.codes.weight.norm(dim=1).max() < 0.5
    model.take(3, optimisers, real[:4], rows)  # 12 images, 4 per step: the second epoch
    assert optimisers["adam"].state[next(model.decoder.parameters())]["step"] == 1
    assert torch.allclose(model.codes.weight[4:].norm(dim=1), torch.ones(8), atol=1e-5)


def test_both_step_sizes_are_halved_after_every_tenth(real):
    model, optimisers = _latents(steps=30, learning_rate=0.1, code_rate=0.4)
    for step, rates in ((0, [0.1, 0.4]), (3, [0.05, 0.2]), (27, [0.1 / 512, 0.4 / 512])):
        model.take(step, optimisers, real[:4], torch.arange(4))
        found = [optimisers[name].param_groups[0]["lr"] for name in ("adam", "code_adam")]
        assert found == pytest.approx(rates)


def test_what_is_drawn_follows_the_codes_on_the_sphere():
    model, _ = _latents(count=50)
    model.fit_prior(model.generator, torch.empty(0))
    codes = model.codes.weight.detach()
    codes = codes / codes.norm(dim=1, keepdim=True)
    assert torch.allclose(model.generator[0].mean, codes.mean(dim=0), atol=1e-6)
    drawn = model.generator[0](torch.randn((9, 3), generator=torch_generator(1, "x")))
    assert torch.allclose(drawn.norm(dim=1), torch.ones(9), atol=1e-6)


# The authors' network


def layers(net):
    return [(type(one).__name__, getattr(one, "bias", None) is not None) for one in net]


DENSE, UP = ("Linear", False), ("ConvTranspose2d", True)
NORMS, LEAKY = (("BatchNorm1d", True), ("BatchNorm2d", True)), ("LeakyReLU", False)


def test_the_authors_network_has_neither_norm_nor_bias_in_its_first_layer():
    rest, last = ("Unflatten", False), [UP, ("Sigmoid", False)]
    with_norms = nets.generator(64, (1, 28, 28), 64, Norm())
    flat, spatial = NORMS
    assert layers(with_norms) == [DENSE, LEAKY, DENSE, flat, LEAKY, rest, UP, spatial, LEAKY, *last]
    without = nets.generator(64, (3, 32, 32), 64, None)
    assert layers(without) == [DENSE, LEAKY, DENSE, LEAKY, rest, UP, LEAKY, *last]
    sizes = [tuple(one.weight.shape) for one in without if hasattr(one, "weight")]
    assert sizes == [(1024, 64), (8192, 1024), (128, 64, 4, 4), (64, 3, 4, 4)]
    assert without(torch.randn(2, 64)).shape == (2, 3, 32, 32)


def test_sides_that_cannot_be_halved_twice_are_one_sentence():
    with pytest.raises(InputError, match="30 x 28 pixels cannot be halved twice"):
        nets.generator(3, (1, 30, 28), 4, None)


def test_its_weights_begin_as_xaviers_with_a_gain_of_root_two():
    net = nets.generator(64, (1, 28, 28), 32, Norm())
    nets.initialise(net, torch_generator(0, "weights"))
    fans = {0: (64, 512), 2: (512, 3136), 6: (64 * 16, 32 * 16), 9: (32 * 16, 16)}
    for place, (a, b) in fans.items():
        weight = net[place].weight
        assert weight.std().item() == pytest.approx((4 / (a + b)) ** 0.5, rel=0.1)
        assert abs(weight.mean().item()) < 5 * weight.std().item() / weight.numel() ** 0.5
    bias = net[6].bias  # torch counts the outputs of a transposed convolution as its inputs
    assert 0.8 < bias.abs().max() * (32 * 16) ** 0.5 <= 1
    again = nets.generator(64, (1, 28, 28), 32, Norm())
    nets.initialise(again, torch_generator(0, "weights"))
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), again.parameters(), strict=True))


@pytest.mark.parametrize("net", ["infogan", "glo"])
@pytest.mark.parametrize("norms", [True, False])
def test_a_model_has_the_network_and_the_norms_of_its_settings(net, norms):
    model, _ = _latents(net=net, generator_norm=norms)
    found = [one for one in model.decoder if isinstance(one, nn.BatchNorm1d | nn.BatchNorm2d)]
    assert len(found) == (0 if not norms else 2 if net == "glo" else 3)
    momentum, epsilon = (0.1, 1e-5) if net == "glo" else (0.25, 1e-3)  # 10 / 40 steps
    assert all((one.momentum, one.eps) == (momentum, epsilon) for one in found)
    deviation = model.decoder[0].weight.std().item()
    wanted = (4 / (3 + 64)) ** 0.5 if net == "glo" else 0.02
    assert deviation == pytest.approx(wanted, rel=0.2)


def test_two_hundred_epochs_are_ten_halvings_of_twenty_each(real):
    settings = Settings(epochs=200, width=4, codes=3, batch_size=4).counted(14)
    assert settings.steps == 200 * 3
    model = Model(settings, SHAPE)
    model.begin(torch.zeros(14, *SHAPE, dtype=torch.uint8), torch_generator(0, "begin"))
    optimisers = model.optimisers()
    for epoch in (0, 19, 20, 39, 40, 180, 199):
        model.take(3 * epoch, optimisers, real[:4], torch.arange(4))
        assert optimisers["adam"].param_groups[0]["lr"] == pytest.approx(1e-3 / 2 ** (epoch // 20))


@pytest.mark.parametrize("killed", [4, 6, 7])  # 6: between two epochs
def test_a_run_resumed_anywhere_in_an_epoch_is_the_same(killed):
    data = torch.randint(
        0, 256, (12, *SHAPE), dtype=torch.uint8, generator=torch_generator(0, "images")
    )

    def training(stop):
        model = Model(Settings(steps=12, width=4, codes=3, batch_size=4, net="glo"), SHAPE)
        model.initialise(torch_generator(0, "weights"))
        made = ImageTraining(model, data, 0, snapshot_images=2)
        made.snapshot_steps = [stop]  # where its first block ends
        return made

    whole, first, second = training(12), training(killed), training(12)
    whole._advance()
    first._advance()
    second.restore(first.dump())
    second._advance()
    assert (first.step, second.step) == (killed, 12)
    for a, b in zip(whole.model.parameters(), second.model.parameters(), strict=True):
        assert torch.equal(a, b)
