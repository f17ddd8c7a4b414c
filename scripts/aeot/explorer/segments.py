"""Segments of the source (Figure 12): the picture, the cell and the angle at every position."""

from typing import TYPE_CHECKING, Any

from aeot.curves.segments import KINDS, TRACE_COLUMNS
from aeot.errors import InputError
from aeot.explorer.parts import Context, Part, choices
from aeot.explorer.pictures import data_uri
from aeot.explorer.template import fragment
from aeot.files import check_images, load_arrays, load_frame
from aeot.layout import path_keys

if TYPE_CHECKING:
    from pandas import DataFrame

LAYOUT = "{dataset}/transport/seed{seed}/trace.csv"
TITLES = {"largest": "largest jump", "least": "smallest jump"}


def passages(rows: "DataFrame") -> dict[str, Any]:
    """List the points at which a segment enters each of its cells.

    Args:
        rows: of a segment, in order (`aeot.curves.segments.TRACE_COLUMNS`).

    Returns:
        `steps`, the number of its points; and, of equal lengths, `entered` (the first point in a
        cell), `cells`, and `angles` to the previous cell in radians (0 for the first one).
    """
    changed = rows["cell"].ne(rows["cell"].shift())
    own = rows[changed]
    return {
        "steps": len(rows),
        "entered": own["step"].tolist(),
        "cells": own["cell"].tolist(),
        "angles": own["angle"].round(5).tolist(),
    }


def read_segments(trace: str, images: str) -> dict[str, Any]:
    """Read the segments of one data set.

    Args:
        trace: .../trace.csv of trace_segments.py.
        images: .../segments.npz of the same.

    Returns:
        `kinds`: `passages` by `KINDS`; `pictures`: by cell, its decoded image (`data_uri`).

    Raises:
        InputError: a file is missing, or lacks a segment or the image of a cell.
    """
    rows = load_frame(trace, *TRACE_COLUMNS)
    arrays = load_arrays(images, "cells", "cell_images")
    check_images(arrays["cell_images"], f"{images}: cell_images")
    if not set(KINDS) <= set(rows["kind"]):
        raise InputError(f"{trace} is empty or lacks a segment; trace them again.")
    pairs = zip(arrays["cells"].tolist(), arrays["cell_images"], strict=True)
    pictures = {cell: data_uri(image) for cell, image in pairs}
    kinds = {kind: passages(rows[rows["kind"] == kind]) for kind in KINDS}
    if lost := {cell for kind in kinds.values() for cell in kind["cells"]} - set(pictures):
        raise InputError(f"{images} has no image of cell {min(lost)}; trace the segments again.")
    return {"kinds": kinds, "pictures": {str(cell): uri for cell, uri in pictures.items()}}


def segments_part(traces: list[str], images: list[str], context: Context) -> Part:
    """Show the segments with the largest and the smallest jump, with a slider."""
    labels, data = [], []
    for trace, pictures in zip(traces, images, strict=True):
        own = read_segments(trace, pictures)
        dataset = context.dataset(path_keys(trace, LAYOUT)["dataset"])
        for kind, title in TITLES.items():
            labels.append(f"{dataset}: {title}")
            cells = {str(cell) for cell in own["kinds"][kind]["cells"]}
            shown = {cell: own["pictures"][cell] for cell in sorted(cells, key=int)}
            data.append({**own["kinds"][kind], "pictures": shown})
    return Part(choices("segments", "Segment with the", labels) + fragment("segments"), data)
