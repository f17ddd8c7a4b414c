"""Losses of the autoencoding models against formulas written out by hand."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from aeot.models import IMAGE_MODELS
from aeot.models.gaia.model import distance_loss, mixtures
from aeot.models.waemmd.model import kernel_distance
from aeot.registry import resolve_part
from aeot.seeding import torch_generator

SHAPE = (1, 8, 8)


def build(name, **changes):
    settings = resolve_part(IMAGE_MODELS, name, "settings:Settings", "model")
    kind = resolve_part(IMAGE_MODELS, name, "model:Model", "model")
    model = kind(settings(width=4, codes=3, **changes), SHAPE)
    model.initialise(torch_generator(0, "weights"))
    return model


def normal(*shape, name="x"):
    return torch.randn(shape, generator=torch_generator(1, name))


@pytest.fixture
def real():
    return torch.rand((6, *SHAPE), generator=torch_generator(1, "real"))


def softplus(x):
    return np.log1p(np.exp(x))


# Wasserstein autoencoders


@pytest.mark.parametrize("deviation", [1.0, 1.5])
def test_the_kernel_distance_is_that_of_its_definition(deviation):
    a, b = normal(5, 3, name="a"), normal(5, 3, name="b") + 1
    wanted = 0.0
    for scale in (0.1, 0.2, 0.5, 1, 2, 5, 10):
        base = 2 * 3 * deviation**2 * scale

        def kernel(x, y, base=base):
            return base / (base + float(((x - y) ** 2).sum()))

        for i in range(5):
            for j in range(5):
                if i != j:
                    wanted += (kernel(a[i], a[j]) + kernel(b[i], b[j])) / 20
                wanted -= 2 * kernel(a[i], b[j]) / 25
    assert kernel_distance(a, b, deviation).item() == pytest.approx(wanted, rel=1e-4)


def test_the_kernel_distance_is_zero_on_average_between_equal_distributions_alone():
    draws = normal(400, 2, 16, 2)
    equal = [kernel_distance(a, b, 1.0).item() for a, b in draws]
    error = np.std(equal) / math.sqrt(len(equal))
    assert abs(np.mean(equal)) < 4 * error
    assert np.mean([kernel_distance(a, b + 1, 1.0).item() for a, b in draws[:50]]) > 20 * error


def test_a_wasserstein_step_is_error_and_penalty_written_out(real):
    model = build("waemmd", penalty=7.0, reconstruction=0.3)
    model.eval()
    prior, jitter = normal(6, 3), 0.01 * normal(6, *SHAPE, name="jitter")
    with torch.no_grad():
        codes = model.encoder(real + jitter)
        made = model.generator(codes)
    error = 0.3 * ((made - real) ** 2).numpy().reshape(6, -1).sum(axis=1).mean()
    losses = model.take(0, model.optimisers(), real, prior, jitter)
    assert losses[0].item() == pytest.approx(error, rel=1e-5)
    assert losses[1].item() == pytest.approx(kernel_distance(codes, prior, 1.0).item(), rel=1e-4)


def test_the_penalty_s_weight_reaches_the_encoder_and_not_the_generator(real):
    found = {}
    for weight in (0.0, 100.0):
        model = build("waemmd", penalty=weight)
        model.eval()
        model.take(0, model.optimisers(), real, normal(6, 3), torch.zeros_like(real))
        found[weight] = [next(net.parameters()).grad for net in (model.encoder, model.generator)]
    assert not torch.allclose(found[0.0][0], found[100.0][0])
    assert torch.allclose(found[0.0][1], found[100.0][1])


def test_the_encoder_s_noise_is_small_and_cut_off():
    _, jitter = build("waemmd").noise(500, torch_generator(0, "noise"))
    assert jitter.shape == (500, *SHAPE)
    assert jitter.abs().max() <= 0.02
    assert jitter.std().item() == pytest.approx(0.0088, rel=0.05)  # of a normal cut off at two


STEPWISE = [(0, 1), (29, 1), (30, 0.5), (49, 0.5), (50, 0.1), (99, 0.1)]
SMOOTH = [(0, 1), (25, 10**-0.5), (50, 0.1), (75, 10**-1.5)]


@pytest.mark.parametrize(
    ("decay", "step", "share"),
    [*(("stepwise", *one) for one in STEPWISE), *(("smooth", *one) for one in SMOOTH)],
)
def test_the_step_sizes_fall_in_steps_or_smoothly(real, decay, step, share):
    rates = {"learning_rate": 0.01, "adversary_rate": 0.02}
    model = build("waegan", steps=100, decay=decay, adversary_units=4, **rates)
    optimisers = model.optimisers()
    model.take(step, optimisers, real, normal(6, 3), torch.zeros_like(real))
    found = {name: one.param_groups[0]["lr"] for name, one in optimisers.items()}
    assert found == pytest.approx({"adam": 0.01 * share, "adversary_adam": 0.02 * share})


class _Sum(nn.Module):
    """The adversary: the sum of a code."""

    def __init__(self):
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(1.0))

    def forward(self, codes):
        return self.slope * codes.sum(dim=1, keepdim=True)


def test_the_adversary_knows_the_prior_s_density_but_for_its_constant():
    model, codes = build("waegan", prior_deviation=1.5), normal(7, 3)
    model.adversary = _Sum()
    prior = torch.distributions.Normal(0.0, 1.5)
    density = prior.log_prob(codes).sum(dim=1, keepdim=True)
    # The authors' constant has log(2 pi) / 2 once, where three dimensions have it three times.
    extra = model.logit(codes) - codes.sum(dim=1, keepdim=True) - density
    assert torch.allclose(extra, torch.full((7, 1), math.log(2 * math.pi)), atol=1e-5)


def test_the_adversarial_autoencoder_s_adversary_does_not():
    model, codes = build("aae"), normal(7, 3)
    model.adversary = _Sum()
    assert torch.equal(model.logit(codes), codes.sum(dim=1, keepdim=True))


def test_the_adversary_descends_its_weighted_loss():
    model = build("aae", penalty=10.0)
    model.adversary = _Sum()
    codes, prior = normal(9, 3, name="codes"), normal(9, 3, name="prior")
    loss = model.penalty(codes, prior).item()
    assert loss == pytest.approx(softplus(-codes.sum(dim=1).numpy()).mean(), rel=1e-5)
    model.after_step(model.optimisers(), codes, prior)
    a, b = prior.sum(dim=1).numpy(), codes.sum(dim=1).numpy()
    slope = (-a / (1 + np.exp(a))).mean() + (b / (1 + np.exp(-b))).mean()
    assert model.adversary.slope.grad.item() == pytest.approx(10 * slope, rel=1e-4)


# Adversarially learned inference


class _Joint(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.tensor([2.0, 0.7]))

    def forward(self, images, codes):
        sums = torch.stack([images.mean(dim=(1, 2, 3)), codes.sum(dim=1)], dim=1)
        return (sums @ self.weights)[:, None]


def test_inference_is_learned_by_two_players_written_out(real):
    model = build("ali", learning_rate=1e-12)
    model.critic = _Joint()
    model.eval()
    z, spread = normal(6, 3, name="z"), normal(6, 3, name="spread")
    with torch.no_grad():
        mean, log_deviation = model.encoder(real).chunk(2, dim=1)
        codes, fake = mean + log_deviation.exp() * spread, model.generator(z)
        high, low = model.critic(real, codes).numpy(), model.critic(fake, z).numpy()
    losses = model.take(0, model.optimisers(), real, z, spread)
    assert losses[0].item() == pytest.approx((softplus(-high) + softplus(low)).mean(), rel=1e-4)
    assert losses[1].item() == pytest.approx((softplus(high) + softplus(-low)).mean(), rel=1e-4)


def test_the_joint_critic_sees_images_and_codes(real):
    critic = build("ali").critic.eval()
    codes = normal(6, 3)
    first = critic(real, codes)
    assert first.shape == (6, 1)
    assert not torch.allclose(first, critic(real.flip(0), codes))
    assert not torch.allclose(first, critic(real, codes.flip(0)))


# GAIA


def test_mixtures_pair_the_halves_and_then_their_mirror():
    codes = torch.arange(5.0)[:, None]  # the odd last one is left out
    assert mixtures(codes, torch.zeros(4, 1)).flatten().tolist() == [2, 3, 2, 3]
    assert mixtures(codes, torch.ones(4, 1)).flatten().tolist() == [0, 1, 1, 0]
    half = mixtures(codes, torch.full((4, 1), 0.5)).flatten().tolist()
    assert half == [1, 2, 1.5, 1.5]


def test_distances_are_compared_up_to_scale_shift_and_rotation():
    codes = normal(6, 3)
    turn = torch.linalg.qr(normal(3, 3, name="turn"))[0]
    images = torch.zeros((6, *SHAPE))
    images.view(6, -1)[:, 5:8] = 4 * codes @ turn + 2
    assert distance_loss(images, codes).item() == pytest.approx(0, abs=1e-8)
    assert distance_loss(images, codes.flip(0)) > 1e-3
    a, b = images.view(6, -1).numpy().astype(float), codes.flip(0).numpy().astype(float)
    logs = []
    for x in (a, b):
        squares = ((x[:, None] - x[None]) ** 2).mean(axis=2)
        logs.append(np.log1p(squares / squares.mean()))
    wanted = ((logs[0] - logs[1]) ** 2).mean()
    assert distance_loss(images, codes.flip(0)).item() == pytest.approx(wanted, rel=1e-3)


def sigmoid(x):
    return 1 / (1 + math.exp(-20 * x))


def test_gaia_s_players_have_the_balanced_losses_and_step_sizes_written_out(real):
    model = build("gaia", learning_rate=1e-9, distances=0.5)
    model.eval()
    shares = 0.5 + 0.25 * normal(6, 1)
    with torch.no_grad():
        codes = model.encoder(real)
        made = model.decoder(codes)
        mixed = model.decoder(mixtures(codes, shares))
        errors = [
            (model.critic(seen) - aim).abs().mean().item()
            for seen, aim in ((real, real), (made, real), (mixed, mixed))
        ]
    true, again, between = errors
    generated = (again + between) / 2
    weight = min(max(sigmoid(0.5 * between - true), 0), 0.9)
    share = sigmoid(between - again)
    kept = distance_loss(real, codes).item()
    optimisers = model.optimisers()
    losses = model.take(0, optimisers, real, shares)
    assert losses[0].item() == pytest.approx(true - weight * generated, rel=1e-4)
    wanted = share * between + (1 - share) * again + 0.5 * kept
    assert losses[1].item() == pytest.approx(wanted, rel=1e-4)
    ahead = sigmoid(true - generated)
    rates = [
        float(optimisers[f"{name}_adam"].param_groups[0]["lr"]) for name in ("critic", "generator")
    ]
    assert rates == pytest.approx([1e-9 * ahead, 1e-9 * (1 - ahead)], rel=1e-4)


@pytest.mark.parametrize("through", [True, False])
def test_gaia_s_players_have_the_gradients_of_their_own_losses(real, through):
    """Through the balancing sigmoids by default, by the product rule written out."""
    changes = {} if through else {"balance_gradient": False}
    model = build("gaia", learning_rate=1e-9, distances=0.0, **changes)
    model.eval()
    shares = torch.full((6, 1), 0.3)
    model.take(0, model.optimisers(), real, shares)
    found = [next(net.parameters()).grad for net in (model.critic, model.encoder)]
    again = build("gaia", learning_rate=1e-9, distances=0.0)
    again.eval()
    codes = again.encoder(real)
    fake, between = again.decoder(codes), again.decoder(mixtures(codes, shares))

    def error(made, aim):
        return (made - aim).abs().mean()

    true = error(again.critic(real), real)
    made, mixed = error(again.critic(fake), real), error(again.critic(between), between)
    weight = min(sigmoid((0.5 * mixed - true).item()), 0.9)
    share = sigmoid((mixed - made).item())

    def slopes(net):
        parameter = next(net.parameters())
        return [
            torch.autograd.grad(loss, parameter, retain_graph=True, materialize_grads=True)[0]
            for loss in (true, made, mixed)
        ]

    of_true, of_made, of_mixed = slopes(again.critic)
    of_critic = of_true - weight * (of_made + of_mixed) / 2
    _, made_again, mixed_again = slopes(again.encoder)
    of_encoder = share * mixed_again + (1 - share) * made_again
    if through:
        steep_d, steep_g = 20 * weight * (1 - weight), 20 * share * (1 - share)
        assert steep_d > 1e-3 and steep_g > 1e-3  # else both ways are one
        generated = (made + mixed).item() / 2
        more_d = -steep_d * (0.5 * of_mixed - of_true) * generated
        more_g = steep_g * (mixed_again - made_again) * (mixed - made).item()
        assert more_d.norm() > 0.01 * of_critic.norm()
        assert more_g.norm() > 0.001 * of_encoder.norm()
        of_critic, of_encoder = of_critic + more_d, of_encoder + more_g
    for one, wanted in zip(found, (of_critic, of_encoder), strict=True):
        assert (one - wanted).norm() < 1e-4 * wanted.norm()
