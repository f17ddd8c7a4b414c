"""How few images are too few to read a score by itself."""

from collections.abc import Iterable

FEW = 1000  # what the default run scores: the fewest that docs/metrics.md speaks for


def few_notes(counts: Iterable[int]) -> list[str]:
    """Warn below a table some of whose scores are of fewer images than `FEW`; else nothing."""
    least = min(counts, default=FEW)
    if least >= FEW:
        return []
    return [
        f"Warning: some scores are computed from {least:,} images. Below {FEW:,} no score can be "
        "interpreted on its own: the Fréchet distance is far above that of many images, F8 and "
        "F1/8 are below theirs. Compare rows with the floor, and kernel distances with their "
        "standard errors."
    ]
