"""The training curves of all seeds, where the encoder was frozen, and the published losses."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field

from aeot.curves.base import Collection, Files
from aeot.errors import InputError
from aeot.files import load_rows
from aeot.labels import DATASETS
from aeot.layout import join_files
from aeot.tables.published import PublishedNumbers
from aeot.tables.spread import number

COLUMNS = ["series", "seed", "epoch", "loss", "label"]
HISTORY = ("phase", "epoch", "train_loss", "test_loss")
LAYOUT = "{dataset}/autoencoder/seed{seed}/history.csv"
MOMENTS = ("before", "after")


def training_rows(
    histories: Mapping[str, Sequence[Mapping[str, str]]], source: str, published: PublishedNumbers
) -> list[dict[str, Any]]:
    """Merge the seeds' histories.

    Args:
        histories: seed -> rows of `HISTORY`; phase 2 is the one with the frozen encoder.
        source: the data set, for the published losses.
        published: the printed numbers.

    Returns:
        Rows of `COLUMNS`. Series `train` and `test` are losses (mean squared error a pixel);
        `freeze` has the last epoch before freezing and no loss; `published` has a printed loss,
        no seed and no epoch, and a label.

    Raises:
        InputError: a history is empty or a cell is no number.
    """
    rows: list[dict[str, Any]] = []
    for seed in sorted(histories, key=int):
        history = [
            {name: number(row[name], f"{name} in the history of seed {seed}") for name in HISTORY}
            for row in histories[seed]
        ]
        if not history:
            raise InputError(f"the history of seed {seed} has no rows; train it first.")
        for split in ("train", "test"):
            rows += [_row(split, seed, epoch=int(row["epoch"]), loss=row[f"{split}_loss"])
                     for row in history]  # fmt: skip
        free = [int(row["epoch"]) for row in history if row["phase"] == 1]
        if free and len(free) < len(history):
            rows.append(_row("freeze", seed, epoch=max(free)))
    for moment in MOMENTS:
        for entry in published.find(source, "ae", f"l2_{moment}"):
            whole = "" if entry.source == source else f" for {DATASETS[entry.source]}"
            label = f"published{whole}, {moment} freezing"
            rows.append(_row("published", loss=float(entry.value), label=label))
    return rows


def _row(
    series: str,
    seed: str | None = None,
    epoch: int | None = None,
    loss: float | None = None,
    label: str | None = None,
) -> dict[str, Any]:
    return {"series": series, "seed": seed, "epoch": epoch, "loss": loss, "label": label}


class Training(Collection):
    """The training histories of all seeds, with the freeze and the published losses.

    The path of a history (.../DATASET/autoencoder/seedN/history.csv) says which seed it is.
    """

    FILES: ClassVar[tuple[str, ...]] = ("histories", "published")
    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    source: str = Field(description="the data set's source, for the published losses")

    def collect(self, files: Files) -> list[dict[str, Any]]:
        """See `Collection`."""
        joined = join_files(("seed",), (files["histories"], LAYOUT))
        histories = {seed: load_rows(path, *HISTORY) for (seed,), (path,) in joined.items()}
        published = PublishedNumbers.load(files["published"][0])
        return training_rows(histories, self.source, published)
