"""Training of models of points: all trials at once, with draws at several moments."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from aeot.checkpoint import Checkpoint
from aeot.pointmodels.base import Fit
from aeot.seeding import torch_generator
from aeot.training import Training


class TrialTraining(Training):
    """A training of several trials; a model says what a step is.

    Args:
        steps: of the training.
        looks: most moments at which it draws, see `moments`.
        trials: how many; trial t is the same whatever their number.
        seed: with the trial's number makes its weights, batches and noise.
        device: where it is trained.
    """

    def __init__(
        self, steps: int, looks: int, trials: int, seed: int, device: torch.device
    ) -> None:
        super().__init__(steps, seed, device, looks)
        self.trials, self.fit = trials, Fit()
        self.sums: list[float] = []  # of losses since the last moment
        self.since = 0

    @abstractmethod
    def draw(self, block: int) -> tuple[Tensor, ...]:
        """Random numbers of a block: tensors (BLOCK, T, ...)."""

    @abstractmethod
    def sample(self) -> Tensor:
        """Draw points of every trial, from the same noise at every moment: (T, n, d)."""

    def batches(self, block: int) -> Iterable[tuple[Tensor, ...]]:
        """See `Training`."""
        return zip(*self.draw(block), strict=True)

    def streams(self, *names: str | int) -> list[torch.Generator]:
        """Open a generator for every trial."""
        name, *more = names
        return [torch_generator(self.seed, name, trial, *more) for trial in range(self.trials)]

    def fitted(self, checkpoint: Checkpoint | None) -> Fit:
        """Train to the end, from the checkpoint where there is one.

        Raises:
            InputError: a loss is not finite.
        """
        self.run(checkpoint)
        sizes = {
            name: sum(p.numel() for p in part.parameters()) // self.trials
            for name, part in self.parts().items()
            if isinstance(part, torch.nn.Module)
        }
        self.fit.report = {"steps": self.steps, "parameters": sizes}
        return self.fit

    def record(self, losses: list[float], taken: int) -> None:
        """See `Training`."""
        before = self.sums or [0.0] * len(losses)
        self.sums = [a + b for a, b in zip(before, losses, strict=True)]
        self.since += taken

    def note(self) -> None:
        """See `Training`."""
        with torch.no_grad():
            drawn = self.sample().cpu().numpy()
        self.fit.add(drawn, self.step, self.seconds, [s / max(1, self.since) for s in self.sums])
        self.sums, self.since = [], 0

    def dump(self) -> dict[str, Any]:
        """See `Training`."""
        return super().dump() | {
            "sums": self.sums, "since": self.since,
            "points": [torch.from_numpy(drawn) for drawn in self.fit.points],
            "history": self.fit.history,
        }  # fmt: skip

    def restore(self, saved: dict[str, Any]) -> None:
        """See `Training`."""
        super().restore(saved)
        self.sums, self.since = saved["sums"], saved["since"]
        self.fit = Fit([part.numpy() for part in saved["points"]], saved["history"])
