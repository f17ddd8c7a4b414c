"""The rows of all searches of a study, and of the trainings of their best draws."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from aeot.curves.base import Collection, Files
from aeot.files import load_rows
from aeot.layout import path_keys
from aeot.search.rows import COLUMNS as ROWS

KEYS = ["dataset", "model", "seed", "extractor"]
COLUMNS = [*KEYS, *ROWS]


class SearchRows(Collection):
    """Files with the rows of searches, in their order.

    Data set, model, seed and extractor are read from the path of each file:
    .../DATASET/MODEL/seedN/EXTRACTOR/draws.csv.
    """

    COLUMNS: ClassVar[Sequence[str]] = COLUMNS
    NAME: ClassVar[str] = "draws"

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`."""
        layout = f"{{dataset}}/{{model}}/seed{{seed}}/{{extractor}}/{self.NAME}.csv"
        return [
            {name: (keys | row)[name] for name in COLUMNS}
            for path in files["rows"]
            for keys in [path_keys(path, layout)]
            for row in load_rows(path, *ROWS)
        ]


class RerunRows(SearchRows):
    """The same for the trainings of the best draws, .../reruns.csv."""

    NAME: ClassVar[str] = "reruns"
