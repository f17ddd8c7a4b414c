"""The printed numbers: the file in the repository, look-up, faults."""

from itertools import product
from pathlib import Path

import pytest

from aeot.errors import InputError
from aeot.files import load_rows
from aeot.labels import MIXTURES, POINTS
from aeot.tables.published import (
    COLUMNS,
    Published,
    PublishedNumbers,
    published_keys,
    published_text,
)

LIST = Path(__file__).parents[3] / "config" / "published.csv"
SOURCES = ("mnist", "fashionmnist", "cifar10", "celeba")


def row(**values):
    return Published(**{**dict.fromkeys(COLUMNS, ""), **values})


def values(model, metric):
    numbers = PublishedNumbers.load(LIST)
    return [published_text(numbers.find(source, model, metric)) for source in SOURCES]


def test_the_papers_losses_and_scores_are_listed():
    assert values("ae", "l2_before") == ["0.0013", "0.0026", "0.0023", "0.0077"]
    assert values("ae", "l2_after") == ["0.0005", "0.0011", "0.0018", "0.0074"]
    assert values("ae", "frechet_distance") == ["5.5", "4.7", "28.2", "67.5"]
    assert values("aeotcentres", "frechet_distance")[:3] == ["6.4", "10.2", "38.1"]
    assert values("aeotcentres", "frechet_distance")[3] == "68.4; 28.6 (two more convolutions)"
    assert values("aeot", "frechet_distance") == [""] * 4  # ours, not the paper's sampler


@pytest.mark.parametrize(
    "model", ["vae", "glo", "glann", "mmgan", "nsgan", "lsgan", "wgan", "wgangp", "dragan", "began"]
)
def test_the_field_has_a_number_for_each_of_the_papers_data_sets(model):
    assert all(values(model, "frechet_distance"))


def test_a_quotation_of_the_same_value_gives_way_to_its_source_with_the_spread():
    assert values("lsgan", "frechet_distance")[2] == "87.1 ± 47.5"
    assert values("wgangp", "frechet_distance")[3] == "30.0 ± 1.0"  # the paper leaves it out
    numbers = PublishedNumbers.load(LIST)
    keys = published_keys(numbers.find("cifar10", "lsgan", "frechet_distance"))
    assert keys["published_table"] == "Lucic et al. 2018"


def test_two_prints_that_differ_are_both_shown_with_their_names():
    numbers = PublishedNumbers.load(LIST)
    keys = published_keys(numbers.find("celeba", "lsgan", "frechet_distance"))
    assert keys["published"] == "53.8; 53.9 ± 2.8"
    assert keys["published_table"] == "AE-OT Table 3; Lucic et al. 2018"


def test_every_quotation_on_images_has_its_source_in_the_list():
    rows = [row for row in load_rows(LIST) if row["quotes"] and row["source"] != "grid"]
    assert len(rows) == 32
    keys = {(row["table"], row["source"], row["model"], row["metric"]) for row in load_rows(LIST)}
    assert {(r["quotes"], r["source"], r["model"], r["metric"]) for r in rows} <= keys


def test_what_the_published_glo_and_glann_had_in_their_loss_is_said():
    for model in ("glo", "glann"):
        assert all("(VGG features in the loss" in text
                   for text in values(model, "frechet_distance"))  # fmt: skip


def test_the_wasserstein_autoencoders_stand_beside_ours_on_celeba():
    texts = {model: values(model, "frechet_distance")[3] for model in ("vae", "waemmd", "waegan")}
    assert texts["vae"].startswith("85.7 ± 3.8") and "; 63 (" in texts["vae"]
    assert texts["waemmd"].startswith("55 (") and texts["waegan"].startswith("42 (")
    numbers = PublishedNumbers.load(LIST)
    sharp = {model: numbers.find("celeba", model, "sharpness") for model in texts}
    assert [published_text(rows, 3).partition(" ")[0] for rows in sharp.values()] == ["3", "6", "6"]


def test_the_papers_divergence_on_the_grid_is_that_to_its_own_points():
    numbers = PublishedNumbers.load(LIST)
    found = numbers.find("grid", "aeot512centres", "reverse_kl_data")
    assert published_text(found) == "0.007 ± 0.002"
    assert numbers.find("grid", "aeot512centres", "reverse_kl") == []


def test_models_of_points_on_mixtures_have_their_published_numbers():
    numbers = PublishedNumbers.load(LIST)
    listed = {row["model"] for row in load_rows(LIST) if row["source"] in MIXTURES}
    assert listed <= POINTS.keys()  # rows of Table 2
    for mixture, row in product(("grid", "ring"), ("gan", "alimlp", "pacgan2")):
        assert len(numbers.find(mixture, row, "modes")) == 1
        assert numbers.find(mixture, "ali", "modes") == []  # ALI of images is another method


def test_a_part_of_a_data_set_gets_the_whole_ones_numbers_under_its_name():
    found = PublishedNumbers.load(LIST).find("mnist5k", "aeotcentres", "frechet_distance")
    assert [(entry.source, entry.value) for entry in found] == [("mnist", "6.4")]


def test_what_was_never_printed_is_not_found():
    numbers = PublishedNumbers.load(LIST)
    assert numbers.find("shapes", "aeot", "frechet_distance") == []
    assert numbers.find("mnist", "floor", "frechet_distance") == []
    assert published_text([]) == ""


def test_the_order_of_the_file_does_not_decide():
    rows = [
        row(table="Elsewhere", source="a", model="m", metric="x", value="2"),
        row(table="AE-OT Table 9", source="a", model="m", metric="x", value="1", error=".5"),
        row(table="Else", source="a", model="m", metric="x", value="2.0", quotes="Elsewhere"),
    ]
    for order in (rows, rows[::-1]):
        assert published_text(PublishedNumbers(order).find("a", "m", "x")) == "1 ± .5; 2"


def test_faults_name_the_line(tmp_path):
    path = tmp_path / "published.csv"
    path.write_text(",".join(COLUMNS) + "\nT,a,m,x,5.5*,,,,,\n")
    with pytest.raises(InputError, match="value in line 2"):
        PublishedNumbers.load(path)
    path.write_text(",".join(COLUMNS) + "\nT,a,m,x,5.5,~1,,,,\n")
    with pytest.raises(InputError, match="error in line 2"):
        PublishedNumbers.load(path)
    path.write_text(",".join(COLUMNS) + "\n,a,m,x,5.5,,,,,\n")
    with pytest.raises(InputError, match="line 2 does not state where"):
        PublishedNumbers.load(path)
