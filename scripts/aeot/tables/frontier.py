"""Who wins at equal novelty: the distance of every curve of the frontier at a few levels."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aeot.curves.frontier import AXES, curves_of, reading_at
from aeot.labels import dataset_label, distance_label, model_label, ordered_models
from aeot.tables.render import Block, Table
from aeot.tables.spread import MISSING, Spread, cell, fixed

LEVELS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
COLUMNS = [
    "dataset", "source", "extractor", "axis", "curve", "ours", "level",
    "frechet_distance", "sd", "seconds",
]  # fmt: skip
HURRIED = " †"  # marks a ratio whose rival had less time


def frontier_summary(
    records: Sequence[Mapping[str, str]], sources: Mapping[str, str], ours: Iterable[str]
) -> list[dict[str, Any]]:
    """Read every curve at every level of novelty.

    Args:
        records: those of `aeot.curves.frontier`.
        sources: registered data sets of cases of another name.
        ours: the curves that are AE-OT's.

    Returns:
        Rows of `COLUMNS`; no distance where the curve does not reach the level.
    """
    ours, rows = set(ours), []
    for dataset, extractor in sorted({(r["dataset"], r["extractor"]) for r in records}):
        curves = curves_of(records, dataset, extractor)
        for axis in AXES:
            for name in ordered_models(curves):
                for level in LEVELS:
                    found = reading_at(curves[name], axis, level)
                    rows.append({
                        "dataset": dataset, "source": sources.get(dataset, dataset),
                        "extractor": extractor, "axis": axis, "curve": name,
                        "ours": int(name in ours), "level": level,
                        "frechet_distance": found and found.frechet_distance,
                        "sd": found and found.deviation, "seconds": found and found.seconds,
                    })  # fmt: skip
    return rows


def frontier_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Lay the rows out for readers: a block a data set and axis, a line a curve."""
    blocks = []
    for key in dict.fromkeys((r["dataset"], r["source"], r["extractor"], r["axis"]) for r in rows):
        dataset, source, extractor, axis = key
        own = [r for r in rows if (r["dataset"], r["extractor"], r["axis"]) == (dataset, *key[2:])]
        heading = f"{dataset_label(dataset, source)}: {distance_label(extractor)} at equal "
        heading += AXES[axis][:1].lower() + AXES[axis][1:]
        lines = [
            [
                model_label(name),
                *(_distance(_find(own, name, level)) for level in LEVELS),
                _seconds([row for row in own if row["curve"] == name]),
            ]
            for name in dict.fromkeys(row["curve"] for row in own)
        ]
        ratios = [_ratio(own, level) for level in LEVELS]
        lines.append(["Best AE-OT over best other", *ratios, ""])
        header = ["Sampler of codes", *(f"{level:.1f}" for level in LEVELS), "Seconds"]
        blocks.append(Block(heading, header, lines))
    notes = [
        "Novelty: the median distance to the nearest training code (or among features to the "
        "nearest decoded training image) over that of test images; 0 copies, 1 is as new as "
        "test images. Read off straight lines between the places of a sweep, the least where a "
        f"curve passes a level more than once; {MISSING}: the sweep does not reach the level.",
        "Last line: below 1, AE-OT is the more faithful at that novelty. The AE (test images, "
        "encoded and decoded) stands at 1 and is no sampler: it is left out of that line.",
        "±: standard deviation over independent draws (and seeds). Seconds: the longest fit of the "
        "places that are read, on this machine; of AE-OT's curves on one transport that of its "
        f"solve.{HURRIED}: the other sampler had fewer seconds than AE-OT.",
    ]
    return Table("Fidelity at equal novelty, all on one autoencoder's codes", blocks, notes)


def _find(rows: Iterable[Mapping[str, Any]], curve: str, level: float) -> Mapping[str, Any]:
    return next(r for r in rows if (r["curve"], r["level"]) == (curve, level))


def _distance(row: Mapping[str, Any]) -> str:
    if row["frechet_distance"] is None:
        return MISSING
    return cell(Spread(row["frechet_distance"], row["sd"], 1), 1)


def _seconds(rows: Iterable[Mapping[str, Any]]) -> str:
    known = [row["seconds"] for row in rows if row["seconds"] is not None]
    return fixed(max(known), 0) if known else MISSING


def _ratio(rows: Iterable[Mapping[str, Any]], level: float) -> str:
    """Divide AE-OT's least distance at a level by the others', and mark a rival with less time."""
    best: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        if row["level"] == level and row["frechet_distance"] is not None and row["curve"] != "ae":
            known = best.setdefault(int(row["ours"]), row)
            if row["frechet_distance"] < known["frechet_distance"]:
                best[int(row["ours"])] = row
    if len(best) < 2:
        return MISSING
    ours, other = best[1], best[0]
    hurried = (other["seconds"] or 0) < (ours["seconds"] or 0)
    ratio = fixed(ours["frechet_distance"] / other["frechet_distance"], 2)
    return ratio + HURRIED * hurried
