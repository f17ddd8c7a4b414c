"""Columns of metrics in rendered tables, unless a page overrides them."""

from aeot.metrics import METRICS
from aeot.metrics.base import Column
from aeot.results.spec import ColumnSpec
from aeot.tables.columns import extra_columns
from aeot.tables.modes import SHOWN as MODES

_PUBLISHED = (
    "Published: as printed, with its spread where there is one. Published distances of images are "
    "Inception FIDs, which are not comparable with an FD on other features."
)
_KNOWN = {
    "frechet_distance": Column(
        "FD",
        "FD: the Fréchet distance to test images on features of EfficientNet-Lite0. It is not the "
        "FID, which is defined on Inception's features, and it falls with n.",
        digits=1,
    ),
    "kernel_distance": Column(
        "KID × 1000",
        "KID: the unbiased squared kernel distance on the same features; it may be negative where "
        "two distributions agree. Its s.e. is within one seed.",
        factor=1000,
        digits=1,
    ),
    "kernel_distance_se": Column("s.e. of KID", factor=1000, digits=1),
    "f8": Column(
        "F8",
        "F8 weighs recall eight times as much as precision, F1/8 the reverse; 1 is best.",
        digits=3,
    ),
    "f1_8": Column("F1/8", digits=3),
    "steps": Column("Steps", "Steps are those of the critic, or of all networks.", digits=0),
    "seconds": Column(
        "Seconds",
        "Seconds of training on the processor that the table names; those of AE-OT are the "
        "autoencoder's and the transport's together.",
        digits=0,
    ),
    "published": Column("Published", _PUBLISHED),
}


def known_columns() -> dict[str, Column]:
    """Columns by the name of their metric, with the notes that explain them."""
    modes = {
        name: Column(heading, factor=factor, digits=digits)
        for name, (heading, factor, digits) in MODES.items()
    }
    return {**_KNOWN, **modes, **extra_columns(METRICS)}


def shown_column(name: str, spec: ColumnSpec) -> Column:
    """Heading, note, factor and digits of a column, from its page or else from its metric."""
    known = known_columns().get(spec.metric or ("published" if spec.published else name))
    return Column(
        spec.heading or (known.heading if known else name),
        known.note if known else "",
        spec.factor if spec.factor is not None else known.factor if known else 1.0,
        spec.digits if spec.digits is not None else known.digits if known else 1,
    )
