"""The settings of all registered figures in one class, as the configuration has them."""

from typing import Any

from pydantic import create_model

from aeot.charts import FIGURES
from aeot.registry import resolve
from aeot.settings import Settings


def _figures() -> type[Settings]:
    """Settings of all registered figures, by name."""
    kinds = {name: resolve(FIGURES, name, "figure") for name in FIGURES}
    fields: dict[str, Any] = {name: (kind, kind()) for name, kind in kinds.items()}
    made: type[Settings] = create_model(
        "Figures", __base__=Settings, __doc__="Settings of each figure.", **fields
    )
    return made


def figure_schema() -> dict[str, Any]:
    """Return the schema of `figures` for editors: the union of the keys of all figures.

    A new figure, whose keys are mostly those of others, then does not change config/schema.json.
    Whether a figure has a key, and its bounds, is checked where the configuration is parsed.
    """
    keys: dict[str, Any] = {}
    for name in FIGURES:
        known = resolve(FIGURES, name, "figure").model_json_schema()["properties"]
        for key, entry in known.items():
            kept = {part: entry[part] for part in ("description", "type") if part in entry}
            keys.setdefault(key, kept)
    settings = {"type": "object", "properties": keys}
    return {"type": "object", "additionalProperties": settings}


Figures: Any = _figures()
