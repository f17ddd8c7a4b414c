"""Notices before a run: settings chosen for own pictures, memory, disk space, few images."""

from collections.abc import Iterator

from aeot.bounds import Bounds
from aeot.tables.few import FEW


def notices(bounds: Bounds) -> list[str]:
    """Report settings chosen for own pictures, and data sets with too few scored images."""
    found: list[str] = []
    for name in bounds.general:
        if bounds.pictures(name):
            found += _pictures(bounds, name)
        case = bounds.cases[name]
        n, asked = bounds.scored(name), bounds.config.scored_images
        text = f"{name}: {n:,} images of each set are scored"
        if n < asked:
            text += f", not {asked:,} (scored_images): {case.train:,} train, {case.test:,} test"
        if n < FEW:
            text += f". That is too few to read a score by itself (below {FEW:,}): compare "
            text += "rows with the floor, and kernel distances with their standard errors"
        if n < asked or n < FEW:
            found.append(f"{text}.")
    return found


def memory_notices(bounds: Bounds, mib: int) -> list[str]:
    """Report if the autoencoder's training needs more memory than the machine's `mib`."""
    return [
        f"{name}: training the autoencoder takes about {wanted:,} MiB of memory, and this "
        f"machine has {mib:,}: lower data.size, autoencoder.width or batch_size, or raise "
        "autoencoder.extra_convs."
        for name in bounds.general
        if (wanted := bounds.training_mib(name)) > mib
    ]


def _pictures(bounds: Bounds, name: str) -> Iterator[str]:
    """Yield the settings that follow from the number and size of the user's own pictures."""
    case, given = bounds.cases[name], bounds.config.section("autoencoder", name)
    values = bounds.autoencoder(name).items()
    chosen = [f"{k}: {v}" for k, v in values if given[k] is None and v is not None]
    side = f"{case.shape[1]} x {case.shape[2]} pixels"
    follow = f"; chosen for them: autoencoder: {{{', '.join(chosen)}}}" if chosen else ""
    yield (
        f"{name}: {case.codes:,} training images of {side}{follow}. Training takes about "
        f"{bounds.training_mib(name):,} MiB of memory, the run about {bounds.files_mib(name):,} "
        "MiB of disk."
    )
    if case.codes < FEW and bounds.config.case(name).data.get("augment", 1) == 1:
        yield f"{name}: with so few pictures, data.augment: 4 may give better reconstructions."
