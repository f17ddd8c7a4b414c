"""Committed rows as one data frame, summarised like the workflow's tables."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from aeot.curves.search import COLUMNS as SEARCH
from aeot.files import load_frame, load_json
from aeot.results.peers import best_runs
from aeot.results.spec import TableSpec
from aeot.search.rows import FAILED, read_items, run_scores
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
        The rows of all its files with a column `case`, summarised according to `spec.summary`.

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
    if spec.summary == "searches":
        return search_summary(rows)
    if spec.summary == "seeds":
        return seed_summary(rows, spec.keys())
    return best_runs(rows) if spec.summary == "peers" else rows


def draw_summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Average the Fréchet distance over the draws: `mean` and standard deviation `sd`."""
    keys = [name for name in rows.columns if name not in ("draw", "frechet_distance")]
    groups = rows.groupby(keys, dropna=False)["frechet_distance"]
    return groups.agg(mean="mean", sd="std").reset_index()


def seed_summary(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Average all numbers over seeds and draws.

    Args:
        rows: with the columns `keys`.
        keys: columns that are not averaged.

    Returns:
        A row for each combination of keys: the mean of NAME in NAME, its standard deviation, if
        there are several values, in NAME_sd, and the number of rows in `rows`.
    """
    groups = rows.groupby(keys, dropna=False, sort=False)
    numbers = [name for name in rows.select_dtypes("number") if name not in keys]
    spread = groups[numbers].std().add_suffix("_sd")
    return pd.concat(
        [groups[numbers].mean(), spread, groups.size().rename("rows")], axis=1
    ).reset_index()


def search_summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Summarise every model's search, and the other methods, which have one draw.

    Args:
        rows: of `aeot.search.rows.COLUMNS` and `model`; the best checkpoint of every draw counts.

    Returns:
        A row for each model. For the Fréchet distance: `authors`, that of draw 0; `best`, `median`
        and `worst` of the draws that have one. `rate` is the learning rate of the best draw; `f1`
        the
        largest F1 on a known manifold; `draws` and `diverged` are numbers of draws.
    """
    scores = run_scores(rows, "model")
    scores["score"] = scores["score"].where(scores["score"] != FAILED)
    largest = run_scores(rows, "model", metric="manifold_f1", most=True)
    found = []
    for model, own in scores.groupby("model", sort=False):
        best = own.sort_values("score").iloc[0]
        items = {} if pd.isna(best["hyperparameters"]) else read_items(best["hyperparameters"])
        found.append({
            "model": model,
            "authors": own.loc[own["draw"] == 0, "score"].iloc[0],
            "best": best["score"], "median": own["score"].median(), "worst": own["score"].max(),
            "rate": items.get("learning_rate"),
            "f1": largest.loc[largest["model"] == model, "score"].max(),
            "draws": len(own), "diverged": int(own["diverged"].sum()),
            "n_real": best["n_real"], "n_fake": best["n_fake"],
        })  # fmt: skip
    return pd.DataFrame(found)


def _read(paths: Mapping[str, Path]) -> pd.DataFrame:
    frames = [
        (pd.json_normalize(load_json(path)) if path.suffix == ".json" else load_frame(path))
        .assign(case=case)
        for case, path in paths.items()
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)
