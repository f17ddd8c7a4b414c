from pathlib import Path

import pytest

from aeot.errors import InputError
from aeot.metrics.scores import SCORE_COLUMNS, collect

FILE = "results/mnist5k/aeot/seed0/efficientnetlite0/fid.csv"


def write(folder, name, text="metric,value,n_real,n_fake\nfrechet_distance,1.5,10,20\n"):
    path = Path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


def test_the_path_says_what_is_scored(tmp_path):
    (record,) = collect([write(tmp_path, FILE)], {})
    assert list(record) == SCORE_COLUMNS
    expected = ("mnist5k", "mnist5k", "aeot", 0, "efficientnetlite0", "frechet_distance")
    assert tuple(record.values()) == (*expected, "1.5", "10", "20")


def test_a_source_of_another_name_is_given(tmp_path):
    (record,) = collect([write(tmp_path, FILE)], {"mnist5k": "mnist"})
    assert (record["dataset"], record["source"]) == ("mnist5k", "mnist")


def test_records_are_sorted_with_seeds_as_numbers(tmp_path):
    names = [FILE.replace("seed0", f"seed{seed}") for seed in (10, 9, 0)]
    records = collect([write(tmp_path, name) for name in names], {})
    assert [r["seed"] for r in records] == [0, 9, 10]


def test_digits_are_kept_as_they_are_spelt(tmp_path):
    text = "metric,value,n_real,n_fake\nf8,0.30000000000000004,5,5\n"
    assert collect([write(tmp_path, FILE, text)], {})[0]["value"] == "0.30000000000000004"


def test_two_scores_of_one_thing_are_refused(tmp_path):
    paths = [write(tmp_path, FILE), write(tmp_path, "copy/" + FILE)]
    with pytest.raises(InputError, match="already read"):
        collect(paths, {})


def test_a_seed_that_is_no_number_is_refused(tmp_path):
    with pytest.raises(InputError, match="the seed must be a number, not 'x'"):
        collect([write(tmp_path, FILE.replace("seed0", "seedx"))], {})


@pytest.mark.parametrize("name", ["fid.csv", "a/b/c/d/fid.csv"])
def test_another_layout_is_refused(tmp_path, name):
    path = write(tmp_path, name)
    with pytest.raises(InputError, match="does not end in {dataset}/{model}/seed{seed}"):
        collect([path], {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column 'metric'"),
        ("metric,value\nf8,1\n", "no column 'n_real'"),
        ("metric,value,n_real,n_fake\n", "at least one row"),
        ("metric,value,n_real,n_fake\nf8,nan,5,5\n", "is not a score"),
        ("metric,value,n_real,n_fake\nf8,0.5,5,\n", "is not a score"),
        ("metric,value,n_real,n_fake\nf8,0.5,5\n", "4 cells"),
        ("metric,value,n_real,n_fake,note\nf8,0.5,5,5,x\n", "must have the columns"),
        ("metric,value,n_real,n_fake\nf8,high,5,5\n", "is not a score"),
        ("metric,value,n_real,n_fake\nf8,0.5,5,5,9\n", "4 cells"),
        ("metric,value,n_real,n_fake\nf8,0.5,0,5\n", "is not a score"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, text, message):
    path = write(tmp_path, FILE, text)
    with pytest.raises(InputError, match=message):
        collect([path], {})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"fid\.csv does not exist"):
        collect([str(tmp_path / FILE)], {})


def test_masses_stand_with_every_extractor_of_the_model(tmp_path):
    scores = [FILE, FILE.replace("efficientnetlite0", "inception"), FILE.replace("aeot", "ae")]
    text = "metric,value,n_real,n_fake\nmass_error_rms,0.25,4000,10000\n"
    masses = write(tmp_path, "results/mnist5k/aeot/seed0/masses.csv", text)
    records = collect([masses, *(write(tmp_path, name) for name in scores)], {})
    found = [r for r in records if r["metric"] == "mass_error_rms"]
    assert [(r["model"], r["extractor"]) for r in found] == [
        ("aeot", "efficientnetlite0"), ("aeot", "inception"),
    ]  # fmt: skip
    assert {r["value"] for r in found} == {"0.25"}
