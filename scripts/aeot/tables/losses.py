"""Table 1: the autoencoder's squared error before and after its encoder is frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aeot.errors import InputError
from aeot.labels import dataset_label, ordered_datasets
from aeot.tables.published import (
    PublishedNumbers,
    part_notes,
    published_cell,
    published_keys,
)
from aeot.tables.render import Block, Table
from aeot.tables.spread import cell, number, span, spread

COLUMNS = [
    "dataset", "source", "moment", "split", "mean", "sd", "seeds", "epochs_low", "epochs_high",
    "codes", "published", "published_source", "published_table",
]  # fmt: skip
MOMENTS = ("before", "after")
SPLITS = ("train", "test")
LAYOUT = "{dataset}/autoencoder/seed{seed}/report.json"


@dataclass(frozen=True)
class Run:
    """One autoencoder's report and where it belongs."""

    dataset: str
    source: str
    seed: str
    report: Mapping[str, Any]


def loss_rows(runs: Sequence[Run], published: PublishedNumbers) -> list[dict[str, Any]]:
    """Mean and spread over seeds of every loss, with the printed number beside it.

    The printed losses are training losses, so they stand beside ours of the training images.

    Args:
        runs: the reports; losses are mean squared errors a pixel on [0, 1].
        published: the printed numbers (metrics `l2_before`, `l2_after`).

    Returns:
        Rows of `COLUMNS`, one a (dataset, moment, split).

    Raises:
        InputError: a report lacks a loss, or two reports of a data set share a seed.
    """
    rows = []
    for dataset, source in ordered_datasets((run.dataset, run.source) for run in runs):
        group = [run for run in runs if run.dataset == dataset]
        if len({run.seed for run in group}) < len(group):
            raise InputError(f"--reports has two reports of {dataset} with the same seed.")
        for moment in MOMENTS:
            printed = published.find(source, None, f"l2_{moment}")
            epochs = [_field(run, "freeze_epoch" if moment == "before" else "epochs")
                      for run in group]  # fmt: skip
            for split in SPLITS:
                value = spread([_field(run, "losses", moment, split) for run in group])
                beside = printed if split == "train" else []
                rows.append({
                    "dataset": dataset, "source": source, "moment": moment, "split": split,
                    "mean": value.mean, "sd": value.deviation, "seeds": value.count,
                    "epochs_low": int(min(epochs)), "epochs_high": int(max(epochs)),
                    "codes": span(int(_field(run, "codes")) for run in group),
                    **published_keys(beside),
                })  # fmt: skip
    return rows


def _field(run: Run, *keys: str) -> float:
    value: Any = run.report
    where = f"report.json of {run.dataset}, seed {run.seed}: {'.'.join(keys)}"
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            raise InputError(f"{where} is missing; train that autoencoder again.")
        value = value[key]
    return number(value, where)


def loss_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Lay the rows out for readers: a line a data set."""
    header = ["Data set"]
    for moment in MOMENTS:
        header += [f"{moment.capitalize()}: {name}" for name in ("train", "test", "published")]
    header += ["Epochs, frozen / in all", "Code length z", "Seeds"]
    lines = []
    for dataset, source in ordered_datasets((row["dataset"], row["source"]) for row in rows):
        own = {(row["moment"], row["split"]): row for row in rows if row["dataset"] == dataset}
        line = [dataset_label(dataset, source)]
        for moment in MOMENTS:
            parts = [own[moment, split] for split in SPLITS]
            line += [cell(row["mean"], row["sd"], 5) for row in parts]
            line.append(published_cell(own[moment, "train"]))
        before, after = own["before", "train"], own["after", "train"]
        epochs = [span((row["epochs_low"], row["epochs_high"])) for row in (before, after)]
        lines.append([*line, " / ".join(epochs), before["codes"], str(before["seeds"])])
    notes = [
        "Mean squared error a pixel, pixels on [0, 1], in evaluation mode over all images of the "
        "split; mean ± standard deviation over the seeds, no ± for a single seed (n = 1).",
        "The published numbers (AE-OT, Table 1) are training losses, so compare them with the "
        "columns of the training images; the paper prints neither a test loss nor the number of "
        "epochs.",
        *part_notes(rows),
    ]
    title = "Squared error of the autoencoder before and after freezing (the paper's Table 1)"
    return Table(title, [Block("", header, lines)], notes)
