"""Table 4: distances, precision and recall of every model, with the published FID."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any, ClassVar

import pandas as pd
from pydantic import Field, field_validator

from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.files import grouped, load_frame
from aeot.labels import (
    FID_EXTRACTOR,
    dataset_label,
    distance_label,
    model_label,
    ordered_datasets,
    ordered_models,
    singular_notes,
)
from aeot.metrics import METRICS
from aeot.metrics.base import Column
from aeot.tables.base import Singular, TableSettings, load_scored
from aeot.tables.columns import extra_columns
from aeot.tables.few import few_notes
from aeot.tables.published import (
    PublishedNumbers,
    part_notes,
    published_cell,
    published_keys,
    remark_notes,
)
from aeot.tables.render import Block, Table
from aeot.tables.spread import MISSING, cell, deviation, fixed, number, span

SCORES = ("dataset", "source", "model", "seed", "extractor", "metric", "value", "n_real", "n_fake")
COLUMNS = [
    "dataset", "source", "extractor", "model", "metric", "mean", "sd", "seeds", "n_real", "n_fake",
    "steps", "seconds", "training_images", "published", "published_source", "published_table",
]  # fmt: skip
PROGRESS = ("dataset", "model", "seed", "moment", "step", "seconds", "training_images")
GROUP = ["dataset", "source", "extractor", "model", "metric"]
DISTANCE, KERNEL, RECALL, PRECISION = "frechet_distance", "kernel_distance", "f8", "f1_8"
KERNEL_ERROR, SHARPNESS = "kernel_distance_se", "sharpness"


class Scores(TableSettings):
    """Tables 3 and 4; with `progress` they have the steps and seconds of the trainings."""

    FILES: ClassVar[tuple[str, ...]] = ("scores", "progress", "published")
    OPTIONAL: ClassVar[tuple[str, ...]] = ("progress",)

    models: list[str] | None = Field(None, description="rows of the table (default: all)")
    singular: dict[str, Singular] = Field(
        {}, description="what becomes of singular source samples, by DATASET/METHOD of AE-OT's"
    )
    metrics: list[str] = Field([*METRICS], description="registered ones whose columns are shown")

    @field_validator("singular")
    @classmethod
    def _check_singular(cls, singular: dict[str, Singular]) -> dict[str, Singular]:
        for key in singular:
            if not all(key.partition("/")):
                raise ValueError(f"{key!r} is not DATASET/METHOD")
        return singular

    def build(self, files: Files) -> tuple[pd.DataFrame, Table]:
        """See `TableSettings`."""
        ours = load_scored(files["scores"][0], *SCORES)
        if self.models is not None and (ours := ours[ours["model"].isin(self.models)]).empty:
            raise InputError(
                f"there is no row of {', '.join(self.models)}; score one of them first."
            )
        progress = [load_frame(path, *PROGRESS) for path in files.get("progress", [])]
        published = PublishedNumbers.load(files["published"][0])
        rows = score_rows(ours, published, progress[0] if progress else None)
        singular = {tuple(key.split("/", 1)): how for key, how in self.singular.items()}
        return rows, score_table(rows, singular, self.metrics)  # type: ignore[arg-type]


def score_rows(
    scores: pd.DataFrame, published: PublishedNumbers, progress: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Mean and spread over seeds of every score, with the published FID beside the distance.

    Args:
        scores: rows of `SCORES`.
        published: the printed numbers (metrics `frechet_distance` and `sharpness`).
        progress: rows of `PROGRESS`, for the steps and the mean seconds of the last moment, and the
            number of training images.

    Returns:
        Rows of `COLUMNS`, one per (dataset, extractor, model, metric), in the order of the tables;
        `published` is in the unit of the table.

    Raises:
        InputError: a value is not a number, a seed occurs twice, or seeds were scored on different
            numbers of images (whose distances have different biases, so that a mean is
            meaningless).
    """
    values = [number(row.value, f"{_where(row)}, seed {row.seed}") for row in scores.itertuples()]
    for row in scores[scores.duplicated([*GROUP, "seed"])].itertuples():
        raise InputError(f"{_where(row)} has two values for one seed; keep one row per seed.")
    counted = scores.drop_duplicates([*GROUP, "n_real", "n_fake"])
    for row in counted[counted.duplicated(GROUP)].itertuples():
        raise InputError(f"{_where(row)} was scored on different numbers of images; use one n.")
    rows = (
        scores.assign(value=values)
        .groupby(GROUP)
        .agg(
            mean=("value", fmean), sd=("value", deviation), seeds=("value", "size"),
            n_real=("n_real", "first"), n_fake=("n_fake", "first"),
        )
        .reset_index()
    )  # fmt: skip
    if progress is not None:
        rows = rows.merge(_trained(progress), on=["dataset", "model"], how="left")
    printed = pd.DataFrame([
        published_keys(published.find(*place), 3 if place[-1] == SHARPNESS else 0)
        for place in rows[["source", "model", "metric"]].to_numpy()
    ])  # fmt: skip
    cases, models = ordered_datasets(_cases(rows)), ordered_models(rows["model"])
    rows = rows.join(printed).assign(
        case=list(map(cases.index, _cases(rows))), place=rows["model"].map(models.index)
    )
    rows = rows.sort_values(["case", "extractor", "place", "metric"], ignore_index=True)
    rows = rows.reindex(columns=COLUMNS).astype(object)
    return rows.where(rows.notna(), None)


def _cases(rows: pd.DataFrame) -> Iterable[tuple[str, str]]:
    return zip(rows["dataset"], rows["source"], strict=True)


def _where(row: Any) -> str:  # noqa: ANN401
    return f"{row.metric} of {row.dataset}/{row.model} ({row.extractor})"


def _trained(progress: pd.DataFrame) -> pd.DataFrame:
    """Steps and images (if they are known) and mean seconds at the end of a training."""
    last = progress.sort_values("moment", kind="stable").groupby(["dataset", "model", "seed"])
    return (
        last.tail(1)
        .groupby(["dataset", "model"])
        .agg(
            seconds=("seconds", _mean_seconds),
            steps=("step", "max"),
            training_images=("training_images", "max"),
        )
        .astype({"steps": "Int64", "training_images": "Int64"})
        .reset_index()
    )


def _mean_seconds(seconds: Iterable[object]) -> float:
    return fmean(number(value, "seconds of --progress") for value in seconds)


def score_table(
    rows: pd.DataFrame,
    singular: Mapping[tuple[str, str], str] | None = None,
    metrics: Iterable[str] = tuple(METRICS),
) -> Table:
    """Format the rows for readers: one block per (data set, extractor), one line per model.

    Args:
        rows: those of `score_rows`.
        singular: treatment of singular source samples (`SamplingSettings.singular`), by data set
            and row, for the rows of AE-OT that have some.
        metrics: registered metrics whose columns may be shown.
    """
    scored = set(rows["metric"])
    extras = {name: c for name, c in extra_columns(metrics).items() if name in scored}
    blocks = [
        _block(own, f"{dataset_label(dataset, source)}: features of {extractor}", extras)
        for (dataset, source, extractor), own in grouped(rows, GROUP[:3])
    ]
    timed = rows["seconds"].notna().any()
    more = [column.note for column in extras.values() if column.note]
    more += [_TIMES] if timed else []
    more += [_IMAGES] if any(_IMAGES_HEADER in block.header for block in blocks) else []
    title = "Scores against the test images, beside the published FID (the paper's Table{} 4)"
    title = title.format("s 3 and" if timed else "")
    shown = set(zip(rows["dataset"], rows["model"], strict=True))
    more += singular_notes({key: how for key, how in (singular or {}).items() if key in shown})
    counted = rows.loc[rows["metric"].isin([DISTANCE, KERNEL, RECALL, PRECISION])]
    few = few_notes(counted[["n_real", "n_fake"]].to_numpy().ravel())
    more += [*remark_notes(rows["published"]), *part_notes(rows.to_dict("records"))]
    return Table(title, blocks, [*few, *_NOTES, *more])


def _block(rows: pd.DataFrame, heading: str, extras: Mapping[str, Column]) -> Block:
    scored, extractor = set(rows["metric"]), rows["extractor"].iloc[0]
    least = rows.loc[rows["metric"] == DISTANCE, "mean"].abs().min()
    columns = {
        DISTANCE: Column(distance_label(extractor), digits=1 if least >= 10 else 2),
        KERNEL: Column(f"KID × {_KID}", factor=_KID),
        KERNEL_ERROR: Column("s.e.", factor=_KID),
        RECALL: Column("F8", digits=3),
        PRECISION: Column("F1/8", digits=3),
    } | {name: column for name, column in extras.items() if name in scored}
    timed = rows["seconds"].notna().any()
    counted = rows["training_images"].nunique() > 1
    header = ["Model", *(column.heading for column in columns.values())]
    header += ["n, distances", "n, F8 and F1/8", "Seeds"]
    header += [_IMAGES_HEADER] if counted else []
    header += ["Steps", "Training seconds"] if timed else []
    comparable = extractor == FID_EXTRACTOR
    header += ["Published FID" if comparable else "Published (Inception FID, not comparable)"]
    sharp = rows.loc[rows["metric"] == SHARPNESS, "published"].notna().any()
    header += [f"Published {extras[SHARPNESS].heading.lower()}"] if sharp else []
    printed = [DISTANCE, *([SHARPNESS] if sharp else [])]
    lines = []
    for model, own in grouped(rows, "model"):
        found = own.set_index("metric").to_dict("index")
        line = [_cell(found[name], column) if name in found else MISSING
                for name, column in columns.items()]  # fmt: skip
        line += [_images(own, DISTANCE, KERNEL), _images(own, RECALL, PRECISION)]
        line.append(span(own.loc[own["metric"].isin([*columns]), "seeds"]))
        first = own.iloc[0]
        line += [_count(first["training_images"])] if counted else []
        line += [_count(first["steps"]), fixed(first["seconds"], 0)] if timed else []
        lines.append([model_label(model), *line, *_printed(found, printed)])
    return Block(heading, [*header, "Printed in"], lines)


def _cell(row: Mapping[Any, Any], column: Column) -> str:
    mean, deviation = (
        None if row[key] is None else column.factor * row[key] for key in ("mean", "sd")
    )
    return cell(mean, deviation, column.digits)


def _printed(own: Mapping[Hashable, Mapping[Any, Any]], metrics: Sequence[str]) -> list[str]:
    """Published numbers of a line, and their publication."""
    cells = [published_cell(own[metric]) if metric in own else MISSING for metric in metrics]
    tables = [own[metric]["published_table"] for metric in metrics if metric in own]
    names = dict.fromkeys(name for text in tables if text for name in text.split("; "))
    return [*cells, "; ".join(names) or MISSING]


def _count(value: int | None) -> str:
    return MISSING if value is None else f"{value:,}"


def _images(own: pd.DataFrame, *metrics: str) -> str:
    counts = own.loc[own["metric"].isin(metrics), ["n_real", "n_fake"]].drop_duplicates()
    pairs = sorted(counts.itertuples(index=False))
    return ", ".join(f"{real:,} / {fake:,}" for real, fake in pairs) or MISSING


_KID = 1000  # what the kernel distance is multiplied by
_NOTES = (
    "Mean ± standard deviation over the seeds; no ± for a single seed (n = 1). An em-dash: not "
    "computed, or not printed.",
    "n: real (test) / generated images. The row of the AE shows its reconstructions of the test "
    "images; the floor uses the training images in place of samples.",
    "FD is the Fréchet distance on the features that the column names; only on Inception's "
    "features is it the FID. It falls with n, so compare rows of equal n.",
    f"KID is the unbiased squared kernel distance on the same features, times {_KID}; it may be "
    "negative where the two distributions agree. s.e. is its standard error within one seed "
    "(jackknife over the images).",
    "F8 weights recall eight times as much as precision, F1/8 the reverse (PRD; 1 is best).",
    "Published: FID on Inception's features, from the source that the last column names. A "
    "number that AE-OT's tables quote is shown with the spread of the study from which it comes, "
    "under its name; where the two sources differ, both are shown.",
)

_IMAGES_HEADER = "Training images"
_IMAGES = (
    "Training images: those on which the model was trained; for samplers of codes, those that "
    "were encoded."
)
_TIMES = (
    "Training seconds: on this machine, mean over the seeds; for AE-OT's rows, the autoencoder's "
    "and the transport's together. Steps: those of the critic (for the VAE, of both networks)."
)
