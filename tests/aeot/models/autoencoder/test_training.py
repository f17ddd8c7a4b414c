import itertools
import shutil
from collections import Counter

import numpy as np
import pytest
import torch

from aeot.checkpoint import Checkpoint
from aeot.errors import DivergedError, InputError
from aeot.models.autoencoder import training
from aeot.models.autoencoder.model import Model
from aeot.models.autoencoder.training import AutoencoderTraining
from aeot.seeding import torch_generator


class EveryEpoch(Checkpoint):
    """A checkpoint that is written after every epoch and keeps them all."""

    def __init__(self, output):
        super().__init__(output, {"run": "the same"})
        self.kept = []

    def due(self):
        """Always."""
        return True

    def save(self, state):
        """Write the state, and a copy that stays."""
        super().save(state)
        self.kept.append(self.path.with_name(f"{len(self.kept) + 1}"))
        shutil.copy(self.path, self.kept[-1])


def train(images, test_images, settings, seed=0, checkpoint=None, kind=AutoencoderTraining):
    """Train as the script does; returns the training at its end."""
    model = Model(settings, tuple(images.shape[1:]))
    model.initialise(torch_generator(seed, "weights"))
    trained = kind(model.place("cpu"), images, test_images, seed)
    trained.run(checkpoint)
    return trained


@pytest.fixture
def checkpoint(tmp_path):
    return EveryEpoch(tmp_path / "autoencoder.pt")


@pytest.fixture
def fit(images, test_images):
    """Train on the images, without a checkpoint."""

    def run(settings, seed=0, train_images=images, kind=AutoencoderTraining):
        return train(train_images, test_images, settings, seed, None, kind)

    return run


@pytest.fixture
def fit_losses(fit, small):
    """Train with training losses given by hand: the epochs of each phase and why they ended."""

    def run(losses, **settings):
        given = iter(losses)

        class Given(AutoencoderTraining):
            def block(self):
                return [()]

            def take(self, step):
                return torch.tensor([next(given)], dtype=torch.float64) * len(self.images)

        trained = fit(small(**settings), kind=Given)
        phases = Counter(row["phase"] for row in trained.history)
        return phases[1], phases[2], trained.stops

    return run


def state_bytes(module):
    return {name: value.numpy().tobytes() for name, value in module.state_dict().items()}


def file_bytes(trained, path):
    trained.model.save(path)
    return path.read_bytes()


def evaluate(model, images):
    """The L2 loss, written out: eval mode, one image at a time, in NumPy."""
    model.eval()
    total = 0.0
    for image in images:
        x = image[None].float() / 255
        with torch.no_grad():
            y = model(x)
        total += np.square(y.numpy().astype(float) - x.numpy()).mean()
    return total / len(images)


@pytest.mark.long
def test_overfits_a_handful_of_images(fit, small, images):
    settings = small(
        width=8, codes=8, epochs=150, decoder_epochs=50, patience=200, learning_rate=0.01
    )
    few = images[:6]
    trained = fit(settings, train_images=few)
    assert trained.losses["after"]["train"] < 2e-3 < 0.05 < few.float().div(255).var()
    restored = trained.model.decode(trained.model.encode(few))
    nearest = torch.cdist(restored.flatten(1).float(), few.flatten(1).float()).argmin(1)
    assert nearest.tolist() == list(range(6))


def test_the_history_counts_the_epochs_through_both_phases(fit, small):
    trained = fit(small(epochs=3, decoder_epochs=2))
    assert [row["phase"] for row in trained.history] == [1, 1, 1, 2, 2]
    assert [row["epoch"] for row in trained.history] == [1, 2, 3, 4, 5]
    assert all(tuple(row) == trained.HISTORY for row in trained.history)
    assert trained.stops == ["the limit of 3 epochs", "the limit of 2 epochs"]
    assert trained.seconds > 0


def test_phase_two_leaves_the_encoder_and_its_statistics_bit_equal(fit, small, images):
    frozen = fit(small(decoder_epochs=0)).model
    final = fit(small(decoder_epochs=3)).model
    assert any("running_var" in name for name in frozen.encoder.state_dict())
    assert state_bytes(final.encoder) == state_bytes(frozen.encoder)
    changed = [
        name
        for name, value in state_bytes(final.decoder).items()
        if value != state_bytes(frozen.decoder)[name]
    ]
    assert set(changed) == set(final.decoder.state_dict())
    assert torch.equal(final.encode(images), frozen.encode(images))
    assert not any(weight.requires_grad for weight in final.encoder.parameters())


def test_the_decoder_of_phase_two_is_trained_on_the_codes_of_the_frozen_encoder(fit, small, images):
    codes = []

    class Spied(AutoencoderTraining):
        def record(self, losses, taken):
            codes.append(self.codes)
            super().record(losses, taken)

    trained = fit(small(epochs=1, decoder_epochs=2), kind=Spied)
    assert codes[0] is None
    assert torch.equal(codes[1], trained.model.encode(images))
    assert codes[1] is codes[2]


def test_losses_are_what_an_evaluation_gives(fit, small, images, test_images):
    frozen, final = fit(small(decoder_epochs=0)), fit(small(decoder_epochs=3))
    assert frozen.losses["before"] == frozen.losses["after"] == final.losses["before"]
    for trained, moment in ((frozen, "before"), (final, "after")):
        for name, given in (("train", images), ("test", test_images)):
            expected = evaluate(trained.model, given)
            assert trained.losses[moment][name] == pytest.approx(expected, rel=1e-5)
    assert final.history[-1]["test_loss"] == final.losses["after"]["test"]


def test_the_training_loss_is_the_mean_over_the_images(fit, small, images):
    settings = small(epochs=1, decoder_epochs=0, learning_rate=1e-12)
    images = images[:19]  # batches of 7, 6 and 6
    trained = fit(settings, train_images=images)  # the weights stay as they were drawn
    order = torch.randperm(19, generator=torch_generator(0, "batches", 1))
    trained.model.train()
    total = 0.0
    for batch in order.split([7, 6, 6]):
        x = images[batch].float() / 255
        total += (trained.model(x) - x).square().sum().item()
    assert trained.history[0]["train_loss"] == pytest.approx(total / images.numel(), rel=1e-4)


@pytest.mark.parametrize(
    ("count", "batch_size", "sizes"),
    [
        (21, 8, [7, 7, 7]),
        (21, 10, [7, 7, 7]),
        (17, 8, [6, 6, 5]),
        (9, 8, [5, 4]),
        (3, 2, [3]),
        (5, 2, [3, 2]),
        (2, 128, [2]),
        (7, 7, [7]),
    ],
)
def test_every_image_is_used_once_an_epoch_and_never_alone(
    fit, small, monkeypatch, count, batch_size, sizes
):
    images = torch.arange(count, dtype=torch.uint8)[:, None, None, None].expand(-1, 1, 8, 8)
    seen, unit = [], training.unit

    def spy(batch):
        seen.append(batch[:, 0, 0, 0].tolist())
        return unit(batch)

    monkeypatch.setattr(training, "unit", spy)
    monkeypatch.setattr(Model, "loss", lambda *_: 0.0)
    fit(small(batch_size=batch_size, epochs=2, decoder_epochs=1), train_images=images.clone())
    epochs = [seen[start : start + len(sizes)] for start in range(0, len(seen), len(sizes))]
    assert len(epochs) == 3
    for epoch in epochs:
        assert [len(batch) for batch in epoch] == sizes
        assert sorted(sum(epoch, [])) == list(range(count))
    if count > 5:
        assert epochs[0] != epochs[1] != epochs[2]  # an order of its own each time


@pytest.mark.parametrize(
    ("losses", "epochs"),
    [
        # patience 2, 10 %: the best of the last two must be below 0.9 x the best before them.
        ([1.0, 0.8, 0.7, 0.65, 0.6, 0.55], 6),  # falls on: the limit ends it
        ([1.0, 0.95, 0.92, 0.1, 0.1, 0.1], 3),  # 0.92 > 0.9 x 1.0
        ([1.0, 0.95, 0.89, 0.88, 0.87, 0.1], 4),  # 0.89 < 0.9; then 0.88 > 0.9 x 0.95
        ([1.0, 0.5, 2.0, 3.0, 0.1, 0.1], 4),  # worse ones after the best
        ([1.0, 3.0, 0.5, 3.0, 0.4, 0.3], 6),  # one bad epoch is forgiven
    ],
)
def test_a_plateau_ends_phase_one(fit_losses, losses, epochs):
    settings = {"patience": 2, "min_improvement": 0.1, "epochs": 6, "decoder_epochs": 0}
    first, _, stops = fit_losses(losses, **settings)
    assert first == epochs
    assert stops[0] == (
        "the limit of 6 epochs" if epochs == 6 else "no improvement by 10.0% in 2 epochs"
    )


def test_phase_two_judges_its_own_losses_only(fit_losses):
    settings = {"patience": 2, "min_improvement": 0.1, "epochs": 2, "decoder_epochs": 9}
    # Phase 1 ended at 0.1; phase 2 starts higher, falls twice, and then stands still.
    losses = [0.5, 0.1, 0.9, 0.8, 0.7, 0.7, 0.7, 0.0]
    assert fit_losses(losses, **settings)[:2] == (2, 5)


def test_a_loss_that_stands_still_ends_a_phase_even_without_a_least_improvement(fit_losses):
    settings = {"patience": 3, "min_improvement": 0.0, "epochs": 50, "decoder_epochs": 0}
    assert fit_losses(itertools.repeat(0.25), **settings)[0] == 4
    assert fit_losses(itertools.repeat(0.0), **settings)[0] == 4


@pytest.mark.long
def test_a_run_resumed_after_any_epoch_ends_bit_equal(
    checkpoint, images, test_images, small, tmp_path
):
    settings = small(epochs=3, decoder_epochs=3)
    whole = train(images, test_images, settings, 5, checkpoint)
    assert len(checkpoint.kept) == 6  # the last epochs of both phases among them
    expected = file_bytes(whole, tmp_path / "whole.pt")
    for epoch, kept in enumerate(checkpoint.kept, start=1):
        again = EveryEpoch(tmp_path / f"resumed{epoch}" / "autoencoder.pt")
        again.path.parent.mkdir()
        shutil.copy(kept, again.path)
        resumed = train(images, test_images, settings, 5, again)
        assert len(again.kept) == 6 - epoch  # it went on, it did not start again
        assert resumed.history == whole.history
        assert resumed.losses == whole.losses
        assert resumed.stops == whole.stops
        assert resumed.seconds > 0
        assert file_bytes(resumed, tmp_path / "resumed.pt") == expected


def test_a_run_resumed_again_and_again_ends_bit_equal(images, test_images, small, tmp_path):
    settings = small(epochs=3, decoder_epochs=2)
    whole = train(images, test_images, settings, 0, EveryEpoch(tmp_path / "whole"))

    class OneEpoch(AutoencoderTraining):
        epochs = 0

        def block(self):
            self.epochs += 1
            if self.epochs > 1:
                raise KeyboardInterrupt
            return super().block()

    killed = images, test_images, settings, 0, EveryEpoch(tmp_path / "killed"), OneEpoch
    for _ in range(4):
        with pytest.raises(KeyboardInterrupt):
            train(*killed)
    last = train(*killed)
    assert file_bytes(last, tmp_path / "a.pt") == file_bytes(whole, tmp_path / "b.pt")
    assert (last.history, last.losses) == (whole.history, whole.losses)


def test_the_seconds_of_an_interrupted_run_are_kept(
    checkpoint, images, test_images, small, tmp_path
):
    settings = small(epochs=2, decoder_epochs=1)
    train(images, test_images, settings, 0, checkpoint)
    saved = checkpoint.load()
    saved["seconds"] = 1000.0
    checkpoint.save(saved)
    resumed = train(images, test_images, settings, 0, checkpoint)
    assert 1000.0 <= resumed.seconds < 1100.0


def test_a_seed_repeats_the_bytes_and_another_one_differs(fit, small, tmp_path):
    files = []
    for seed in (3, 3, 4):
        torch.manual_seed(len(files))  # the global generator must not matter
        files.append(file_bytes(fit(small(), seed), tmp_path / "model.pt"))
    assert files[0] == files[1] != files[2]


def test_the_test_images_change_nothing_that_is_trained(images, test_images, small, tmp_path):
    checkpoints = [Checkpoint(tmp_path / name, {}) for name in "ab"]
    first = train(images, test_images, small(), 0, checkpoints[0])
    second = train(images, test_images.flip(0)[:4], small(), 0, checkpoints[1])
    assert file_bytes(first, tmp_path / "a.pt") == file_bytes(second, tmp_path / "b.pt")


@pytest.mark.parametrize("phase", [1, 2])
def test_a_loss_that_is_not_finite_is_one_sentence(fit, small, phase):
    class Exploding(AutoencoderTraining):
        def begin(self, number):
            super().begin(number)
            if number == phase:
                self.adam.param_groups[0]["lr"] = 1e38

    with pytest.raises(
        DivergedError, match=r"not finite in epoch \d of the autoencoder; lower learning_rate"
    ):
        fit(small(), kind=Exploding)


def test_a_test_loss_that_is_not_finite_ends_the_training(fit, small, monkeypatch):
    """As after a last step that was too large for every image."""
    monkeypatch.setattr(Model, "loss", lambda *_: float("inf"))
    with pytest.raises(DivergedError, match="not finite in epoch 1 of the autoencoder"):
        fit(small())


@pytest.mark.parametrize("value", [0, 255])
def test_constant_images_are_learnt(fit, small, images, value):
    """Batch norms of no variance: nothing becomes infinite, and the decoder finds the constant."""
    trained = fit(small(epochs=20), train_images=torch.full_like(images, value))
    losses = [row["train_loss"] for row in trained.history]
    assert np.isfinite(losses).all() and losses[-1] < losses[0] < 0.3
    codes = trained.model.encode(images[:2])
    assert torch.isfinite(codes).all()


def test_one_image_is_refused(fit, small, images):
    with pytest.raises(InputError, match="at least 2 training images"):
        fit(small(), train_images=images[:1])


def test_test_images_of_another_shape_are_refused(fit, small):
    fault = r"the test images have shape \(1, 8, 8\); the autoencoder was made for \(3, 8, 8\)"
    with pytest.raises(InputError, match=fault):
        fit(small(), train_images=torch.zeros(4, 3, 8, 8, dtype=torch.uint8))


def test_the_progress_names_phase_epoch_and_most_epochs(fit, small):
    told = []

    class Told(AutoencoderTraining):
        def record(self, losses, taken):
            super().record(losses, taken)
            told.append(self.progress())

    trained = fit(small(epochs=2, decoder_epochs=3), kind=Told)
    starts = [line.partition(" train ")[0] for line in told]
    assert starts == [
        "phase 1 epoch 1 (at most 2)", "phase 1 epoch 2 (at most 2)",
        *(f"phase 2 epoch {epoch} (at most 5)" for epoch in (3, 4, 5)),
    ]  # fmt: skip
    assert f"train {trained.history[-1]['train_loss']:.5f}" in told[-1]
    assert f"test {trained.history[-1]['test_loss']:.5f}" in told[-1]


def test_the_progress_says_how_long_the_rest_takes_at_most(fit, small):
    told = []

    class Told(AutoencoderTraining):
        def record(self, losses, taken):
            super().record(losses, taken)
            self.seconds = 10.0 * len(self.history)
            told.append(self.progress())

    fit(small(epochs=2, decoder_epochs=3), kind=Told)
    assert [line.partition("s, at most ")[2] for line in told] == [
        f"{left} s left" for left in (40, 30, 20, 10, 0)
    ]


def test_with_pixels_as_codes_nothing_is_trained_and_nothing_lost(fit, small, images):
    trained = fit(small(net="identity", codes=64))
    assert trained.stops == ["there is nothing to train"] * 2
    assert trained.history == []
    report = trained.report()
    assert report["losses"] == dict.fromkeys(("before", "after"), {"train": 0, "test": 0})
    assert (report["parameters"], report["epochs"], report["codes"]) == (0, 0, 64)
