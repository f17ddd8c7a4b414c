"""Placeholders stand for cells, and one that names no value is an error with its own words."""

import pytest

from aeot.errors import InputError


def filled(folder, text):
    (folder.study / "findings.md").write_text(f"[{text}]\n")
    page = folder.texts()["study.md"]
    return page[page.index("[") + 1 : page.index("]")]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("row=aeot column=frechet_distance", "60.1 ± 1.5"),
        ("row=ae column=frechet_distance", "40.0"),
        ("row=ae column=frechet_distance digits=2", "40.04"),
        ("row=aeot minus=ae column=frechet_distance", "20.0"),  # 60.06 - 40.04 = 20.02
        ("row=ae minus=aeot column=frechet_distance digits=2", "−20.02"),
        ("row=aeot over=ae column=frechet_distance", "1.50"),
        ('row="aeot" column=published', "6.4 ± 0.2 †"),
        ("page=study row=aeot column=f8 digits=1", "1.0"),
    ],
)
def test_a_placeholder_is_a_cell_a_difference_or_a_ratio(folder, words, value):
    assert filled(folder, f"{{value table=scores {words}}}") == value


@pytest.mark.parametrize(
    ("placeholder", "message"),
    [
        ("{value table=scores row=vae column=f8}", "no row 'vae'; there are: ae, aeot"),
        ("{value table=scores row=aeot column=kid}", "no column 'kid'; there are"),
        ("{value table=other row=aeot column=f8}", "no table 'other'; there are: scores"),
        ("{value page=other table=scores row=aeot column=f8}", "no page 'other'"),
        ("{value table=scores row=ae column=f8}", "no value there"),
        ("{value table=scores row=aeot column=published digits=1}", "no number there"),
        ("{value table=scores row=aeot}", "is not a placeholder"),
        ("{number table=scores row=aeot column=f8}", "is not a placeholder"),
        ("{value table=scores row=aeot column=f8 digit=1}", "is not a placeholder"),
        ("{value table=scores row=aeot row=ae column=f8}", "is not a placeholder"),
        ("{value table=scores row='aeot column=f8}", "is not a placeholder"),
        ("{}", "is not a placeholder"),
        ("a { brace", "is not a placeholder"),
        ("{value table=scores row=aeot column=f8 minus=ae over=ae}", "one of minus and over"),
        ("{value table=scores row=aeot column=f8 digits=x}", "digits as a whole number"),
    ],
)
def test_a_placeholder_without_a_value_is_an_error_that_quotes_it(folder, placeholder, message):
    with pytest.raises(InputError, match=message) as error:
        filled(folder, placeholder)
    assert str(error.value).startswith(str(folder.study / "findings.md"))


def test_a_ratio_to_zero_is_an_error(folder):
    folder.edit("scores.csv", "40.04", "0.0")
    with pytest.raises(InputError, match="to divide by is 0"):
        filled(folder, "{value table=scores row=aeot over=ae column=frechet_distance}")
