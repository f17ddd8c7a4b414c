import pickle
import tarfile

import numpy as np
import pytest

from aeot.datasets import cifar10
from aeot.datasets.cifar10 import Cifar10, parse_batch
from aeot.errors import InputError


def test_address_and_checksums_are_torchvisions():
    from aeot.vision import torchvision

    theirs = torchvision.datasets.CIFAR10
    assert Cifar10.address == theirs.url and Cifar10.archive == theirs.filename
    assert Cifar10.archive_md5 == theirs.tgz_md5
    assert Cifar10.batch_md5 == dict([*theirs.train_list, *theirs.test_list])


def test_a_row_is_red_then_green_then_blue_each_line_by_line():
    row = np.repeat(np.array([10, 20, 30], np.uint8), 1024)
    row[33] = 99  # red, second line, second column
    content = pickle.dumps({"data": row[None], "labels": [7]}, protocol=2)
    images, labels = parse_batch(content, "batch", 1)
    assert images.shape == (1, 3, 32, 32) and labels.tolist() == [7]
    assert images[0, 0, 1, 1] == 99
    assert (images[0, 1] == 20).all() and (images[0, 2] == 30).all()


def python2_pickle() -> bytes:
    """A batch as Python 2 wrote the official ones: 8-bit strings, NumPy's old module name."""
    data = np.arange(3072).astype(np.uint8).tobytes()
    return (
        b"\x80\x02}(U\x04datacnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n"
        b"K\x00\x85U\x01b\x87R(K\x01K\x01M\x00\x0c\x86cnumpy\ndtype\n"
        b"U\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
        b"\x89T" + len(data).to_bytes(4, "little") + data + b"tb"
        b"U\x06labels]K\x03aU\x0bbatch_labelU\x05trainu."
    )


def test_a_pickle_of_python_2_is_read():
    images, labels = parse_batch(python2_pickle(), "batch", 1)
    np.testing.assert_array_equal(images.ravel(), np.arange(3072) % 256)
    assert labels.tolist() == [3]


class Trap:
    """Unpickling it would create a file."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def test_a_pickle_that_asks_for_code_is_refused(tmp_path):
    content = pickle.dumps({"data": Trap(tmp_path / "sprung"), "labels": []}, protocol=2)
    with pytest.raises(InputError, match="asks for"):
        parse_batch(content, "batch", 1)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("batch", "fault"),
    [
        ({"data": np.zeros((1, 3072), np.uint8)}, "labels"),
        ({"data": np.zeros((2, 3072), np.uint8), "labels": [0, 1]}, r"shape \(2, 3072\)"),
        ({"data": np.zeros((1, 784), np.uint8), "labels": [0]}, r"shape \(1, 784\)"),
        ({"data": np.full((1, 3072), np.nan), "labels": [0]}, "float64"),
        ([1, 2], "not a readable"),
    ],
)
def test_a_wrong_batch_is_named(batch, fault):
    with pytest.raises(InputError, match=fault) as caught:
        parse_batch(pickle.dumps(batch, protocol=2), "data_batch_4", 1)
    assert "data_batch_4" in str(caught.value)


def test_archive_and_extracted_folder_agree(miniature, tmp_path):
    mini = miniature("cifar10")
    packed, packed_test = mini.splits(tmp_path / "a")
    with tarfile.open(mini.root / Cifar10.archive) as tar:
        tar.extractall(tmp_path / "user", filter="data")
    mini.root = tmp_path / "user"
    loose, loose_test = mini.splits(tmp_path / "b")
    np.testing.assert_array_equal(packed.images, loose.images)
    np.testing.assert_array_equal(packed_test.labels, loose_test.labels)
    assert len(packed.images) == 40 and len(packed_test.images) == 8


@pytest.fixture
def never_unpickled(monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("unpickled before its checksum held")

    monkeypatch.setattr(cifar10.ArrayUnpickler, "load", fail)


def test_a_wrong_archive_is_refused_unread(miniature, tmp_path, never_unpickled):
    mini = miniature("cifar10")
    archive = mini.root / Cifar10.archive
    archive.write_bytes(archive.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"cifar-10-python.tar.gz is not .*MD5"):
        mini.dataset.fetch(mini.root, tmp_path)


def test_an_archive_changed_after_fetching_is_refused_unread(miniature, tmp_path, never_unpickled):
    mini = miniature("cifar10")
    with pytest.raises(AssertionError):
        mini.splits(tmp_path)  # the trap works
    archive = mini.root / Cifar10.archive
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    with pytest.raises(InputError, match="MD5"):
        mini.splits(tmp_path)


def test_a_wrong_extracted_batch_is_refused_unread(miniature, tmp_path, never_unpickled):
    mini = miniature("cifar10")
    with tarfile.open(mini.root / Cifar10.archive) as tar:
        tar.extractall(tmp_path / "user", filter="data")
    (tmp_path / "user" / cifar10.BATCHES / "data_batch_3").write_bytes(b"\x80\x02}.")
    with pytest.raises(InputError, match=r"data_batch_3 is not .*MD5"):
        mini.dataset.fetch(tmp_path / "user", tmp_path)


def test_the_users_archive_stays_where_it_is(miniature, tmp_path):
    mini = miniature("cifar10")
    (record,) = mini.dataset.fetch(mini.root, tmp_path / "raw")
    assert record.path == str((mini.root / Cifar10.archive).resolve())
    assert not (tmp_path / "raw").exists()
