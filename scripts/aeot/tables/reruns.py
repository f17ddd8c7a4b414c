"""The best draw of a search, trained again with fresh seeds (Table 3 of Lucic et al. 2018)."""

from collections.abc import Mapping
from statistics import fmean, median
from typing import Any

import pandas as pd
from pydantic import Field, PositiveFloat

from aeot.charts.ranks import discordant
from aeot.curves.base import Files
from aeot.curves.search import COLUMNS as ROWS
from aeot.files import grouped
from aeot.labels import (
    FID_EXTRACTOR,
    dataset_label,
    distance_label,
    model_label,
    ordered_datasets,
    ordered_models,
)
from aeot.search.rows import DISTANCE, read_items, run_scores
from aeot.tables.base import TableSettings, load_scored
from aeot.tables.published import (
    PublishedNumbers,
    part_notes,
    published_cell,
    published_keys,
    remark_notes,
)
from aeot.tables.render import Block, Table
from aeot.tables.spread import MISSING, cell, deviation, fixed

COLUMNS = [
    "dataset", "source", "extractor", "model", "draw", "hyperparameters", "mean", "sd", "kept",
    "outliers", "diverged", "runs", "mark", "n_fake", "flipped", "pairs", "published",
    "published_source", "published_table",
]  # fmt: skip
FEW_FAILED = 0.2  # share of diverged trainings from which a row has two stars
_MAD = 1.4826  # of a normal distribution: standard deviation over median absolute deviation


class Reruns(TableSettings):
    """Table 3 of the study: how stable the best hyper-parameters of each model are."""

    sources: dict[str, str] = Field({}, description="sources of cases that have another name")
    outlier: PositiveFloat = Field(
        5.0, description="deviations above the median from which a distance is a severe outlier"
    )

    def build(self, files: Files) -> tuple[pd.DataFrame, Table]:
        """See `TableSettings`."""
        records = load_scored(files["rows"][0], *ROWS)
        published = PublishedNumbers.load(files["published"][0])
        rows = rerun_summary(records, self.sources, published, self.outlier)
        return rows, rerun_table(rows, self.outlier)


def severe(scores: list[float], limit: float) -> list[bool]:
    """Return which scores are severe outliers, which are usually caused by mode collapse.

    A score is an outlier if it is above the median by more than `limit` deviations, which are
    median absolute deviations times 1.4826 (the standard deviation of a normal distribution). The
    study does not state its rule.

    Args:
        scores: Fréchet distances of one model.
        limit: deviations.
    """
    if not scores:
        return []
    middle = median(scores)
    spread = _MAD * median(abs(score - middle) for score in scores)
    return [score > middle + limit * spread for score in scores]


def rerun_summary(
    records: pd.DataFrame, sources: Mapping[str, str], published: PublishedNumbers, limit: float
) -> pd.DataFrame:
    """Mean and spread of the trainings of every model's best draw, without outliers.

    Args:
        records: rows of `aeot.curves.search.COLUMNS`.
        sources: registered data sets of cases of another name.
        published: the printed numbers (metric `frechet_distance`).
        limit: as for `severe`.

    Returns:
        Rows of `COLUMNS`. `kept`, `outliers` and `diverged` add up to `runs`; a training that
        diverged is counted only in the last one. `flipped` of `pairs` is how often two models
        changed places between two trainings, over all models of the data set; trainings that
        diverged are ranked last.
    """
    scores = run_scores(records, "dataset", "extractor", "model")
    scores["source"] = [sources.get(name, name) for name in scores["dataset"]]
    cases = ordered_datasets(zip(scores["dataset"], scores["source"], strict=True))
    rows = []
    for dataset, source in cases:
        for extractor, own in grouped(scores[scores["dataset"] == dataset], "extractor", sort=True):
            flips = rank_flips(own)
            for model in ordered_models(own["model"]):
                printed = published_keys(published.find(source, model, DISTANCE))
                line = _summary(own[own["model"] == model], limit)
                keys = {"dataset": dataset, "source": source, "extractor": extractor}
                rows.append({**keys, "model": model, **line, **flips, **printed})
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def _summary(runs: pd.DataFrame, limit: float) -> dict[str, Any]:
    whole = runs.loc[runs["diverged"] == 0, "score"].tolist()
    out = severe(whole, limit)
    kept = [score for score, severely in zip(whole, out, strict=True) if not severely]
    failed = len(runs) - len(whole)
    mark = "**" if failed >= FEW_FAILED * len(runs) else "*" if sum(out) + failed else ""
    first, spread = runs.iloc[0], deviation(kept) if len(kept) > 1 else None
    return {
        "draw": first["draw"], "hyperparameters": first["hyperparameters"],
        "mean": fmean(kept) if kept else None, "sd": spread, "kept": len(kept),
        "outliers": sum(out), "diverged": failed, "runs": len(runs), "mark": mark,
        "n_fake": first["n_fake"],
    }  # fmt: skip


def rank_flips(runs: pd.DataFrame) -> dict[str, int]:
    """Count how often the order of two models differs between two trainings of each.

    Training r of every model is compared with training r of the others; see `discordant`.

    Args:
        runs: those of `run_scores` of one data set, the same number of each model.
    """
    worst = runs["score"].where(runs["diverged"] == 0, float("inf"))
    table = runs.assign(score=worst).pivot(index="run", columns="model", values="score")
    # Ranks, because the difference of two infinite scores is not a number.
    count, pairs = discordant(table.dropna().rank(axis=1, method="min").to_numpy())
    return {"flipped": count, "pairs": pairs}


def rerun_table(rows: pd.DataFrame, limit: float) -> Table:
    """Format the rows for readers: a block for each data set, a line for each model."""
    blocks, stability = [], []
    for key, own in grouped(rows, ["dataset", "source", "extractor"]):
        dataset, source, extractor = key
        name, comparable = dataset_label(dataset, source), extractor == FID_EXTRACTOR
        header = ["Model", distance_label(extractor), "Trainings", "Outliers", "Diverged", "n"]
        header += ["Published FID" if comparable else "Published (Inception FID, not comparable)"]
        header += ["Printed in", "Best draw", "Its hyper-parameters"]
        digits = 1 if own["mean"].min() >= 10 else 2
        blocks.append(Block(name, header, [_line(row, digits) for row in own.to_dict("records")]))
        stability.append(_stability(name, own.iloc[0]))
    notes = [
        "For every model, the draw of hyper-parameters with the smallest Fréchet distance at any "
        "of its checkpoints, trained again with fresh seeds: mean ± standard deviation of the "
        "smallest distance over the checkpoints, without severe outliers and trainings that "
        "diverged. The published study has 50 trainings.",
        f"A severe outlier lies more than {limit:g} deviations (1.4826 times the median absolute "
        "deviation) above the median of its model: usually a mode collapse. *: there are "
        f"outliers, or trainings that diverged; **: {FEW_FAILED:.0%} or more of the trainings "
        "diverged.".replace("%", " %"),
        *stability,
        "Hyper-parameters are chosen on the same test images that are used for the scores, as in "
        "the study.",
    ]
    notes += [*remark_notes(rows["published"]), *part_notes(rows.to_dict("records"))]
    return Table("Best hyper-parameters, trained again (Table 3 of Lucic et al. 2018)", blocks,
                 notes)  # fmt: skip


def _line(row: Mapping[Any, Any], digits: int) -> list[str]:
    score = cell(row["mean"], row["sd"], digits)
    values = read_items(row["hyperparameters"])
    return [
        model_label(row["model"]), score + (f" {row['mark']}" if row["mark"] else ""),
        *(str(int(row[name])) for name in ("runs", "outliers", "diverged", "n_fake")),
        published_cell(row), row["published_table"] or MISSING, str(row["draw"]),
        ", ".join(f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
                  for name, value in values.items()),
    ]  # fmt: skip


def _stability(name: str, row: "pd.Series[Any]") -> str:
    if not row["pairs"]:
        return f"{name}: one training, or one model, cannot tell how stable the ranks are."
    share = fixed(100 * row["flipped"] / row["pairs"], 1)
    return (
        f"Stability of ranks, {name}: between two trainings, two models changed places in "
        f"{row['flipped']:,} of {row['pairs']:,} pairs, {share} % (0 %: one order in all "
        "trainings; 50 %: chance)."
    )
