import os

import PIL.Image
import pytest

from aeot.datasets import picturefiles
from aeot.datasets.picturefiles import SUFFIXES, list_pictures
from aeot.datasets.pictures import FORMATS
from aeot.errors import InputError


@pytest.fixture
def folder(tmp_path):
    """Two class folders of two pictures each; their contents do not matter here."""
    for name in ("cat/a.png", "cat/b.JPG", "dog/a.png", "dog/b.png"):
        put(tmp_path / "pics" / name)
    return tmp_path / "pics"


def put(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(path.name.encode())


def names(folder):
    return ["/".join(parts) for parts in list_pictures(folder).names()]


ALL = ["cat/a.png", "cat/b.JPG", "dog/a.png", "dog/b.png"]


def test_the_suffixes_are_pillows():
    PIL.Image.init()
    formats = {*FORMATS, "MPO"}
    known = {suffix for suffix, kind in PIL.Image.EXTENSION.items() if kind in formats}
    assert set(SUFFIXES) == known - {".pfm"}


def test_hidden_and_other_files_are_left_out_and_counted(folder):
    for name in ("._01.png", ".cache/x.png", "notes.txt", "cat/labels.TXT", "x.heic", "README"):
        put(folder / name)
    os.mkfifo(folder / "pipe.png")
    listing = list_pictures(folder)
    assert names(folder) == ALL
    assert listing.summary().startswith(
        f"{folder}: 4 pictures. Left out: 2 .txt, 2 hidden, 1 .heic, 1 that are not files, "
        "1 without a suffix (the suffixes that are read are .apng .avif"
    )


def test_many_kinds_are_summed_up(folder):
    for number in range(20):
        put(folder / f"x.{number:02d}")
    assert "1 .07, 12 of other kinds" in list_pictures(folder).summary()


def test_links_to_folders_and_files_are_followed(folder, tmp_path):
    (folder / "cat").rename(tmp_path / "elsewhere")
    (folder / "cat").symlink_to(tmp_path / "elsewhere")
    put(tmp_path / "one.png")
    (folder / "linked.png").symlink_to(tmp_path / "one.png")
    assert names(folder) == [*ALL, "linked.png"]
    assert not list_pictures(folder).left_out


def test_loops_end_and_a_folder_is_read_once(folder, tmp_path):
    (folder / "cat" / "again").symlink_to(folder)
    (folder / "up").symlink_to(tmp_path)
    (folder / "dog" / "cats").symlink_to(folder / "cat")
    put(tmp_path / "far" / "deep" / "c.png")
    (tmp_path / "far" / "deep" / "back").symlink_to(tmp_path / "far")
    (folder / "a-link").symlink_to(tmp_path / "far" / "deep")
    listing = list_pictures(folder)
    assert names(folder) == ["a-link/c.png", *ALL]
    # Three of the links, and deep/ below far/, to which a link leads back.
    assert listing.left_out == {"folders that are read already": 4}


@pytest.mark.parametrize("name", ["z.jpg", "fish"])
@pytest.mark.parametrize("loop", [False, True])
def test_a_link_to_nothing_is_named(name, loop, folder):
    (folder / name).symlink_to(name if loop else "/no/such/place")
    with pytest.raises(InputError, match=rf"{name} is a link to .*, which cannot be read"):
        list_pictures(folder)


def test_a_link_to_nothing_that_is_no_pictures_is_left_out(folder):
    (folder / "notes.txt").symlink_to("/no/such/place")
    assert names(folder) == ALL


def test_a_folder_that_cannot_be_read_is_named(folder, monkeypatch):
    scandir = os.scandir

    def refuse(place):
        if str(place).endswith("dog"):
            raise PermissionError(13, "Permission denied", str(place))
        return scandir(place)

    monkeypatch.setattr(picturefiles.os, "scandir", refuse)
    with pytest.raises(InputError, match=r"dog cannot be read \(Permission denied\)"):
        list_pictures(folder)


def test_no_folder_is_named_with_the_place_tried(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=rf"pics is not a folder \(tried {tmp_path}/pics;"):
        list_pictures("pics")
    with pytest.raises(InputError, match="is not a folder"):
        list_pictures("~nobodyatall/pics")


def test_no_picture_is_named_with_what_there_is(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(InputError, match=r"contains no picture\. Left out: 1 \.txt"):
        list_pictures(tmp_path)


def test_the_users_split_is_recognised(folder):
    (folder / "cat").rename(folder / "Train")
    (folder / "dog").rename(folder / "test")
    listing = list_pictures(folder)
    assert (listing.train, listing.test) == ("Train", "test")


@pytest.mark.parametrize("others", [["car/x.png"], ["x.png"], ["Testing/x.png"]])
def test_what_lies_beside_the_users_split_is_named(others, folder):
    (folder / "cat").rename(folder / "train")
    (folder / "dog").rename(folder / "test")
    for name in others:
        put(folder / name)
    with pytest.raises(InputError, match="has .*test/, train/.* interpreted as a split"):
        list_pictures(folder)


@pytest.mark.parametrize("pair", [("train", "car"), ("test", "val")])
def test_other_folders_are_classes(pair, folder):
    (folder / "cat").rename(folder / pair[0])
    (folder / "dog").rename(folder / pair[1])
    listing = list_pictures(folder)
    assert listing.test is None and len(listing.paths) == 4
