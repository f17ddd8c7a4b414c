"""Fidelity against novelty, curve by curve, and what a curve pays at a given novelty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from aeot.files import load_rows
from aeot.frontier.scores import COLUMNS as SCORES
from aeot.layout import path_keys

LAYOUT = "{dataset}/frontier/{curve}/seed{seed}/{extractor}/frontier.csv"
KEYS = ["dataset", "curve", "seed", "extractor"]
COLUMNS = [*KEYS, "place", *SCORES]
AXES = {"novelty_codes": "Novelty of codes", "novelty_features": "Novelty of decoded images"}


@dataclass(frozen=True)
class Place:
    """One value of the swept setting, means over the seeds."""

    value: str
    frechet_distance: float
    novelty: Mapping[str, float]  # by the names of `AXES`


def frontier_records(paths: Iterable[str]) -> list[dict[str, str]]:
    """Gather the files of `score_frontier.py`: rows of `COLUMNS`, places in the sweep's order.

    Raises:
        InputError: a path or a file has another form.
    """
    records = []
    for path in paths:
        keys = path_keys(path, LAYOUT)
        for place, row in enumerate(load_rows(path, *SCORES)):
            full = {**keys, "place": str(place), **row}
            records.append({name: full[name] for name in COLUMNS})
    return sorted(records, key=lambda row: ([row[key] for key in KEYS], int(row["place"])))


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

    return Place(rows[0]["value"], mean("frechet_distance"), {axis: mean(axis) for axis in AXES})


def distance_at(places: Sequence[Place], axis: str, level: float) -> float | None:
    """Return the least distance that a curve has at a novelty; None where it does not reach it.

    Between neighbouring places the curve is a straight line.
    """
    found = [p.frechet_distance for p in places if p.novelty[axis] == level]
    for one, other in zip(places, places[1:], strict=False):
        a, b = one.novelty[axis], other.novelty[axis]
        if min(a, b) < level < max(a, b):
            share = (level - a) / (b - a)
            found.append(
                one.frechet_distance + share * (other.frechet_distance - one.frechet_distance)
            )
    return min(found, default=None)
