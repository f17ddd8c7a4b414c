"""Weight files of pretrained networks: verified by checksum, downloaded when they are missing."""

import hashlib
import http.client
import logging
import time
import urllib.request
from pathlib import Path

from aeot.errors import InputError
from aeot.files import atomic

log = logging.getLogger("aeot")

ATTEMPTS = 4
TIMEOUT = 30.0  # seconds without a byte before an attempt is given up
CHUNK = 1 << 20


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verify(path: Path, checksum: str) -> Path:
    """Return `path` when its SHA-256 starts with `checksum`.

    Raises:
        InputError: the file is missing, unreadable, or another file.
    """
    try:
        found = sha256(path)
    except OSError as error:
        raise InputError(f"the weight file {path} cannot be read: {error.strerror}.") from None
    if not found.startswith(checksum):
        raise InputError(
            f"the weight file {path} is damaged or another file: its SHA-256 begins with "
            f"{found[: len(checksum)]}, not {checksum}; delete it and get it anew."
        )
    return path


def fetch(url: str, path: Path, checksum: str, pause: float = 2.0) -> Path:
    """Return the verified weight file `path`, downloading it first where it is missing.

    An interrupted or wrong download leaves nothing behind; it is tried `ATTEMPTS` times, with
    waits of `pause`, 2 `pause`, 4 `pause` ... seconds between.

    Raises:
        InputError: a file that lies at `path` is wrong, or no attempt gave the right bytes.
    """
    if path.exists():
        return verify(path, checksum)
    fault = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(pause * 2 ** (attempt - 1))
        try:
            log.info("downloading %s (attempt %d of %d)", url, attempt + 1, ATTEMPTS)
            with atomic(path) as temporary:
                _download(url, temporary)
                verify(temporary, checksum)
            return path
        except (OSError, http.client.HTTPException) as error:
            fault = str(error)
        except InputError:
            fault = "the bytes received do not have the expected checksum"
    raise InputError(
        f"{path.name} could not be downloaded ({fault}); on a machine without network, get it "
        f"from {url} elsewhere and put it at {path}, or name it with the setting 'weights'."
    )


def _download(url: str, path: Path) -> None:
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer, path.open("wb") as stream:
        while chunk := answer.read(CHUNK):
            stream.write(chunk)
