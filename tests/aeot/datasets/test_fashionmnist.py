import gzip
import shutil

import numpy as np
import pytest

from aeot.datasets.fashionmnist import FashionMnist
from aeot.datasets.raw import save_list
from aeot.errors import InputError

installed = pytest.mark.skipif(
    not FashionMnist.system_folder.is_dir(),
    reason="Debian's package dataset-fashion-mnist is not installed",
)


@pytest.fixture
def packaged(miniature):
    """The small data set, with the system's package holding its files."""
    mini = miniature("fashionmnist")
    mini.dataset.system_folder = mini.root
    return mini


def test_the_systems_package_stands_in_for_the_download(packaged, tmp_path):
    records = packaged.dataset.fetch(None, tmp_path)
    assert all(str(packaged.root.resolve()) in record.origin for record in records)


def test_a_root_goes_before_the_systems_package(packaged, tmp_path):
    mine = tmp_path / "mine"
    shutil.copytree(packaged.root, mine)
    records = packaged.dataset.fetch(mine, tmp_path)
    assert all(str(mine.resolve()) in record.origin for record in records)


@installed
def test_debians_files_hold_the_published_contents(tmp_path):
    save_list(tmp_path / "files.json", "fashionmnist", FashionMnist.fetch(None, tmp_path))
    settings = FashionMnist.Settings(train_count=500)
    train, test = FashionMnist(settings).splits(tmp_path)
    assert train.images.shape == (500, 1, 28, 28) and test.images.shape == (10_000, 1, 28, 28)
    assert np.bincount(test.labels).tolist() == [1000] * 10
    assert test.labels[:20].tolist() != sorted(test.labels[:20])  # shuffled


@installed
def test_a_cut_copy_of_debians_file_is_refused(tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    for path in FashionMnist.system_folder.iterdir():
        (folder / path.name).symlink_to(path)
    name = "train-labels-idx1-ubyte"
    content = gzip.decompress((folder / f"{name}.gz").read_bytes())
    (folder / name).write_bytes(content[:-100])
    (folder / "train-images-idx3-ubyte.gz").unlink()
    (folder / "train-images-idx3-ubyte").write_bytes(b"\0" * 100)
    with pytest.raises(InputError, match="train-images-idx3-ubyte is not an idx file"):
        FashionMnist.fetch(folder, tmp_path)
