"""Precision-recall curves of all models, averaged over seeds at equal angle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from aeot.curves.base import Collection, Files
from aeot.errors import InputError
from aeot.files import Array, load_rows
from aeot.labels import ordered_models
from aeot.layout import join_files
from aeot.tables.spread import number, spread

COLUMNS = [
    "model", "angle", "precision", "recall", "precision_low", "recall_low", "precision_high",
    "recall_high", "f8", "f8_sd", "f1_8", "f1_8_sd", "seeds", "n_real", "n_fake",
]  # fmt: skip
CURVE = ("angle", "precision", "recall")
SCORES = ("metric", "value", "n_real", "n_fake")
CURVE_LAYOUT = "{dataset}/{model}/seed{seed}/{extractor}/prd_curve.csv"
SCORES_LAYOUT = "{dataset}/{model}/seed{seed}/{extractor}/prd.csv"


@dataclass(frozen=True)
class Scored:
    """One model of one seed: the rows of its curve and of its F-scores."""

    model: str
    curve: Sequence[Mapping[str, str]]
    scores: Sequence[Mapping[str, str]]


def prd_rows(runs: Sequence[Scored]) -> list[dict[str, Any]]:
    """Average every model's curve over its seeds.

    At one angle precision / recall = tan(angle) for every run (Sajjadi et al. 2018, arXiv
    1806.00035, section 3), so the mean over seeds lies on the same ray from the origin,
    and so do the lowest and the highest run.

    Returns:
        Rows of `COLUMNS`, one per (model, angle); the F-scores, their standard deviations and the
        numbers of images repeat on every row of a model.

    Raises:
        InputError: the runs of a model have other angles or numbers of images than one another.
    """
    rows = []
    for model in ordered_models(run.model for run in runs):
        group = [run for run in runs if run.model == model]
        curves = np.stack([_curve(run) for run in _same_angles(group)])  # (seeds, angles, 3)
        constants = {"model": model, "seeds": len(group), **_scores(group)}
        mean, low, high = curves.mean(axis=0), curves.min(axis=0), curves.max(axis=0)
        for place, (angle, precision, recall) in enumerate(mean.tolist()):
            rows.append({
                "angle": angle, "precision": precision, "recall": recall,
                "precision_low": float(low[place, 1]), "recall_low": float(low[place, 2]),
                "precision_high": float(high[place, 1]), "recall_high": float(high[place, 2]),
                **constants,
            })  # fmt: skip
    return rows


def _same_angles(group: Sequence[Scored]) -> Sequence[Scored]:
    angles = {tuple(row["angle"] for row in run.curve) for run in group}
    if len(angles) > 1 or not next(iter(angles)):
        raise InputError(
            f"the PRD curves of {group[0].model} are empty or have different angles; "
            "score all seeds with the same settings."
        )
    return group


def _curve(run: Scored) -> Array:
    return np.array(
        [[number(row[name], f"{name} of {run.model}") for name in CURVE] for row in run.curve]
    )


def _scores(group: Sequence[Scored]) -> dict[str, Any]:
    model = group[0].model
    counts = {(row["n_real"], row["n_fake"]) for run in group for row in run.scores}
    if len(counts) != 1:
        raise InputError(f"the PRD scores of {model} have no n, or several; use one n.")
    n_real, n_fake = counts.pop()
    found: dict[str, Any] = {"n_real": int(n_real), "n_fake": int(n_fake)}
    for metric in ("f8", "f1_8"):
        values = [number(row["value"], f"{metric} of {model}")
                  for run in group for row in run.scores if row["metric"] == metric]  # fmt: skip
        if len(values) != len(group):
            raise InputError(f"the PRD scores of {model} lack {metric}; compute them anew.")
        value = spread(values)
        found |= {metric: value.mean, f"{metric}_sd": value.deviation}
    return found


class PrdCurves(Collection):
    """The precision-recall curves of all models, averaged over their seeds.

    The path of a file (.../DATASET/MODEL/seedN/EXTRACTOR/prd_curve.csv and prd.csv beside it) says
    which model and seed it is.
    """

    FILES: ClassVar[tuple[str, ...]] = ("curves", "scores")
    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    def collect(self, files: Files) -> list[dict[str, Any]]:
        """See `Collection`."""
        kinds = (files["curves"], CURVE_LAYOUT), (files["scores"], SCORES_LAYOUT)
        joined = join_files(("model", "seed"), *kinds)
        return prd_rows([
            Scored(model, load_rows(curve, *CURVE), load_rows(scores, *SCORES))
            for (model, _), (curve, scores) in joined.items()
        ])  # fmt: skip
