import pytest
from pydantic import ValidationError

from aeot.errors import InputError
from aeot.frontier.settings import Curve, Frontier
from aeot.models.aeot.settings import SamplingSettings

CURVES = {
    "aeot": {"set": {"weights": "uniform"}, "over": "threshold_quantile", "values": [0.5, 1]},
    "aekde": {"model": "kde", "over": "bandwidth", "values": [0.1, 0.2]},
    "aegmm": {"model": "gmm", "over": "components", "values": [[1], [2, 3]]},
    "own": {"model": "aeot", "over": "codes", "values": [10]},
    "plain": {"set": {"variant": "vertex"}},
}


def frontier(name="aeot", **edits):
    curves = CURVES | {name: CURVES.get(name, {}) | edits}
    return Frontier(curves=[name], curve_settings=curves)


def test_a_curve_has_a_place_for_each_value():
    assert Curve(**CURVES["aeot"]).places() == [
        {"weights": "uniform", "threshold_quantile": 0.5},
        {"weights": "uniform", "threshold_quantile": 1},
    ]
    assert Curve(**CURVES["plain"]).places() == [{"variant": "vertex"}]


def test_values_are_words_that_read_back_as_the_same_values():
    for name, curve in CURVES.items():
        read = Curve(**curve)
        words = [f"{read.over}={word}" for word in read.words()]
        assert len(words) == len(curve.get("values", []))
        if name == "aeot":
            found = [SamplingSettings.from_items([word]).threshold_quantile for word in words]
            assert found == [0.5, 1]
    assert Curve(**CURVES["aegmm"]).words() == ["[1]", "[2, 3]"]


def test_the_curves_without_a_rival_s_model_are_ours():
    read = frontier()
    assert [name for name in CURVES if read.ours(name)] == ["aeot", "own", "plain"]


def test_these_curves_hold():
    frontier().check()


@pytest.mark.parametrize(
    ("name", "edits", "sentence"),
    [
        ("aeot", {"over": None}, "aeot: over and values belong together"),
        ("aeot", {"values": []}, "aeot: over and values belong together"),
        ("aeot", {"values": [1, 1]}, r"aeot\.values: every value may be listed once"),
        ("aeot", {"set": {"count": 5}}, "count is scored_images"),
        ("plain", {"set": {"variant": "reconstruction"}}, "the reconstruction is always there"),
        ("aeot", {"values": [7]}, r"aeot\.threshold_quantile"),
        ("aeot", {"over": "bandwidth"}, r"aeot\.bandwidth is not a known key"),
        ("aekde", {"model": "kd"}, "'kd'"),
        ("ae", {}, "'ae' is taken"),
        ("a-b", {}, "not lower-case letters, digits"),
    ],
)
def test_a_fault_is_one_sentence_that_names_the_place(name, edits, sentence):
    with pytest.raises((ValueError, InputError), match=sentence) as caught:
        frontier(name, **edits).check()
    assert not isinstance(caught.value, ValidationError)


def test_a_listed_curve_must_have_settings():
    with pytest.raises(ValueError, match=r"frontier\.curves: 'new' is not known; known: aegmm"):
        Frontier(curves=["new"], curve_settings=CURVES).check()
