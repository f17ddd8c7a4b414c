"""What every model of images says of short, published and authors' trainings is valid."""

import pytest

from aeot.datasets import DATASETS
from aeot.errors import InputError
from aeot.models import IMAGE_MODELS
from aeot.registry import resolve_part


def settings_of(name):
    return resolve_part(IMAGE_MODELS, name, "settings:Settings", "model of images")


@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_what_a_model_says_of_a_short_training_is_settings_of_it(name):
    kind = settings_of(name)
    assert set(kind.SHORT) <= set(kind.model_fields)
    changed = {key for key, value in kind(**kind.SHORT) if value != getattr(kind(), key)}
    assert changed <= set(kind.SHORT)
    if "learning_rate" in changed:
        assert kind(**kind.SHORT).learning_rate > kind().learning_rate


@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_the_settings_of_a_models_authors_are_settings_of_it(name):
    kind = settings_of(name)
    for source, own in kind.AUTHORS.items():
        assert source in (*DATASETS, "default")
        kind.checked(own, name)


@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_the_published_budgets_of_a_model_are_settings_of_it(name):
    kind = settings_of(name)
    for source, budget in kind.PUBLISHED.items():
        assert source in (*DATASETS, "default") and len(budget) == 1
        kind.checked(budget, name)


@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_what_a_search_draws_is_settings_of_the_model(name):
    kind = settings_of(name)
    assert {*kind.WIDE, *kind.NARROW} <= set(kind.model_fields)


def test_epochs_are_counted_in_steps_without_what_fills_no_batch():
    kind = settings_of("nsgan")
    settings = kind(epochs=3, batch_size=64)
    assert settings.counted(1000).steps == 3 * 15  # 15 * 64 = 960
    assert settings.counted(40).steps == 3  # one batch, of all images
    assert settings.counted(1000).momentum() == 10 / 45
    assert kind(steps=8).counted(1000).steps == 8
    again = kind.checked(settings.counted(1000).model_dump(), "file")
    assert again.steps == 45 and again.epochs is None
    with pytest.raises(InputError, match="steps or epochs, not both"):
        kind.checked({"steps": 2, "epochs": 3}, "set")
