"""Fidelity against novelty, curve by curve, and what a curve pays at a given novelty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, ClassVar

from aeot.curves.base import Collection, Files
from aeot.files import load_rows
from aeot.frontier.scores import COLUMNS as SCORES
from aeot.layout import path_keys
from aeot.tables.spread import spread

LAYOUT = "{dataset}/{curve}/seed{seed}/{extractor}/frontier.csv"
KEYS = ["dataset", "curve", "seed", "extractor"]
COLUMNS = [*KEYS, "place", *SCORES]
AXES = {"novelty_codes": "Novelty of codes", "novelty_features": "Novelty of decoded images"}


@dataclass(frozen=True)
class Place:
    """One value of the swept setting, over the draws and seeds.

    Attributes:
        value: of the setting, as text.
        frechet_distance: mean.
        novelty: means, by the names of `AXES`.
        deviation: standard deviation of the distance; None for a single draw.
        seconds: mean that the fit took; None where nothing was fitted.
    """

    value: str
    frechet_distance: float
    novelty: Mapping[str, float]
    deviation: float | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Reading:
    """A curve at one novelty.

    Attributes:
        frechet_distance: on the straight line between two places.
        deviation: likewise; None where a place has none.
        seconds: of the place that took longer; None where nothing was fitted.
    """

    frechet_distance: float
    deviation: float | None
    seconds: float | None


def frontier_records(paths: Iterable[str]) -> list[dict[str, str]]:
    """Gather the files of `score_frontier.py`: rows of `COLUMNS`, places in the sweep's order.

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


def curves_of(
    records: Iterable[Mapping[str, str]], dataset: str, extractor: str
) -> dict[str, list[Place]]:
    """Return the places of every curve of a data set, in the sweep's order."""
    own = [row for row in records if (row["dataset"], row["extractor"]) == (dataset, extractor)]
    groups: dict[str, dict[int, list[Mapping[str, str]]]] = {}
    for row in own:
        groups.setdefault(row["curve"], {}).setdefault(int(row["place"]), []).append(row)
    return {
        curve: [_place(places[number]) for number in sorted(places)]
        for curve, places in groups.items()
    }


def _place(rows: Sequence[Mapping[str, str]]) -> Place:
    def mean(name: str) -> float:
        return fmean(float(row[name]) for row in rows)

    distance = spread([float(row["frechet_distance"]) for row in rows])
    return Place(
        rows[0]["value"],
        distance.mean,
        {axis: mean(axis) for axis in AXES},
        distance.deviation,
        mean("seconds") if rows[0]["seconds"] else None,
    )


def reading_at(places: Sequence[Place], axis: str, level: float) -> Reading | None:
    """Read a curve where it is lowest at a novelty; None where it does not reach it.

    Between neighbouring places the curve is a straight line.
    """
    pairs = [(place, place) for place in places if place.novelty[axis] == level]
    for one, other in zip(places, places[1:], strict=False):
        a, b = one.novelty[axis], other.novelty[axis]
        if min(a, b) < level < max(a, b):
            pairs.append((one, other))
    found = [_between(*pair, axis, level) for pair in pairs]
    return min(found, key=lambda reading: reading.frechet_distance, default=None)


def _between(one: Place, other: Place, axis: str, level: float) -> Reading:
    a, b = one.novelty[axis], other.novelty[axis]
    share = (level - a) / (b - a) if a != b else 0.0

    def line(first: float, second: float) -> float:
        return first + share * (second - first)

    deviation = seconds = None
    if one.deviation is not None and other.deviation is not None:
        deviation = line(one.deviation, other.deviation)
    if one.seconds is not None and other.seconds is not None:
        seconds = max(one.seconds, other.seconds)
    return Reading(line(one.frechet_distance, other.frechet_distance), deviation, seconds)


class FrontierScores(Collection):
    """The scores of all curves of the frontier.

    Data set, curve, seed and extractor are read from the path of each file:
    .../DATASET/CURVE/seedN/EXTRACTOR/frontier.csv.
    """

    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`."""
        return list(frontier_records(files["rows"]))
