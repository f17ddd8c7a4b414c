"""Table 1: the autoencoder's squared error before and after its encoder is frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import fmean
from typing import Any, ClassVar

import pandas as pd
from pydantic import Field

from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.files import frame_rows, grouped, load_json
from aeot.labels import dataset_label, ordered_datasets
from aeot.layout import path_keys
from aeot.tables.base import TableSettings
from aeot.tables.published import (
    PublishedNumbers,
    part_notes,
    published_cell,
    published_keys,
)
from aeot.tables.render import Block, Table
from aeot.tables.spread import cell, deviation, number, span

GROUP = ["dataset", "source", "moment", "split"]
MOMENTS = ("before", "after")
SPLITS = ("train", "test")
LAYOUT = "{dataset}/autoencoder/seed{seed}/report.json"


@dataclass(frozen=True)
class Run:
    """The report of an autoencoder, with its data set and seed."""

    dataset: str
    source: str
    seed: str
    report: Mapping[str, Any]


class Losses(TableSettings):
    """Table 1; the path of a report identifies its data set and seed (`LAYOUT`)."""

    FILES: ClassVar[tuple[str, ...]] = ("reports", "published")

    sources: dict[str, str] = Field({}, description="sources of cases that have another name")

    def build(self, files: Files) -> tuple[pd.DataFrame, Table]:
        """See `TableSettings`."""
        runs = []
        for path in files["reports"]:
            keys = path_keys(path, LAYOUT)
            source = self.sources.get(keys["dataset"], keys["dataset"])
            runs.append(Run(keys["dataset"], source, keys["seed"], load_json(path)))
        rows = loss_rows(runs, PublishedNumbers.load(files["published"][0]))
        return rows, loss_table(rows)


def loss_rows(runs: Sequence[Run], published: PublishedNumbers) -> pd.DataFrame:
    """Mean and spread over seeds of every loss, with the published number.

    The published losses are training losses, so they are shown beside ours for training images.

    Args:
        runs: the reports; losses are mean squared errors per pixel in [0, 1].
        published: the printed numbers (metrics `l2_before`, `l2_after`).

    Returns:
        A row for each of `GROUP`: mean, sd and seeds of the loss, the smallest and largest number
        of epochs, the length of the codes and the published number.

    Raises:
        InputError: a loss is missing in a report, or two reports of a data set have the same seed.
    """
    cases = ordered_datasets((run.dataset, run.source) for run in runs)
    losses = pd.DataFrame([
        {
            "dataset": run.dataset, "source": run.source, "seed": run.seed,
            "moment": moment, "split": split, "loss": _field(run, "losses", moment, split),
            "epochs": int(_field(run, "freeze_epoch" if moment == "before" else "epochs")),
            "codes": int(_field(run, "codes")),
        }
        for run in sorted(runs, key=lambda run: cases.index((run.dataset, run.source)))
        for moment, split in product(MOMENTS, SPLITS)
    ])  # fmt: skip
    for dataset in losses.loc[losses.duplicated([*GROUP, "seed"]), "dataset"]:
        raise InputError(f"--reports has two reports of {dataset} with the same seed.")
    rows = (
        losses.groupby(GROUP, sort=False)
        .agg(
            mean=("loss", fmean), sd=("loss", deviation), seeds=("loss", "size"),
            epochs_low=("epochs", "min"), epochs_high=("epochs", "max"), codes=("codes", span),
        )
        .reset_index()
    )  # fmt: skip
    printed = pd.DataFrame([
        published_keys(published.find(source, None, f"l2_{moment}") if split == "train" else [])
        for source, moment, split in rows[GROUP[1:]].itertuples(index=False)
    ])  # fmt: skip
    return rows.join(printed)


def _field(run: Run, *keys: str) -> float:
    value: Any = run.report
    where = f"report.json of {run.dataset}, seed {run.seed}: {'.'.join(keys)}"
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            raise InputError(f"{where} is missing; train that autoencoder again.")
        value = value[key]
    return number(value, where)


def loss_table(rows: pd.DataFrame) -> Table:
    """Format the rows for readers: one line per data set."""
    header = ["Data set"]
    for moment in MOMENTS:
        header += [f"{moment.capitalize()}: {name}" for name in ("train", "test", "published")]
    header += ["Epochs, frozen / in total", "Code length z", "Seeds"]
    lines = []
    for case, group in grouped(rows, ["dataset", "source"]):
        own = {(row["moment"], row["split"]): row for row in frame_rows(group)}
        line = [dataset_label(*case)]
        for moment in MOMENTS:
            parts = [own[moment, split] for split in SPLITS]
            line += [cell(row["mean"], row["sd"], 5) for row in parts]
            line.append(published_cell(own[moment, "train"]))
        before, after = own["before", "train"], own["after", "train"]
        epochs = [span((row["epochs_low"], row["epochs_high"])) for row in (before, after)]
        lines.append([*line, " / ".join(epochs), before["codes"], str(before["seeds"])])
    notes = [
        "Mean squared error per pixel, pixels in [0, 1], in evaluation mode over all images of "
        "the split; mean ± standard deviation over the seeds, no ± for a single seed (n = 1).",
        "The published numbers (AE-OT, Table 1) are training losses, so compare them with the "
        "columns of the training images; the paper prints neither a test loss nor the number of "
        "epochs.",
        *part_notes(frame_rows(rows)),
    ]
    title = "Squared error of the autoencoder before and after freezing (the paper's Table 1)"
    return Table(title, [Block("", header, lines)], notes)
