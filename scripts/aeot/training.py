"""Training in blocks of steps, with random numbers per block, checkpoints, progress, snapshots."""

import logging
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, ClassVar

import torch
from torch import Tensor

from aeot.checkpoint import Checkpoint
from aeot.errors import DivergedError
from aeot.ranks import Ranks

log = logging.getLogger("aeot")

BLOCK = 100  # steps whose random numbers come from one stream, and whose losses are read together
_QUIET = 30.0  # seconds between lines of progress


def snapshot_steps(steps: int, count: int = 8) -> list[int]:
    """Steps after which snapshots are taken: the last one, half of it, a quarter, ...; ascending.

    Args:
        steps: of the training.
        count: maximum number of snapshots; there are fewer if steps coincide.
    """
    return sorted({max(1, steps >> back) for back in range(count)})


class Training(ABC):
    """The state of a training; a subclass defines a step and a block of steps.

    No result of a step is read before its block ends, because the host would wait for the device.
    Checkpoints are written between blocks, by one of the processes that share a training.

    Args:
        seed: seed of the training.
        device: where it is trained.

    Attributes:
        step: steps taken.
        seconds: time spent in steps, including those before an interruption of the run.
    """

    EVALUATES: ClassVar[bool] = False  # on test images, rather than drawing snapshots
    HISTORY: ClassVar[Sequence[str]] = ()  # columns of `history`
    KEPT: ClassVar[tuple[str, ...]] = ("step", "seconds")  # attributes that a checkpoint holds

    def __init__(self, seed: int, device: torch.device) -> None:
        self.seed, self.device = seed, device
        self.step, self.seconds = 0, 0.0

    @abstractmethod
    def parts(self) -> dict[str, Any]:
        """Networks and optimisers: everything that has a `state_dict`."""

    @abstractmethod
    def goes_on(self) -> bool:
        """Whether another block follows; called between blocks, and may first do what is due."""

    @abstractmethod
    def block(self) -> Iterable[tuple[Tensor, ...]]:
        """Make the arguments of the steps of the next block."""

    @abstractmethod
    def take(self, step: int, *batch: Tensor) -> Tensor:
        """Make a step on its part of `block`; return its losses, (1 or 2,)."""

    @abstractmethod
    def record(self, losses: list[float], taken: int) -> None:
        """Record the sums of the losses over the last `taken` steps."""

    @abstractmethod
    def where(self) -> str:
        """State where in the training the last block ended."""

    @abstractmethod
    def progress(self) -> str:
        """State the progress of the training."""

    def start(self) -> None:  # noqa: B027
        """Hook: called before the first step, but not in a resumed run."""

    def dump(self) -> dict[str, Any]:
        """Return the content of a checkpoint."""
        parts = {name: part.state_dict() for name, part in self.parts().items()}
        return {"parts": parts} | {name: getattr(self, name) for name in self.KEPT}

    def restore(self, saved: dict[str, Any]) -> None:
        """Return to the state in which `dump` was called."""
        for name, part in self.parts().items():
            part.load_state_dict(saved["parts"][name])
        for name in self.KEPT:
            setattr(self, name, saved[name])

    def run(self, checkpoint: Checkpoint | None) -> None:
        """Train to the end, from the checkpoint where there is one.

        Raises:
            DivergedError: a loss is not finite.
        """
        if checkpoint and (saved := checkpoint.load()):
            self.restore(saved)
        else:
            self.start()
        writes, told = Ranks().rank == 0, -math.inf
        while self.goes_on():
            self._advance()
            if checkpoint and writes and checkpoint.due():
                checkpoint.save(self.dump())
            if time.monotonic() - told > _QUIET:
                told = time.monotonic()
                log.info("%s", self.progress())

    def _advance(self) -> None:
        """Take the steps of one block."""
        start, first = time.monotonic(), self.step
        total = torch.zeros(1, dtype=torch.float64, device=self.device)
        for batch in self.block():
            total = total + self.take(self.step, *batch).detach().double()
            self.step += 1
        losses = total.tolist()
        self.seconds += time.monotonic() - start  # the device has finished all steps by now
        self.check(*losses)
        self.record(losses, self.step - first)

    def check(self, *losses: float) -> None:
        """Refuse losses that are not finite.

        Raises:
            DivergedError: a loss is not finite.
        """
        if not all(map(math.isfinite, losses)):
            raise DivergedError(
                f"a loss is not finite {self.where()}; lower learning_rate, or check the data: a "
                "value far from all others can cause this."
            )


class StepTraining(Training):
    """A training of a known number of steps, with snapshots after some of them.

    Args:
        steps: of the training.
        seed: seed of the training.
        device: where it is trained.
        snapshots: maximum number of calls of `note`, after the steps of `snapshot_steps`.
    """

    KEPT = (*Training.KEPT, "noted")

    def __init__(self, steps: int, seed: int, device: torch.device, snapshots: int = 8) -> None:
        super().__init__(seed, device)
        self.steps, self.noted = steps, 0
        self.snapshot_steps = snapshot_steps(steps, snapshots)

    @abstractmethod
    def batches(self, block: int) -> Iterable[tuple[Tensor, ...]]:
        """Make the arguments of the `BLOCK` steps from `block` x `BLOCK` on, reproducibly."""

    @abstractmethod
    def note(self) -> None:
        """Take a snapshot of the model."""

    def goes_on(self) -> bool:
        """See `Training`: takes a snapshot after its step."""
        if self.step == self.snapshot_steps[self.noted]:
            self.note()
            self.noted += 1
        return self.noted < len(self.snapshot_steps)

    def block(self) -> Iterable[tuple[Tensor, ...]]:
        """See `Training`: steps up to the next snapshot, within `BLOCK` steps of one stream."""
        number, first = divmod(self.step, BLOCK)
        last = min(BLOCK, self.snapshot_steps[self.noted] - number * BLOCK)
        return islice(self.batches(number), first, last)

    def where(self) -> str:
        """See `Training`."""
        return f"before step {self.step}"

    def progress(self) -> str:
        """See `Training`."""
        left = self.seconds * (self.steps / self.step - 1)
        return f"step {self.step} of {self.steps}, {self.seconds:.0f} s, {left:.0f} s left"
