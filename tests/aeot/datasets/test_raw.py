import hashlib
from functools import partial
from pathlib import Path

import pytest

from aeot.datasets import raw
from aeot.datasets.raw import RawFile, download_file, find, load_list, point_to, save_list
from aeot.download import download
from aeot.errors import InputError

MD5 = f"md5:{hashlib.md5(b'abc').hexdigest()}"


@pytest.fixture
def listed(tmp_path):
    """A raw folder with one file of ours and one in the user's folder."""
    raw, user = tmp_path / "raw", tmp_path / "user"
    raw.mkdir()
    user.mkdir()
    (raw / "near").write_bytes(b"near")
    (user / "far").write_bytes(b"far")
    entries = [
        RawFile("near", "near", 4, "sha256:0", "http://somewhere/near"),
        RawFile("far", str(user / "far"), 3, "md5:0", str(user / "far")),
    ]
    save_list(raw / "files.json", "mnist", entries)
    return raw


def test_a_file_in_the_users_folder_is_verified_and_stays_there(tmp_path, monkeypatch):
    path = tmp_path / "f"
    path.write_bytes(b"abc")
    monkeypatch.chdir(tmp_path)
    entry = point_to("mnist", Path("f"), MD5)
    assert entry == RawFile("f", str(path), 3, MD5, str(path))
    path.write_bytes(b"abd")
    with pytest.raises(InputError, match=r"f is not mnist's f: the MD5 of its 3 bytes"):
        point_to("mnist", path, MD5)


def test_a_file_that_was_downloaded_is_listed_by_its_name(tmp_path):
    (tmp_path / "f").write_bytes(b"abc")  # a download that finished before
    address = "http://somewhere/else"
    entry = download_file("mnist", [address], tmp_path / "f", MD5)
    assert entry == RawFile("f", "f", 3, MD5, address)


def test_a_failed_download_says_how_a_folder_stands_in(tmp_path, monkeypatch):
    monkeypatch.setattr(raw, "download", partial(download, attempts=0))
    with pytest.raises(InputError) as caught:
        download_file("mnist", ["http://somewhere/f"], tmp_path / "f", MD5)
    message = str(caught.value)
    assert message.startswith("mnist's f could not be downloaded (http://somewhere/f: not tried)")
    assert "check the network" in message and "sources.mnist.root" in message


def test_the_first_place_wins(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "y").touch()
    (tmp_path / "y").touch()
    assert find(tmp_path, [".", "a"], ["x", "y"]) == tmp_path / "y"
    assert find(tmp_path, ["a", "."], ["x", "y"]) == tmp_path / "a" / "y"
    assert find(tmp_path, ["b"], ["x", "y"]) is None


def test_a_list_gives_back_its_files(listed):
    paths = load_list(listed, "mnist")
    assert {name: path.read_bytes() for name, path in paths.items()} == {
        "near": b"near",
        "far": b"far",
    }


def test_another_data_sets_list_is_refused(listed):
    with pytest.raises(InputError, match="'mnist', not of cifar10"):
        load_list(listed, "cifar10")


@pytest.mark.parametrize("change", ["delete", "shorten"])
def test_a_file_that_has_gone_or_changed_is_named(change, listed):
    if change == "delete":
        (listed / "near").unlink()
    else:
        (listed / "near").write_bytes(b"n")
    with pytest.raises(InputError, match=r"near has disappeared or changed.*fetch again"):
        load_list(listed, "mnist")


def test_no_folder_and_no_list_are_named(tmp_path):
    with pytest.raises(InputError, match="--raw"):
        load_list(None, "mnist")
    with pytest.raises(InputError, match="files.json"):
        load_list(tmp_path, "mnist")
