"""What settings say of an image's shape is what the networks then do."""

import pytest
import torch

from aeot.errors import InputError
from aeot.models import IMAGE_MODELS
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.models.glo.losses import laplacian_loss
from aeot.models.glo.settings import PYRAMID_LEAST, Settings
from aeot.registry import resolve_part

SIDES = (4, 8, 12, 16, 20, 50, 60, 64, 68, 72)


@pytest.mark.parametrize(
    ("name", "values"),
    [("nsgan", {}), ("waemmd", {}), ("waemmd", {"net": "wae"}), ("gaia", {"net": "gaia"})],
)
def test_a_model_is_made_exactly_where_no_fault_is_found(name, values):
    settings = resolve_part(IMAGE_MODELS, name, "settings:Settings", "model of images")
    model = resolve_part(IMAGE_MODELS, name, "model:Model", "model of images")
    wanted = settings(width=2, codes=4, **values)
    found = {side: wanted.shape_fault((1, side, side)) for side in SIDES}
    for side, fault in found.items():
        if fault:
            with pytest.raises(InputError):
                model(wanted, (1, side, side))
        else:
            model(wanted, (1, side, side))
    assert found[50] and not found[64]


@pytest.mark.parametrize("extra", [None, 0, 1, 3])
def test_an_autoencoder_is_made_exactly_where_no_fault_is_found(extra):
    settings = AutoencoderSettings(width=2, codes=4, extra_convs=extra)
    for side in SIDES:
        if fault := settings.shape_fault((1, side, side)):
            with pytest.raises(InputError, match=fault):
                Autoencoder(settings, (1, side, side))
        else:
            Autoencoder(settings, (1, side, side))


def test_the_pyramid_takes_the_sides_that_its_settings_name():
    least = PYRAMID_LEAST
    made, real = torch.zeros(2, 1, 1, least, least), torch.ones(1, 1, least, least)
    assert laplacian_loss(made[0], real) == 1  # a constant lies in the last level
    with pytest.raises(RuntimeError, match="[Pp]adding"):
        laplacian_loss(made[0, :, :, 1:, 1:], real[:, :, 1:, 1:])
    assert Settings(batch_size=2).shape_fault((1, 4, 4)) and not Settings().shape_fault((1, 8, 8))
