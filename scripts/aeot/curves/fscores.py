"""F8 against F1/8: a point a model, and a draw of hyper-parameters."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from aeot.labels import ordered_models
from aeot.tables.spread import number, spread

COLUMNS = ["dataset", "source", "model", "draw", "f8", "f1_8", "seeds"]
SCORES = ("dataset", "source", "model", "seed", "extractor", "metric", "value")


def fscore_rows(scores: Iterable[Mapping[str, str]], extractor: str) -> list[dict[str, Any]]:
    """Take the F-scores of every row, means over its seeds.

    Args:
        scores: rows of `SCORES`.
        extractor: whose features.

    Returns:
        Rows of `COLUMNS`; a row named MODELdrawK is the draw K of MODEL, any other the draw 0.

    Raises:
        InputError: a score is no number.
    """
    values: dict[tuple[str, str, str], dict[str, list[float]]] = {}
    for row in scores:
        if row["extractor"] != extractor or row["metric"] not in ("f8", "f1_8"):
            continue
        place = values.setdefault((row["dataset"], row["source"], row["model"]), {})
        where = f"{row['metric']} of {row['model']}"
        place.setdefault(row["metric"], []).append(number(row["value"], where))
    rows: list[dict[str, Any]] = []
    for (dataset, source, name), found in values.items():
        model, draw = split_draw(name)
        f8, f1_8 = spread(found["f8"]), spread(found["f1_8"])
        rows.append({"dataset": dataset, "source": source, "model": model, "draw": draw,
                     "f8": f8.mean, "f1_8": f1_8.mean, "seeds": f8.count})  # fmt: skip
    order = ordered_models(str(row["model"]) for row in rows)
    return sorted(rows, key=lambda row: (row["dataset"], order.index(row["model"]), row["draw"]))


def split_draw(name: str) -> tuple[str, int]:
    """Split MODELdrawK into its parts; the draw of any other name is 0."""
    match = re.fullmatch(r"(\w+?)draw(\d+)", name)
    return (match[1], int(match[2])) if match else (name, 0)
