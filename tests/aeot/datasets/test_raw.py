import hashlib

import pytest

from aeot.datasets.raw import RawFile, check_md5, file_digest, find, load_list, save_list
from aeot.errors import InputError


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


def test_digests_are_those_of_the_whole_file(tmp_path):
    content = bytes(3 << 20) + b"end"  # longer than one chunk
    (tmp_path / "f").write_bytes(content)
    assert file_digest(tmp_path / "f", "sha256") == hashlib.sha256(content).hexdigest()
    assert file_digest(tmp_path / "f", "md5") == hashlib.md5(content).hexdigest()


def test_a_wrong_md5_names_file_and_both_sums(tmp_path):
    (tmp_path / "f").write_bytes(b"abc")
    right = hashlib.md5(b"abc").hexdigest()
    check_md5(tmp_path / "f", right, "it")
    with pytest.raises(InputError, match=f"f is not it: its MD5 is {right}, not beef .3 bytes"):
        check_md5(tmp_path / "f", "beef", "it")


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
    with pytest.raises(InputError, match=r"near has gone or changed.*fetch again"):
        load_list(listed, "mnist")


def test_no_folder_and_no_list_are_named(tmp_path):
    with pytest.raises(InputError, match="--raw"):
        load_list(None, "mnist")
    with pytest.raises(InputError, match="files.json"):
        load_list(tmp_path, "mnist")
