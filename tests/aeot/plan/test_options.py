"""Options of a command line."""

import pytest

from aeot.plan.options import evaluated, option_words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, []), (False, []), ([], []), (True, ["--a-b"]), (0, ["--a-b", "0"]),
        (0.5, ["--a-b", "0.5"]), ("x y", ["--a-b", "x y"]), (["x", "y"], ["--a-b", "x", "y"]),
    ],
)  # fmt: skip
def test_an_option_is_its_name_and_its_values(value, words):
    assert option_words("a_b", value) == words
    assert option_words("a_b_", value) == words


def test_an_option_is_a_value_or_a_function_of_wildcards_and_input():
    assert evaluated(3, {"seed": 1}, {"rows": "r"}) == 3
    assert evaluated(lambda wildcards: wildcards["seed"], {"seed": 1}, {"rows": "r"}) == 1
    both = evaluated(lambda wildcards, input: (wildcards, input), {"seed": 1}, {"rows": "r"})
    assert both == ({"seed": 1}, {"rows": "r"})
