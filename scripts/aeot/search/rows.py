"""The rows of a search, and the score of each of its trainings; torch-free."""

from typing import TYPE_CHECKING, Any

from aeot.settings import format_items, parse_items

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from aeot.metrics.base import Metric

# One row for each metric at each checkpoint. A training that diverged has a last row with the step
# that it reached, `diverged` 1 and the Fréchet distance `FAILED`.
COLUMNS = [
    "draw", "run", "hyperparameters", "step", "seconds", "diverged", "metric", "value", "n_real",
    "n_fake",
]  # fmt: skip
DISTANCE = "frechet_distance"
FAILED = 31337.0  # the score of a training without scores, as in the code of Lucic et al.


SETS = {"real", "fake", "images", "manifold", "range"}  # sets that a metric of a search may need


def unscorable(metric: "type[Metric]") -> str | None:
    """Explain why a search cannot use a metric; None if it can."""
    wanted = sorted(set(metric.NEEDS) - SETS)
    return f"needs {wanted[0]}, which a search does not compute" if wanted else None


def write_items(values: dict[str, Any]) -> str:
    """Write hyper-parameters into one cell, with all digits: `beta1=0.5 clip=0.01`."""
    return " ".join(format_items(values))


def read_items(cell: str) -> dict[str, Any]:
    """Read what `write_items` wrote."""
    return parse_items(cell.split())


def run_scores(
    rows: "DataFrame", *keys: str, metric: str = DISTANCE, most: bool = False
) -> "DataFrame":
    """Select the best score of every training over its checkpoints, as in the study.

    Args:
        rows: with `COLUMNS` and `keys`.
        keys: columns that identify a search, such as the model.
        metric: metric of the score, by default the Fréchet distance.
        most: whether the largest score is the best, rather than the least.

    Returns:
        A row for each training, sorted by `keys`, draw and run: the best `score`, which is `FAILED`
        for the Fréchet distance and NaN for other metrics if there is none; its `step`; `diverged`,
        whether the training finally diverged; and its hyper-parameters and seconds.
    """
    names = [*keys, "draw", "run"]
    ends = rows.groupby(names, as_index=False).agg(
        hyperparameters=("hyperparameters", "first"), diverged=("diverged", "max"),
        seconds=("seconds", "max"),
    )  # fmt: skip
    own = rows[rows["metric"] == metric]
    upwards = [*(True for _ in names), not most, True]
    best = own.sort_values([*names, "value", "step"], ascending=upwards).drop_duplicates(names)
    best = best[[*names, "step", "value", "n_real", "n_fake"]]
    return ends.merge(best.rename(columns={"value": "score"}), on=names, how="left")


def best_draw(rows: "DataFrame") -> "Series[Any]":
    """Return the training with the smallest score of one search, the first one of equal scores."""
    return run_scores(rows).sort_values(["score", "draw"]).iloc[0]


def reference_rows(scores: list[dict[str, Any]], seconds: float) -> list[dict[str, Any]]:
    """Make the rows of a method that is not searched: one draw without hyper-parameters and steps.

    Args:
        scores: rows of metrics.
        seconds: time of its fit.
    """
    of = dict.fromkeys(COLUMNS, "") | {"draw": 0, "run": 0, "seconds": seconds, "diverged": 0}
    return [of | row for row in scores]


def is_reference(rows: "DataFrame") -> "Series[bool]":
    """Return for every row whether its method is not searched."""
    return rows["step"].isna() & (rows["diverged"] == 0)
