"""Settings: KEY=VALUE words there and back, and one sentence for every fault."""

import math
import re

import pytest
from pydantic import Field, PositiveInt, ValidationError

from aeot.errors import InputError
from aeot.settings import Settings, format_items, parse_items


class Inner(Settings):
    """A section."""

    depth: PositiveInt = 3
    rate: float = Field(0.5, gt=0, lt=1)


class Outer(Settings):
    """A section with sections in it."""

    name: str = "plain"
    count: PositiveInt = 1
    flag: bool = False
    inner: Inner = Inner()
    maybe: Inner | None = None
    many: dict[str, Inner] = {}


def fault(values, where=""):
    with pytest.raises(InputError) as caught:
        Outer.checked(values, where)
    return str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        {"count": 3, "rate": 1e-05, "flag": True, "none": None, "list": [1, 2.5, "a"]},
        {"path": "/a b/c=d", "empty": "", "quote": 'a"b', "unicode": "é"},
        {"digits": "0123", "number": "12", "truth": "true", "null": "null", "nan": "NaN"},
        {"map": {"b": 1, "a": [True, None]}, "json": '{"a": 1}'},
    ],
)
def test_words_come_back_as_the_values_they_were_made_from(values):
    words = format_items(values)
    assert parse_items(words) == values
    assert [type(v) for v in parse_items(words).values()] == [
        type(values[key]) for key in sorted(values)
    ]


def test_words_do_not_depend_on_the_order_of_keys():
    assert format_items({"b": 1, "a": 2}) == format_items({"a": 2, "b": 1}) == ["a=2", "b=1"]


def test_ordinary_strings_are_written_bare():
    assert format_items({"source": "uniform", "count": 5}) == ["count=5", "source=uniform"]


def test_a_value_may_hold_an_equals_sign_and_the_last_word_wins():
    assert parse_items(["a=b=c", "n=1", "n=2"]) == {"a": "b=c", "n": 2}


def test_a_word_without_equals_is_named():
    with pytest.raises(InputError, match=r"KEY=VALUE words, not 'epochs'\."):
        parse_items(["epochs"])


def test_items_become_typed_settings():
    settings = Outer.from_items(["count=4", "flag=true", "name=7x", 'inner={"depth": 9}'])
    assert settings == Outer(count=4, flag=True, name="7x", inner=Inner(depth=9))


def test_settings_never_change():
    with pytest.raises(ValidationError, match="frozen"):
        Outer().count = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "key", "allowed"),
    [
        ({"cuont": 1}, "here.cuont", "count, flag, inner, many, maybe, name"),
        ({"inner": {"deep": 1}}, "here.inner.deep", "depth, rate"),
        ({"maybe": {"deep": 1}}, "here.maybe.deep", "depth, rate"),
        ({"many": {"x": {"deep": 1}}}, "here.many.x.deep", "depth, rate"),
        ({"many": {"count": {"deep": 1}}}, "here.many.count.deep", "depth, rate"),
    ],
)
def test_an_unknown_key_is_named_with_the_known_ones_at_every_level(values, key, allowed):
    assert fault(values, "here") == f"{key} is not a known key; known here: {allowed}."


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"count": "many"}, r"count: input should be a valid integer.* \(got 'many'\)\."),
        ({"count": 0}, r"count: input should be greater than 0 \(got 0\)\."),
        ({"inner": {"rate": 1.0}}, r"inner\.rate: input should be less than 1 \(got 1\.0\)\."),
        ({"inner": {"rate": math.nan}}, r"inner\.rate: input should be a finite number"),
        ({"many": {"x": {"depth": 2.5}}}, r"many\.x\.depth: input should be a valid integer"),
        ({"inner": 3}, r"inner: input should be a valid dictionary .*\(got 3\)\."),
        ([1], r"input should be a valid dictionary"),
    ],
)
def test_a_wrong_value_is_named_with_its_key_and_what_is_allowed(values, sentence):
    assert re.match(sentence, fault(values))


def test_every_fault_gets_its_sentence():
    text = fault({"count": 0, "nmae": "x"}, "--set")
    assert "--set.count: input should be greater than 0 (got 0)." in text
    assert "--set.nmae is not a known key" in text
