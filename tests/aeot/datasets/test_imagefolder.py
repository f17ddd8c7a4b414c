import os
import shutil

import numpy as np
import PIL.Image
import pytest

from aeot.datasets import imagefolder
from aeot.datasets.imagefolder import ImageFolder, fingerprint, list_pictures
from aeot.datasets.pictures import decode
from aeot.errors import InputError


@pytest.fixture
def folder(tmp_path):
    """Twelve grey 8 x 8 pictures, each of one shade: 10 times its number."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(12):
        save(folder / f"{number:02d}.png", number)
    return folder


def save(path, number):
    PIL.Image.fromarray(np.full((8, 8), 10 * number, np.uint8)).save(path)


def splits(where, **settings):
    values = {"folder": str(where), "size": 8, "channels": 1, "test_fraction": 0.25, **settings}
    return ImageFolder(ImageFolder.Settings.checked(values, "x")).splits()


def numbers(split):
    return [int(image.max()) // 10 for image in split.images]


def test_the_split_has_the_fraction_and_loses_no_picture(folder):
    train, test = splits(folder)
    assert len(test.images) == 3
    assert sorted(numbers(train) + numbers(test)) == list(range(12))


def test_the_split_hangs_on_contents_and_not_on_names(folder):
    _, before = splits(folder)
    for number in range(12):
        (folder / f"{number:02d}.png").rename(folder / f"{7 * number % 12:02d}-renamed.png")
    _, after = splits(folder)
    assert sorted(numbers(before)) == sorted(numbers(after))


def test_another_seed_makes_another_split(folder):
    sets = {tuple(sorted(numbers(splits(folder, seed=seed)[1]))) for seed in range(8)}
    assert len(sets) > 4


def test_copies_of_a_picture_stay_on_one_side(folder):
    for copy in range(5):
        for number in range(12):
            place = folder / f"copies{copy}"
            place.mkdir(exist_ok=True)
            shutil.copy(folder / f"{number:02d}.png", place / f"renamed{number}.png")
    for seed in range(5):
        train, test = splits(folder, seed=seed)
        assert len(train.images) + len(test.images) == 72
        assert not set(numbers(train)) & set(numbers(test))


@pytest.mark.parametrize(("fraction", "count"), [(0.001, 1), (0.5, 6), (0.999, 11)])
def test_both_sides_get_at_least_one(fraction, count, folder):
    train, test = splits(folder, test_fraction=fraction)
    assert len(test.images) == count and len(train.images) == 12 - count


def test_copies_of_one_picture_cannot_be_split(tmp_path):
    save(tmp_path / "a.png", 1)
    shutil.copy(tmp_path / "a.png", tmp_path / "b.png")
    with pytest.raises(InputError, match="two different"):
        splits(tmp_path)


def test_subfolders_are_classes(folder):
    for number in range(12):
        place = folder / ("odd" if number % 2 else "even") / "deep"
        place.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:02d}.png").rename(place / f"{number}.png")
    for split in splits(folder):
        assert split.labels.tolist() == [number % 2 for number in numbers(split)]


def test_a_flat_folder_has_no_labels(folder):
    assert splits(folder)[0].labels is None
    assert not ImageFolder.labelled(ImageFolder.Settings(folder=str(folder)))


def test_mixed_sizes_and_colours_become_one_shape(tmp_path):
    for number, (shape, mode) in enumerate(
        [((9, 40), "L"), ((40, 9, 3), "RGB"), ((8, 8, 4), "RGBA"), ((300, 200, 3), "RGB")]
    ):
        pixels = np.random.default_rng(number).integers(0, 256, shape, np.uint8)
        PIL.Image.fromarray(pixels, mode=None).convert(mode).save(tmp_path / f"{number}.png")
    train, test = splits(tmp_path, channels=3, size=16)
    assert train.images.shape == (3, 3, 16, 16) and test.images.shape == (1, 3, 16, 16)


@pytest.mark.parametrize("content", [b"", b"not a picture"])
def test_a_corrupt_picture_is_named(content, folder):
    (folder / "bad.jpg").write_bytes(content)
    with pytest.raises(InputError, match=r"bad.jpg is not a readable picture"):
        splits(folder)


def test_a_mixed_size_is_named_where_none_may_be_resized(folder):
    PIL.Image.fromarray(np.zeros((9, 8), np.uint8)).save(folder / "tall.png")
    with pytest.raises(InputError, match=r"tall.png has 8 x 9 pixels"):
        splits(folder, crop="none")


def test_hidden_and_other_files_are_left_out(folder):
    (folder / "._01.png").write_bytes(b"a file manager's")
    (folder / ".cache").mkdir()
    save(folder / ".cache" / "x.png", 1)
    (folder / "notes.txt").write_text("x")
    assert [path.name for path in list_pictures(folder)] == [f"{n:02d}.png" for n in range(12)]


def test_only_the_chosen_pictures_are_decoded(folder, monkeypatch):
    decoded = []

    def note(stream, where):
        decoded.append(where)
        return decode(stream, where)

    monkeypatch.setattr(imagefolder, "decode", note)
    splits(folder, train_count=2, test_count=1)
    assert len(set(decoded)) == len(decoded) == 3


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"folder": ""}, "folder"),
        ({"channels": 2}, "channels"),
        ({"crop": "top"}, "crop"),
        ({"test_fraction": 0}, "test_fraction"),
        ({"test_fraction": 1.0}, "test_fraction"),
        ({"size": 2}, "size"),
    ],
)
def test_settings_out_of_bounds_are_named(settings, key, folder):
    with pytest.raises(InputError, match=key):
        splits(folder, **settings)


def test_the_folder_is_required():
    with pytest.raises(InputError, match="folder"):
        ImageFolder.Settings.from_items([])


@pytest.mark.parametrize("call", [list_pictures, fingerprint])
def test_no_folder_and_no_picture_are_named(call, tmp_path):
    with pytest.raises(InputError, match="nowhere is not a folder"):
        call(tmp_path / "nowhere")
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(InputError, match="holds no picture"):
        call(tmp_path)


def test_the_fingerprint_is_steady_and_moves_with_its_folder(folder):
    before = fingerprint(folder)
    assert fingerprint(str(folder)) == before and len(before) == 64
    moved = folder.rename(folder.with_name("moved"))
    assert fingerprint(moved) == before


@pytest.mark.parametrize("change", ["add", "remove", "rename", "resize", "touch"])
def test_the_fingerprint_tells_every_change(change, folder):
    before = fingerprint(folder)
    path = folder / "03.png"
    if change == "add":
        save(folder / "new.png", 20)
    elif change == "remove":
        path.unlink()
    elif change == "rename":
        path.rename(folder / "3.png")
    elif change == "resize":
        status = path.stat()
        path.write_bytes(path.read_bytes() + b"\0")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    else:
        os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert fingerprint(folder) != before


def test_the_fingerprint_heeds_pictures_alone(folder):
    before = fingerprint(folder)
    (folder / "notes.txt").write_text("x")
    assert fingerprint(folder) == before
