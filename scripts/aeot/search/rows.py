"""The rows of a search, and the score of each of its trainings; torch-free."""

from typing import TYPE_CHECKING, Any

from aeot.settings import format_items, parse_items

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from aeot.metrics.base import Metric

# One row for each metric at each checkpoint. A training that diverged has a last row, of the step
# that it reached, with `diverged` 1 and the Fréchet distance `FAILED`.
COLUMNS = [
    "draw", "run", "hyperparameters", "step", "seconds", "diverged", "metric", "value", "n_real",
    "n_fake",
]  # fmt: skip
DISTANCE = "frechet_distance"
FAILED = 31337.0  # the score of a training without any, as in the code of Lucic et al.


SETS = {"real", "fake", "images"}  # what a metric may need of a search


def unscorable(metric: "type[Metric]") -> str | None:
    """Say why a search cannot score by a metric; None where it can."""
    wanted = sorted(set(metric.NEEDS) - SETS)
    return f"needs {wanted[0]}, which a search does not make" if wanted else None


def write_items(values: dict[str, Any]) -> str:
    """Write hyper-parameters in one cell, with all their digits: `beta1=0.5 clip=0.01`."""
    return " ".join(format_items(values))


def read_items(cell: str) -> dict[str, Any]:
    """Read what `write_items` wrote."""
    return parse_items(cell.split())


def run_scores(rows: "DataFrame", *keys: str) -> "DataFrame":
    """Take of every training the least Fréchet distance over its checkpoints, as in the study.

    Args:
        rows: with `COLUMNS` and `keys`.
        keys: columns that tell searches apart, such as the model.

    Returns:
        A row for each training, sorted by `keys`, draw and run: `score`, the least distance, or
        `FAILED` without any; the `step` of it; `diverged`, whether the training did at last; and
        its hyper-parameters and seconds.
    """
    own = rows[rows["metric"] == DISTANCE]
    names = [*keys, "draw", "run"]
    ends = own.groupby(names, as_index=False)[["diverged", "seconds"]].max()
    best = own.sort_values([*names, "value", "step"]).drop_duplicates(names)
    columns = [*names, "hyperparameters", "step", "value", "n_real", "n_fake"]
    return best[columns].rename(columns={"value": "score"}).merge(ends, on=names)


def best_draw(rows: "DataFrame") -> "Series[Any]":
    """Return the training of the least score of one search, the first of equal ones."""
    return run_scores(rows).sort_values(["score", "draw"]).iloc[0]
