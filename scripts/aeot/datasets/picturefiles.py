"""The pictures in a user's folder, also through links, and whether it has its own split."""

import contextlib
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from aeot.errors import InputError

# Names that Pillow gives to the formats of `pictures.FORMATS`; not .pfm, whose range is unknown.
SUFFIXES = (
    *(".apng", ".avif", ".avifs", ".bmp", ".gif", ".j2c", ".j2k", ".jfif", ".jp2", ".jpc", ".jpe"),
    *(".jpeg", ".jpf", ".jpg", ".jpx", ".mpo", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".qoi"),
    *(".tif", ".tiff", ".webp"),
)
# Names of the folders of a split, in upper or lower case.
PARTS = {
    "train": ("train", "training"),
    "test": ("test", "testing"),
    "val": ("val", "valid", "validation"),
}
KINDS_NAMED = 8  # reasons in the message about skipped files


@dataclass(frozen=True)
class Listing:
    """The pictures below a folder.

    Attributes:
        top: the folder.
        paths: the pictures, in the order of their names.
        train: name of the subfolder of the training pictures, if the folder has its own split.
        test: name of the subfolder of the test pictures; None without a split.
        left_out: number of skipped files for each reason.
    """

    top: Path
    paths: list[Path]
    train: str | None
    test: str | None
    left_out: Counter[str]

    def names(self) -> list[tuple[str, ...]]:
        """Parts of the pictures' names, relative to the folder."""
        depth = len(self.top.parts)
        return [path.parts[depth:] for path in self.paths]

    def summary(self) -> str:
        """State in one line how many pictures there are, and what was skipped."""
        parts = (
            "" if self.test is None else f"; {self.train}/ for training, {self.test}/ for testing"
        )
        return f"{self.top}: {len(self.paths)} pictures{parts}. {self.missing()}".rstrip()

    def missing(self) -> str:
        """State what was skipped, and how often; empty if nothing was."""
        if not self.left_out:
            return ""
        ranked = sorted(self.left_out.items(), key=lambda item: (-item[1], item[0]))
        named = [f"{count} {reason}" for reason, count in ranked[:KINDS_NAMED]]
        if others := sum(count for _, count in ranked[KINDS_NAMED:]):
            named.append(f"{others} of other kinds")
        return (
            f"Left out: {', '.join(named)} (the suffixes that are read are {' '.join(SUFFIXES)})."
        )


def list_pictures(folder: str | Path) -> Listing:
    """List the pictures below a folder, in depth, through links to files and folders.

    A folder is read once, however many links lead to it, so loops end. If the folder contains only
    train/ and test/ or val/ (torchvision's layout), these are its split; val/ is the test set if
    there is no test/, and is skipped otherwise.

    Raises:
        InputError: there is no such folder, it has no picture, a part of it cannot be read, a link
            leads nowhere, or there is something else beside train/ and test/.
    """
    top = Path(folder)
    with contextlib.suppress(RuntimeError):  # ~NAME of an unknown user is not a folder
        top = top.expanduser()
    if not top.is_dir():
        raise InputError(
            f"imagefolder: {folder} is not a folder (tried {top.absolute()}; a relative `folder` "
            "starts in the folder of the run); set `folder` to your pictures'."
        )
    walk = _Walk(top)
    listing = Listing(
        top, sorted(walk.found, key=lambda path: path.parts), None, None, walk.left_out
    )
    if not listing.paths:
        raise InputError(f"imagefolder: {top} contains no picture. {listing.missing()}".rstrip())
    return _divide(listing)


class _Walk:
    """Collect the pictures below a folder."""

    def __init__(self, top: Path) -> None:
        self.found: list[Path] = []
        self.left_out: Counter[str] = Counter()
        self._links: list[Path] = []  # to folders; followed after everything else is read
        # Folders that have been read; those above are outside of the user's folder.
        self._closed = {_identity(parent) for parent in top.resolve().parents}
        self._read(top)
        while self._links:
            self._links.sort(reverse=True)
            self._read(self._links.pop())

    def _read(self, start: Path) -> None:
        queue = [start]
        while queue:
            place = queue.pop()
            if (identity := _identity(place)) in self._closed:
                self.left_out["folders that are read already"] += 1
                continue
            self._closed.add(identity)
            try:
                with os.scandir(place) as entries:
                    queue += [Path(entry) for entry in entries if self._is_inner(entry)]
            except OSError as error:
                raise _unreadable(place, error) from None

    def _is_inner(self, entry: "os.DirEntry[str]") -> bool:
        """Handle a file or a link; return whether the entry is a folder to be read immediately."""
        stem, _, end = entry.name.lower().rpartition(".")
        suffix = f".{end}" if stem else ""
        if entry.name.startswith("."):
            self.left_out["hidden"] += 1
        elif entry.is_symlink() and not Path(entry).exists():
            self._refuse(entry, suffix)
        elif entry.is_dir():
            if not entry.is_symlink():
                return True
            self._links.append(Path(entry))
        elif suffix not in SUFFIXES:
            self.left_out[suffix or "without a suffix"] += 1
        elif not entry.is_file():
            self.left_out["that are not files"] += 1
        else:
            self.found.append(Path(entry))
        return False

    def _refuse(self, link: "os.DirEntry[str]", suffix: str) -> None:
        """Refuse a broken link that may have led to pictures."""
        if suffix not in ("", *SUFFIXES):
            self.left_out[suffix] += 1
            return
        raise InputError(
            f"imagefolder: {link.path} is a link to {Path(link).readlink()}, which cannot be "
            "read; restore that, or delete the link."
        )


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(
        f"imagefolder: {path} cannot be read ({error.strerror}); check its permissions."
    )


def _divide(listing: Listing) -> Listing:
    """Recognise train/, test/ and val/, if the folder has them."""
    names = listing.names()
    tops = sorted({name[0] if len(name) > 1 else "" for name in names})
    known = {part: [top for top in tops if top.lower() in PARTS[part]] for part in PARTS}
    if not known["train"] or not (known["test"] or known["val"]):
        return listing
    others = [top for top in tops if not any(top in names for names in known.values())]
    if others or any(len(found) > 1 for found in known.values()):
        seen = ", ".join(f"{top}/" if top else "pictures outside of subfolders" for top in tops)
        raise InputError(
            f"imagefolder: {listing.top} has {seen}. A folder train/ beside test/ or val/ is "
            "interpreted as a split, and nothing else may be there: move the rest away, or "
            "rename these folders if they are classes."
        )
    train, test = known["train"][0], (known["test"] or known["val"])[0]
    unused = sum(name[0] not in (train, test) for name in names)
    left_out = listing.left_out + Counter({f"in {top}/": unused for top in known["val"]})
    paths = [
        path for path, name in zip(listing.paths, names, strict=True) if name[0] in (train, test)
    ]
    return Listing(listing.top, paths, train, test, left_out)
