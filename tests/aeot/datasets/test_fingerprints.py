import os
import shutil
import time

import pytest

from aeot.datasets import fingerprints
from aeot.datasets.fingerprints import SETTLED, fingerprint
from aeot.errors import InputError


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.png").write_bytes(b"picture %d" % number)
    return folder


@pytest.fixture
def read(monkeypatch):
    """Names of the pictures that were read, as they come; the clock is SETTLED ahead."""
    names = []
    digest = fingerprints.file_digest

    def note(path):
        names.append(path.name)
        return digest(path)

    now = time.time_ns
    monkeypatch.setattr(fingerprints, "file_digest", note)
    monkeypatch.setattr(fingerprints.time, "time_ns", lambda: now() + SETTLED + 10**9)
    return names


@pytest.fixture
def memory(tmp_path):
    return tmp_path / "run" / "memory"


def test_it_is_steady_and_moves_with_its_folder(folder, tmp_path, memory):
    before = fingerprint(folder)
    assert fingerprint(str(folder), memory) == before and len(before) == 64
    shutil.copytree(folder, tmp_path / "copy")
    assert fingerprint(tmp_path / "copy", memory) == before
    assert fingerprint(folder.rename(tmp_path / "moved"), memory) == before


@pytest.mark.parametrize("remember", [False, True])
@pytest.mark.parametrize("change", ["add", "remove", "rename", "rewrite", "swap", "exchange"])
def test_every_change_tells(change, remember, folder, memory, read):
    place = memory if remember else None
    before = fingerprint(folder, place)
    path, other = folder / "3.png", folder / "4.png"
    status = path.stat()
    if change == "add":
        (folder / "new.png").write_bytes(b"new")
    elif change == "remove":
        path.unlink()
    elif change == "rename":
        path.rename(folder / "03.png")
    elif change == "rewrite":
        path.write_bytes(b"picture x")
    elif change == "swap":  # as many bytes, and the old time put back
        path.write_bytes(b"picture x")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    else:
        path.rename(folder / "x")
        other.rename(path)
        (folder / "x").rename(other)
    assert fingerprint(folder, place) != before


def test_touching_tells_nothing_and_reads_that_file_alone(folder, memory, read):
    before = fingerprint(folder, memory)
    assert sorted(read) == [f"{number}.png" for number in range(6)]
    read.clear()
    assert fingerprint(folder, memory) == before and read == []
    os.utime(folder / "3.png", ns=(0, 0))
    assert fingerprint(folder, memory) == before and read == ["3.png"]
    read.clear()
    assert fingerprint(folder, memory) == before and read == []


def test_a_picture_that_was_just_written_is_read_again(folder, memory, read, monkeypatch):
    monkeypatch.setattr(fingerprints.time, "time_ns", lambda: (folder / "5.png").stat().st_ctime_ns)
    for _ in range(2):
        fingerprint(folder, memory)
        assert len(read) == 6
        read.clear()


@pytest.mark.parametrize("damage", [b"", b"\0\xff", b"half"])
def test_a_damaged_memory_is_made_anew(damage, folder, memory, read):
    before = fingerprint(folder, memory)
    (place,) = memory.iterdir()
    good = place.read_bytes()
    place.write_bytes(good[: len(good) // 2] if damage == b"half" else damage)
    read.clear()
    assert fingerprint(folder, memory) == before and len(read) == 6
    assert place.read_bytes() == good


def test_a_changed_memory_is_not_believed(folder, memory, read):
    before = fingerprint(folder, memory)
    (place,) = memory.iterdir()
    content = bytearray(place.read_bytes())
    content[-10] ^= 1
    place.write_bytes(content)
    assert fingerprint(folder, memory) == before


def test_a_memory_that_cannot_be_written_is_done_without(folder, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert fingerprint(folder, tmp_path / "file" / "memory") == fingerprint(folder)


def test_other_files_tell_nothing(folder):
    before = fingerprint(folder)
    (folder / "notes.txt").write_text("x")
    assert fingerprint(folder) == before


def test_a_picture_that_cannot_be_read_is_named(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(fingerprints, "file_digest", refuse)
    with pytest.raises(InputError, match=r"png cannot be read \(Permission denied\)"):
        fingerprint(folder)
