"""Paths of many files at once."""

import itertools

from aeot.plan.files import as_list, expand, unique


def test_every_combination_is_there_once_the_last_wildcard_fastest():
    found = expand("a/{x}/{y}.csv", x=["p", "q"], y=[1, 2])
    assert found == [f"a/{x}/{y}.csv" for x, y in itertools.product("pq", (1, 2))]


def test_a_wildcard_without_values_stays_and_values_without_a_wildcard_change_nothing():
    assert expand("{dataset}/{seed}", seed=[3], extractor=["a", "b"]) == ["{dataset}/3"]
    assert expand("{seed}", seed=[]) == []


def test_files_of_a_name_are_a_list_and_entries_come_once():
    assert as_list("a b.csv") == ["a b.csv"]
    assert as_list(("a", "b")) == ["a", "b"]
    assert unique(["b", "a", "b"]) == ["b", "a"]
