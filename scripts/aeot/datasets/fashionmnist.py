"""Fashion-MNIST: 60,000 + 10,000 articles of clothing, 28 x 28, grey (Xiao et al., 2017)."""

from pathlib import Path

from aeot.datasets.idx import IdxDataset


class FashionMnist(IdxDataset):
    """Fashion-MNIST in its four idx files; addresses and MD5s are torchvision's.

    Debian's package `dataset-fashion-mnist` has the same contents with other gzip headers, so only
    the SHA-256 of the contents distinguishes correct files from wrong ones.
    """

    name = "fashionmnist"
    torchvision_name = "FashionMNIST"
    mirrors = ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",)
    system_folder = Path("/usr/share/datasets/fashion-mnist")
    gzip_md5 = {
        "train-images-idx3-ubyte": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte": "bb300cfdad3c16e7a12a480ee83cd310",
    }
    content_sha256 = {
        "train-images-idx3-ubyte": (
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
        ),
        "train-labels-idx1-ubyte": (
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
        ),
        "t10k-images-idx3-ubyte": (
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
        ),
        "t10k-labels-idx1-ubyte": (
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        ),
    }
