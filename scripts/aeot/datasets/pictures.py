"""Picture files to arrays: decode, turn upright, crop, resize, fix the channels."""

from typing import IO, TYPE_CHECKING, Literal

import numpy as np

from aeot.errors import InputError
from aeot.files import Array

if TYPE_CHECKING:
    from PIL.Image import Image

ORIENTATION = 0x0112  # the EXIF tag
# Pillow's name of the turn that brings each orientation upright; 1 is upright.
TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}

Crop = Literal["centre", "pad", "stretch", "none"]


def decode(stream: IO[bytes], where: str) -> "Image":
    """Decode a picture (the first frame of a moving one), upright as its EXIF tag says.

    Args:
        stream: the file, opened for reading.
        where: its name, for messages.

    Returns:
        The picture: grey ("L") or colour ("RGB"), 8 bits a channel; what is transparent is
        laid over white.

    Raises:
        InputError: the file is truncated, corrupt, no picture, or holds floating-point pixels.
    """
    import PIL.Image

    try:
        picture = PIL.Image.open(stream)
        picture.load()
        # Not ImageOps.exif_transpose: it writes all tags anew, and fails at one that is damaged.
        turn = TURNS.get(picture.getexif().get(ORIENTATION, 1))
    except (OSError, SyntaxError, ValueError, EOFError, PIL.Image.DecompressionBombError) as error:
        raise InputError(
            f"{where} is not a readable picture ({error}); repair or remove it."
        ) from None
    upright = picture.transpose(PIL.Image.Transpose[turn]) if turn else picture
    return _eight_bits(upright, where)


def _eight_bits(picture: "Image", where: str) -> "Image":
    """Bring any pixel format to "L" or "RGB"."""
    import PIL.Image

    if picture.mode in ("L", "RGB"):
        return picture
    if picture.mode.startswith("I;16"):
        wide = np.asarray(picture).astype(np.uint32)
        return PIL.Image.fromarray(((wide + 128) // 257).astype(np.uint8))
    if picture.mode in ("I", "F"):
        kind = "32-bit integer" if picture.mode == "I" else "floating-point"
        raise InputError(
            f"{where} has {kind} pixels, whose range (or NaN) is unknown; save it with 8 bits."
        )
    if picture.mode == "1":
        return picture.convert("L")
    if picture.has_transparency_data:
        upper = picture.convert("RGBA")
        picture = PIL.Image.new("RGBA", upper.size, "white")
        picture.alpha_composite(upper)
    return picture.convert("RGB")


def square(picture: "Image", size: int, crop: Crop, where: str) -> "Image":
    """Make a picture `size` x `size`.

    Args:
        picture: any width and height.
        size: pixels a side.
        crop: `centre` cuts the largest central square, `pad` adds black bars, `stretch`
            changes the aspect, `none` takes only pictures that have the size already.
        where: the file's name, for messages.

    Raises:
        InputError: `none`, and the picture has another size.
    """
    import PIL.Image
    from PIL import ImageOps

    bilinear = PIL.Image.Resampling.BILINEAR  # Pillow's: area-aware (antialiased) when shrinking
    if crop == "none":
        if picture.size != (size, size):
            raise InputError(
                f"{where} has {picture.width} x {picture.height} pixels, not {size} x {size}; "
                "choose a crop other than 'none' to resize it."
            )
        return picture
    if crop == "stretch":
        return picture.resize((size, size), bilinear)
    if crop == "pad":
        return ImageOps.pad(picture, (size, size), bilinear, color=0)
    return centre_crop(picture, min(picture.size)).resize((size, size), bilinear)


def centre_crop(picture: "Image", side: int) -> "Image":
    """Cut the central `side` x `side` square; where the picture is smaller, pad with black."""
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side))


def to_array(picture: "Image", channels: int) -> Array:
    """Convert to `channels` (1: luma, 3: RGB).

    Returns:
        (channels, h, w) uint8.
    """
    pixels = np.asarray(picture.convert("L" if channels == 1 else "RGB"))
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)
