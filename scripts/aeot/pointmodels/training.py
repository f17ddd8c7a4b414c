"""Training in steps, all trials at once, with checkpoints and draws at several moments."""

import logging
import time
from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.pointmodels.base import Fit, moments
from aeot.seeding import torch_generator

log = logging.getLogger("aeot")

BLOCK = 100  # steps whose random numbers are drawn together
_QUIET = 30.0  # seconds between lines of progress


class Training(ABC):
    """Where a training stands; a model says what a step is.

    Args:
        steps: of the training.
        trials: how many; trial t is the same whatever their number.
        seed: with the trial's number makes its weights, batches and noise.
        device: where it is trained.
    """

    def __init__(self, steps: int, trials: int, seed: int, device: torch.device) -> None:
        self.steps, self.trials, self.seed, self.device = steps, trials, seed, device
        self.fit, self.step, self.seconds = Fit(), 0, 0.0
        self.sums: list[float] = []  # of losses since the last moment
        self.since = 0

    @abstractmethod
    def parts(self) -> dict[str, Any]:
        """Networks and optimisers: all that has a `state_dict`."""

    @abstractmethod
    def draw(self, block: int) -> tuple[Tensor, ...]:
        """Random numbers of a block: tensors (BLOCK, T, ...)."""

    @abstractmethod
    def take(self, step: int, *batch: Tensor) -> Tensor:
        """Take a step on its part of `draw`; return its losses, means over trials: (1 or 2,)."""

    @abstractmethod
    def sample(self) -> Tensor:
        """Draw points of every trial, from the same noise at every moment: (T, n, d)."""

    def streams(self, *names: str | int) -> list[torch.Generator]:
        """Open a generator for every trial."""
        name, *more = names
        return [torch_generator(self.seed, name, trial, *more) for trial in range(self.trials)]

    def run(self, checkpoint: Checkpoint | None) -> Fit:
        """Train to the end, from the checkpoint where there is one.

        Raises:
            InputError: a loss is not finite.
        """
        if checkpoint and (saved := checkpoint.load()):
            self._restore(saved)
        told = time.monotonic()
        for number, moment in enumerate(moments(self.steps)):
            while self.step < moment:
                self._advance(min(moment, self.step - self.step % BLOCK + BLOCK))
                if checkpoint and checkpoint.due():
                    checkpoint.save(self._dump())
                if time.monotonic() - told > _QUIET:
                    told = time.monotonic()
                    log.info("step %d of %d, %.0f s", self.step, self.steps, self.seconds)
            if len(self.fit.points) == number:
                self._note()
        sizes = {
            name: sum(p.numel() for p in part.parameters()) // self.trials
            for name, part in self.parts().items()
            if isinstance(part, torch.nn.Module)
        }
        self.fit.report = {"steps": self.steps, "parameters": sizes}
        return self.fit

    def _advance(self, stop: int) -> None:
        """Take the steps up to `stop`, within one block."""
        start = time.monotonic()
        block, first = divmod(self.step, BLOCK)
        batches = self.draw(block)
        total = torch.zeros(1, dtype=torch.float64, device=self.device)
        for k in range(first, first + stop - self.step):
            losses = self.take(block * BLOCK + k, *(part[k] for part in batches))
            total = total + losses.detach().double()
        if not torch.isfinite(total).all():
            raise InputError(
                f"a loss is not finite before step {stop}; lower learning_rate, or look for "
                "points far from all others."
            )
        before = self.sums or [0.0] * len(total)
        self.sums = [a + b for a, b in zip(before, total.tolist(), strict=True)]
        self.since += stop - self.step
        self.step = stop
        self.seconds += time.monotonic() - start

    def _note(self) -> None:
        with torch.no_grad():
            drawn = self.sample().cpu().numpy()
        self.fit.add(drawn, self.step, self.seconds, [s / max(1, self.since) for s in self.sums])
        self.sums, self.since = [], 0

    def _dump(self) -> dict[str, Any]:
        return {
            "parts": {name: part.state_dict() for name, part in self.parts().items()},
            "step": self.step, "seconds": self.seconds, "sums": self.sums, "since": self.since,
            "points": [torch.from_numpy(drawn) for drawn in self.fit.points],
            "history": self.fit.history,
        }  # fmt: skip

    def _restore(self, saved: dict[str, Any]) -> None:
        for name, part in self.parts().items():
            part.load_state_dict(saved["parts"][name])
        for name in ("step", "seconds", "sums", "since"):
            setattr(self, name, saved[name])
        self.fit = Fit([part.numpy() for part in saved["points"]], saved["history"])
