"""Training in steps: blocks, snapshots, checkpoints, and losses that are not finite."""

from itertools import pairwise

import pytest
import torch

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.seeding import torch_generator
from aeot.training import BLOCK, StepTraining, snapshot_steps


class _Walk(StepTraining):
    """A parameter that follows random numbers."""

    def __init__(self, steps, snapshots=8, fails_at=None):
        super().__init__(steps, 0, torch.device("cpu"), snapshots)
        self.place = torch.nn.Linear(1, 1)
        torch.nn.init.zeros_(self.place.weight)
        torch.nn.init.zeros_(self.place.bias)
        self.fails_at, self.recorded, self.seen, self.blocks = fails_at, [], [], []

    KEPT = (*StepTraining.KEPT, "recorded", "seen")

    def parts(self):
        return {"place": self.place}

    def batches(self, block):
        self.blocks.append(block)
        random = torch_generator(0, "walk", block)
        for _ in range(BLOCK):
            yield (torch.randn((), generator=random),)

    @torch.no_grad()
    def take(self, step, *batch):
        self.place.bias += batch[0] + 0.5 * step
        bad = step == self.fails_at
        return torch.full((2,), float("nan") if bad else 1.0)

    def record(self, losses, taken):
        self.recorded.append((losses, taken))

    def note(self):
        self.seen.append((self.step, self.place.bias.item()))


@pytest.mark.parametrize(
    ("steps", "count", "expected"),
    [
        (1, 8, [1]),
        (3, 8, [1, 3]),
        (1000, 8, [7, 15, 31, 62, 125, 250, 500, 1000]),
        (1000, 2, [500, 1000]),
    ],
)
def test_snapshots_are_halves_of_halves(steps, count, expected):
    assert snapshot_steps(steps, count) == expected


def test_every_step_takes_its_own_random_numbers_once():
    walk = _Walk(250)
    walk.run(None)
    numbers = [
        torch.randn((), generator=random).item()
        for random in (torch_generator(0, "walk", block) for block in range(3))
        for _ in range(BLOCK)
    ][:250]
    expected = sum(number + 0.5 * step for step, number in enumerate(numbers))
    assert walk.place.bias.item() == pytest.approx(expected, rel=1e-5)
    assert [step for step, _ in walk.seen] == snapshot_steps(250)


def test_losses_are_recorded_once_and_by_parts_of_a_block():
    walk = _Walk(250, snapshots=2)
    walk.run(None)
    assert [taken for _, taken in walk.recorded] == [100, 25, 75, 50]
    assert all(losses == [taken, taken] for losses, taken in walk.recorded)


@pytest.mark.parametrize("kills", range(1, 6))
def test_a_run_killed_after_any_part_ends_in_the_same(tmp_path, monkeypatch, kills):
    whole = _Walk(430)
    whole.run(None)
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    left, save = [kills], Checkpoint.save

    def save_and_die(self, state):
        save(self, state)
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "save", save_and_die)
    with pytest.raises(KeyboardInterrupt):
        _Walk(430).run(Checkpoint(tmp_path / "out", {}))
    resumed = _Walk(430)
    resumed.run(Checkpoint(tmp_path / "out", {}))
    assert resumed.seen == whole.seen
    assert resumed.recorded == whole.recorded
    assert all(a <= b for a, b in pairwise(resumed.blocks))
    assert len(resumed.blocks) < len(whole.blocks)


def test_progress_is_told_after_the_first_block_and_then_seldom(caplog):
    with caplog.at_level("INFO", "aeot"):
        _Walk(250, snapshots=1).run(None)
    (line,) = caplog.messages
    assert line.startswith("step 100 of 250, ")


def test_a_loss_that_is_not_finite_ends_the_training_with_a_sentence():
    walk = _Walk(430, fails_at=170)
    with pytest.raises(InputError, match="not finite before step 200"):
        walk.run(None)
    assert walk.step <= 200
