"""Who wins at equal novelty: the distance of every curve of the frontier at a few levels."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aeot.curves.frontier import AXES, curves_of, distance_at
from aeot.labels import curve_label, dataset_label, distance_label, ordered_models
from aeot.tables.render import Block, Table
from aeot.tables.spread import MISSING, fixed

LEVELS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
COLUMNS = ["dataset", "source", "extractor", "axis", "curve", "ours", "level", "frechet_distance"]


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
                    rows.append({
                        "dataset": dataset, "source": sources.get(dataset, dataset),
                        "extractor": extractor, "axis": axis, "curve": name,
                        "ours": int(name in ours), "level": level,
                        "frechet_distance": distance_at(curves[name], axis, level),
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
            [curve_label(name), *(_distance(_find(own, name, level)) for level in LEVELS)]
            for name in dict.fromkeys(row["curve"] for row in own)
        ]
        lines.append(["Best AE-OT over best other", *(_ratio(own, level) for level in LEVELS)])
        header = ["Sampler of codes", *(f"{level:.1f}" for level in LEVELS)]
        blocks.append(Block(heading, header, lines))
    notes = [
        "Novelty: the median distance to the nearest training code (or among features to the "
        "nearest decoded training image) over that of test images; 0 copies, 1 is as new as "
        "test images. Read off straight lines between the places of a sweep, the least where a "
        f"curve passes a level more than once; {MISSING}: the sweep does not reach the level.",
        "Last line: below 1, AE-OT is the more faithful at that novelty. The AE (test images, "
        "encoded and decoded) stands at 1 and is no sampler: it is left out of that line.",
    ]
    return Table("Fidelity at equal novelty, all on one autoencoder's codes", blocks, notes)


def _find(rows: Iterable[Mapping[str, Any]], curve: str, level: float) -> float | None:
    found = [r["frechet_distance"] for r in rows if (r["curve"], r["level"]) == (curve, level)]
    return None if found[0] is None else float(found[0])


def _distance(value: float | None) -> str:
    return MISSING if value is None else fixed(value, 1)


def _ratio(rows: Iterable[Mapping[str, Any]], level: float) -> str:
    best: dict[int, float] = {}
    for row in rows:
        if row["level"] == level and row["frechet_distance"] is not None and row["curve"] != "ae":
            side = int(row["ours"])
            best[side] = min(best.get(side, row["frechet_distance"]), row["frechet_distance"])
    return fixed(best[1] / best[0], 2) if len(best) == 2 else MISSING
