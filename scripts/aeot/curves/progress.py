"""Fréchet distance against training seconds for every model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from aeot.curves.base import Collection, Files
from aeot.errors import InputError
from aeot.files import Array, load_rows
from aeot.layout import path_keys
from aeot.metrics.fid import frechet_distance

MOMENT_COLUMNS = [
    "moment", "step", "seconds", "frechet_distance", "n_real", "n_fake", "training_images",
]  # fmt: skip
LAYOUT = "{dataset}/{model}/seed{seed}/{extractor}/moments.csv"
KEYS = ["dataset", "model", "seed", "extractor"]
COLUMNS = [*KEYS, *MOMENT_COLUMNS]


def moments_of(reports: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Read the times of the snapshots of a training.

    Args:
        reports: by path; a single one with `moments`, or several whose `seconds` are added up.

    Returns:
        Rows of moment, step (None if there are no steps) and seconds.

    Raises:
        InputError: a report has neither `moments` nor `seconds`.
    """
    if len(reports) == 1 and "moments" in (only := next(iter(reports.values()))):
        return list(only["moments"])
    for path, report in reports.items():
        if "seconds" not in report:
            raise InputError(f"{path} does not contain the seconds; train that part again.")
    seconds = sum(float(report["seconds"]) for report in reports.values())
    return [{"moment": 0, "step": None, "seconds": seconds}]


def training_images(reports: Iterable[Mapping[str, Any]]) -> int | None:
    """Return the number of training images, from the first report that has it.

    The report of a sampler does not have it, but that of the model whose codes it draws does.
    """
    return next((int(r["training_images"]) for r in reports if "training_images" in r), None)


def moment_rows(
    images: Array,
    moments: list[dict[str, Any]],
    count: int,
    real: Array,
    features_of: Callable[[Array], Array],
    trained_on: int | None = None,
) -> list[dict[str, Any]]:
    """Score the first `count` images of every snapshot.

    Args:
        images: uint8 (moments * n, c, h, w).
        moments: those of `moments_of`.
        count: images scored, at most n.
        real: (m, k) features of the test images.
        features_of: images (count, c, h, w) -> features (count, k).
        trained_on: number of training images, if it is known.

    Returns:
        Rows of `MOMENT_COLUMNS`.

    Raises:
        InputError: the images cannot be divided into the snapshots, or there are fewer than `count`
            per snapshot.
    """
    each, rest = divmod(len(images), len(moments))
    if rest or not 1 <= count <= each:
        raise InputError(
            f"{len(images)} images at {len(moments)} moments cannot be scored {count} at a time; "
            "lower --count, or draw more."
        )
    rows = []
    for number, moment in enumerate(moments):
        features = features_of(images[number * each : number * each + count])
        distance = frechet_distance(real, features)
        scored = {"frechet_distance": distance, "n_real": len(real), "n_fake": count}
        rows.append({**moment, **scored, "training_images": trained_on})
    return rows


def progress_records(paths: Iterable[str]) -> list[dict[str, str]]:
    """Collect the files of `moment_rows`: rows of `COLUMNS`, sorted by their keys and the moment.

    Raises:
        InputError: a path or a file has another form.
    """
    records = []
    for path in paths:
        keys = path_keys(path, LAYOUT)
        rows = load_rows(path, *MOMENT_COLUMNS)
        records += [{name: (keys | row)[name] for name in COLUMNS} for row in rows]
    return sorted(records, key=lambda row: ([row[key] for key in KEYS], int(row["moment"])))


class Progress(Collection):
    """The scores of all snapshots of all trainings.

    Data set, model, seed and extractor are read from the path of each file:
    .../DATASET/MODEL/seedN/EXTRACTOR/moments.csv.
    """

    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`."""
        return list(progress_records(files["rows"]))
