"""Table 4: distances, precision and recall of every model, the published FID beside them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aeot.errors import InputError
from aeot.labels import (
    FID_EXTRACTOR,
    dataset_label,
    distance_label,
    model_label,
    ordered_datasets,
    ordered_models,
    singular_note,
)
from aeot.metrics import METRICS
from aeot.metrics.base import Column
from aeot.registry import resolve
from aeot.tables.few import few_notes
from aeot.tables.losses import part_notes, published_cell
from aeot.tables.published import PublishedNumbers, published_keys, remark_notes
from aeot.tables.render import Block, Table
from aeot.tables.spread import MISSING, Spread, cell, fixed, number, span, spread

SCORES = ("dataset", "source", "model", "seed", "extractor", "metric", "value", "n_real", "n_fake")
COLUMNS = [
    "dataset", "source", "extractor", "model", "metric", "mean", "sd", "seeds", "n_real", "n_fake",
    "steps", "seconds", "training_images", "published", "published_source", "published_table",
]  # fmt: skip
PROGRESS = ("dataset", "model", "seed", "moment", "step", "seconds", "training_images")
GROUP = ("dataset", "source", "extractor", "model", "metric")
DISTANCE, KERNEL, RECALL, PRECISION = "frechet_distance", "kernel_distance", "f8", "f1_8"
KERNEL_ERROR, SHARPNESS = "kernel_distance_se", "sharpness"
# What AE-OT's samplers say of themselves.
_MASSES = {
    "mass_error_rms": Column(
        "Mass error, %",
        "Mass error: of the power cells as they were drawn, root mean square of the relative error "
        "against their target masses, the chance of the draws taken off; of the plain map it is "
        "the transport's own. Its s.e. is within one seed.",
        factor=100.0,
        digits=1,
    ),
    "mass_error_rms_se": Column("s.e.", factor=100.0, digits=1),
    "copies_share": Column(
        "Codes, %",
        "Codes: share of the images that are decoded training codes; of the extended map those "
        "whose cell gave no sample that is not singular.",
        factor=100.0,
        digits=1,
    ),
}
Rows = Sequence[Mapping[str, Any]]


def score_rows(
    scores: Iterable[Mapping[str, str]],
    published: PublishedNumbers,
    progress: Iterable[Mapping[str, str]] = (),
) -> list[dict]:
    """Mean and spread over seeds of every score, with the printed FID beside the distance.

    Args:
        scores: rows of `SCORES`.
        published: the printed numbers (metrics `frechet_distance` and `sharpness`).
        progress: rows of `PROGRESS`; the last moment's steps and seconds, mean over the seeds,
            and the number of training images.

    Returns:
        Rows of `COLUMNS`, one a (dataset, extractor, model, metric), in the tables' order;
        `published` is in the unit of the table.

    Raises:
        InputError: a value is no number, a seed comes twice, or seeds were scored on different
            numbers of images (their distances have different biases, so no mean is taken).
    """
    groups: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for row in scores:
        groups.setdefault(tuple(row[name] for name in GROUP), []).append(row)
    trained = _trained(progress)
    return [_summary(key, groups[key], published, trained) for key in _ordered(groups)]


def extra_columns(metrics: Iterable[str]) -> dict[str, Column]:
    """Columns of the scores that some tables have, in their order: AE-OT's and the metrics'."""
    wanted = set(metrics)
    shown = [resolve(METRICS, name, "metric").SHOWN for name in METRICS if name in wanted]
    return {**_MASSES, **{name: column for columns in shown for name, column in columns.items()}}


def _trained(progress: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], dict[str, float]]:
    """Steps and images (where they are known) and mean seconds at the end of a training."""
    last: dict[tuple[str, str], dict[str, Mapping[str, str]]] = {}
    for row in progress:
        seeds = last.setdefault((row["dataset"], row["model"]), {})
        if int(row["moment"]) >= int(seeds.get(row["seed"], row)["moment"]):
            seeds[row["seed"]] = row
    found = {}
    for (dataset, model), seeds in last.items():
        where = f"training of {dataset}/{model}"
        seconds = spread([number(row["seconds"], where) for row in seeds.values()]).mean
        found[dataset, model] = {"seconds": seconds}
        for key, name in (("step", "steps"), ("training_images", "training_images")):
            counts = {int(row[key]) for row in seeds.values() if row[key]}
            found[dataset, model] |= {name: max(counts)} if counts else {}
    return found


def _ordered(keys: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    keys = list(keys)
    cases = ordered_datasets((key[0], key[1]) for key in keys)
    models = ordered_models(key[3] for key in keys)
    return sorted(
        keys, key=lambda key: (cases.index((key[0], key[1])), key[2], models.index(key[3]), key[4])
    )


def _summary(
    key: tuple[str, ...],
    rows: Sequence[Mapping[str, str]],
    published: PublishedNumbers,
    trained: Mapping[tuple[str, str], Mapping[str, float]],
) -> dict[str, Any]:
    dataset, source, extractor, model, metric = key
    where = f"{metric} of {dataset}/{model} ({extractor})"
    if len({row["seed"] for row in rows}) < len(rows):
        raise InputError(f"{where} has two values for one seed; keep one row a seed.")
    counts = {(row["n_real"], row["n_fake"]) for row in rows}
    if len(counts) > 1:
        raise InputError(f"{where} was scored on different numbers of images; use one n.")
    value = spread([number(row["value"], f"{where}, seed {row['seed']}") for row in rows])
    n_real, n_fake = (int(number(text, f"n of {where}")) for text in counts.pop())
    printed = published.find(source, model, metric)
    known = trained.get((dataset, model), {})
    return {
        **dict(zip(GROUP, key, strict=True)),
        "mean": value.mean, "sd": value.deviation, "seeds": value.count,
        "n_real": n_real, "n_fake": n_fake,
        "steps": known.get("steps"), "seconds": known.get("seconds"),
        "training_images": known.get("training_images"),
        **published_keys(printed, 3 if metric == SHARPNESS else 0),
    }  # fmt: skip


def score_table(
    rows: Rows,
    singular: Mapping[tuple[str, str], str] | None = None,
    metrics: Iterable[str] = tuple(METRICS),
) -> Table:
    """Lay the rows out for readers: one block per (data set, extractor), one line per model.

    Args:
        rows: those of `score_rows`.
        singular: what becomes of singular source samples (`SamplingSettings.singular`), by data set
            and row; of AE-OT's rows that have some.
        metrics: registered ones whose columns may be shown.
    """
    columns = extra_columns(metrics)
    blocks = []
    marks: set[str] = set()
    for case in ordered_datasets((row["dataset"], row["source"]) for row in rows):
        own = [row for row in rows if (row["dataset"], row["source"]) == case]
        for extractor in sorted({row["extractor"] for row in own}):
            block = [row for row in own if row["extractor"] == extractor]
            heading = f"{dataset_label(*case)}: features of {extractor}"
            blocks.append(_block(block, heading, columns))
            marks |= {mark for row in block if (mark := published_cell(row)[1])}
    timed = any(row["seconds"] is not None for row in rows)
    scored = {row["metric"] for row in rows}
    more = [c.note for name, c in columns.items() if c.note and name in scored]
    more += [_TIMES] if timed else []
    more += [_IMAGES] if any(_IMAGES_HEADER in block.header for block in blocks) else []
    title = "Scores against the test images, beside the published FID (the paper's Table{} 4)"
    title = title.format("s 3 and" if timed else "")
    shown = {(row["dataset"], row["model"]) for row in rows}
    more += _singular_notes({key: how for key, how in (singular or {}).items() if key in shown})
    counted = [row for row in rows if row["metric"] in (DISTANCE, KERNEL, RECALL, PRECISION)]
    few = few_notes(counted)
    return Table(title, blocks, [*few, *_NOTES, *more, *remark_notes(rows), *part_notes(marks)])


def _singular_notes(singular: Mapping[tuple[str, str], str]) -> list[str]:
    """Say what becomes of singular samples in which rows; on which data sets, where they differ."""
    rows: dict[str, list[str]] = {}
    for model in ordered_models(model for _, model in singular):
        own = {dataset: how for (dataset, name), how in singular.items() if name == model}
        for how in sorted(set(own.values())):
            where = [dataset for dataset in own if own[dataset] == how]
            place = f" on {', '.join(where)}" if len(where) < len(own) else ""
            rows.setdefault(how, []).append(model_label(model) + place)
    return [singular_note(how, names) for how, names in rows.items()]


def _block(rows: Rows, heading: str, columns: Mapping[str, Column]) -> Block:
    extractor = rows[0]["extractor"]
    means = [abs(row["mean"]) for row in rows if row["metric"] == DISTANCE]
    decimals = {
        DISTANCE: 1 if means and min(means) >= 10 else 2,
        KERNEL: 2,
        KERNEL_ERROR: 2,
        RECALL: 3,
        PRECISION: 3,
    }
    scored = {row["metric"] for row in rows}
    extras = {name: column for name, column in columns.items() if name in scored}
    decimals |= {name: column.digits for name, column in extras.items()}
    comparable = extractor == FID_EXTRACTOR
    header = ["Model", distance_label(extractor), "KID × 1000", "s.e.", "F8", "F1/8"]
    header += [column.heading for column in extras.values()]
    timed = any(row["seconds"] is not None for row in rows)
    counted = len({row["training_images"] for row in rows} - {None}) > 1
    header += ["n, distances", "n, F8 and F1/8", "Seeds"]
    header += [_IMAGES_HEADER] if counted else []
    header += ["Steps", "Training seconds"] if timed else []
    header += ["Published FID" if comparable else "Published (Inception FID, not comparable)"]
    sharp = any(row["published"] for row in rows if row["metric"] == SHARPNESS)
    header += [f"Published {extras[SHARPNESS].heading.lower()}"] if sharp else []
    printed = [DISTANCE, *([SHARPNESS] if sharp else [])]
    lines = []
    for model in ordered_models(row["model"] for row in rows):
        own = {row["metric"]: row for row in rows if row["model"] == model}
        cells = [
            cell(_spread(own.get(metric), metric, extras), decimals[metric]) for metric in decimals
        ]
        counts = [_images(own, DISTANCE, KERNEL), _images(own, RECALL, PRECISION)]
        counts.append(span(own[metric]["seeds"] for metric in decimals if metric in own))
        counts += [_count(own, "training_images")] if counted else []
        times = _times(own) if timed else []
        lines.append([model_label(model), *cells, *counts, *times, *_printed(own, printed)])
    return Block(heading, [*header, "Printed in"], lines)


def _printed(own: Mapping[str, Mapping[str, Any]], metrics: Sequence[str]) -> list[str]:
    """Published numbers of a line, and where they are printed."""
    cells = [published_cell(own[metric])[0] if metric in own else MISSING for metric in metrics]
    tables = [own[metric]["published_table"] for metric in metrics if metric in own]
    names = dict.fromkeys(name for text in tables if text for name in text.split("; "))
    return [*cells, "; ".join(names) or MISSING]


def _times(own: Mapping[str, Mapping[str, Any]]) -> list[str]:
    seconds = next(iter(own.values()))["seconds"]
    return [_count(own, "steps"), MISSING if seconds is None else fixed(seconds, 0)]


def _count(own: Mapping[str, Mapping[str, Any]], name: str) -> str:
    value = next(iter(own.values()))[name]
    return MISSING if value is None else f"{value:,}"


def _spread(
    row: Mapping[str, Any] | None, metric: str, extras: Mapping[str, Column]
) -> Spread | None:
    if row is None:
        return None
    extra = extras.get(metric, Column(""))
    scale = 1000.0 if metric in (KERNEL, KERNEL_ERROR) else extra.factor
    deviation = None if row["sd"] is None else scale * row["sd"]
    return Spread(scale * row["mean"], deviation, row["seeds"])


def _images(own: Mapping[str, Mapping[str, Any]], *metrics: str) -> str:
    counts = {(row["n_real"], row["n_fake"]) for name, row in own.items() if name in metrics}
    return ", ".join(f"{real:,} / {fake:,}" for real, fake in sorted(counts)) or MISSING


_NOTES = (
    "Mean ± standard deviation over the seeds; no ± for a single seed (n = 1). An em-dash: not "
    "computed, or not printed.",
    "n: real (test) / generated images. The row of the AE is its reconstructions of the test "
    "images; the floor is the training images in the place of samples.",
    "FD is the Fréchet distance of the features that the column names; only on Inception's "
    "features is it the FID. It falls with n, so compare rows of equal n.",
    "KID is the unbiased squared kernel distance on the same features, times 1000; it may be "
    "negative where the two distributions agree. s.e. is its standard error within one seed "
    "(jackknife over the images).",
    "F8 weighs recall eight times as much as precision, F1/8 the reverse (PRD; 1 is best).",
    "Published: FID on Inception's features, in the print that the last column names. A number "
    "that AE-OT's tables quote is shown with the spread of the study that it comes from, under its "
    "name; where the two prints differ, both are shown.",
)

_IMAGES_HEADER = "Training images"
_IMAGES = (
    "Training images: those that the model was trained on; of samplers of codes, those that were "
    "encoded."
)
_TIMES = (
    "Training seconds: on this machine, mean over the seeds; of AE-OT's rows the autoencoder's and "
    "the transport's together. Steps: of the critic (of the VAE: of both networks)."
)
