"""Score a folder of pictures from any program against a folder of real ones."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aeot.datasets.picturefiles import list_pictures
from aeot.datasets.pictures import Crop, open_picture, square, to_array
from aeot.errors import InputError
from aeot.features.settings import Classifier, ExtractorSettings
from aeot.files import Array, load_images
from aeot.metrics import METRICS
from aeot.metrics.base import SETS, Metric, Row
from aeot.png import save_png
from aeot.registry import resolve
from aeot.seeding import numpy_generator

if TYPE_CHECKING:
    import torch

log = logging.getLogger("aeot")

COLUMNS = ["metric", "value", "error", "n_real", "n_fake"]
GROUPS = 10  # number of groups of the jackknife
PAIRS, COLUMNS_OF_PAIRS, GAP = 32, 4, 4  # of the sheet; the gap in pixels


def read_pictures(place: str | Path, size: int | None, crop: Crop, channels: int) -> Array:
    """Read a folder of pictures, or an `.npz` of images as the workflow writes it.

    Args:
        place: the folder, searched recursively, or the file.
        size: pixels per side; None takes the shorter side of the folder's first picture.
        crop: how a picture becomes square (`aeot.datasets.pictures.square`).
        channels: 1 for grey, 3 for colour.

    Returns:
        uint8 (n, channels, size, size), in the order of the pictures' names. Images of a file
        keep their shape.

    Raises:
        InputError: there is no such folder or file, or a picture cannot be read.
    """
    if Path(place).suffix == ".npz":
        return load_images(place)
    if not Path(place).is_dir():
        raise InputError(f"{place} is neither a folder of pictures nor an .npz of images.")
    listing = list_pictures(place)
    log.info("%s", listing.summary())
    images = []
    for path in listing.paths:
        picture = open_picture(path)
        size = size or min(picture.size)
        images.append(to_array(square(picture, size, crop, str(path)), channels))
    return np.stack(images)


def read_all(
    places: Mapping[str, str],
    size: int | None,
    crop: Crop,
    channels: int,
    count: int | None,
    seed: int,
) -> dict[str, Array]:
    """Read the sets of pictures, all of one shape, with as many scored as real ones.

    Args:
        places: folders or files of `fake`, `real` and possibly `train`.
        size: see `read_pictures`; None: the size of the scored pictures.
        crop: see `read_pictures`.
        channels: see `read_pictures`.
        count: see `draw_equal`.
        seed: determines which pictures are scored.

    Raises:
        InputError: as for `read_pictures` and `draw_equal`; or images of files differ in shape, or
            a number is too small.
    """
    for option, value, least in (("size", size, 4), ("count", count, 2)):
        if value is not None and value < least:
            raise InputError(f"--{option} must be at least {least}, not {value}.")
    images = {"fake": read_pictures(places["fake"], size, crop, channels)}
    shape = images["fake"].shape[1:]
    for name in [name for name in places if name != "fake"]:
        images[name] = read_pictures(places[name], shape[-1], crop, shape[0])
        if images[name].shape[1:] != shape:
            raise InputError(
                f"the images of {places[name]} have shape {images[name].shape[1:]}, those of "
                f"{places['fake']} {shape}; give folders of pictures, or files of one shape."
            )
    return images | draw_equal({name: images[name] for name in ("fake", "real")}, count, seed)


def draw_equal(sets: Mapping[str, Array], count: int | None, seed: int) -> dict[str, Array]:
    """Draw equally many rows of each set, because distances depend on the numbers.

    Args:
        sets: arrays by name, whose first axes are shortened.
        count: number of rows of each; None: the size of the smallest set.
        seed: determines which rows are drawn.

    Raises:
        InputError: a set has fewer than `count`.
    """
    least = min(map(len, sets.values()))
    for name, rows in sets.items():
        if count is not None and len(rows) < count:
            raise InputError(f"--count {count}: there are only {len(rows)} {name} pictures.")
    n = least if count is None else count
    return {
        name: rows[np.sort(numpy_generator(seed, "folder", name).permutation(len(rows))[:n])]
        for name, rows in sets.items()
    }


def choose_metrics(
    names: Iterable[str], train: bool, extractor: ExtractorSettings
) -> tuple[list[Metric], dict[str, Classifier]]:
    """Make metrics with default settings, and the other inputs that they need.

    Args:
        names: registered metrics.
        train: whether there are training pictures.
        extractor: the extractor of the features, whose classifier a metric may need.

    Raises:
        InputError: a metric needs inputs that folders of pictures do not have.
    """
    metrics: list[Metric] = [resolve(METRICS, name, "metric")() for name in names]
    had = {"real", "fake", "images", *(["train"] if train else [])}
    had |= {"classifier"} if extractor.CLASSES else set()
    for name, metric in zip(names, metrics, strict=True):
        if lacking := [SETS[need] for need in metric.NEEDS if need not in had]:
            raise InputError(f"--metrics: {name} needs {' and '.join(lacking)}; leave it out.")
    asked = any("classifier" in metric.NEEDS for metric in metrics)
    return metrics, {"classifier": extractor.classifier()} if asked else {}


def score_with_errors(
    metrics: Sequence[Metric], sets: Mapping[str, Any], seed: int, device: "torch.device"
) -> list[dict[str, Any]]:
    """Score, and estimate the standard errors with a delete-a-group jackknife (Kott 2001).

    The scored images are divided into `GROUPS` groups at random, and so are the real ones. With
    theta_g the score without the g-th group of both, the squared error is
    (G - 1) / G sum_g (theta_g - mean)^2. Training images are not divided. The errors are about
    right for smooth scores (distances, densities, means); they are too large, by a factor of up
    to 2.5, for scores that draw at random or depend on single neighbours (`fidinf`, `prd`,
    `test_recall`).

    Args:
        metrics: that are computed.
        sets: by the names of `aeot.metrics.base.SETS`; `real`, `fake` and `images` are grouped.
        seed: determines the groups and the draws of a metric.
        device: device of metrics with `GPU`.

    Returns:
        Rows of `COLUMNS`; the error is NaN if no group can be left out.

    Raises:
        InputError: as for `Metric.score`.
    """
    rows = []
    for metric in metrics:
        log.info("%s, with each of %d groups left out", type(metric).__name__, GROUPS)
        # Errors that a metric estimates itself are omitted.
        whole = [r for r in metric.score(sets, seed, device).rows if not _is_error(r)]
        errors = _jackknife(metric, sets, seed, device)
        rows += [r | {"error": errors.get(str(r["metric"]), float("nan"))} for r in whole]
    return [{name: row[name] for name in COLUMNS} for row in rows]


def _is_error(row: Row) -> bool:
    return str(row["metric"]).endswith("_se")


def _jackknife(
    metric: Metric, sets: Mapping[str, Any], seed: int, device: "torch.device"
) -> dict[str, float]:
    """Return the standard error of each of a metric's rows, by its name."""
    # The groups are the same for `fake` and `images`, whose rows belong together.
    groups = {
        name: numpy_generator(seed, "groups", len(sets[name])).permutation(len(sets[name])) % GROUPS
        for name in ("real", "fake", "images")
        if name in sets
    }
    least = min(len(group) + -len(group) // GROUPS for group in groups.values())
    if metric.shortage(least):
        return {}
    found: dict[str, list[float]] = {}
    for number in range(GROUPS):
        kept = {name: sets[name][group != number] for name, group in groups.items()}
        for row in metric.score({**sets, **kept}, seed, device).rows:
            found.setdefault(str(row["metric"]), []).append(float(row["value"]))
    scale = np.sqrt(GROUPS - 1)
    return {name: float(scale * np.std(values)) for name, values in found.items()}


def format_rows(rows: Sequence[Mapping[str, Any]]) -> str:
    """Format scores as lines: name, value, error, numbers of images."""
    width = max(len(str(row["metric"])) for row in rows)
    lines = [f"{'metric':{width}}  {'value':>12}  {'s.e.':>10}  n real  n fake"]
    for row in rows:
        error = f"{row['error']:10.4g}" if np.isfinite(row["error"]) else f"{'-':>10}"
        lines.append(
            f"{row['metric']:{width}}  {row['value']:12.5g}  {error}  "
            f"{row['n_real']:6}  {row['n_fake']:6}"
        )
    return "\n".join(lines)


def save_sheet(
    path: str | Path,
    images: Mapping[str, Array],
    features: Mapping[str, Array],
    device: "torch.device",
) -> None:
    """Save a sheet of the scored pictures that are nearest to known ones, in pairs.

    Args:
        path: of the PNG.
        images: uint8 (n, c, h, w) by the names `fake` and `train`, or `real` without `train`.
        features: (n, k) of the same.
        device: where distances are compared.
    """
    from aeot.metrics.training_images import TrainingImages

    known = "train" if "train" in images else "real"
    distance, place = TrainingImages(features[known], device).nearest(features["fake"])
    save_png(path, lay_pairs(images["fake"], images[known], distance, place))


def lay_pairs(images: Array, known: Array, distance: Array, place: Array) -> Array:
    """Arrange the images that are nearest to known ones, each to the left of the known one.

    Args:
        images: uint8 (n, c, h, w).
        known: uint8 (m, c, h, w).
        distance: (n,) of each image to its nearest known one.
        place: (n,) the index of that one.

    Returns:
        uint8 (H, W, c): at most `PAIRS` pairs, `COLUMNS_OF_PAIRS` per row, the nearest first, with
        white gaps.
    """
    order = np.argsort(distance, kind="stable")[:PAIRS]
    pairs = np.concatenate([images[order], known[place[order]]], axis=3)
    pairs = np.pad(pairs, ((0, 0), (0, 0), (0, GAP), (0, GAP)), constant_values=255)
    columns = min(COLUMNS_OF_PAIRS, len(pairs))
    missing = -len(pairs) % columns
    pairs = np.concatenate([pairs, np.full((missing, *pairs.shape[1:]), 255, np.uint8)])
    n, c, h, w = pairs.shape
    grid = pairs.reshape(n // columns, columns, c, h, w).transpose(0, 3, 1, 4, 2)
    return grid.reshape(n // columns * h, columns * w, c)
