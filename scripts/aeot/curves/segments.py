"""Segments of the source: jumps of the map, and the number of segments that cross a threshold."""

from typing import Any

import numpy as np

from aeot.files import Array

COLUMNS = ["segment", "changes", "largest_angle", "median_angle", "place"]
SHARE_COLUMNS = ["threshold", "share", "crossings"]
TRACE_COLUMNS = ["kind", "segment", "step", "place", "cell", "angle"]
KINDS = ("largest", "least")
_THRESHOLDS = 90  # every 2 degrees, beyond a right angle


def segment_rows(angles: Array) -> list[dict[str, Any]]:
    """Describe every segment.

    Args:
        angles: (S, P - 1) between consecutive points, in radians; 0 if the cell is the same.

    Returns:
        Rows of `COLUMNS`: how often the cell changes, the largest and the median angle of these
        changes (empty if there are none), and the position of the largest one in [0, 1].
    """
    rows = []
    for number, own in enumerate(angles):
        changes = own[own > 0]
        rows.append({
            "segment": number, "changes": len(changes), "largest_angle": float(own.max()),
            "median_angle": float(np.median(changes)) if len(changes) else "",
            "place": (float(own.argmax()) + 0.5) / len(own),
        })  # fmt: skip
    return rows


def share_rows(angles: Array) -> list[dict[str, float]]:
    """Share of segments that cross an angle above a threshold, and crossings per segment.

    Args:
        angles: as in `segment_rows`.

    Returns:
        Rows of `SHARE_COLUMNS`, thresholds from 0 to pi.
    """
    largest = angles.max(axis=1)
    return [
        {
            "threshold": float(threshold),
            "share": float((largest > threshold).mean()),
            "crossings": float((angles > threshold).sum(axis=1).mean()),
        }
        for threshold in np.linspace(0, np.pi, _THRESHOLDS + 1)
    ]


def chosen(angles: Array) -> dict[str, int]:
    """The segments with the largest and the smallest jump, by `KINDS`."""
    largest = angles.max(axis=1)
    return {"largest": int(largest.argmax()), "least": int(largest.argmin())}


def trace_rows(cells: Array, angles: Array) -> list[dict[str, Any]]:
    """List the cells and angles of the chosen segments, point by point.

    Args:
        cells: (S, P) cells.
        angles: (S, P - 1) angles; the angle of a point is the one before it.

    Returns:
        Rows of `TRACE_COLUMNS`.
    """
    points = cells.shape[1]
    return [
        {"kind": kind, "segment": number, "step": step, "place": step / (points - 1),
         "cell": int(cells[number, step]),
         "angle": float(angles[number, step - 1]) if step else 0.0}
        for kind, number in chosen(angles).items()
        for step in range(points)
    ]  # fmt: skip
