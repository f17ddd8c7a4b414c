"""The printed numbers: the file in the repository, look-up, faults."""

from pathlib import Path

import pytest

from aeot.errors import InputError
from aeot.tables.published import COLUMNS, Published, PublishedNumbers, published_text

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
    assert values("aeot", "frechet_distance")[:3] == ["6.4", "10.2", "38.1"]
    assert values("aeot", "frechet_distance")[3] == "68.4; 28.6 (with two more convolutions)"


@pytest.mark.parametrize(
    "model", ["vae", "glo", "glann", "mmgan", "nsgan", "lsgan", "wgan", "wgangp", "dragan", "began"]
)
def test_the_field_has_a_number_for_each_of_the_papers_data_sets(model):
    assert all(values(model, "frechet_distance"))


def test_the_papers_print_is_preferred_and_others_fill_its_gaps():
    assert values("lsgan", "frechet_distance")[3] == "53.8"  # Lucic et al. print 53.9
    assert values("wgangp", "frechet_distance")[3] == "30.0 ± 1.0"  # the paper leaves it out


def test_a_part_of_a_data_set_gets_the_whole_ones_numbers_under_its_name():
    found = PublishedNumbers.load(LIST).find("mnist5k", "aeot", "frechet_distance")
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
    ]
    for order in (rows, rows[::-1]):
        assert published_text(PublishedNumbers(order).find("a", "m", "x")) == "1 ± .5"


def test_faults_name_the_line(tmp_path):
    path = tmp_path / "published.csv"
    path.write_text(",".join(COLUMNS) + "\nT,a,m,x,5.5*,,,\n")
    with pytest.raises(InputError, match="value in line 2"):
        PublishedNumbers.load(path)
    path.write_text(",".join(COLUMNS) + "\n,a,m,x,5.5,,,\n")
    with pytest.raises(InputError, match="line 2 does not say where"):
        PublishedNumbers.load(path)
