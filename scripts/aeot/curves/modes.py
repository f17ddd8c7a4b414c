"""Collect the scores of all models of points, with the training seconds of every moment."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from aeot.curves.base import Collection, Files
from aeot.errors import InputError
from aeot.files import load_rows
from aeot.layout import join_files
from aeot.metrics.collapse import COLUMNS as SCORES

LAYOUT = "{mixture}/{row}/seed{seed}/"
KEYS = ["mixture", "row", "seed"]
COLUMNS = [*KEYS, "step", "seconds", *SCORES]


def collapse_records(scores: Iterable[str], histories: Iterable[str]) -> list[dict[str, Any]]:
    """Join every score with the step and the training seconds at which it was computed.

    Args:
        scores: files .../{mixture}/{row}/seed{seed}/scores.csv.
        histories: files .../{mixture}/{row}/seed{seed}/history.csv.

    Returns:
        Rows of `COLUMNS`, sorted by mixture, row and seed; values as they are written in the files.

    Raises:
        InputError: a file of a run is missing, or its files do not match.
    """
    runs = join_files(
        tuple(KEYS), (scores, LAYOUT + "scores.csv"), (histories, LAYOUT + "history.csv")
    )
    records: list[dict[str, Any]] = []
    for key in sorted(runs):
        score_file, history_file = runs[key]
        history = load_rows(history_file, "moment", "step", "seconds")
        moments = {row["moment"]: row for row in history}
        for row in load_rows(score_file, *SCORES):
            records.append({**dict(zip(KEYS, key, strict=True)), **_when(row, moments, key), **row})
    return [{name: record[name] for name in COLUMNS} for record in records]


def _when(
    row: Mapping[str, str], moments: Mapping[str, Mapping[str, str]], key: tuple[str, ...]
) -> dict[str, str]:
    moment = moments.get(row["moment"])
    if moment is None:
        raise InputError(
            f"scores and history of {' '.join(key)} are not from the same run; fit it again."
        )
    return {"step": moment["step"], "seconds": moment["seconds"]}


class CollapseScores(Collection):
    """The scores of models of points, with steps and training seconds."""

    FILES: ClassVar[tuple[str, ...]] = ("scores", "histories")
    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`."""
        return collapse_records(files["scores"], files["histories"])
