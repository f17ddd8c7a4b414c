"""Downloads through torchvision: its addresses and checksums, with retries and time limits."""

import contextlib
import http.client
import logging
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.error import HTTPError

from aeot.datasets.raw import file_digest
from aeot.errors import InputError

log = logging.getLogger(__name__)

ATTEMPTS = 4  # rounds over all addresses
PAUSE = 3.0  # seconds before the second round; doubled before each further one
TIMEOUT = 60.0  # seconds without a byte until a connection counts as dead
LASTING = (401, 403, 404, 410)  # answers that a retry will not change


def download(
    addresses: Sequence[str],
    path: Path,
    md5: str,
    *,
    source: str,
    attempts: int = ATTEMPTS,
    pause: float = PAUSE,
    timeout: float = TIMEOUT,
) -> str:
    """Download one file, trying each address in turn; keep it only if its MD5 holds.

    Args:
        addresses: mirrors of the same file; a Google Drive address needs the package gdown.
        path: where the file goes; a file that is there already with the right MD5 is kept.
        md5: its published checksum.
        source: the data set's name, for the message.
        attempts: rounds over the addresses that may still answer.
        pause: seconds before the second round, doubled before each further one.
        timeout: seconds without a byte until a connection counts as dead.

    Returns:
        The address that served the file.

    Raises:
        InputError: no address gave the right file; says why and what to do instead.
    """
    if path.is_file() and file_digest(path, "md5") == md5:
        return addresses[0]
    alive, faults = list(addresses), dict.fromkeys(addresses, "not tried")
    for attempt in range(attempts):
        if attempt and alive:
            time.sleep(pause * 2 ** (attempt - 1))
        for address in tuple(alive):
            log.info("downloading %s (attempt %d of %d)", address, attempt + 1, attempts)
            fault, lasting = _try(address, path, md5, timeout)
            if fault is None:
                return address
            log.warning("%s: %s", address, fault)
            faults[address] = fault
            if lasting:
                alive.remove(address)
    reasons = "; ".join(f"{address}: {fault}" for address, fault in faults.items())
    raise InputError(
        f"{source}: {path.name} could not be downloaded ({reasons}); check the network, or put "
        f"the data set's files into a folder and name it as sources.{source}.root in the config."
    )


def _try(address: str, path: Path, md5: str, timeout: float) -> tuple[str | None, bool]:
    """Try one address once: the fault, if any, and whether it will last."""
    from aeot.vision import torchvision

    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with _socket_timeout(timeout):
            torchvision.datasets.utils.download_url(address, path.parent, part.name, md5)
        part.replace(path)
    except HTTPError as error:
        return f"the server answered {error.code} {error.reason}", error.code in LASTING
    except (OSError, RuntimeError, http.client.HTTPException) as error:
        return _explain(error, part), "gdown" in str(error)
    except Exception as error:
        if not type(error).__module__.startswith("gdown"):
            raise
        return f"Google Drive refused it, most often because its quota is used up ({error})", False
    finally:
        part.unlink(missing_ok=True)
    return None, False


def _explain(error: Exception, part: Path) -> str:
    """Say what came instead of the file."""
    if not part.is_file() or "corrupted" not in str(error):
        return str(getattr(error, "reason", None) or error).strip().rstrip(".")
    with part.open("rb") as stream:
        head = stream.read(512).lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "a web page came instead of the file"
    return f"{part.stat().st_size} bytes came with the wrong MD5: truncated or altered"


@contextlib.contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """Give new connections a time limit: torchvision's downloads have none of their own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
