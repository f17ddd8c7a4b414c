"""Settings of the autoencoder that follow from the images if they are not given; torch-free."""

from typing import Any

from aeot.halving import default_extra_convs

# For registered data sets with any number of images.
REGISTERED = {"width": 64, "batch_size": 128, "epochs": 40, "decoder_epochs": 30, "patience": 10}
# For the user's own pictures: the first line whose number of training images is not reached. Small
# sets have small batches and many epochs, so that they are also trained for more than 1,000 steps.
PICTURES: tuple[tuple[float, dict[str, int]], ...] = (
    (1_000, {"width": 16, "batch_size": 32, "epochs": 150, "decoder_epochs": 75, "patience": 30}),
    (4_000, {"width": 32, "batch_size": 64, "epochs": 80, "decoder_epochs": 40, "patience": 20}),
    (16_000, REGISTERED),
    (float("inf"), REGISTERED | {"epochs": 20, "decoder_epochs": 10, "patience": 5}),
)


def defaults(pictures: bool, images: int, shape: tuple[int, int, int]) -> dict[str, int]:
    """Choose the settings that are not given.

    Args:
        pictures: whether the images are the user's own pictures.
        images: training images.
        shape: (channels, height, width) of an image.

    Returns:
        Settings by name. For the user's own pictures of 64 pixels or more, the innermost map is 8 x
        8 or smaller, as far as their sides can be halved; for registered data sets the network
        decides (`Settings.convs_beyond`).
    """
    if not pictures:
        return dict(REGISTERED)
    chosen = next(values for limit, values in PICTURES if images < limit)
    return {"extra_convs": default_extra_convs(*shape[1:], plain=0), **chosen}


def filled(given: dict[str, Any], chosen: dict[str, int]) -> dict[str, Any]:
    """Return settings in which None is replaced by the chosen value, if there is one."""
    return {key: chosen.get(key) if value is None else value for key, value in given.items()}
