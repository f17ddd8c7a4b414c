"""Studies: how methods are swept, and which pictures are shown."""

import pytest

from aeot.errors import InputError
from aeot.models.aeot.settings import SamplingSettings
from aeot.pointmodels.gmm.settings import Settings as GmmSettings
from aeot.studies import Place, Study

BASE = {"weights": "uniform", "threshold": 0.5}


def test_a_method_has_a_place_for_each_value():
    place = Place(set={"threshold": None}, setting="threshold_quantile", values=[0.5, 1])
    assert place.places(BASE) == [
        {"weights": "uniform", "threshold": None, "threshold_quantile": 0.5},
        {"weights": "uniform", "threshold": None, "threshold_quantile": 1},
    ]
    assert Place(set={"variant": "vertex"}).places(BASE) == [BASE | {"variant": "vertex"}]
    assert BASE == {"weights": "uniform", "threshold": 0.5}


def test_values_are_words_that_read_back_as_the_same_values():
    cases = [
        (SamplingSettings, "threshold_quantile", [0.1, 1]),
        (SamplingSettings, "threshold", [None, 0.5]),
        (SamplingSettings, "singular", ["plain", "reject"]),
        (GmmSettings, "components", [[1], [2, 3]]),
    ]
    for kind, setting, values in cases:
        words = Place(setting=setting, values=values).words()
        read = [getattr(kind.from_items([f"{setting}={word}"]), setting) for word in words]
        assert read == values
    assert Place(setting="components", values=[[1], [2, 3]]).words() == ["[1]", "[2, 3]"]
    assert Place().words() == []


def test_a_method_that_is_not_swept_has_one_place():
    over = {"aekde": {"setting": "bandwidth", "values": [0.1, 0.2]}}
    study = Study(methods=["aekde", "aeot"], sweep={"over": over})
    assert len(study.swept("aekde").places({})) == 2
    assert study.swept("aeot") == Place() and Place().places(BASE) == [BASE]
    assert Study(methods=["aekde"]).swept("aekde") == Place()


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({"setting": "codes"}, "here: setting and values belong together"),
        ({"values": [1]}, "here: setting and values belong together"),
        (
            {"setting": "codes", "values": [1, 2, 1]},
            "here.values: every value may be listed only once",
        ),
        (
            {"setting": "codes", "values": [[1], [1]]},
            "here.values: every value may be listed only once",
        ),
        (
            {"setting": "count", "values": [5]},
            "here: count is set by scored_images, for every method",
        ),
        ({"set": {"count": 5}}, "here: count is set by scored_images, for every method"),
    ],
)
def test_a_fault_of_a_place_is_one_sentence(place, sentence):
    with pytest.raises(ValueError) as caught:
        Place(**place).check("here")
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("pictures", "shown", "rivals"),
    [
        (None, ["ae", "vae", "gan"], []),
        ([], [], []),
        (["gan", "ae"], ["gan", "ae"], []),
        (["ae", ["gan", "vae"], "aeot"], ["ae", "gan", "vae", "aeot"], ["gan", "vae"]),
        ([["ae", "gan"], "vae", ["x", "y"]], ["ae", "gan", "vae", "x", "y"],
         ["ae", "gan", "x", "y"]),
    ],
)  # fmt: skip
def test_pictures_are_shown_from_left_to_right_the_rivals_of_a_list_among_them(
    pictures, shown, rivals
):
    study = Study(methods=["ae", "vae", "gan"], pictures=pictures)
    assert (study.shown(), study.rivals()) == (shown, rivals)


@pytest.mark.parametrize(
    ("study", "sentence"),
    [
        ({"rows": []}, "studies.x.rows is not a known key; known here: datasets, extractors"),
        ({"tables": ["score"]}, "studies.x.tables.0: input should be 'losses', 'scores', "),
        ({"metrics": "some"}, "studies.x.metrics"),
        ({"search": {"ranges": "small"}}, "studies.x.search.ranges: input should be 'wide' or "),
        ({"search": {"draws": -1}}, "studies.x.search.draws: input should be greater than or "),
        ({"search": {"draw": 1}}, "studies.x.search.draw is not a known key; known here: chec"),
        ({"search": {"images": 1}}, "studies.x.search.images: input should be greater than or "),
        ({"search": {"checkpoints": 0}}, "studies.x.search.checkpoints."),
        ({"search": {"reruns": 0}}, "studies.x.search.reruns: input should be greater than 0"),
        ({"sweep": {"draws": 0}}, "studies.x.sweep.draws: input should be greater than 0"),
        ({"sweep": {"over": {"a": {"value": []}}}}, "studies.x.sweep.over.a.value is not a known "
                                                    "key; known here: set, setting, values"),
    ],
)  # fmt: skip
def test_a_wrong_key_of_a_study_is_named_in_full(refused, study, sentence):
    assert sentence in refused({"studies": {"x": study}})


def test_a_places_settings_are_those_of_its_method():
    place = Place(setting="bandwidth", values=[0.1])
    with pytest.raises(InputError, match="here.bandwidth is not a known key"):
        SamplingSettings.checked(place.places(BASE)[0], "here")
