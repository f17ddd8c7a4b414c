import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from aeot import files
from aeot.errors import InputError

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "prepare_dataset.py"
main = runpy.run_path(str(SCRIPT))["main"]


def prepare(folder: Path, *words: str) -> tuple[Path, Path]:
    train, test = folder / "train.npz", folder / "test.npz"
    main([*words, "--out-train", str(train), "--out-test", str(test)])
    return train, test


def test_a_repeated_run_gives_the_same_bytes(tmp_path):
    words = ("--source", "shapes", "--set", "train_count=30", "test_count=10", "seed=3")
    first, second = prepare(tmp_path / "a", *words), prepare(tmp_path / "b", *words)
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    arrays = files.load_arrays(first[0])
    assert arrays["images"].dtype == np.uint8 and arrays["images"].shape == (30, 1, 28, 28)
    assert arrays["labels"].dtype == np.int64 and arrays["labels"].shape == (30,)


def test_a_wrong_setting_is_named_and_nothing_is_written(tmp_path):
    with pytest.raises(InputError, match="train_cuont"):
        prepare(tmp_path, "--source", "shapes", "--set", "train_cuont=30")
    assert list(tmp_path.iterdir()) == []


def test_raw_files_are_asked_for(tmp_path):
    with pytest.raises(InputError, match="cifar10 is prepared from raw files.*--raw"):
        prepare(tmp_path, "--source", "cifar10")


def test_the_command_line_stays_light():
    heavy = {"torch", "torchvision", "mlxtend", "PIL"}
    before = heavy & set(sys.modules)
    with pytest.raises(SystemExit):
        main(["--help"])
    assert heavy & set(sys.modules) == before
