"""Columns of the score tables in addition to the distances and the F-scores."""

from collections.abc import Iterable

from aeot.metrics import METRICS
from aeot.metrics.base import Column
from aeot.registry import resolve

# Scores in the reports of AE-OT's samplers.
_MASSES = {
    "mass_error_rms": Column(
        "Mass error, %",
        "Mass error: root mean square of the relative error of the drawn power cells' masses "
        "against their target masses, corrected for the chance of the draws; for the plain map "
        "it is the transport's own. Its s.e. is within one seed.",
        factor=100.0,
        digits=1,
    ),
    "mass_error_rms_se": Column("s.e.", factor=100.0, digits=1),
    "copies_share": Column(
        "Codes, %",
        "Codes: share of the images that are decoded training codes; for the extended map, those "
        "whose cell gave only singular samples.",
        factor=100.0,
        digits=1,
    ),
}


def extra_columns(metrics: Iterable[str]) -> dict[str, Column]:
    """Columns that only some tables of scores have: those of AE-OT and of metrics, in order."""
    wanted = set(metrics)
    shown = [resolve(METRICS, name, "metric").SHOWN for name in METRICS if name in wanted]
    return {**_MASSES, **{name: column for columns in shown for name, column in columns.items()}}
