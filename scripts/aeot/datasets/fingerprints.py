"""A digest of the contents of a folder of pictures that can be recomputed quickly."""

import contextlib
import hashlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aeot.datasets.picturefiles import Listing, list_pictures
from aeot.errors import InputError
from aeot.files import atomic, file_digest

# A file that was changed this shortly before it was read could be changed again without a new time
# (two seconds on FAT), so its digest is not stored.
SETTLED = 2 * 10**9  # ns
READERS = 8  # files that are read at the same time

Known = dict[str, tuple[list[int], str]]  # by relative name: size and times, SHA-256


def fingerprint(folder: str | Path, memory: Path | None = None) -> str:
    """Hash the names and contents of a folder's pictures.

    The digest is a parameter of the workflow's rule, so that a picture that is added, changed or
    removed makes the prepared data stale, while one that is touched or copied with its folder does
    not.

    Args:
        folder: the pictures.
        memory: folder that stores the hash of each picture for as long as its size and its times
            (of modification and of status change) are the same; None reads every picture. If it
            cannot be written, nothing is stored.

    Returns:
        64 hex digits over (relative name, SHA-256 of the contents) of every picture.

    Raises:
        InputError: as for `list_pictures`, or a picture cannot be read.
    """
    listing = list_pictures(folder)
    digest = hashlib.sha256()
    for name, content in _contents(listing, memory).items():
        digest.update(os.fsencode(name) + b"\0" + bytes.fromhex(content))
    return digest.hexdigest()


def content_digest(path: Path) -> str:
    """Hash a picture's contents (SHA-256).

    Raises:
        InputError: it cannot be read.
    """
    try:
        return file_digest(path)
    except OSError as error:
        raise InputError(f"imagefolder: {path} cannot be read ({error.strerror}).") from None


def _contents(listing: Listing, memory: Path | None) -> dict[str, str]:
    """Hash every picture, by its relative name; stored hashes are used for unchanged pictures."""
    place = memory and memory / f"{hashlib.sha256(bytes(listing.top.absolute())).hexdigest()}.json"
    known = _recall(place) if place else {}
    start = time.time_ns()
    names = ["/".join(name) for name in listing.names()]
    states = [_state(path) for path in listing.paths]
    changed = [
        index
        for index, (name, state) in enumerate(zip(names, states, strict=True))
        if name not in known or known[name][0] != state
    ]
    with ThreadPoolExecutor(READERS) as pool:
        fresh = pool.map(content_digest, [listing.paths[index] for index in changed])
        now = known | {
            names[index]: (states[index], content)
            for index, content in zip(changed, fresh, strict=True)
        }
    now = {name: now[name] for name in names}
    settled = {name: at for name, at in now.items() if at[0][2] < start - SETTLED}
    if place and settled != known:
        _remember(place, settled)
    return {name: content for name, (_, content) in now.items()}


def _state(path: Path) -> list[int]:
    try:
        status = path.stat()
    except OSError as error:
        raise InputError(f"imagefolder: {path} cannot be read ({error.strerror}).") from None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def _recall(place: Path) -> Known:
    """Read the stored hashes; there are none if the file is missing or damaged."""
    try:
        check, _, text = place.read_bytes().partition(b"\n")
        if hashlib.sha256(text).hexdigest().encode() != check:
            return {}
        return {name: (state, content) for name, (state, content) in json.loads(text).items()}
    except OSError:
        return {}


def _remember(place: Path, known: Known) -> None:
    text = json.dumps(known, separators=(",", ":")).encode()
    with contextlib.suppress(OSError), atomic(place) as temporary:
        temporary.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
