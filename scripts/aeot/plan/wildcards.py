"""What a job's wildcards are."""

from collections.abc import Iterable
from typing import Protocol


class Wildcards(Protocol):
    """Names of what a job is about, as attributes and as keys."""

    def keys(self) -> Iterable[str]:
        """Return the names of the wildcards."""

    def __getitem__(self, name: str) -> str:
        """Return the value of one."""

    def __getattr__(self, name: str) -> str:
        """Return the value of one."""
