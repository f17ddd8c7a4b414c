"""Checkpoints: undeclared files that survive a killed job and are removed by a finished one.

Snakemake deletes the declared outputs of a failed job, so the checkpoint must not be one of them.
"""

import hashlib
import json
import logging
import time
from pathlib import Path
from typing import Any

from aeot.errors import InputError
from aeot.state import load_state, save_state

log = logging.getLogger("aeot")

_SHARE = 0.02  # of the run's time that checkpoints may take


class Checkpoint:
    """The checkpoint of a run, beside its output, and the previous checkpoint.

    A checkpoint is only used by the run that it belongs to: `key` contains everything that
    determines the run (settings, seed, data, code), and a checkpoint with another key is ignored.
    The
    result of a run does not depend on when its checkpoints were written.

    Args:
        output: the final output of the run; the checkpoint is `<output>.checkpoint`, the previous
            one `<output>.checkpoint.previous`.
        key: everything that identifies the run, as values that JSON can represent.
        every: minimum number of seconds between two writes.
    """

    def __init__(self, output: str | Path, key: dict[str, Any], every: float = 2.0) -> None:
        self.path = Path(f"{output}.checkpoint")
        self.previous = Path(f"{self.path}.previous")
        text = json.dumps(key, sort_keys=True)
        self.key = hashlib.sha256(text.encode()).hexdigest()
        self.every = every
        self._last, self._cost = time.monotonic(), 0.0

    def load(self) -> dict[str, Any] | None:
        """Return the newest intact state of this run, or None if there is none."""
        for path in (self.path, self.previous):
            if not path.exists():
                continue
            try:
                saved = load_state(path)
            except InputError as error:
                log.warning("checkpoint ignored: %s", error)
                continue
            if saved.get("key") != self.key:
                log.warning("checkpoint ignored: %s belongs to other settings or code", path)
                continue
            log.info("resuming from %s", path)
            return dict(saved["state"])
        return None

    def due(self) -> bool:
        """Whether the last write is `every` seconds ago, and writing takes little of the time."""
        return time.monotonic() - self._last >= max(self.every, self._cost / _SHARE)

    def save(self, state: dict[str, Any]) -> None:
        """Write `state` now, and keep the previous one in case this write is interrupted."""
        start = time.monotonic()
        if self.path.exists():
            self.path.replace(self.previous)
        save_state(self.path, {"key": self.key, "state": state})
        self._last = time.monotonic()
        self._cost = self._last - start

    def remove(self) -> None:
        """Remove the files of a run that has finished."""
        for path in (self.path, self.previous):
            path.unlink(missing_ok=True)
