"""The base of models of points, which are fitted, saved to a file, and sampled."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.mixtures.base import Points
from aeot.pointmodels.trial_settings import PointSettings
from aeot.state import load_state, save_state

HISTORY = ["moment", "step", "seconds", "loss_d", "loss_g"]

S = TypeVar("S", bound=PointSettings)


class Draw(NamedTuple):
    """Points (trials, n, d) drawn from a fitted model, and a report on the draw."""

    points: Points
    report: dict[str, Any]


class PointModel(ABC, Generic[S]):
    """A fitted model of points, with all its trials.

    Args:
        settings: the settings of the fit; those in `DRAWING` are irrelevant here.
        trials: number of trials; trial t does not depend on their number.
    """

    SETTINGS: ClassVar[type[Any]]

    def __init__(self, settings: S, trials: int) -> None:
        self.settings, self.trials = settings, trials

    @classmethod
    @abstractmethod
    def fit(
        cls,
        points: Points,
        settings: S,
        trials: int,
        seed: int,
        device: torch.device,
        checkpoint: Checkpoint | None = None,
    ) -> "Fit":
        """Fit all trials.

        Args:
            points: (N, d) training points, float32.
            settings: settings of the fit, and of the draws during it.
            trials: number of trials.
            seed: decides the fit, together with the number of the trial.
            device: where it is fitted and remains.
            checkpoint: stores the state of the run, so that a later call resumes.

        Raises:
            InputError: the settings are impossible for these points, or the training diverges.
        """

    @abstractmethod
    def sample(self, settings: S, seed: int) -> Points:
        """Draw `settings.count` points of every trial.

        Args:
            settings: only those in `DRAWING` are used; `check` compares the others.
            seed: decides the draws, together with the number of the trial.

        Returns:
            (trials, count, d) float32.

        Raises:
            InputError: the settings are impossible for this model.
        """

    def draw(self, settings: S, seed: int) -> Draw:
        """Draw like `sample`, and report on the draw."""
        return Draw(self.sample(settings, seed), {})

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Return the argument of `restored`: tensors and plain values."""

    @classmethod
    @abstractmethod
    def restored(cls, settings: S, state: dict[str, Any], device: torch.device) -> Self:
        """Rebuild the model from its `state`."""

    @classmethod
    def name(cls) -> str:
        """Return the name of the folder of the model, under which it is registered."""
        return cls.__module__.split(".")[-2]

    def check(self, settings: S) -> None:
        """Refuse settings that belong to another fit.

        Raises:
            InputError: a setting that is not in `DRAWING` differs from the model's.
        """
        own = self.settings.of_fit()
        for key, value in settings.of_fit().items():
            if value != own[key]:
                raise InputError(
                    f"the model {self.name()} was fitted with {key}={own[key]}, not {value}: leave "
                    "that setting as it is, or fit the model again."
                )

    def save(self, path: str | Path) -> None:
        """Write the fitted model, without the settings in `DRAWING`."""
        content = {"model": self.name(), "settings": self.settings.of_fit(), "state": self.state()}
        save_state(path, _plain(content))

    @classmethod
    def load(cls, path: str | Path, device: torch.device) -> Self:
        """Read what `save` wrote.

        Raises:
            InputError: the file is missing or corrupt, or was written by another model.
        """
        content = load_state(path)
        found = content.get("model")
        if found != cls.name():
            kind = f"the model {found}" if isinstance(found, str) else "no model of points"
            raise InputError(
                f"{path} contains {kind}, not {cls.name()}: name the file of that model."
            )
        try:
            settings = cls.SETTINGS.checked(content["settings"], str(path))
            return cls.restored(settings, content["state"], device)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            fault = str(error).splitlines()[-1].strip(" \t.")
            raise InputError(f"{path} is not a model of this version: {fault}.") from None


@dataclass
class Fit:
    """A fitted model, and the points drawn while it was trained.

    Attributes:
        model: the fitted model.
        settings: settings of the fit and of its draws.
        seed: seed of both.
        history: one row of `HISTORY` per moment. `seconds` is the training time of all trials so
            far, without drawing; losses are means over the trials and over the steps since the
            previous moment. The cell of a loss that the model does not have is empty.
        earlier: a (trials, n, d) array per moment, except the last one.
        report: further numbers about the fit.
        rows: (trials, m), the training points to which each trial was fitted; None: all of them.
    """

    model: PointModel[Any]
    settings: PointSettings
    seed: int
    history: list[dict[str, Any]]
    earlier: list[Points] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    rows: NDArray[np.int64] | None = None

    @cached_property
    def last(self) -> Draw:
        """The draw of the last moment, from the fitted model; computed at its first use."""
        return self.model.draw(self.settings, self.seed)

    @property
    def points(self) -> list[Points]:
        """A (trials, n, d) array per moment; the last one is drawn from the fitted model."""
        return [*self.earlier, self.last.points]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays of a file of points: `points`, and `rows` unless all were used."""
        rows = {} if self.rows is None else {"rows": self.rows}
        return {"points": np.stack(self.points)} | rows


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Make equal strings one object, because pickle writes a repeated object as a reference.

    Otherwise the bytes would depend on the origin of a string, such as a checkpoint.
    """
    if isinstance(value, dict):
        return {_plain(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return sys.intern(value) if isinstance(value, str) else value


def history_row(
    moment: int, step: int, seconds: float, losses: Sequence[float] = ()
) -> dict[str, Any]:
    """Return a row of `HISTORY`."""
    values = (moment, step, seconds, *losses)
    return dict.fromkeys(HISTORY, "") | dict(zip(HISTORY, values, strict=False))
