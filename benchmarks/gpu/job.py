"""The argument of a part's `measure`, and the exceptions for incomplete measurements."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aeot.checkpoint import Checkpoint

if TYPE_CHECKING:
    import torch

_TELL = 5.0  # seconds between two rows of progress


class SkippedError(Exception):
    """The case cannot be measured here; the message says why."""


class CutError(Exception):
    """The time was up; the message states the progress. What was noted is the result."""


@dataclass(frozen=True)
class Job:
    """One case.

    Attributes:
        device: where it is measured.
        tiny: whether all sizes are so small that the case takes about a second.
        until: `time.monotonic()` at which it should end; a little later it is killed.
        folder: keeps checkpoints between calls.
        data: folder of `train.npz` and `test.npz`, of the parts that use images.
        code: digest of the code that makes the result.
        note: writes a row of the values so far, which add up.
    """

    device: "torch.device"
    tiny: bool
    until: float
    folder: Path
    data: Path | None
    code: str
    note: Callable[[dict[str, Any]], None]

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.until - time.monotonic()

    def wait(self) -> None:
        """Wait until the device has finished all its work."""
        import torch

        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


class Deadline(Checkpoint):
    """A checkpoint that also ends a run: `save` raises a `CutError` when the time is up.

    A later call with more minutes continues from it. `due` requests the run's state every few
    seconds, so that `progress` can note it; it is written every `every` seconds and at the end.

    Args:
        job: says until when.
        name: of the run, part of the file's name.
        key: everything that identifies the run; JSON-ready.
        progress: is given the run's state.
        every: seconds between two writes.
        until: end of the run; the job's where None.
    """

    def __init__(
        self,
        job: Job,
        name: str,
        key: dict[str, Any],
        progress: Callable[[dict[str, Any]], None],
        every: float = 20.0,
        until: float | None = None,
    ) -> None:
        super().__init__(job.folder / name, key | {"code": job.code, "tiny": job.tiny}, every)
        job.folder.mkdir(parents=True, exist_ok=True)
        self._until = job.until if until is None else until
        self._progress, self._told = progress, time.monotonic()

    def due(self) -> bool:
        """See `Checkpoint`."""
        return self._over() or time.monotonic() - self._told >= _TELL or super().due()

    def save(self, state: dict[str, Any]) -> None:
        """Note the progress; see `Checkpoint`.

        Raises:
            CutError: the time is up.
        """
        self._progress(state)
        self._told = time.monotonic()
        if self._over():
            super().save(state)
            raise CutError("the time was up")
        if super().due():
            super().save(state)

    def _over(self) -> bool:
        return time.monotonic() >= self._until
