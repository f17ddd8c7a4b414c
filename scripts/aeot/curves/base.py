"""What gathers the rows of a table or a figure: it reads files and writes one tidy CSV."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from aeot.errors import InputError
from aeot.settings import Settings

Files = Mapping[str, Sequence[str]]


def named(names: Sequence[str], files: Sequence[str]) -> dict[str, str]:
    """Put names and files together.

    Raises:
        InputError: there are not as many of both, or a name comes twice.
    """
    if len(set(names)) != len(names) or len(names) != len(files):
        raise InputError(
            f"{len(files)} files have {len(names)} names; give each a name of its own."
        )
    return dict(zip(names, files, strict=True))


class Collection(Settings):
    """Base of what collects rows; its fields are its settings.

    Attributes:
        FILES: names of the files that it takes, any number of each.
        COLUMNS: of the rows.
    """

    FILES: ClassVar[tuple[str, ...]] = ("rows",)
    COLUMNS: ClassVar[Sequence[str]] = ()

    @classmethod
    def gathers(cls) -> bool:
        """Whether it makes rows."""
        return bool(cls.FILES)

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Read the files and return rows of `COLUMNS`.

        Args:
            files: paths by the names of `FILES`.
            where: whose rows: `dataset`, its `source`, `extractor`, `mixture`.

        Raises:
            InputError: a file is missing or has another form.
        """
        raise NotImplementedError

    def check(self, files: Files) -> None:
        """Refuse files that are not asked for, or that lack.

        Raises:
            InputError: a name is not of `FILES`, or has no file.
        """
        if set(files) != set(self.FILES):
            raise InputError(
                f"this collection takes the files {', '.join(self.FILES) or 'none'}, not "
                f"{', '.join(files) or 'none'}."
            )
