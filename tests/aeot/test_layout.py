"""Keys come back from a result's path, and only from a path of that layout."""

import pytest

from aeot.errors import InputError
from aeot.layout import join_files, parse_pairs, path_keys

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


def test_pairs_are_read_in_order_and_faults_named():
    assert parse_pairs(["b=1", "a=x=y"], "--sources") == {"b": "1", "a": "x=y"}
    assert list(parse_pairs(["b=1", "a=2"], "--sources")) == ["b", "a"]
    for words, fault in (
        [["mnist"], "NAME=VALUE"],
        [["=x"], "NAME=VALUE"],
        [["a=1", "a=2"], "twice"],
    ):
        with pytest.raises(InputError, match=fault):
            parse_pairs(words, "--sources")


HISTORY, REPORT = "{dataset}/ot/seed{seed}/history.csv", "{dataset}/ot/seed{seed}/report.json"


def test_files_of_one_run_are_put_together_whatever_their_order():
    histories = ["r/a/ot/seed2/history.csv", "r/a/ot/seed10/history.csv"]
    reports = ["r/a/ot/seed10/report.json", "r/a/ot/seed2/report.json"]
    joined = join_files(("seed",), (histories, HISTORY), (reports, REPORT))
    assert joined == {("2",): [histories[0], reports[1]], ("10",): [histories[1], reports[0]]}


@pytest.mark.parametrize(
    ("histories", "reports", "fault"),
    [
        (["a/ot/seed1/history.csv"], [], "no report.json for seed 1"),
        ([], ["a/ot/seed1/report.json"], "no history.csv for seed 1"),
        (["a/ot/seed1/history.csv", "b/ot/seed1/history.csv"], [], "from the same run"),
    ],
)
def test_a_run_with_a_file_too_few_or_too_many_is_named(histories, reports, fault):
    with pytest.raises(InputError, match=fault):
        join_files(("seed",), (histories, HISTORY), (reports, REPORT))
