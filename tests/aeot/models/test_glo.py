"""Generative latent optimisation: its losses, its codes, and their steps."""

import pytest
import torch

from aeot.models.glo.losses import laplacian_loss, perceptual_loss
from aeot.models.glo.model import Model
from aeot.models.glo.settings import Settings
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
    model.take(3, optimisers, real[:4], rows)  # 12 images, 4 a step: the second epoch
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
