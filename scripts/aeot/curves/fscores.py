"""F8 against F1/8: a point a model, and a draw of hyper-parameters."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field

from aeot.curves.base import Collection, Files
from aeot.files import load_rows
from aeot.labels import ordered_models
from aeot.metrics.scores import FAILED
from aeot.tables.spread import number, spread

COLUMNS = ["dataset", "source", "model", "draw", "f8", "f1_8", "seeds", "failed"]
SCORES = ("dataset", "source", "model", "seed", "extractor", "metric", "value")


def fscore_rows(scores: Iterable[Mapping[str, str]], extractor: str) -> list[dict[str, Any]]:
    """Take the F-scores of every row, means over its seeds.

    Args:
        scores: rows of `SCORES`.
        extractor: whose features.

    Returns:
        Rows of `COLUMNS`; a row named MODELdrawK is the draw K of MODEL, any other the draw 0.
            `seeds` are those whose training did not diverge, `failed` counts the others; where all
            did, there are no F-scores.

    Raises:
        InputError: a score is no number.
    """
    values: dict[tuple[str, str, str], dict[str, list[float]]] = {}
    for row in scores:
        if row["extractor"] != extractor or row["metric"] not in ("f8", "f1_8"):
            continue
        place = values.setdefault((row["dataset"], row["source"], row["model"]), {})
        where = f"{row['metric']} of {row['model']}"
        value = math.nan if row["value"] == FAILED else number(row["value"], where)
        place.setdefault(row["metric"], []).append(value)
    rows: list[dict[str, Any]] = []
    for (dataset, source, name), found in values.items():
        model, draw = split_draw(name)
        kept = {key: [value for value in found[key] if value == value] for key in found}
        means = {key: spread(kept[key]).mean if kept[key] else None for key in ("f8", "f1_8")}
        seeds = len(kept["f8"])
        rows.append({"dataset": dataset, "source": source, "model": model, "draw": draw, **means,
                     "seeds": seeds, "failed": len(found["f8"]) - seeds})  # fmt: skip
    order = ordered_models(str(row["model"]) for row in rows)
    return sorted(rows, key=lambda row: (row["dataset"], order.index(row["model"]), row["draw"]))


def split_draw(name: str) -> tuple[str, int]:
    """Split MODELdrawK into its parts; the draw of any other name is 0."""
    match = re.fullmatch(r"(\w+?)draw(\d+)", name)
    return (match[1], int(match[2])) if match else (name, 0)


class FScores(Collection):
    """F8 and F1/8 of every model and of every draw of its hyper-parameters, from all scores."""

    FILES: ClassVar[tuple[str, ...]] = ("scores",)
    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    extractor: str = Field(description="whose features")

    def collect(self, files: Files) -> list[dict[str, Any]]:
        """See `Collection`."""
        return fscore_rows(load_rows(files["scores"][0], *SCORES), self.extractor)
