import math

import pytest

from aeot.models.autoencoder.defaults import PICTURES, REGISTERED, defaults, filled
from aeot.models.autoencoder.settings import Section, Settings

SHAPE = (3, 64, 64)


def test_registered_data_sets_have_the_same_whatever_their_number():
    assert REGISTERED == {
        "width": 64, "batch_size": 128, "epochs": 40, "decoder_epochs": 30, "patience": 10,
    }  # fmt: skip
    for images in (10, 4000, 10**6):
        assert defaults(False, images, SHAPE) == REGISTERED


@pytest.mark.parametrize(
    ("images", "line"),
    [(2, 0), (999, 0), (1000, 1), (3999, 1), (4000, 2), (15_999, 2), (16_000, 3), (10**6, 3)],
)
def test_the_number_of_own_pictures_decides(images, line):
    chosen = defaults(True, images, SHAPE)
    assert chosen == {"extra_convs": 1, **PICTURES[line][1]}


@pytest.mark.parametrize(("side", "extra"), [(28, 0), (32, 0), (64, 1), (96, 2), (128, 2), (50, 0)])
def test_the_size_of_own_pictures_decides_the_convolutions(side, extra):
    assert defaults(True, 400, (3, side, side))["extra_convs"] == extra


@pytest.mark.parametrize("images", [300, 1000, 3999, 4000, 15_999, 16_000, 50_000])
def test_every_set_is_trained_in_one_to_ten_thousand_steps(images):
    chosen = defaults(True, images, SHAPE)
    assert 1000 <= math.ceil(images / chosen["batch_size"]) * chosen["epochs"] <= 10_000


def test_what_is_given_is_kept():
    given = {"epochs": 3, "batch_size": None, "training_images": None, "decoder_epochs": 0}
    assert filled(given, REGISTERED) == {
        "epochs": 3, "batch_size": 128, "training_images": None, "decoder_epochs": 0,
    }  # fmt: skip


def test_the_configuration_and_the_training_have_the_same_keys():
    assert list(Section.model_fields) == list(Settings.model_fields)
    for name, field in Section.model_fields.items():
        assert field.description == Settings.model_fields[name].description
    nullable = {name for name in Section.model_fields if Section.model_fields[name].default is None}
    assert nullable == {"extra_convs", "training_images", *REGISTERED}
