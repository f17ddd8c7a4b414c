from pathlib import Path

import pytest

from aeot.datasets.fashionmnist import FashionMnist
from aeot.datasets.mnist import Mnist


@pytest.mark.parametrize("dataset", [Mnist, FashionMnist])
def test_addresses_and_checksums_are_torchvisions(dataset):
    from aeot.vision import torchvision

    theirs = getattr(torchvision.datasets, dataset.torchvision_name)
    assert {f"{stem}.gz": md5 for stem, md5 in dataset.gzip_md5.items()} == dict(theirs.resources)
    assert list(dataset.mirrors) == theirs.mirrors
    assert list(dataset.content_sha256) == list(dataset.shapes()) == list(dataset.gzip_md5)


def test_torchvision_reads_the_fetched_files_alike(miniature, tmp_path):
    # An independent reader of the same files: torchvision's own.
    from aeot.vision import torchvision

    raw = tmp_path / "SmallRaw" / "MNIST" / "raw"
    mini = miniature("mnist")
    train, _ = mini.splits(raw)
    theirs = torchvision.datasets.MNIST(str(tmp_path / "SmallRaw"), train=True, download=False)
    expected = {
        (image.numpy().tobytes(), int(label))
        for image, label in zip(theirs.data, theirs.targets, strict=True)
    }
    found = {
        (image.tobytes(), int(label))
        for image, label in zip(train.images, train.labels, strict=True)
    }
    assert found == expected and len(found) == 30
    assert Path(theirs.raw_folder) == raw
