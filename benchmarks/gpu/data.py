"""The training images of the models: Fashion-MNIST if it is available, else synthetic shapes."""

from pathlib import Path

from aeot.datasets import DATASETS
from aeot.datasets.base import save_splits
from aeot.datasets.fashionmnist import FashionMnist
from aeot.datasets.raw import save_list
from aeot.errors import InputError
from aeot.registry import resolve

_COUNTS = {False: (60_000, 10_000), True: (64, 32)}  # training and test images; tiny or not


def find_data(folder: Path, given: str | None, tiny: bool) -> tuple[str, Path]:
    """Prepare `train.npz` and `test.npz` without network, unless an earlier call did.

    Args:
        folder: folder of all prepared data.
        given: folder of Fashion-MNIST's files, or None: that of Debian's package, if it is there.
        tiny: a few shapes.

    Returns:
        The data set's name, and the folder of the two files.

    Raises:
        InputError: a file of Fashion-MNIST in the folder given is missing or wrong.
    """
    root = Path(given).expanduser() if given else FashionMnist.system_folder
    if not tiny and root is not None and (given or root.is_dir()):
        try:
            return "fashionmnist", _prepare("fashionmnist", folder / "fashionmnist", root, tiny)
        except InputError as error:
            if given:
                raise
            print(f"synthetic shapes in place of Fashion-MNIST: {error}", flush=True)
    return "shapes", _prepare("shapes", folder / ("shapes-tiny" if tiny else "shapes"), None, tiny)


def _prepare(name: str, folder: Path, root: Path | None, tiny: bool) -> Path:
    """Write both files of a data set, from the raw files in `root` if it has some."""
    if (folder / "test.npz").exists():
        return folder
    dataset, raw = resolve(DATASETS, name, "data set"), None
    if dataset.fetched:
        raw = folder / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        save_list(raw / "files.json", name, dataset.fetch(root, raw))
    train, test = _COUNTS[tiny]
    splits = dataset(dataset.Settings(train_count=train, test_count=test)).splits(raw)
    save_splits(splits[0], splits[1], folder / "train.npz", folder / "test.npz")
    return folder
