"""Comparison at equal novelty: the distance of every curve of the frontier at a few levels."""

import math
from collections.abc import Collection, Mapping
from itertools import product, repeat
from typing import ClassVar

import pandas as pd
from pydantic import Field

from aeot.curves.base import Files
from aeot.curves.frontier import AXES, places_of, reading_at
from aeot.curves.frontier import COLUMNS as SCORES
from aeot.files import grouped
from aeot.labels import dataset_label, distance_label, model_label, ordered_models
from aeot.tables.base import TableSettings, load_scored
from aeot.tables.render import Block, Table
from aeot.tables.spread import MISSING, cell, fixed

LEVELS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
COLUMNS = [
    "dataset", "source", "extractor", "axis", "curve", "ours", "level",
    "frechet_distance", "sd", "seconds",
]  # fmt: skip
HURRIED = " †"  # marks a ratio whose other sampler had less time


class Frontier(TableSettings):
    """Fidelity at equal novelty, with the ratio of the best distances."""

    FILES: ClassVar[tuple[str, ...]] = ("rows",)

    sources: dict[str, str] = Field({}, description="sources of cases that have another name")
    ours: list[str] = Field([], description="the curves that are AE-OT's")

    def build(self, files: Files) -> tuple[pd.DataFrame, Table]:
        """See `TableSettings`."""
        records = load_scored(files["rows"][0], *SCORES)
        rows = frontier_summary(records, self.sources, self.ours)
        return rows, frontier_table(rows)


def frontier_summary(
    records: pd.DataFrame, sources: Mapping[str, str], ours: Collection[str]
) -> pd.DataFrame:
    """Read every curve at every level of novelty.

    Args:
        records: those of `aeot.curves.frontier`.
        sources: registered data sets of cases of another name.
        ours: the curves that are AE-OT's.

    Returns:
        Rows of `COLUMNS`; without a distance if the curve does not reach the level.
    """
    rows = []
    for (dataset, extractor), own in grouped(records, ["dataset", "extractor"], sort=True):
        places = places_of(own)
        for axis, curve, level in product(AXES, ordered_models(own["curve"]), LEVELS):
            rows.append({
                "dataset": dataset, "source": sources.get(dataset, dataset),
                "extractor": extractor, "axis": axis, "curve": curve, "ours": int(curve in ours),
                "level": level, **reading_at(places.loc[[curve]], axis, level),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def frontier_table(rows: pd.DataFrame) -> Table:
    """Format the rows for readers: one block per data set and axis, one line per curve."""
    blocks = []
    for key, own in grouped(rows, ["dataset", "source", "extractor", "axis"]):
        dataset, source, extractor, axis = key
        heading = f"{dataset_label(dataset, source)}: {distance_label(extractor)} at equal "
        heading += AXES[axis][:1].lower() + AXES[axis][1:]
        lines = [
            [
                model_label(name),
                *map(cell, line["frechet_distance"], line["sd"], repeat(1)),
                fixed(line["seconds"].max(), 0),
            ]
            for name, line in grouped(own, "curve")
        ]
        ratios = [
            fixed(row["ratio"], 2) + HURRIED * row["hurried"]
            for row in best_ratios(own).to_dict("records")
        ]
        lines.append(["Best AE-OT over best other", *ratios, ""])
        header = ["Sampler of codes", *(f"{level:.1f}" for level in LEVELS), "Seconds"]
        blocks.append(Block(heading, header, lines))
    notes = [
        "Novelty: the median distance to the nearest training code (or, among features, to the "
        "nearest decoded training image), divided by that of test images; 0 means copies, 1 as "
        "new as test images. Values are interpolated linearly between the points of a sweep; "
        f"where a curve passes a level more than once, the smallest is shown; {MISSING}: the "
        "sweep does not reach the level.",
        "Last line: below 1, AE-OT is the more faithful at that novelty. The AE (test images, "
        "encoded and decoded) is at 1 and is not a sampler: it is left out of that line.",
        "±: standard deviation over independent draws (and seeds). Seconds: the longest fit of "
        "the points that are used, on this machine; for AE-OT's curves on one transport, its "
        f"solve.{HURRIED}: the other sampler had fewer seconds than AE-OT.",
    ]
    return Table("Fidelity at equal novelty, all on one autoencoder's codes", blocks, notes)


def best_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """Divide AE-OT's smallest distance by that of the others, at every level of every novelty.

    The reconstructions, for which nothing was fitted, have no seconds and are omitted.

    Args:
        rows: those of `frontier_summary`.

    Returns:
        `ratio` by data set, source, extractor, axis and level, and whether the other sampler had
        less time (`hurried`); NaN if AE-OT or all others do not reach the level.
    """
    keys = ["dataset", "source", "extractor", "axis", "level"]
    found = []
    for key, own in grouped(rows, keys):
        read = own.dropna(subset=["frechet_distance", "seconds"])
        best = read.loc[read.groupby("ours")["frechet_distance"].idxmin()].set_index("ours")
        both = len(best) == 2
        distance, seconds = best["frechet_distance"], best["seconds"]
        found.append({
            **dict(zip(keys, key, strict=True)),
            "ratio": distance[1] / distance[0] if both else math.nan,
            "hurried": both and bool(seconds[0] < seconds[1]),
        })  # fmt: skip
    return pd.DataFrame(found)
