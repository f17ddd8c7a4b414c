"""Means, spreads and how they are written."""

import math

import pytest

from aeot.errors import InputError
from aeot.tables.spread import MISSING, cell, deviation, fixed, number, span


def test_the_sample_deviation_is_that_of_hand_computed_values():
    # Deviations -2, -1, 3: squares sum to 14, over n - 1 = 2.
    assert deviation([1.0, 2.0, 6.0]) == pytest.approx(7.0**0.5)


def test_a_single_seed_has_no_deviation():
    assert math.isnan(deviation([4.0]))
    assert cell(4.0, deviation([4.0]), 1) == "4.0"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ((3.14159, 0.0271), 2, "3.14 ± 0.03"),
        ((1234.5, 10.0), 1, "1,234.5 ± 10.0"),
        ((-0.26, None), 1, "−0.3"),
        ((-0.001, math.nan), 2, "0.00"),
        ((math.inf, None), 3, "∞"),
        ((None, None), 3, MISSING),
        ((math.nan, math.nan), 3, MISSING),
    ],
)
def test_cells(value, decimals, text):
    assert cell(*value, decimals) == text


def test_zero_is_written_as_a_number_and_nothing_as_a_dash():
    assert fixed(0.0, 1) == "0.0"
    assert cell(0.0, None, 1) != cell(None, None, 1)


def test_counts():
    assert span([10000, 10000]) == "10,000"
    assert span([3, 1, 2]) == "1–3"
    assert span([]) == MISSING


@pytest.mark.parametrize("text", ["", "nan", "inf", "-inf", "1,5", "FID", None])
def test_what_is_no_finite_number_is_named(text):
    with pytest.raises(InputError, match="value of x"):
        number(text, "value of x")
