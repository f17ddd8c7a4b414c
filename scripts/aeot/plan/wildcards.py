"""The wildcards of a job."""

from collections.abc import Iterable
from typing import Protocol


class Wildcards(Protocol):
    """The wildcards of a job, as attributes and as keys."""

    def keys(self) -> Iterable[str]:
        """Return the names of the wildcards."""

    def __getitem__(self, name: str) -> str:
        """Return the value of one."""

    def __getattr__(self, name: str) -> str:
        """Return the value of one."""
