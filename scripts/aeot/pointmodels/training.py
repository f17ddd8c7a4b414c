"""Training of models of points: all trials at the same time, with draws at several moments."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from aeot.checkpoint import Checkpoint
from aeot.mixtures.base import Points
from aeot.pointmodels.base import Fit, PointModel, history_row
from aeot.pointmodels.stacked import streams
from aeot.pointmodels.trial_settings import TrainedSettings
from aeot.training import StepTraining


class TrialTraining(StepTraining):
    """A training of several trials; a model defines a step.

    Args:
        steps: of the training.
        settings: settings of the model and of its draws at several moments, see `moments`.
        trials: number of trials; trial t does not depend on it.
        seed: determines the weights, batches and noise of a trial, together with its number.
        device: where it is trained.

    Attributes:
        model: what is trained.
    """

    KEPT = (*StepTraining.KEPT, "sums", "since", "history")
    model: PointModel[Any]

    def __init__(
        self, steps: int, settings: TrainedSettings, trials: int, seed: int, device: torch.device
    ) -> None:
        super().__init__(steps, seed, device, settings.moments)
        self.drawing, self.trials = settings, trials
        self.earlier: list[Points] = []
        self.history: list[dict[str, Any]] = []
        self.sums: list[float] = []  # of losses since the last moment
        self.since = 0

    @abstractmethod
    def draw(self, block: int) -> tuple[Tensor, ...]:
        """Random numbers of a block: tensors (BLOCK, T, ...)."""

    def batches(self, block: int) -> Iterable[tuple[Tensor, ...]]:
        """See `StepTraining`."""
        return zip(*self.draw(block), strict=True)

    def streams(self, *names: str | int) -> list[torch.Generator]:
        """Open a generator for every trial."""
        name, *more = names
        return streams(self.seed, self.trials, str(name), *more)

    def fitted(self, checkpoint: Checkpoint | None) -> Fit:
        """Train to the end, starting from the checkpoint if there is one.

        Raises:
            InputError: a loss is not finite.
        """
        self.run(checkpoint)
        sizes = {
            name: sum(p.numel() for p in part.parameters()) // self.trials
            for name, part in self.parts().items()
            if isinstance(part, torch.nn.Module)
        }
        report = {"steps": self.steps, "parameters": sizes}
        return Fit(self.model, self.drawing, self.seed, self.history, self.earlier, report)

    def record(self, losses: list[float], taken: int) -> None:
        """See `Training`."""
        before = self.sums or [0.0] * len(losses)
        self.sums = [a + b for a, b in zip(before, losses, strict=True)]
        self.since += taken

    def note(self) -> None:
        """See `StepTraining`; draws from the finished model are made by the caller."""
        if self.step < self.steps:
            self.earlier.append(self.model.sample(self.drawing, self.seed))
        losses = [s / max(1, self.since) for s in self.sums]
        self.history.append(history_row(len(self.history), self.step, self.seconds, losses))
        self.sums, self.since = [], 0

    def dump(self) -> dict[str, Any]:
        """See `Training`."""
        return super().dump() | {"points": [torch.from_numpy(drawn) for drawn in self.earlier]}

    def restore(self, saved: dict[str, Any]) -> None:
        """See `Training`."""
        super().restore(saved)
        self.earlier = [part.numpy() for part in saved["points"]]
