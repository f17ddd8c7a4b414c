"""The number of images below which a score cannot be interpreted on its own."""

from collections.abc import Iterable

FEW = 1000  # the number in the default run, the smallest one covered by docs/metrics.md


def few_notes(counts: Iterable[int]) -> list[str]:
    """Return a warning for a table with scores of fewer than `FEW` images, if there are any."""
    least = min(counts, default=FEW)
    if least >= FEW:
        return []
    return [
        f"Warning: some scores are computed from {least:,} images. Below {FEW:,} no score can be "
        "interpreted on its own: the Fréchet distance is far above that of many images, F8 and "
        "F1/8 are below theirs. Compare rows with the floor, and kernel distances with their "
        "standard errors."
    ]
