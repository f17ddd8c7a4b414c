"""Run the trials of one model in one process; a killed run resumes where it stopped."""

import hashlib
import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from aeot.checkpoint import Checkpoint
from aeot.errors import DivergedError, InputError
from aeot.files import load_json, save_json
from aeot.models.base import ImageModel
from aeot.models.step_settings import StepSettings
from aeot.search.rows import DISTANCE, FAILED, write_items
from aeot.search.scored import Score, ScoredTraining
from aeot.search.trials import Trial
from aeot.seeding import stream_seed, torch_generator

log = logging.getLogger("aeot")

Rows = list[dict[str, Any]]


class Finished:
    """The rows of finished trials, in a file beside the output that survives the job.

    The rows of a trial are reused by every later run with the same trial: a search with more draws
    trains only the new ones.

    Args:
        output: the run's final output; the file is `<output>.finished.json`.
    """

    def __init__(self, output: str | Path) -> None:
        self.path = Path(f"{output}.finished.json")
        self._rows: dict[str, Rows] = {}
        if self.path.exists():
            try:
                self._rows = load_json(self.path)
            except InputError as error:
                log.warning("finished trials ignored: %s", error)

    def rows(self, key: dict[str, Any]) -> Rows | None:
        """Return the rows of the trial that `key` identifies, or None."""
        return self._rows.get(_digest(key))

    def keep(self, key: dict[str, Any], rows: Rows) -> None:
        """Write the rows of a trial to the disk."""
        self._rows[_digest(key)] = rows
        save_json(self.path, self._rows)


def _digest(key: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()


class Search:
    """Trains and scores trials of one model.

    Args:
        kind: the model's class.
        base: its settings, except for the hyper-parameters of a trial.
        images: training images, uint8 (n, c, h, w), on their device.
        score: scores images.
        count: number of images that are scored at every checkpoint.
        checkpoints: number of checkpoints of every training.
        seed: seed of the run; the seed of a trial is derived from it and the trial's name.
    """

    def __init__(
        self,
        kind: type[ImageModel],
        base: StepSettings,
        images: torch.Tensor,
        score: Score,
        *,
        count: int,
        checkpoints: int,
        seed: int,
    ) -> None:
        self.kind, self.base, self.images, self.score = kind, base, images, score
        self.count, self.checkpoints, self.seed = count, checkpoints, seed

    def run(self, trials: Iterable[Trial], output: str | Path, key: dict[str, Any]) -> Rows:
        """Run the trials that are not finished yet, one after the other.

        Args:
            trials: in order.
            output: the finished trials and the checkpoint of the current one are beside it.
            key: everything else that identifies a trial: data, code; JSON-ready.

        Returns:
            Rows of `aeot.search.rows.COLUMNS`.
        """
        finished, found = Finished(output), []
        for trial in trials:
            settings = trial.settings(self.base).counted(len(self.images))
            own = key | {"trial": trial.name, "settings": settings.model_dump(), "seed": self.seed}
            own |= {"count": self.count, "checkpoints": self.checkpoints}
            rows = finished.rows(own)
            if rows is None:
                log.info("%s: %s", trial.name, write_items(trial.values))
                checkpoint = Checkpoint(output, own)
                rows = self._train(trial, settings, checkpoint)
                finished.keep(own, rows)
                checkpoint.remove()
            found += rows
        return found

    def _train(self, trial: Trial, settings: StepSettings, checkpoint: Checkpoint) -> Rows:
        seed = stream_seed(self.seed, "search", trial.name)
        model = self.kind(settings, tuple(self.images.shape[1:]))  # type: ignore[arg-type]
        model.initialise(torch_generator(seed, "weights"))
        training = ScoredTraining(
            model.place(self.images.device), self.images, seed, self.count, self.checkpoints,
            self.score,
        )  # fmt: skip
        failed: Rows = []
        try:
            training.run(checkpoint)
        except DivergedError as error:
            log.info("%s diverged: %s", trial.name, error)
            failed = [{"step": training.step, "seconds": training.seconds, "diverged": 1,
                       "metric": DISTANCE, "value": FAILED}]  # fmt: skip
        of = {"draw": trial.draw, "run": trial.run, "hyperparameters": write_items(trial.values)}
        of |= {"diverged": 0, "n_real": None, "n_fake": self.count}
        return [of | row for row in [*training.rows, *failed]]
