import gzip
import shutil

import numpy as np
import pytest

from aeot.datasets.idx import parse_idx, read_bytes
from aeot.errors import InputError

HEAD = bytes((0, 0, 8, 2)) + (2).to_bytes(4, "big") + (3).to_bytes(4, "big")
STEM = "t10k-images-idx3-ubyte"


def test_an_idx_file_is_read_last_dimension_fastest(tmp_path):
    array = parse_idx(HEAD + bytes(range(6)), tmp_path / "a", (2, 3))
    np.testing.assert_array_equal(array, [[0, 1, 2], [3, 4, 5]])


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (HEAD + bytes(5), "17 bytes, not 18"),
        (HEAD + bytes(7), "19 bytes, not 18"),
        (HEAD[:6], "not an idx file"),
        (b"<html>not found</html>", "not an idx file"),
        (b"", "not an idx file"),
        (bytes((0, 0, 13, 2)) + HEAD[4:] + bytes(6), "unsigned bytes"),
        (HEAD[:11] + b"\x04" + bytes(8), r"shape \(2, 4\), not \(2, 3\)"),
    ],
)
def test_a_wrong_file_is_named_with_its_fault(content, fault, tmp_path):
    with pytest.raises(InputError, match=fault) as caught:
        parse_idx(content, tmp_path / "digits-idx2", (2, 3))
    assert "digits-idx2" in str(caught.value)


@pytest.mark.parametrize("length", [3, 15, 25, -1])
def test_a_truncated_gzip_file_is_named(length, tmp_path):
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(bytes(1000))[:length])
    with pytest.raises(InputError, match=r"cut.gz is a truncated or corrupt"):
        read_bytes(path, 1000)


def test_a_file_that_unpacks_to_any_size_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(10**7)))
    assert path.stat().st_size < 20_000
    with pytest.raises(InputError, match=r"bomb.gz contains more than the 100 bytes"):
        read_bytes(path, 100)


@pytest.mark.parametrize("place", [".", "raw", "MNIST/raw"])
@pytest.mark.parametrize("form", ["gzip", "plain", "dotted"])
def test_the_usual_layouts_give_the_same_files(place, form, miniature, tmp_path):
    mini = miniature("mnist")
    root = tmp_path / "user" / place
    root.mkdir(parents=True)
    for path in mini.root.iterdir():
        if form == "gzip":
            shutil.copy(path, root)
        else:
            name = path.stem.replace("-idx", ".idx") if form == "dotted" else path.stem
            (root / name).write_bytes(gzip.decompress(path.read_bytes()))
    folder = tmp_path / "raw"
    folder.mkdir()
    records = mini.dataset.fetch(tmp_path / "user", folder)
    for record in records:
        expected = gzip.decompress((mini.root / f"{record.name}.gz").read_bytes())
        assert (folder / record.path).read_bytes() == expected
        assert record.bytes == len(expected)
        assert str(root.resolve()) in record.origin


def test_other_gzip_headers_are_no_fault(miniature, tmp_path):
    mini = miniature("fashionmnist")
    path = mini.root / f"{STEM}.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), 1, mtime=12345))
    mini.splits(tmp_path / "raw")


def test_another_data_sets_file_of_the_same_shape_is_refused(miniature, tmp_path):
    mnist, fashion = miniature("mnist"), miniature("fashionmnist")
    with pytest.raises(InputError, match=r"train-images.* does not contain mnist's.*SHA-256"):
        mnist.dataset.fetch(fashion.root, tmp_path)


def test_one_flipped_pixel_is_refused(miniature, tmp_path):
    mini = miniature("mnist")
    path = mini.root / f"{STEM}.gz"
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[-1] ^= 1
    path.write_bytes(gzip.compress(bytes(content)))
    with pytest.raises(InputError, match=f"{STEM}.*SHA-256"):
        mini.dataset.fetch(mini.root, tmp_path)


def test_a_missing_file_is_named(miniature, tmp_path):
    mini = miniature("mnist")
    (mini.root / f"{STEM}.gz").unlink()
    with pytest.raises(InputError, match=f"neither {STEM} nor"):
        mini.dataset.fetch(mini.root, tmp_path)


def test_a_raw_file_changed_after_fetching_is_refused(miniature, tmp_path):
    mini = miniature("mnist")
    mini.splits(tmp_path)
    content = bytearray((tmp_path / STEM).read_bytes())
    content[-1] ^= 1
    (tmp_path / STEM).write_bytes(content)
    with pytest.raises(InputError, match="SHA-256"):
        mini.splits(tmp_path)
