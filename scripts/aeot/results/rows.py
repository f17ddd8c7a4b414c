"""Committed rows as one data frame, summarised as the workflow's tables do."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from aeot.curves.search import COLUMNS as SEARCH
from aeot.files import load_frame, load_json
from aeot.results.peers import best_runs
from aeot.results.spec import TableSpec
from aeot.tables.base import load_scored
from aeot.tables.frontier import best_ratios, frontier_summary
from aeot.tables.published import PublishedNumbers
from aeot.tables.reruns import Reruns, rerun_summary
from aeot.tables.scores import PROGRESS, score_rows

OUTLIER = Reruns().outlier


def table_rows(spec: TableSpec, folder: Path, published: PublishedNumbers) -> pd.DataFrame:
    """Read the rows of a table.

    Args:
        spec: the table.
        folder: where its files lie.
        published: the printed numbers.

    Returns:
        The rows of all its files with a column `case`, summarised as `spec.summary` says.

    Raises:
        InputError: a file is missing or has another form.
    """
    rows = _read({case: folder / name for case, name in spec.files().items()})
    if spec.summary == "scores":
        progress = load_frame(folder / spec.progress, *PROGRESS[:-1]) if spec.progress else None
        if progress is not None and "training_images" not in progress:
            progress = progress.assign(training_images=None)  # of rows before that column
        return score_rows(rows, published, progress)
    if spec.summary == "frontier":
        return frontier_summary(rows, {}, spec.ours)
    if spec.summary == "frontier_ratio":
        return best_ratios(frontier_summary(rows, {}, spec.ours))
    if spec.summary == "reruns":
        rows = load_scored(str(folder / spec.files()[""]), *SEARCH)
        return rerun_summary(rows, {}, published, OUTLIER)
    if spec.summary == "draws":
        return draw_summary(rows)
    return best_runs(rows) if spec.summary == "peers" else rows


def draw_summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Average the Fréchet distance over the draws: `mean` and standard deviation `sd`."""
    keys = [name for name in rows.columns if name not in ("draw", "frechet_distance")]
    groups = rows.groupby(keys, dropna=False)["frechet_distance"]
    return groups.agg(mean="mean", sd="std").reset_index()


def _read(paths: Mapping[str, Path]) -> pd.DataFrame:
    frames = [
        (pd.json_normalize(load_json(path)) if path.suffix == ".json" else load_frame(path))
        .assign(case=case)
        for case, path in paths.items()
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)
