"""How few images are too few to read a score by itself."""

from collections.abc import Iterable, Mapping
from typing import Any

FEW = 1000  # what the default run scores: the fewest that docs/metrics.md speaks for


def few_notes(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Warn below a table whose rows have `n_real` or `n_fake` below `FEW`; else nothing."""
    least = min((min(int(row["n_real"]), int(row["n_fake"])) for row in rows), default=FEW)
    if least >= FEW:
        return []
    return [
        f"Warning: some scores are of {least:,} images. Below {FEW:,} none can be read by itself: "
        "the Fréchet distance is far above that of many images, F8 and F1/8 are below theirs. "
        "Compare rows with the floor, and kernel distances with their standard errors."
    ]
