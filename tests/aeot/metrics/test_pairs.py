import argparse

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.files import save_arrays
from aeot.metrics.pairs import COLUMNS, add_features, check_pair, load_pair, row


def parse(*words):
    arguments = argparse.ArgumentParser()
    add_features(arguments)
    return arguments.parse_args(words)


def test_real_and_fake_keep_their_order(tmp_path):
    for name, value in (("real", 1.0), ("fake", 2.0)):
        save_arrays(tmp_path / f"{name}.npz", features=np.full((3, 2), value))
    args = parse(
        *("--fake-features", str(tmp_path / "fake.npz")),
        *("--real-features", str(tmp_path / "real.npz")),
        *("--out-rows", "rows.csv"),
    )
    real, fake = load_pair(args)
    assert real.max() == 1
    assert fake.max() == 2


def test_a_row_has_the_columns():
    assert list(row("f8", np.float32(0.5), 3, 4)) == COLUMNS
    assert type(row("f8", np.float32(0.5), 3, 4)["value"]) is float


def test_integers_can_be_compared():
    check_pair(np.ones((2, 2), np.uint8), np.ones((2, 2)), least=2)


def test_infinity_is_refused():
    with pytest.raises(InputError, match="fake features hold a number"):
        check_pair(np.ones((2, 2)), np.array([[1, 2], [3, np.inf]]), least=2)
