"""The base of collections, which read files and write the rows of a table or figure as CSV."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from aeot.errors import InputError
from aeot.settings import Settings

Files = Mapping[str, Sequence[str]]


def named(names: Sequence[str], files: Sequence[str]) -> dict[str, str]:
    """Combine names and files.

    Raises:
        InputError: their numbers differ, or a name is given twice.
    """
    if len(set(names)) != len(names) or len(names) != len(files):
        raise InputError(
            f"{len(files)} files have {len(names)} names; give each a name of its own."
        )
    return dict(zip(names, files, strict=True))


def check_files(files: Files, names: Sequence[str], optional: Sequence[str]) -> None:
    """Refuse unknown and missing files.

    Args:
        files: paths by name.
        names: names of the files that are needed.
        optional: names among them that may be missing.

    Raises:
        InputError: a name is not known, or has no file.
    """
    if not set(names) - set(optional) <= set(files) <= set(names):
        raise InputError(
            f"--files takes {', '.join(names) or 'none'}, not {', '.join(files) or 'none'}."
        )


class Collection(Settings):
    """Base of every collection; its fields are its settings.

    Attributes:
        FILES: names of the files that it reads, any number of each.
        OPTIONAL: those of them that may be missing.
        COLUMNS: columns of the rows.
    """

    FILES: ClassVar[tuple[str, ...]] = ("rows",)
    OPTIONAL: ClassVar[tuple[str, ...]] = ()
    COLUMNS: ClassVar[Sequence[str]] = ()

    @classmethod
    def gathers(cls) -> bool:
        """Whether it collects rows."""
        return bool(cls.FILES)

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Read the files and return rows of `COLUMNS`.

        Args:
            files: paths by the names of `FILES`.
            where: which rows: `dataset`, its `source`, `extractor`, `mixture`.

        Raises:
            InputError: a file is missing or has another form.
        """
        raise NotImplementedError

    def check(self, files: Files) -> None:
        """See `check_files`."""
        check_files(files, self.FILES, self.OPTIONAL)
