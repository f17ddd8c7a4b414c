"""Raw files: finding them in a user's folder, downloading them, and the list of them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aeot import files
from aeot.download import download, verify
from aeot.errors import InputError


@dataclass(frozen=True)
class RawFile:
    """One raw file (or folder of pictures) of a data set.

    Attributes:
        name: what the data set calls it.
        path: relative to the raw folder, or absolute if it remains in the user's folder.
        bytes: its size; for a folder, that of all its pictures.
        checksum: "sha256:...", "md5:...", or, for a folder, "listing-sha256:..." over names
            and sizes.
        origin: the address or path from which it came.
    """

    name: str
    path: str
    bytes: int
    checksum: str
    origin: str


def check_root(root: Path, source: str) -> None:
    """Raise InputError when the user's folder does not exist."""
    if not root.is_dir():
        raise InputError(f"{root.absolute()} is not a folder; sources.{source}.root must name one.")


def find(root: Path, places: Iterable[str], names: Sequence[str]) -> Path | None:
    """Return the first of `names` that exists in one of the `places` under `root`."""
    for place in places:
        for name in names:
            if (path := root / place / name).exists():
                return path
    return None


def download_file(source: str, addresses: Sequence[str], path: Path, checksum: str) -> RawFile:
    """Download a verified file into the raw folder.

    Args:
        source: the data set.
        addresses: mirrors of the file.
        path: where it goes, in the raw folder itself.
        checksum: "md5:..." or "sha256:...".

    Raises:
        InputError: no address provided the correct file, or there is a wrong one at `path`.
    """
    origin = download(
        addresses,
        path,
        checksum,
        what=f"{source}'s {path.name}",
        advice=(
            "check the network, or put the data set's files into a folder and name it as "
            f"sources.{source}.root in the config"
        ),
    )
    return RawFile(path.name, path.name, path.stat().st_size, checksum, origin)


def point_to(source: str, path: Path, checksum: str) -> RawFile:
    """Verify a file in the user's folder and leave it there; errors as for `verify`."""
    verify(path, checksum, f"{source}'s {path.name}")
    place = str(path.resolve())
    return RawFile(path.name, place, path.stat().st_size, checksum, place)


def save_list(path: Path, source: str, raw_files: Sequence[RawFile]) -> None:
    """Write `files.json`: the data set's name and its raw files."""
    files.save_json(path, {"source": source, "files": [asdict(entry) for entry in raw_files]})


def load_list(raw: Path | None, source: str) -> dict[str, Path]:
    """Read `files.json` in the folder `raw`.

    Returns:
        The path of each raw file, by its name.

    Raises:
        InputError: there is no such list, it belongs to another data set, or a file has disappeared
            or changed its size since.
    """
    if raw is None:
        raise InputError(f"{source} is prepared from raw files; give their folder with --raw.")
    listed = files.load_json(raw / "files.json")
    if listed.get("source") != source:
        raise InputError(
            f"{raw / 'files.json'} lists the files of {listed.get('source')!r}, not of {source}."
        )
    paths: dict[str, Path] = {}
    for name, path, size in _entries(raw, listed):
        if not path.exists() or (path.is_file() and path.stat().st_size != size):
            raise InputError(
                f"{path} has disappeared or changed since it was fetched; delete "
                f"{raw / 'files.json'} and fetch again."
            )
        paths[name] = path
    return paths


def _entries(raw: Path, listed: dict[str, Any]) -> list[tuple[str, Path, int]]:
    """Return the names, paths and sizes in a list, which may be damaged."""
    try:
        entries = [(str(e["name"]), str(e["path"]), int(e["bytes"])) for e in listed["files"]]
    except (KeyError, TypeError, ValueError):
        entries = []
    if not entries or any("\0" in path for _, path, _ in entries):
        raise InputError(
            f"{raw / 'files.json'} is not a list of raw files; delete it and fetch again."
        )
    return [(name, raw / path, size) for name, path, size in entries]
