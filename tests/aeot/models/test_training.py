"""The loop: batches, averaging, and what a training refuses."""

from types import SimpleNamespace

import pytest
import torch

from aeot.checkpoint import Checkpoint
from aeot.errors import DivergedError, InputError
from aeot.models.nsgan.model import Model
from aeot.models.nsgan.settings import Settings
from aeot.models.training import ImageTraining
from aeot.seeding import torch_generator
from aeot.training import BLOCK


@pytest.fixture
def training():
    def made(count=20, steps=30, snapshot_images=2, shape=(1, 8, 8), **changes):
        settings = Settings(steps=steps, width=4, codes=3, **({"batch_size": 6} | changes))
        model = Model(settings, (1, 8, 8))
        model.initialise(torch_generator(0, "weights"))
        images = torch.arange(count, dtype=torch.uint8)[:, None, None, None]
        return ImageTraining(model, images.expand(count, *shape).contiguous(), 0, snapshot_images)

    return made


def drawn_rows(training, block=0):
    return [(255 * real[:, 0, 0, 0]).round().int().tolist() for real, _ in training.batches(block)]


def test_an_epoch_shows_every_image_at_most_once_in_a_new_order(training):
    rows = drawn_rows(training(count=18))
    assert len(rows) == BLOCK
    epochs = [sum(rows[k : k + 3], []) for k in range(0, 9, 3)]
    for epoch in epochs:
        assert sorted(epoch) == list(range(18))
    assert epochs[0] != epochs[1] != epochs[2]


def test_what_fills_no_batch_is_left_out_and_comes_in_other_epochs(training):
    rows = drawn_rows(training(count=20))
    epochs = [set(sum(rows[k : k + 3], [])) for k in range(0, 60, 3)]
    assert all(len(epoch) == 18 for epoch in epochs)
    assert set().union(*epochs) == set(range(20))


def test_a_batch_is_no_larger_than_the_data(training):
    assert training(count=4, batch_size=64).size == 4


@pytest.mark.long
def test_a_block_is_the_same_whenever_it_is_asked_for(training):
    one, other = training(), training()
    drawn_rows(one, 0)
    a, b = list(one.batches(3)), list(other.batches(3))
    assert all(
        torch.equal(x, y) for p, q in zip(a, b, strict=True) for x, y in zip(p, q, strict=True)
    )


def test_the_average_follows_the_generator(training):
    """An exponential moving average, from the definition, buffers included."""
    run = training(steps=7, averaging=0.8)
    wanted, take = {}, run.take

    def record(step, *batch):
        losses = take(step, *batch)
        for name, value in run.model.generator.state_dict().items():
            before = wanted.get(name)
            floating = value.is_floating_point()
            if before is None or not floating:
                wanted[name] = value.clone()
            else:
                wanted[name] = 0.8 * before + 0.2 * value
        return losses

    run.take = record
    run.run(None)
    for name, value in run.generator.state_dict().items():
        if value.is_floating_point():
            torch.testing.assert_close(value, wanted[name])
    assert run.generator is not run.model.generator


def test_without_an_average_the_generator_itself_draws(training):
    run = training()
    assert run.generator is run.model.generator


@pytest.mark.long
def test_a_training_that_resumes_diverges_as_if_it_had_not_been_stopped(
    training, tmp_path, monkeypatch
):
    def diverging():
        run = training(steps=400)
        take = run.model.take

        def broken(step, *batch):
            losses = take(step, *batch)
            return losses * float("nan") if step == 250 else losses

        run.model.take = broken
        return run

    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    one, checkpoint = diverging(), Checkpoint(tmp_path / "model.pt", {})
    with pytest.raises(DivergedError, match="before step 300"):
        one.run(checkpoint)
    assert checkpoint.load()["step"] == 200
    other = diverging()
    with pytest.raises(DivergedError, match="before step 300"):
        other.run(checkpoint)
    for key, value in one.model.state_dict().items():
        assert torch.equal(value, other.model.state_dict()[key])
    assert (one.drawn() == other.drawn()).all() and len(one.drawn()) == 2 * 4
    assert [row["step"] for row in other.history][-1] == 200


def test_a_weight_that_is_not_finite_never_draws(training):
    run = training(steps=1)
    take = run.model.take

    def broken(*batch):
        losses = take(*batch)
        with torch.no_grad():
            run.model.generator[0].bias[0] = float("inf")
        return losses

    run.model.take = broken
    with pytest.raises(DivergedError, match="weight of the generator is not finite after step 1"):
        run.run(None)
    assert run.drawn().shape == (0, 1, 8, 8)


@pytest.mark.parametrize(
    ("count", "shape", "fault"),
    [(1, (1, 8, 8), "at least 2"), (9, (1, 8, 12), "have shape")],
)
def test_images_that_cannot_be_learnt_are_one_sentence(training, count, shape, fault):
    with pytest.raises(InputError, match=fault):
        training(count=count, shape=shape)


def test_half_precision_rounds_the_critics_new_weights_for_the_generators_step(training):
    """The weights rounded for the critic's step must not serve the generator's."""
    run = training(steps=1, precision="bfloat16", learning_rate=0.5, critic_norm=False)
    model, seen = run.model, []

    def generator_loss(fake):
        score = model.critic(fake)
        with torch.autocast("cpu", enabled=False):
            seen.append((score.float(), model.critic(fake.float())))
        return score.mean()

    model.generator_loss = generator_loss
    run.run(None)
    ((coarse, exact),) = seen
    assert exact.abs().max() > 1  # the critic's step was large: old weights give nearly zero
    torch.testing.assert_close(coarse, exact, rtol=0.1, atol=0.1 * exact.abs().max().item())


@pytest.mark.parametrize(
    ("steps", "given", "momentum"),
    [
        (15_625, None, 0.001),
        (10_000, None, 0.001),
        (500, None, 0.02),
        (3, None, 1.0),
        (3, 0.5, 0.5),
    ],
)
def test_the_statistics_of_a_short_training_are_filled(steps, given, momentum):
    settings = Settings(steps=steps, norm_momentum=given, width=4)
    assert settings.momentum() == momentum
    norms = [m for m in Model(settings, (1, 8, 8)).modules() if hasattr(m, "running_mean")]
    assert {(norm.momentum, norm.eps) for norm in norms} == {(momentum, 1e-3)}


def test_processes_cannot_share_it(training, monkeypatch):
    monkeypatch.setattr("aeot.models.training.Ranks", lambda: SimpleNamespace(size=2, rank=0))
    with pytest.raises(InputError, match="only the autoencoder's training can be shared"):
        training()
