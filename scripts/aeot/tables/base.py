"""The base of tables, which read files and return tidy rows and their layout for readers."""

from typing import ClassVar, Literal

import pandas as pd

from aeot.curves.base import Files, check_files
from aeot.errors import InputError
from aeot.files import load_frame
from aeot.settings import Settings
from aeot.tables.render import Table

Singular = Literal["redraw", "reject", "plain"]


class TableSettings(Settings):
    """Base of every table; its fields are its settings.

    Attributes:
        FILES: names of the files that it reads.
        OPTIONAL: the files among them that may be missing.
    """

    FILES: ClassVar[tuple[str, ...]] = ("rows", "published")
    OPTIONAL: ClassVar[tuple[str, ...]] = ()

    def build(self, files: Files) -> tuple[pd.DataFrame, Table]:
        """Return tidy rows with all digits, and the table for readers.

        Args:
            files: paths by the names of `FILES`.

        Raises:
            InputError: a file is missing or has other columns.
        """
        raise NotImplementedError

    def check(self, files: Files) -> None:
        """See `check_files`."""
        check_files(files, self.FILES, self.OPTIONAL)


def load_scored(path: str, *columns: str) -> pd.DataFrame:
    """Read rows with these columns.

    Raises:
        InputError: there are none, or the file is missing or has another form.
    """
    rows = load_frame(path, *columns)
    if rows.empty:
        raise InputError(f"{path} has no rows; score at least one method first.")
    return rows
