"""Losses against epochs, for all seeds, with the freezing of the encoder and published losses."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from aeot.charts.base import ChartSettings
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import GREY, SPLIT_COLOURS, label_log_axis, new_figure
from aeot.files import grouped, load_rows
from aeot.labels import DATASETS
from aeot.layout import join_files
from aeot.tables.published import PublishedNumbers
from aeot.tables.spread import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

COLUMNS = ["series", "seed", "epoch", "loss", "label"]
HISTORY = ("phase", "epoch", "train_loss", "test_loss")
LAYOUT = "{dataset}/autoencoder/seed{seed}/history.csv"
MOMENTS = ("before", "after")
_DASHES = [(0, (1, 1.2)), (0, (1, 3))]


class TrainingFigure(ChartSettings):
    """The autoencoder's losses against epochs."""

    LABEL: ClassVar[str] = "training of the autoencoder"
    CAPTION: ClassVar[str] = """
    {title}: the autoencoder's mean squared error per pixel on training (blue) and test (vermillion)
    images against epochs, on a logarithmic axis; {seeds} seed(s), one line each. At the dashed line
    the encoder, including its batch statistics, is frozen, and only the decoder is trained further.
    Dotted lines: the paper's training losses before and after freezing, where it prints them.

    A test curve that flattens or rises while the training curve falls is overfitting.
    """
    SEEDS: ClassVar[bool] = True
    FILES = ("training_histories", "published")
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Merge the histories of all seeds, with the published losses of `where`'s source.

        The path of a history (.../DATASET/autoencoder/seedN/history.csv) identifies its seed.
        """
        joined = join_files(("seed",), (files["training_histories"], LAYOUT))
        histories = {seed: load_rows(path, *HISTORY) for (seed,), (path,) in joined.items()}
        published = PublishedNumbers.load(files["published"][0])
        return training_rows(histories, where["source"], published)

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw the losses of every seed, dashed lines for freezing, and dotted published losses.

        Raises:
            InputError: there is no training curve among the rows.
        """
        series = dict(grouped(rows, "series"))
        if "train" not in series:
            raise InputError("the training rows have no loss; collect at least one history.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.add_subplot()
        axes.set(xlabel="Epoch", ylabel="Mean squared error per pixel", yscale="log")
        axes.set_title(title, loc="left")
        _losses(axes, series)
        nothing = rows.iloc[:0]
        for place, epoch in enumerate(series.get("freeze", nothing)["epoch"]):
            label = None if place else "encoder frozen"
            axes.axvline(epoch + 0.5, color=GREY, linestyle="--", linewidth=1, label=label)
        printed = series.get("published", nothing)
        for dash, loss, kind in zip(_DASHES, printed["loss"], printed["label"], strict=False):
            label = f"{kind} ({loss}, train)"
            axes.axhline(loss, color="black", linestyle=dash, linewidth=1, label=label)
        label_log_axis(axes.yaxis)
        axes.margins(x=0.02)
        figure.legend(loc="outside lower center", ncols=2)
        return figure


def training_rows(
    histories: Mapping[str, Sequence[Mapping[str, str]]], source: str, published: PublishedNumbers
) -> list[dict[str, Any]]:
    """Merge the seeds' histories.

    Args:
        histories: seed -> rows of `HISTORY`; phase 2 is the one with the frozen encoder.
        source: the data set, for the published losses.
        published: the printed numbers.

    Returns:
        Rows of `COLUMNS`. Series `train` and `test` are losses (mean squared error per pixel);
        `freeze` has the last epoch before freezing and no loss; `published` has a printed loss,
        no seed and no epoch, and a label.

    Raises:
        InputError: a history is empty or a cell is not a number.
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
        for entry in published.find(source, None, f"l2_{moment}"):
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


def _losses(axes: "Axes", series: Mapping[str, "DataFrame"]) -> None:
    for split, colour in SPLIT_COLOURS.items():
        seeds = series[split].groupby("seed", sort=False)
        many = len(seeds) > 1
        for place, (_, own) in enumerate(seeds):
            label = f"{split}, {len(seeds)} seeds" if many else split
            axes.plot(
                own["epoch"], own["loss"], color=colour, linewidth=1.0 if many else 1.5,
                alpha=0.75 if many else 1.0, label=None if place else label,
            )  # fmt: skip
