"""The images that models are trained on: Fashion-MNIST where it is, else synthetic shapes."""

from pathlib import Path

from aeot.datasets import DATASETS
from aeot.datasets.base import save_splits
from aeot.datasets.fashionmnist import FashionMnist
from aeot.datasets.raw import save_list
from aeot.registry import resolve

_COUNTS = {False: (60_000, 10_000), True: (64, 32)}  # training and test images; tiny or not


def find_data(folder: Path, given: str | None, tiny: bool) -> tuple[str, Path]:
    """Prepare `train.npz` and `test.npz`, without network, unless an earlier call has.

    Args:
        folder: of all prepared data.
        given: folder of Fashion-MNIST's files, or None.
        tiny: a few shapes.

    Returns:
        The data set's name, and the folder of the two files.

    Raises:
        InputError: a file of Fashion-MNIST is missing or wrong.
    """
    system = FashionMnist.system_folder
    there = given is not None or (system is not None and system.is_dir())
    name = "fashionmnist" if there and not tiny else "shapes"
    own = folder / f"{name}{'-tiny' if tiny else ''}"
    if not (own / "test.npz").exists():
        dataset = resolve(DATASETS, name, "data set")
        train, test = _COUNTS[tiny]
        if dataset.fetched:
            raw = own / "raw"
            raw.mkdir(parents=True, exist_ok=True)
            root = Path(given).expanduser() if given else system
            save_list(raw / "files.json", name, dataset.fetch(root, raw))
        else:
            raw = None
        settings = dataset.Settings(train_count=train, test_count=test)
        splits = dataset(settings).splits(raw)
        save_splits(splits[0], splits[1], own / "train.npz", own / "test.npz")
    return name, own
