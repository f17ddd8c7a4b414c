"""The losses of every adversarial model and the VAE, against formulas written out by hand."""

import copy
import math

import numpy as np
import pytest
import torch
from torch import nn

from aeot.models import IMAGE_MODELS
from aeot.registry import resolve_part
from aeot.seeding import torch_generator

SHAPE = (1, 8, 8)


def build(name, critic=None, **changes):
    settings = resolve_part(IMAGE_MODELS, name, "settings:Settings", "model")
    kind = resolve_part(IMAGE_MODELS, name, "model:Model", "model")
    model = kind(settings(width=4, codes=3, **changes), SHAPE)
    model.initialise(torch_generator(0, "weights"))
    if critic is not None:
        model.critic = critic
    return model


class _Mean(nn.Module):
    """A critic that is linear: `slope` times the mean pixel, less a half."""

    def __init__(self, slope=1.0):
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(slope))

    def forward(self, images):
        return self.slope * (images.mean(dim=(1, 2, 3)) - 0.5)[:, None]


@pytest.fixture
def pair():
    random = torch_generator(1, "pair")
    return torch.rand((6, *SHAPE), generator=random), torch.rand((6, *SHAPE), generator=random)


def logits(images, slope=1.0):
    return slope * (images.numpy().astype(float).mean(axis=(1, 2, 3)) - 0.5)


def log_sigmoid(x):
    return -np.log1p(np.exp(-x))


def test_the_minimax_game_is_one_value_with_two_signs(pair):
    real, fake = pair
    model = build("mmgan", _Mean(8.0))
    value = log_sigmoid(logits(real, 8)).mean() + log_sigmoid(-logits(fake, 8)).mean()
    assert model.critic_loss(real, fake).item() == pytest.approx(-value, rel=1e-5)
    wanted = log_sigmoid(-logits(fake, 8)).mean()
    assert model.generator_loss(fake).item() == pytest.approx(wanted, rel=1e-5)


def test_the_non_saturating_generator_raises_the_log_probability(pair):
    real, fake = pair
    model = build("nsgan", _Mean(8.0))
    value = log_sigmoid(logits(real, 8)).mean() + log_sigmoid(-logits(fake, 8)).mean()
    assert model.critic_loss(real, fake).item() == pytest.approx(-value, rel=1e-5)
    wanted = -log_sigmoid(logits(fake, 8)).mean()
    assert model.generator_loss(fake).item() == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("variant", ["paper", "lucic_v1"])
def test_least_squares(pair, variant):
    real, fake = pair
    model = build("lsgan", _Mean(8.0), variant=variant)
    a, b = logits(real, 8), logits(fake, 8)
    if variant == "lucic_v1":
        a, b = (1 / (1 + np.exp(-x)) for x in (a, b))
    wanted = ((a - 1) ** 2).mean() / 2 + (b**2).mean() / 2
    assert model.critic_loss(real, fake).item() == pytest.approx(wanted, rel=1e-5)
    assert model.generator_loss(fake).item() == pytest.approx(((b - 1) ** 2).mean() / 2, rel=1e-5)


def test_the_wasserstein_critic_is_clipped_after_its_step(pair):
    real, fake = pair
    model = build("wgan", _Mean(8.0), clip=0.3)
    wanted = logits(fake, 8).mean() - logits(real, 8).mean()
    assert model.critic_loss(real, fake).item() == pytest.approx(wanted, rel=1e-4)
    model.after_critic_step()
    assert model.critic.slope.item() == pytest.approx(0.3)
    whole = build("wgan", clip=0.005)
    whole.after_critic_step()
    largest = [parameter.abs().max().item() for parameter in whole.critic.parameters()]
    assert max(largest) == pytest.approx(0.005) and whole.critic[3].weight.max() <= 0.005


@pytest.mark.parametrize(("slope", "excess"), [(8.0, 0.0), (24.0, 2.0), (0.0, -0.99)])
def test_the_gradient_penalty_of_a_linear_critic(pair, slope, excess):
    """The mean of 64 pixels has a gradient of norm 1 / 8; 1e-4 stands under the root."""
    real, fake = pair
    model = build("wgangp", _Mean(slope), penalty=7.0)
    (between,) = model.more_noise(len(real), torch_generator(0, "between"))
    plain = logits(fake, slope).mean() - logits(real, slope).mean()
    norm = math.sqrt((slope / 8) ** 2 + 1e-4)
    wanted = plain + 7 * (norm - 1) ** 2
    assert norm - 1 == pytest.approx(excess, abs=1e-3)
    assert model.critic_loss(real, fake, between).item() == pytest.approx(
        wanted, rel=1e-4, abs=1e-6
    )


def test_the_gradient_penalty_is_taken_between_the_images(pair):
    real, fake = pair
    seen = []

    class Watching(_Mean):
        def forward(self, images):
            seen.append(images.detach().clone())
            return super().forward(images)

    model = build("wgangp", Watching())
    share = torch.full((6, 1, 1, 1), 0.25)
    model.critic_loss(real, fake, share)
    assert any(torch.allclose(images, 0.75 * real + 0.25 * fake) for images in seen)


def test_the_penalty_has_a_gradient_in_the_critic(pair):
    real, fake = pair
    model = build("wgangp", _Mean(16.0), penalty=1.0)
    (model.critic_loss(real, fake, torch.rand(6, 1, 1, 1)) * 1).backward()
    plain = (logits(fake) - logits(real)).mean()
    # d/ds (s / 8 - 1)^2 = (s / 8 - 1) / 4
    assert model.critic.slope.grad.item() == pytest.approx(plain + (16 / 8 - 1) / 4, rel=1e-3)


@pytest.mark.parametrize("variant", ["paper", "lucic_v1"])
def test_dragan_draws_the_slope_of_the_probability_to_one_around_the_data(pair, variant):
    real, fake = pair
    model = build("dragan", _Mean(8.0), penalty=3.0, variant=variant)
    (noise,) = model.more_noise(6, torch_generator(0, "noise"))
    near = real + 0.5 * real.std() * noise
    p = 1 / (1 + np.exp(-logits(near, 8)))
    norm = np.sqrt((p * (1 - p) * 8 / 8) ** 2 + 1e-4)
    plain = -log_sigmoid(logits(real, 8)).mean() - log_sigmoid(-logits(fake, 8)).mean()
    wanted = plain + 3 * ((norm - 1) ** 2).mean()
    assert model.critic_loss(real, fake, noise).item() == pytest.approx(wanted, rel=1e-4)


def test_the_noise_of_dragan_is_symmetric_in_the_paper_and_one_sided_in_the_code():
    noise = {
        variant: build("dragan", variant=variant).more_noise(500, torch_generator(0, "n"))[0]
        for variant in ("paper", "lucic_v1")
    }
    assert abs(noise["paper"].mean()) < 0.02 and abs(noise["paper"].std() - 1) < 0.02
    assert noise["lucic_v1"].min() >= 0 and abs(noise["lucic_v1"].mean() - 0.25) < 0.02


class _Shrink(nn.Module):
    """An autoencoder that multiplies by a number."""

    def __init__(self, factor):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(factor))

    def forward(self, images):
        return self.factor * images


class _Fixed(nn.Module):
    """A generator that makes the same images of every noise."""

    def __init__(self, images):
        super().__init__()
        self.images = images

    def forward(self, z):
        return self.images


@pytest.mark.parametrize(("variant", "lowest"), [("paper", 0.0), ("lucic_v1", -1e9)])
def test_began_balances_two_reconstruction_errors(pair, variant, lowest):
    """Players that stand still: the errors before and after their steps are the same."""
    real, fake = pair
    dark = 0.1 * real  # its error is a tenth: k rises
    model = build("began", _Shrink(0.5), diversity=0.75, balance_rate=0.4, variant=variant)

    def turn(images, made):
        model.generator = _Fixed(made)
        loss = model.critic_loss(images, made).item()
        model.after_step(images, torch.zeros(6, 3))
        return loss

    first = 0.5 * real.mean().item()
    assert turn(real, dark) == pytest.approx(first, rel=1e-5)  # k_0 = 0
    k = 0.4 * (0.75 * first - 0.1 * first)
    assert model.balance.item() == pytest.approx(k, rel=1e-5)
    assert turn(real, dark) == pytest.approx(first - k * 0.1 * first, rel=1e-5)
    for _ in range(20):  # generated images are now the harder ones: k falls
        turn(dark, real)
    assert (model.balance.item() == 0.0) == (variant == "paper")
    assert model.balance.item() >= lowest
    assert model.generator_loss(fake).item() == pytest.approx(0.5 * fake.mean().item(), rel=1e-5)


@pytest.mark.parametrize("variant", ["paper", "lucic_v1"])
@pytest.mark.parametrize("precision", [None, torch.bfloat16])
def test_began_s_balance_moves_by_the_errors_before_or_after_the_steps(pair, variant, precision):
    """Step for step against the errors of copies of the players, taken before and after."""
    real, _ = pair
    model = build("began", learning_rate=0.05, balance_rate=0.5, critic_steps=2, variant=variant)
    optimisers, random = model.optimisers(), torch_generator(0, "z")

    def gap(z):
        critic, generator = copy.deepcopy(model.critic), copy.deepcopy(model.generator)
        made = generator(z).detach()
        r = [(critic(images) - images).abs().mean().item() for images in (real, made)]
        return 0.75 * r[0] - r[1]

    k, gaps = 0.0, []
    for step in range(5):
        (z,) = model.noise(6, random)
        before = gap(z)
        with torch.autocast("cpu", torch.bfloat16, enabled=precision is not None):
            model.take(step, optimisers, real, z)
        gaps.append((before, gap(z)))
        k += 0.5 * gaps[-1][variant == "lucic_v1"]
        if variant == "paper":
            k = min(1.0, max(0.0, k))
        assert model.balance.item() == pytest.approx(k, abs=2e-2 if precision else 1e-5)
    assert max(abs(a - b) for a, b in gaps) > 0.1  # the steps are large


@pytest.mark.parametrize("variant", ["paper", "lucic_v1"])
def test_the_bound_of_the_vae_is_the_textbook_s(variant):
    """Against torch.distributions, on colour images."""
    settings = resolve_part(IMAGE_MODELS, "vae", "settings:Settings", "model")
    kind = resolve_part(IMAGE_MODELS, "vae", "model:Model", "model")
    model = kind(settings(width=4, codes=3, variant=variant, encoder_norm=False), (3, 8, 8))
    model.initialise(torch_generator(0, "weights"))
    with torch.no_grad():  # far from zero everywhere
        model.encoder[-1].bias.copy_(torch.linspace(-1, 2, 6))
    model.eval()
    real = torch.rand((5, 3, 8, 8), generator=torch_generator(0, "x"))
    z = torch.randn((5, 3), generator=torch_generator(0, "z"))
    mean, raw = model.encoder(real).detach().chunk(2, dim=1)
    posterior = torch.distributions.Normal(mean, nn.functional.softplus(raw) + 1e-6)
    standard = torch.distributions.Normal(torch.zeros(3), torch.ones(3))
    divergence = torch.distributions.kl_divergence(posterior, standard).sum(dim=1).mean()
    made = model.generator(posterior.mean + posterior.stddev * z)
    entropy = nn.functional.binary_cross_entropy(made, real, reduction="none")
    entropy = entropy.sum(dim=(1, 2, 3)).mean() / (3 if variant == "lucic_v1" else 1)
    losses = model.take(0, model.optimisers(), real, z)
    torch.testing.assert_close(losses, torch.stack([entropy, divergence]).detach())


@pytest.mark.parametrize(
    ("critic_steps", "steps"), [(1, list(range(12))), (3, [0, 1, 4, 7, 10]), (5, [0, 1, 6, 11])]
)
def test_the_generator_steps_after_the_first_two_and_every_further_group(pair, critic_steps, steps):
    model = build("nsgan", critic_steps=critic_steps)
    optimisers, random = model.optimisers(), torch_generator(0, "z")
    moved = []
    for step in range(12):
        before = [p.clone() for p in model.generator.parameters()]
        model.take(step, optimisers, pair[0], *model.noise(6, random))
        after = list(model.generator.parameters())
        moved.append(any(not torch.equal(a, b) for a, b in zip(before, after, strict=True)))
    assert [step for step, at in enumerate(moved) if at] == steps
    assert all(p.requires_grad for p in model.critic.parameters())


@pytest.mark.parametrize("name", ["nsgan", "wgangp", "began"])
def test_a_step_is_that_of_two_players_written_out(pair, name):
    """Every step of either player makes the images again, as does BEGAN's balance in the end."""
    model, other = (build(name, critic_steps=2, norm_momentum=0.3) for _ in range(2))
    real, optimisers = pair[0], model.optimisers()
    adam_d, adam_g = (other.adam(net) for net in (other.critic, other.generator))
    for step in range(4):
        z, *more = model.noise(6, torch_generator(0, "z", step))
        losses = model.take(step, optimisers, real, z, *more)
        again = more.pop(0) if name == "wgangp" else z
        loss_d = other.critic_loss(real, other.generator(z).detach(), *more)
        adam_d.zero_grad()
        loss_d.backward()
        adam_d.step()
        loss_g = torch.zeros(())
        if step != 2:
            loss_g = other.generator_loss(other.generator(again))
            adam_g.zero_grad()
            loss_g.backward()
            adam_g.step()
        if name == "began":
            r = [(other.critic(x) - x).abs().mean() for x in (real, other.generator(z))]
            other.balance += 1e-3 * (0.75 * r[0] - r[1]).detach()
        weight = 2 if step else 1  # the steps for which the generator's loss stands
        torch.testing.assert_close(losses, torch.stack([loss_d, weight * loss_g]).detach())
    counts = [key for key in model.state_dict() if key.endswith("num_batches_tracked")]
    for key, value in model.state_dict().items():
        if key not in counts and not key.startswith("critic.") or key.endswith(("weight", "bias")):
            torch.testing.assert_close(value, other.state_dict()[key], msg=key)


def test_only_the_game_with_a_fresh_noise_takes_two():
    taken = {name: len(build(name).noise(4, torch_generator(0, "z"))) for name in IMAGE_MODELS}
    assert taken["wgangp"] == 3 and taken["nsgan"] == 1 and taken["dragan"] == 2


def test_the_prior_is_the_study_s():
    z = build("nsgan").prior(4000, torch_generator(0, "z"))
    assert z.min() >= -1 and z.max() <= 1 and abs(z.var() - 1 / 3) < 0.01
    z = build("vae").prior(4000, torch_generator(0, "z"))
    assert abs(z.var() - 1) < 0.05 and z.max() > 2


@pytest.mark.parametrize("form", ["pairs", "gradient"])
def test_the_soft_penalty_is_zero_where_the_constraint_is_met(pair, form):
    real, fake = pair
    model = build("wgansoft", _Mean(7.9), form=form, penalty=5.0)  # its slope is below 7.9 / 8
    (between,) = model.more_noise(6, torch_generator(0, "between"))
    plain = logits(fake, 7.9).mean() - logits(real, 7.9).mean()
    assert model.critic_loss(real, fake, between).item() == pytest.approx(plain, abs=1e-6)


def test_the_soft_penalty_of_pairs_is_that_of_their_slopes(pair):
    real, fake = pair
    model = build("wgansoft", _Mean(400.0), penalty=5.0)
    excess = []
    for a, b in ((real, fake), (real, real.roll(1, 0)), (fake, fake.roll(1, 0))):
        rise = np.abs(logits(a, 400) - logits(b, 400))
        run = np.sqrt(((a.numpy().astype(float) - b.numpy()) ** 2).sum(axis=(1, 2, 3)))
        excess += list(np.maximum(rise / run - 1, 0))
    assert 0 < sum(value > 0 for value in excess) < len(excess)
    wanted = logits(fake, 400).mean() - logits(real, 400).mean() + 5 * np.mean(np.square(excess))
    assert model.critic_loss(real, fake, torch.zeros(())).item() == pytest.approx(wanted, rel=1e-4)


def test_the_soft_penalty_of_the_gradient_is_one_sided(pair):
    real, fake = pair
    model = build("wgansoft", _Mean(24.0), form="gradient", penalty=5.0)
    plain = logits(fake, 24).mean() - logits(real, 24).mean()
    loss = model.critic_loss(real, fake, torch.rand(6, 1, 1, 1)).item()
    assert loss == pytest.approx(plain + 5 * (24 / 8 - 1) ** 2, rel=1e-4)


def test_equal_images_have_no_slope(pair):
    real = pair[0][:1].expand(6, -1, -1, -1)
    model = build("wgansoft", _Mean(1e3), penalty=5.0)
    loss = model.critic_loss(real, real, torch.zeros(()))
    loss.backward()
    assert loss.item() == 0 and torch.isfinite(model.critic.slope.grad)


@pytest.mark.parametrize("name", ["wgangp", "began"])
def test_one_pass_of_a_critic_without_norm_is_two(pair, name):
    model = build(name)
    for joint, image in zip(model.scores(*pair), pair, strict=True):
        torch.testing.assert_close(joint, model.critic(image))


def test_a_critic_with_norm_sees_real_and_generated_images_apart(pair):
    real, fake = pair
    model = build("nsgan")
    with torch.no_grad():
        model.critic[-1].weight.mul_(50)
    dark = model.scores(real, 0.1 * fake)[0]
    torch.testing.assert_close(dark, model.scores(real, fake)[0])  # whatever the others are
    joint = model.critic(torch.cat([real, 0.1 * fake])).chunk(2)[0]
    assert (joint - dark).abs().max() > 1e-2
