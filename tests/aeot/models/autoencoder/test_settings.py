import subprocess
import sys
from pathlib import Path

import pytest

from aeot.errors import InputError
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings


def test_the_defaults_are_the_published_network_and_adam():
    settings = AutoencoderSettings()
    assert (settings.width, settings.codes) == (64, 64)
    assert [settings.convs_beyond(side, side) for side in (28, 32, 64, 128)] == [0, 0, 0, 2]
    assert (settings.beta1, settings.beta2) == (0.5, 0.999)


def test_words_become_settings():
    settings = AutoencoderSettings.from_items(["codes=32", "learning_rate=3e-4", "epochs=7"])
    assert (settings.codes, settings.learning_rate, settings.epochs) == (32, 3e-4, 7)
    assert settings.batch_size == AutoencoderSettings().batch_size


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("code=3", "--set.code is not a known key; known here: .*codes"),
        ("codes=0", "--set.codes: .*greater than 0"),
        ("width=1.5", "--set.width: .*integer"),
        ("extra_convs=-1", "--set.extra_convs: .*greater than or equal to 0"),
        ("batch_size=1", "--set.batch_size: .*greater than or equal to 2"),
        ("learning_rate=0", "--set.learning_rate: .*greater than 0"),
        ("learning_rate=NaN", "--set.learning_rate: .*finite"),
        ("beta1=1", "--set.beta1: .*less than 1"),
        ("epochs=0", "--set.epochs: .*greater than 0"),
        ("patience=0", "--set.patience: .*greater than 0"),
        ("min_improvement=1", "--set.min_improvement: .*less than 1"),
        ("mixed_precision=maybe", "--set.mixed_precision: .*boolean"),
    ],
)
def test_a_wrong_word_is_one_sentence_that_names_the_key(word, message):
    with pytest.raises(InputError, match=message) as caught:
        AutoencoderSettings.from_items([word])
    assert "\n" not in str(caught.value)


def test_phase_two_may_be_left_out():
    assert AutoencoderSettings(decoder_epochs=0).decoder_epochs == 0


def test_every_key_is_explained():
    assert all(field.description for field in AutoencoderSettings.model_fields.values())


def test_settings_never_change():
    with pytest.raises(ValueError, match="frozen"):
        AutoencoderSettings().codes = 3


def test_the_settings_need_no_torch():
    code = "import aeot.models.autoencoder.settings, sys; sys.exit('torch' in sys.modules)"
    scripts = str(Path(__file__).parents[4] / "scripts")
    subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": scripts}, check=True)
