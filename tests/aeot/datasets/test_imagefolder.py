import logging
import shutil

import numpy as np
import PIL.Image
import pytest

from aeot.datasets.imagefolder import ImageFolder
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
    with pytest.raises(InputError, match="two distinct"):
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


def test_what_is_left_out_is_said_once(folder, caplog):
    (folder / "notes.txt").write_text("x")
    with caplog.at_level(logging.INFO):
        splits(folder)
    (line,) = [text for text in caplog.messages if "Left out" in text]
    assert "12 pictures. Left out: 1 .txt" in line


def photograph(seed, side=160):
    """A smooth random picture: waves of a few lengths, colours and directions."""
    draw = np.random.default_rng(seed)
    down, right = np.mgrid[:side, :side] / side
    waves = np.zeros((side, side, 3))
    for _ in range(12):
        phase = 2 * np.pi * (draw.uniform(-4, 4) * down + draw.uniform(-4, 4) * right)
        waves += draw.normal(0, 18, 3) * np.sin(phase + draw.uniform(0, 7))[..., None]
    pixels = (waves + draw.normal(128, 20, 3) + draw.normal(0, 3, waves.shape)).clip(0, 255)
    return PIL.Image.fromarray(pixels.astype(np.uint8))


@pytest.mark.long
def test_one_picture_at_ten_compression_levels_stays_on_one_side(tmp_path):
    for number in range(12):
        for quality in range(10, 101, 10):
            photograph(number).save(tmp_path / f"{number:02d}-{quality}.jpg", quality=quality)
    hues = {number: np.asarray(photograph(number)).mean(axis=(0, 1)) for number in range(12)}
    for seed in range(3):
        train, test = splits(tmp_path, seed=seed, channels=3, size=32)
        sides = [
            {
                min(hues, key=lambda number: np.abs(hues[number] - image.mean(axis=(1, 2))).sum())
                for image in split.images
            }
            for split in (train, test)
        ]
        assert (len(train.images), len(test.images)) == (90, 30)
        assert not sides[0] & sides[1] and len(sides[1]) == 3


def test_other_formats_and_sizes_of_a_picture_are_copies(tmp_path):
    for number in range(4):
        picture = photograph(number)
        picture.save(tmp_path / f"{number}.png")
        picture.save(tmp_path / f"{number}.webp", quality=60)
        picture.resize((100, 100)).save(tmp_path / f"{number}.jpg", quality=70)
    train, test = splits(tmp_path, size=32)
    assert (len(train.images), len(test.images)) == (9, 3)


@pytest.mark.long
def test_a_picture_with_many_copies_trains(tmp_path):
    for number in range(20):
        photograph(number).save(tmp_path / f"{number}.png")
    for copy in range(30):
        shutil.copy(tmp_path / "0.png", tmp_path / f"0-{copy}.png")
    for seed in range(10):
        assert len(splits(tmp_path, seed=seed, test_fraction=0.1)[1].images) == 2


def divide(folder, **parts):
    """Move pictures by their numbers into class folders of train, test, val."""
    for part, own in parts.items():
        for number in own:
            place = folder / part / ("odd" if number % 2 else "even")
            place.mkdir(parents=True, exist_ok=True)
            (folder / f"{number:02d}.png").rename(place / f"{number}.png")


@pytest.mark.parametrize("names", [("train", "test"), ("Training", "VALID")])
def test_the_users_own_split_is_used(names, folder):
    divide(folder, **{names[0]: range(5), names[1]: range(5, 12)})
    train, test = splits(folder)
    assert sorted(numbers(train)) == list(range(5))
    assert sorted(numbers(test)) == list(range(5, 12))
    for split in (train, test):
        assert split.labels.tolist() == [number % 2 for number in numbers(split)]


def test_of_three_parts_val_is_left_out_and_counted(folder, caplog):
    divide(folder, train=range(5), val=range(5, 8), test=range(8, 12))
    with caplog.at_level(logging.INFO):
        train, test = splits(folder)
    assert sorted(numbers(train)) == list(range(5))
    assert sorted(numbers(test)) == list(range(8, 12))
    assert "train/ for training, test/ for testing. Left out: 3 in val/" in caplog.text


def test_a_flat_test_folder_leaves_no_labels(folder):
    divide(folder, train=range(8))
    (folder / "test").mkdir()
    for number in range(8, 12):
        (folder / f"{number:02d}.png").rename(folder / "test" / f"{number}.png")
    train, test = splits(folder)
    assert train.labels is None and test.labels is None and len(test.images) == 4
    assert not ImageFolder.labelled(ImageFolder.Settings(folder=str(folder)))


def test_copies_across_the_users_split_are_counted(folder, caplog):
    divide(folder, train=range(6), test=range(6, 12))
    shutil.copy(folder / "train" / "even" / "2.png", folder / "test" / "even" / "copy.png")
    _, test = splits(folder)
    assert len(test.images) == 7
    assert "1 of the 7 pictures in test/ are copies of pictures in train/" in caplog.text
    assert "test_fraction is not used" in caplog.text


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


def noise(folder, count=6, side=96, seed=0):
    """Pictures of smooth noise, no two alike, whose parts are recognised."""
    folder.mkdir()
    random = np.random.default_rng(seed)
    for number in range(count):
        coarse = PIL.Image.fromarray(random.integers(0, 256, (6, 6), dtype=np.uint8))
        coarse.resize((side, side), PIL.Image.Resampling.BICUBIC).save(folder / f"{number}.png")
    return folder


def test_augmented_images_are_parts_of_training_pictures_and_the_picture_itself(tmp_path):
    where = noise(tmp_path / "noise")
    plain_train, plain_test = splits(where, size=32)
    train, test = splits(where, size=32, augment=8)
    assert (test.images == plain_test.images).all()
    assert len(train.images) == 8 * len(plain_train.images)
    exact = (train.images[:, None] == plain_train.images).all(axis=(2, 3, 4))
    assert (exact.sum(axis=0) == 1).all()  # the picture itself, once
    assert len(np.unique(train.images, axis=0)) == len(train.images)
    # Every other image is most like one training picture or its mirror, moved; each has seven.
    both = [correlation(train.images, plain_train.images[..., ::step]) for step in (1, -1)]
    unseen = [correlation(train.images, plain_test.images[..., ::step]) for step in (1, -1)]
    assert (np.max(both, axis=(0, 2)) > np.max(unseen, axis=(0, 2))).all()
    assert (np.bincount(np.max(both, axis=0).argmax(axis=1)) == 8).all()
    mirrored = (both[1].max(axis=1) > both[0].max(axis=1)).sum()
    assert 5 < mirrored < len(train.images) - 15  # about half of those that are not exact


def correlation(a, b):
    """Largest correlation of images a (n, 1, h, w) with shifts of b: (n, m)."""
    a = a[:, 0].astype(float) - a.mean()
    b = b[:, 0].astype(float) - b.mean()
    products = np.fft.ifft2(np.fft.fft2(a)[:, None] * np.conj(np.fft.fft2(b))[None]).real
    return products.max(axis=(2, 3)) / np.outer(*(np.linalg.norm(x, axis=(1, 2)) for x in (a, b)))


def test_augmented_images_depend_on_the_seed_and_keep_their_labels(tmp_path):
    for seed, name in enumerate(("a", "b")):
        noise(tmp_path / name, count=4 + seed, seed=seed)
    first, again, other = (splits(tmp_path, size=32, augment=3, seed=s)[0] for s in (1, 1, 2))
    assert (first.images == again.images).all() and (first.labels == again.labels).all()
    assert (first.images != other.images).any()
    assert len(first.labels) == len(first.images) == 3 * 7  # nine pictures, two of them for testing
    assert set(np.bincount(first.labels) % 3) == {0}


def test_the_number_of_augmented_images_is_known_before_they_are_read(tmp_path):
    where = noise(tmp_path / "noise")
    settings = ImageFolder.Settings(folder=str(where), size=16, augment=5, train_count=20)
    assert ImageFolder.sizes(settings, None) == (20, 1)
    with pytest.raises(InputError, match="asks for 26 images, but there are 25"):
        ImageFolder.sizes(settings.model_copy(update={"train_count": 26}), None)
    with pytest.raises(InputError, match="augment would put images of one picture on both sides"):
        ImageFolder.Settings.checked({"folder": "x", "augment": 2, "validation_count": 3}, "data")


def test_a_picture_of_another_size_is_refused_whatever_its_variant(tmp_path):
    where = noise(tmp_path / "noise", side=12)
    with pytest.raises(InputError, match="12 x 12 pixels, not 16 x 16"):
        splits(where, crop="none", size=16, augment=4)
