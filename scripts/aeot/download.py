"""Files with known contents: verified by checksum, downloaded with mirrors, retries, time limits.

A checksum is written "md5:<hex digits>" or "sha256:<hex digits>"; the first digits are enough.
The download itself is done by torchvision, which also supports Google Drive.
"""

import contextlib
import errno
import http.client
import logging
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.error import HTTPError

from aeot.errors import InputError
from aeot.files import atomic, file_digest

log = logging.getLogger("aeot")

ATTEMPTS = 4  # rounds over all addresses
PAUSE = 3.0  # seconds before the second round; doubled before each further one
TIMEOUT = 60.0  # seconds without a byte until a connection counts as dead
LASTING = (401, 403, 404, 410)  # answers that do not change in a retry
LOCAL = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS)  # faults of the disk


def verify(path: Path, checksum: str, what: str) -> None:
    """Compare a file's contents with their checksum.

    Args:
        path: the file.
        checksum: "md5:..." or "sha256:...".
        what: what the file should be, for the message.

    Raises:
        InputError: the file is missing, unreadable, or a different one.
    """
    try:
        wrong = _difference(path, checksum)
    except OSError as error:
        raise InputError(f"{path} ({what}) cannot be read: {error.strerror}.") from None
    if wrong:
        raise InputError(
            f"{path} is not {what}: {wrong} (truncated, altered or another file); "
            "delete it and get it again."
        )


def download(
    addresses: Sequence[str],
    path: Path,
    checksum: str,
    *,
    what: str,
    advice: str,
    attempts: int = ATTEMPTS,
    pause: float = PAUSE,
    timeout: float = TIMEOUT,
) -> str:
    """Download a file, trying each address in turn; keep it only if its checksum is correct.

    An existing correct file at `path` is kept. A wrong one is reported and never overwritten:
    downloads appear only when they are complete, so it was put there by someone else.

    Args:
        addresses: mirrors of the same file; a Google Drive address needs the package gdown.
        path: where the file goes.
        checksum: "md5:..." or "sha256:...".
        what: what the file is, for the messages.
        advice: what to do without the download, for the end of the message.
        attempts: number of rounds over the addresses that may still answer.
        pause: seconds before the second round, doubled before each further one.
        timeout: seconds without data after which a connection counts as dead.

    Returns:
        The address that provided the file, or the first one if the file existed.

    Raises:
        InputError: the file at `path` is wrong, or no address provided the correct one.
    """
    if path.exists():
        verify(path, checksum, what)
        return addresses[0]
    alive, faults = list(addresses), dict.fromkeys(addresses, "not tried")
    for attempt in range(attempts):
        if attempt and alive:
            time.sleep(pause * 2 ** (attempt - 1))
        for address in tuple(alive):
            log.info("downloading %s (attempt %d of %d)", address, attempt + 1, attempts)
            fault, lasting = _try(address, path, checksum, timeout)
            if fault is None:
                return address
            log.warning("%s: %s", address, fault)
            faults[address] = fault
            if lasting:
                alive.remove(address)
    reasons = "; ".join(f"{address}: {fault}" for address, fault in faults.items())
    raise InputError(f"{what} could not be downloaded ({reasons}); {advice}.")


def _try(address: str, path: Path, checksum: str, timeout: float) -> tuple[str | None, bool]:
    """Try an address once; return the fault, if any, and whether it is permanent."""
    from aeot.vision import torchvision

    try:
        with atomic(path) as part, _socket_timeout(timeout):
            torchvision.datasets.utils.download_url(address, part.parent, part.name)
            _refuse_wrong(part, checksum)
    except HTTPError as error:
        return f"the server answered {error.code} {error.reason}", error.code in LASTING
    except (OSError, RuntimeError, http.client.HTTPException) as error:
        if isinstance(error, OSError) and error.errno in LOCAL:
            raise
        fault = str(getattr(error, "reason", None) or error).strip().rstrip(".")
        return fault, "'gdown' is required" in fault
    except Exception as error:
        if not type(error).__module__.startswith("gdown"):
            raise
        return (
            f"Google Drive refused it, most often because its quota is exhausted ({error})",
            False,
        )
    return None, False


def _refuse_wrong(part: Path, checksum: str) -> None:
    """Raise an OSError that states what came instead of the file."""
    wrong = _difference(part, checksum)
    if wrong is None:
        return
    with part.open("rb") as stream:
        head = stream.read(512).lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise OSError("a web page came instead of the file")
    raise OSError(f"the downloaded file is truncated or altered: {wrong}")


def _difference(path: Path, checksum: str) -> str | None:
    """State how a file differs from its checksum; None if it does not."""
    algorithm, _, expected = checksum.partition(":")
    found = file_digest(path, algorithm)
    if found.startswith(expected):
        return None
    name = {"md5": "MD5", "sha256": "SHA-256"}[algorithm]
    size = path.stat().st_size
    return f"the {name} of its {size} bytes begins with {found[: len(expected)]}, not {expected}"


@contextlib.contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """Give new connections a time limit, because torchvision's downloads have none."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
