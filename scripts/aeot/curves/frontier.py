"""Fidelity against novelty of every curve, and the distance of a curve at a given novelty."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from aeot.curves.base import Collection, Files
from aeot.files import load_rows
from aeot.frontier.scores import COLUMNS as SCORES
from aeot.layout import path_keys
from aeot.tables.spread import deviation

if TYPE_CHECKING:
    from pandas import DataFrame

LAYOUT = "{dataset}/{curve}/seed{seed}/{extractor}/frontier.csv"
KEYS = ["dataset", "curve", "seed", "extractor"]
COLUMNS = [*KEYS, "place", *SCORES]
AXES = {"novelty_codes": "Novelty of codes", "novelty_features": "Novelty of decoded images"}
READ = ["frechet_distance", "sd", "seconds"]


def frontier_records(paths: Iterable[str]) -> list[dict[str, str]]:
    """Collect the files of `score_frontier.py`: rows of `COLUMNS`, in the order of the sweep.

    Raises:
        InputError: a path or a file has another form.
    """
    records = []
    for path in paths:
        keys = path_keys(path, LAYOUT)
        place = -1
        for row in load_rows(path, *SCORES):
            place += row["draw"] == "0"
            full = {**keys, "place": str(place), **row}
            records.append({name: full[name] for name in COLUMNS})
    return sorted(
        records,
        key=lambda row: ([row[key] for key in KEYS], int(row["place"]), int(row["draw"])),
    )


def places_of(records: "DataFrame") -> "DataFrame":
    """Average every point of every curve over draws and seeds.

    Args:
        records: rows of `COLUMNS` of one data set and extractor.

    Returns:
        Means of the distance, the seconds and the novelties (`AXES`), and `sd`, the standard
        deviation of the distance, by curve and point; NaN if nothing was fitted, or for a single
        draw.
    """
    groups = records.groupby(["curve", "place"])
    places = groups[[*AXES, "frechet_distance", "seconds"]].agg(fmean)
    return places.assign(sd=groups["frechet_distance"].agg(deviation))


def reading_at(places: "DataFrame", axis: str, level: float) -> dict[str, float]:
    """Return the lowest values of a curve at a given novelty.

    Between neighbouring points the curve is a straight line.

    Args:
        places: points of the curve, in the order of the sweep, from `places_of`.
        axis: a key of `AXES`.
        level: the novelty.

    Returns:
        The values of `READ`, where `seconds` is that of the point that took longer; NaN if the
        curve does not reach the level.
    """
    novelty, values = places[axis].to_numpy(), places[READ].to_numpy()
    first, second = novelty[:-1], novelty[1:]
    crossed = (np.minimum(first, second) < level) & (level < np.maximum(first, second))
    one, other = values[:-1][crossed], values[1:][crossed]
    share = (level - first[crossed]) / (second - first)[crossed]
    between = one + share[:, None] * (other - one)
    between[:, -1] = np.maximum(one, other)[:, -1]
    found = np.concatenate([values[novelty == level], between])
    best = found[found[:, 0].argmin()] if len(found) else np.full(len(READ), np.nan)
    return dict(zip(READ, best.tolist(), strict=True))


class FrontierScores(Collection):
    """The scores of all curves of the frontier.

    Data set, curve, seed and extractor are read from the path of each file:
    .../DATASET/CURVE/seedN/EXTRACTOR/frontier.csv.
    """

    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`."""
        return list(frontier_records(files["rows"]))
