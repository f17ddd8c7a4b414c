"""Picture files to arrays: decode, rotate upright, crop, resize, convert the channels."""

from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

import numpy as np

from aeot.errors import InputError
from aeot.files import Array

if TYPE_CHECKING:
    from PIL.Image import Image

# Formats that Pillow may recognise by the content of a file: they have their own signatures and are
# decoded inside Pillow (EPS would start Ghostscript). JPEG includes MPO.
FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "QOI", "TIFF", "WEBP")

ORIENTATION = 0x0112  # the EXIF tag
BITS_PER_SAMPLE, PHOTOMETRIC = 258, 262  # TIFF tags
# Pillow's name of the transformation that makes each orientation upright; 1 is upright.
TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}

SMALLEST_PART = 0.85  # smallest share of the sides of a picture in a random part of it

Crop = Literal["centre", "pad", "stretch", "none"]


def decode(stream: IO[bytes], where: str, at_least: int | None = None) -> "Image":
    """Decode a picture (the first frame of an animation), upright according to its EXIF tag.

    Args:
        stream: the file, opened for reading.
        where: its name, for messages.
        at_least: decode a JPEG faster, at an eighth to a half of its width and height, neither of
            which becomes smaller than this number of pixels; None decodes all pixels.

    Returns:
        The picture: grey ("L") or colour ("RGB"), 8 bits per channel, with transparent parts over
        white.

    Raises:
        InputError: the file is truncated, corrupt, in none of `FORMATS`, or has pixels whose range
            is unknown.
    """
    import PIL.Image

    try:
        picture = PIL.Image.open(stream, formats=FORMATS)
        if at_least is not None:
            picture.draft(None, (at_least, at_least))
        picture.load()
        # Not ImageOps.exif_transpose, which writes all tags again and fails if one is damaged.
        turn = TURNS.get(picture.getexif().get(ORIENTATION, 1))
        upright = _eight_bits(picture, where)
        return upright.transpose(PIL.Image.Transpose[turn]) if turn else upright
    except InputError:
        raise
    except PIL.UnidentifiedImageError:
        reason = f"its content is in none of the supported variants of {', '.join(FORMATS)}"
    except Exception as error:  # Pillow's decoders raise various ones for a damaged file
        reason = str(error) or type(error).__name__
    raise InputError(f"{where} is not a readable picture ({reason}); repair or remove it.")


def open_picture(path: Path, at_least: int | None = None) -> "Image":
    """Decode the picture of a file: `decode`.

    Raises:
        InputError: the file cannot be read, or as for `decode`.
    """
    try:
        with path.open("rb") as stream:
            return decode(stream, str(path), at_least)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from None


def _eight_bits(picture: "Image", where: str) -> "Image":
    """Convert any pixel format to "L" or "RGB"."""
    import PIL.Image

    if picture.mode in ("L", "RGB"):
        return picture
    if picture.mode.startswith("I;16") or (picture.mode, picture.format) == ("I", "PPM"):
        return PIL.Image.fromarray(_deep_grey(picture))
    if picture.mode in ("I", "F"):
        kind = "signed or 32-bit integer" if picture.mode == "I" else "floating-point"
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


def _deep_grey(picture: "Image") -> Array:
    """Scale grey of up to 16 bits to 8: (h, w) uint8, 0 is black.

    Pillow scales PGM to 16 bits for any maximum, but does not scale the 12 bits of a TIFF, nor
    invert a TIFF of 16 bits whose zero is white.
    """
    tags = getattr(picture, "tag_v2", {}) if picture.format == "TIFF" else {}
    white = 2 ** tags.get(BITS_PER_SAMPLE, (16,))[0] - 1
    wide = np.asarray(picture).astype(np.uint32).clip(0, white)
    if tags.get(PHOTOMETRIC) == 0:  # WhiteIsZero
        wide = white - wide
    return ((wide * 255 + white // 2) // white).astype(np.uint8)


def square(picture: "Image", size: int, crop: Crop, where: str) -> "Image":
    """Crop and resize a picture to `size` x `size`.

    Args:
        picture: any width and height.
        size: pixels per side.
        crop: `centre` cuts out the largest central square, `pad` adds black bars, `stretch` changes
            the aspect ratio, `none` accepts only pictures that already have this size.
        where: the file's name, for messages.

    Raises:
        InputError: `crop` is `none`, and the picture has another size.
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


def random_part(picture: "Image", random: np.random.Generator) -> "Image":
    """Cut out a random part of a picture, with the same shape, and mirror half of them.

    Its sides are at least `SMALLEST_PART` of those of the picture, and smaller than those.
    """
    from PIL import ImageOps

    share = random.uniform(SMALLEST_PART, 1)
    width, height = (max(1, min(round(share * side), side - 1)) for side in picture.size)
    left = int(random.integers(picture.width - width + 1))
    top = int(random.integers(picture.height - height + 1))
    part = picture.crop((left, top, left + width, top + height))
    return ImageOps.mirror(part) if random.random() < 0.5 else part


def centre_crop(picture: "Image", side: int) -> "Image":
    """Cut out the central `side` x `side` square; a smaller picture is padded with black."""
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side))


def to_array(picture: "Image", channels: int) -> Array:
    """Convert to `channels` (1: luma, 3: RGB).

    Returns:
        (channels, h, w) uint8.
    """
    pixels = np.asarray(picture.convert("L" if channels == 1 else "RGB"))
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)
