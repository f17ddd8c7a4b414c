"""Every score of a study in one tidy table."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field

from aeot.curves.base import Collection, Files
from aeot.metrics.scores import SCORE_COLUMNS, collect


class Scores(Collection):
    """Files of scores, whose paths identify what they score.

    They are called .../DATASET/METHOD/seedN/EXTRACTOR/METRIC.csv.
    """

    COLUMNS: ClassVar[Sequence[str]] = SCORE_COLUMNS

    sources: dict[str, str] = Field({}, description="sources of cases that have another name")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`."""
        return [dict(row) for row in collect(files["rows"], self.sources)]
