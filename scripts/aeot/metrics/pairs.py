"""What the metrics share: two sets of features in, tidy rows out."""

import argparse

import numpy as np

from aeot.errors import InputError
from aeot.files import Array, load_matrix

COLUMNS = ["metric", "value", "n_real", "n_fake"]

LARGEST = 1e15  # squares stay within float32 and sixth powers within float64

Row = dict[str, str | float | int]


def add_features(arguments: argparse.ArgumentParser) -> None:
    """Add `--real-features`, `--fake-features` and `--out-rows`."""
    for name, what in (("real", "features of real images"), ("fake", "features to be scored")):
        arguments.add_argument(
            f"--{name}-features", required=True, metavar="FILE", help=f"{what} (.npz)"
        )
    arguments.add_argument(
        "--out-rows", required=True, metavar="FILE", help=f"scores (.csv: {','.join(COLUMNS)})"
    )


def load_pair(args: argparse.Namespace) -> tuple[Array, Array]:
    """Read the two files that `add_features` names.

    Raises:
        InputError: a file is missing, has another form, or holds a number that is not finite.
    """
    return load_matrix(args.real_features, "features"), load_matrix(args.fake_features, "features")


def check_pair(real: Array, fake: Array, least: int) -> None:
    """Refuse two sets that cannot be compared.

    Args:
        real: (n, k) features.
        fake: (m, k) features.
        least: the fewest rows that each set must have.

    Raises:
        InputError: the sets differ in k, or one has fewer than `least` rows, or a number that is
            not finite or beyond `LARGEST`.
    """
    if real.shape[1] != fake.shape[1]:
        raise InputError(
            f"the real features have {real.shape[1]} columns and the fake ones {fake.shape[1]}; "
            "extract both with the same extractor."
        )
    for name, features in (("real", real), ("fake", fake)):
        if len(features) < least:
            raise InputError(
                f"the {name} features have {len(features)} row(s); "
                f"this metric needs at least {least}."
            )
        if not (np.abs(features) <= LARGEST).all():
            raise InputError(
                f"the {name} features hold a number that is not finite or beyond {LARGEST:g}; "
                "extract them anew."
            )


def row(metric: str, value: float, n_real: int, n_fake: int) -> Row:
    """One tidy row, as in `COLUMNS`."""
    return {"metric": metric, "value": float(value), "n_real": n_real, "n_fake": n_fake}
