"""Keys come back from a result's path, and only from a path of that layout."""

import pytest

from aeot.errors import InputError
from aeot.layout import path_keys

PATTERN = "{dataset}/{model}/seed{seed}/report.json"


@pytest.mark.parametrize("prefix", ["", "results/", "/a/b.c/results/", "../", "x/y0/z1/"])
def test_keys_are_read_from_the_end_of_the_path(prefix):
    keys = path_keys(f"{prefix}mnist5k/aeot/seed12/report.json", PATTERN)
    assert keys == {"dataset": "mnist5k", "model": "aeot", "seed": "12"}


@pytest.mark.parametrize(
    "path",
    [
        "results/mnist5k/aeot/seed12/report_json",
        "results/mnist5k/aeot/12/report.json",
        "results/mnist5k/aeot/seed12/report.json.bak",
        "aeot/seed12/report.json",
        "results/MNIST_5k/aeot/seed12/report.json",
    ],
)
def test_another_layout_is_refused_by_name(path):
    with pytest.raises(InputError, match="does not end in"):
        path_keys(path, PATTERN)
