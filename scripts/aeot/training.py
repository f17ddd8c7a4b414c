"""Training in steps: random numbers by blocks, checkpoints, and snapshots at several steps."""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from aeot.checkpoint import Checkpoint
from aeot.errors import DivergedError

log = logging.getLogger("aeot")

BLOCK = 100  # steps whose random numbers come from one stream, and whose losses are read at once
_QUIET = 30.0  # seconds between lines of progress


def snapshot_steps(steps: int, count: int = 8) -> list[int]:
    """Steps after which snapshots are taken: the last one, half of it, a quarter, ...; ascending.

    Args:
        steps: of the training.
        count: most snapshots; fewer where steps coincide.
    """
    return sorted({max(1, steps >> back) for back in range(count)})


class Training(ABC):
    """The state of a training; a subclass says what a step is.

    No result of a step is read before its block ends: reading it would make the host wait for the
    device.

    Args:
        steps: of the training.
        seed: makes it.
        device: where it is trained.
        snapshots: most calls of `note`, after the steps of `snapshot_steps`.
    """

    def __init__(self, steps: int, seed: int, device: torch.device, snapshots: int = 8) -> None:
        self.steps, self.seed, self.device = steps, seed, device
        self.snapshot_steps = snapshot_steps(steps, snapshots)
        self.step, self.noted, self.seconds = 0, 0, 0.0

    @abstractmethod
    def parts(self) -> dict[str, Any]:
        """Networks and optimisers: all that has a `state_dict`."""

    @abstractmethod
    def batches(self, block: int) -> Iterable[tuple[Tensor, ...]]:
        """Make the arguments of a block's `BLOCK` steps; the same at every call."""

    @abstractmethod
    def take(self, step: int, *batch: Tensor) -> Tensor:
        """Take a step on its part of `batches`; return its losses, (1 or 2,)."""

    @abstractmethod
    def record(self, losses: list[float], taken: int) -> None:
        """Record the sums of the losses over the last `taken` steps."""

    @abstractmethod
    def note(self) -> None:
        """Take a snapshot of the model."""

    def start(self) -> None:  # noqa: B027
        """Hook: called before the first step, but not in a resumed run."""

    def dump(self) -> dict[str, Any]:
        """Return all that a checkpoint holds; a subclass adds its own."""
        return {
            "parts": {name: part.state_dict() for name, part in self.parts().items()},
            "step": self.step, "noted": self.noted, "seconds": self.seconds,
        }  # fmt: skip

    def restore(self, saved: dict[str, Any]) -> None:
        """Go back to where `dump` was called."""
        for name, part in self.parts().items():
            part.load_state_dict(saved["parts"][name])
        for name in ("step", "noted", "seconds"):
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
        told = time.monotonic()
        for number, stop in enumerate(self.snapshot_steps):
            while self.step < stop:
                self._advance(min(stop, self.step - self.step % BLOCK + BLOCK))
                if checkpoint and checkpoint.due():
                    checkpoint.save(self.dump())
                if time.monotonic() - told > _QUIET:
                    told = time.monotonic()
                    left = self.seconds * (self.steps / self.step - 1)
                    log.info("step %d of %d, %.0f s, %.0f s left",
                             self.step, self.steps, self.seconds, left)  # fmt: skip
            if self.noted == number:
                self.note()
                self.noted += 1

    def _advance(self, stop: int) -> None:
        """Take the steps up to `stop`, within one block."""
        start = time.monotonic()
        block, first = divmod(self.step, BLOCK)
        total = torch.zeros(1, dtype=torch.float64, device=self.device)
        for batch in islice(self.batches(block), first, stop - block * BLOCK):
            total = total + self.take(self.step, *batch).detach().double()
            self.step += 1
        self.seconds += time.monotonic() - start
        if not torch.isfinite(total).all():
            raise DivergedError(
                f"a loss is not finite before step {stop}; lower learning_rate, or look at the "
                "data: a value far from all others does this."
            )
        self.record(total.tolist(), stop - block * BLOCK - first)
