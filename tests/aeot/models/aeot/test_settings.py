import pytest

from aeot.errors import InputError
from aeot.models.aeot.settings import SamplingSettings


def test_the_default_draws_ten_thousand_through_the_extended_map():
    settings = SamplingSettings()
    assert (settings.variant, settings.weights) == ("extended", "uniform")
    assert (settings.count, settings.threshold) == (10000, None)
    assert settings.singular == "redraw"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("angle=1", "--set.angle is not a known key; known here: .*threshold_quantile"),
        ("variant=plain", "--set.variant: .*'extended', 'chart' or 'vertex'"),
        ("weights=equal", "--set.weights: .*'uniform' or 'inverse_distance'"),
        ("count=0", "--set.count: .*greater than 0"),
        ("neighbours=1", "--set.neighbours: .*greater than or equal to 2"),
        ("threshold=0", "--set.threshold: .*greater than 0"),
        ("threshold_quantile=0", "--set.threshold_quantile: .*greater than 0"),
        ("threshold_quantile=1.01", "--set.threshold_quantile: .*less than or equal to 1"),
        ("singular=keep", "--set.singular: .*'redraw', 'reject' or 'plain'"),
        ("redraws=0", "--set.redraws: .*greater than 0"),
        ("centre_samples=0", "--set.centre_samples: .*greater than 0"),
    ],
)
def test_a_wrong_word_is_one_sentence_that_names_the_key(word, message):
    with pytest.raises(InputError, match=message) as caught:
        SamplingSettings.from_items([word])
    assert "\n" not in str(caught.value)


def test_every_key_is_explained():
    assert all(field.description for field in SamplingSettings.model_fields.values())
