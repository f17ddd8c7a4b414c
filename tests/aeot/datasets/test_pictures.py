import io
import struct

import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest

from aeot.datasets.pictures import ORIENTATION, centre_crop, decode, square, to_array
from aeot.errors import InputError


def encode(picture: PIL.Image.Image, kind: str = "png", **options) -> io.BytesIO:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    stream.seek(0)
    return stream


def picture(*shape: int, seed: int = 0) -> PIL.Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    return PIL.Image.fromarray(pixels)


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
def test_grey_and_colour_come_through_unchanged(shape):
    original = picture(*shape)
    decoded = decode(encode(original), "p")
    assert decoded.mode == ("L" if len(shape) == 2 else "RGB")
    np.testing.assert_array_equal(np.asarray(decoded), np.asarray(original))


def test_sixteen_bits_are_scaled_and_not_cut_off():
    deep = np.array([[0, 257, 32896, 65535]], np.uint16)  # 257 k is k exactly
    decoded = decode(encode(PIL.Image.fromarray(deep)), "p")
    assert np.asarray(decoded).tolist() == [[0, 1, 128, 255]]


def test_what_is_transparent_lies_over_white():
    pixels = np.zeros((1, 3, 4), np.uint8)
    pixels[0, :, 3] = 0, 255, 51  # hidden, opaque, one fifth black
    decoded = decode(encode(PIL.Image.fromarray(pixels)), "p")
    assert np.asarray(decoded)[0, :, 0].tolist() == [255, 0, 204]


def test_a_palette_becomes_its_colours():
    original = PIL.Image.fromarray(np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8))
    decoded = decode(encode(original.quantize(2), "gif"), "p")
    np.testing.assert_array_equal(np.asarray(decoded), np.asarray(original))


def test_black_and_white_become_0_and_255():
    original = PIL.Image.fromarray(np.array([[0, 255]], np.uint8)).convert("1")
    assert np.asarray(decode(encode(original), "p")).tolist() == [[0, 255]]


def test_a_camera_held_on_its_side_is_turned_upright():
    original = picture(4, 6, 3)
    exif = PIL.Image.Exif()
    exif[0x0112] = 6  # the top is on the right: turn a quarter clockwise
    decoded = decode(encode(original, exif=exif), "p")
    np.testing.assert_array_equal(np.asarray(decoded), np.rot90(np.asarray(original), -1))


@pytest.mark.parametrize("orientation", range(10))
def test_every_orientation_is_pillows(orientation):
    exif = PIL.Image.Exif()
    exif[ORIENTATION] = orientation
    stream = encode(picture(4, 6, 3), exif=exif)
    expected = PIL.ImageOps.exif_transpose(PIL.Image.open(stream))
    np.testing.assert_array_equal(np.asarray(decode(stream, "p")), np.asarray(expected))


def test_a_damaged_tag_beside_the_orientation_does_no_harm():
    exif = PIL.Image.Exif()
    exif[0x010F], exif[ORIENTATION] = "maker", 6
    content = encode(picture(4, 6, 3), "jpeg", exif=exif).getvalue()
    tag = content.index(b"\x01\x0f\x00\x02")  # big-endian: number, type "text"
    damaged = content[:tag] + b"\x01\x00" + content[tag + 2 :]  # now the width, as text
    with pytest.raises(struct.error):
        PIL.ImageOps.exif_transpose(PIL.Image.open(io.BytesIO(damaged)))
    assert decode(io.BytesIO(damaged), "p").size == (4, 6)


def tiff(values, bits, photometric, order="<", kind=1):
    """An uncompressed grey TIFF of (h, w) values; `kind`: 1 unsigned, 2 signed, 3 float."""
    height, width = values.shape
    if bits % 8:
        text = "".join(f"{value:0{bits}b}" for value in values.ravel())
        data = int(text, 2).to_bytes(len(text) // 8, "big")
    else:
        data = values.astype(f"{order}{' uif'[kind]}{bits // 8}").tobytes()
    tags = [(256, width), (257, height), (258, bits), (259, 1), (262, photometric), (273, 8)]
    tags += [(277, 1), (278, height), (279, len(data)), (339, kind)]
    directory = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in tags)
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", 8 + len(data))
    return head + data + struct.pack(f"{order}H", len(tags)) + directory + bytes(4)


RAMP = np.tile(np.arange(8), (2, 1))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("photometric", [0, 1])  # zero is white, zero is black
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 12, 16])
def test_grey_of_any_depth_is_scaled_and_its_zero_minded(bits, photometric, order):
    white = 2**bits - 1
    values = RAMP * white // 7
    stored = values if photometric else white - values
    content = tiff(stored, bits, photometric, order)
    if (bits, photometric, order) in {(12, 0, "<"), (12, 0, ">"), (12, 1, ">"), (16, 0, ">")}:
        with pytest.raises(InputError, match=r"here.tif is not a readable picture"):
            decode(io.BytesIO(content), "here.tif")  # Pillow reads none of these
        return
    expected = np.rint(values * 255 / white).astype(int)
    assert np.asarray(decode(io.BytesIO(content), "p")).tolist() == expected.tolist()


@pytest.mark.parametrize("photometric", [0, 1])
@pytest.mark.parametrize(("bits", "kind"), [(16, 2), (32, 1), (32, 3)])
def test_tiff_without_a_range_is_refused(bits, kind, photometric):
    content = tiff(RAMP, bits, photometric, kind=kind)
    with pytest.raises(InputError, match=r"here.tif (has|is not a readable)"):
        decode(io.BytesIO(content), "here.tif")


@pytest.mark.parametrize("top", [1, 100, 255, 256, 1000, 4095, 65535])
@pytest.mark.parametrize("magic", ["P2", "P3", "P5", "P6"])
def test_pgm_and_ppm_are_scaled_from_the_maximum_they_declare(magic, top):
    values = RAMP * top // 7
    channels = np.repeat(values, 3 if magic in ("P3", "P6") else 1)
    data = channels.astype(">u2" if top > 255 else "u1").tobytes()
    if magic in ("P2", "P3"):
        data = " ".join(map(str, channels)).encode()
    decoded = np.asarray(decode(io.BytesIO(f"{magic} 8 2 {top}\n".encode() + data), "p"))
    assert np.abs(decoded.reshape(2, 8, -1)[..., 0] - values * 255 / top).max() <= 0.51


def test_sixteen_bit_grey_is_turned_and_inverted():
    exif = PIL.Image.Exif()
    exif[ORIENTATION] = 3
    deep = (RAMP * 257).astype(np.uint16)
    stream = encode(PIL.Image.fromarray(deep), "tiff", tiffinfo={262: 0, ORIENTATION: 3})
    assert np.asarray(decode(stream, "p")).tolist() == (255 - RAMP[::-1, ::-1]).tolist()


@pytest.mark.parametrize("kind", ["avif", "jpeg2000", "webp", "jpeg", "mpo", "bmp", "gif", "qoi"])
def test_every_common_format_is_read(kind):
    flat = PIL.Image.new("RGB", (32, 24), (200, 100, 50))
    decoded = np.asarray(decode(encode(flat, "jpeg" if kind == "mpo" else kind), "p"), int)
    assert decoded.shape == (24, 32, 3)
    assert np.abs(decoded - [200, 100, 50]).max() <= 3


@pytest.mark.parametrize("kind", ["eps", "dds", "tga", "pcx", "im", "sgi"])
def test_other_formats_are_refused_whatever_their_name(kind, monkeypatch):
    content = encode(picture(16, 16, 3), kind)

    def started(*args, **options):
        raise AssertionError("a process was started")

    monkeypatch.setattr("subprocess.Popen", started)
    with pytest.raises(
        InputError, match=r"x.png is not a readable picture .*none of the supported"
    ):
        decode(content, "x.png")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["avif", "jpeg2000", "webp", "jpeg", "tiff", "png", "gif", "bmp"])
def test_damage_of_any_kind_is_a_sentence(kind):
    content = encode(picture(48, 48, 3), kind).getvalue()
    draw = np.random.default_rng(0)
    refused = 0
    for _ in range(60):
        damaged = bytearray(content)
        start = draw.integers(4, min(len(content), 400))
        damaged[start : start + 8] = draw.bytes(len(damaged[start : start + 8]))
        try:
            decode(io.BytesIO(damaged), "broken.jpg")
        except InputError as error:
            assert str(error).startswith("broken.jpg ")
            refused += 1
    assert refused


def test_a_damaged_avif_is_named():
    content = bytearray(encode(picture(64, 64, 3), "avif").getvalue())
    start = content.index(b"mdat") + 4
    content[start:] = bytes(len(content) - start)
    with pytest.raises(InputError, match=r"cat.jpg is not a readable picture \(.+\); repair"):
        decode(io.BytesIO(content), "cat.jpg")


def test_a_fast_decode_is_a_smaller_picture_of_the_same():
    original = picture(8, 8, 3).resize((800, 400))
    stream = encode(original, "jpeg", quality=95)
    fast = decode(stream, "p", at_least=90)
    assert fast.size == (200, 100)
    close = np.asarray(original.resize((200, 100)), int) - np.asarray(fast)
    assert np.abs(close).mean() < 3


@pytest.mark.parametrize("value", [np.nan, 0.5])
def test_floating_point_pixels_are_refused(value):
    pixels = np.full((4, 4), value, np.float32)
    with pytest.raises(InputError, match=r"here.tif has floating-point pixels.*8 bits"):
        decode(encode(PIL.Image.fromarray(pixels), "tiff"), "here.tif")


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "bmp", "tiff"])
def test_a_truncated_picture_is_named(kind):
    content = encode(picture(40, 40, 3), kind).getvalue()
    with pytest.raises(InputError, match=r"broken is not a readable picture"):
        decode(io.BytesIO(content[: len(content) // 2]), "broken")


@pytest.mark.parametrize("content", [b"", b"<html></html>", bytes(1000)])
def test_what_is_no_picture_is_named(content):
    with pytest.raises(InputError, match="broken is not a readable picture"):
        decode(io.BytesIO(content), "broken")


def test_a_decompression_bomb_is_named(monkeypatch):
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(InputError, match="broken is not a readable picture"):
        decode(encode(picture(40, 40)), "broken")


def test_the_centre_is_cut_and_small_pictures_are_padded_with_black():
    original = picture(5, 7)
    pixels = np.asarray(original)
    np.testing.assert_array_equal(np.asarray(centre_crop(original, 4)), pixels[0:4, 1:5])
    padded = np.asarray(centre_crop(original, 10))
    np.testing.assert_array_equal(padded[3:8, 2:9], pixels)  # (5 - 10) // 2 is -3
    assert padded.sum(dtype=int) == pixels.sum(dtype=int)


@pytest.mark.parametrize("crop", ["centre", "pad", "stretch"])
def test_every_crop_gives_the_size(crop):
    assert square(picture(10, 33), 7, crop, "p").size == (7, 7)


@pytest.mark.parametrize("crop", ["centre", "pad", "stretch", "none"])
def test_a_picture_of_the_size_is_left_alone(crop):
    original = picture(7, 7, 3)
    np.testing.assert_array_equal(np.asarray(square(original, 7, crop, "p")), np.asarray(original))


def test_shrinking_averages():
    stripes = np.tile(np.array([0, 200], np.uint8), (16, 8))
    small = np.asarray(square(PIL.Image.fromarray(stripes), 4, "stretch", "p"))
    assert np.abs(small.astype(int) - 100).max() <= 20  # a picked pixel would be 0 or 200


def test_centre_cuts_and_pad_keeps_the_sides():
    wide = np.zeros((10, 30), np.uint8)
    wide[:, 10:20] = 255
    pixels = PIL.Image.fromarray(wide)
    assert (np.asarray(square(pixels, 10, "centre", "p")) == 255).all()
    padded = np.asarray(square(pixels, 30, "pad", "p"))
    assert (padded[10:20, 10:20] == 255).all() and padded.sum(dtype=int) == 255 * 100


def test_no_crop_names_a_picture_of_another_size():
    with pytest.raises(InputError, match="p.png has 33 x 10 pixels, not 7 x 7"):
        square(picture(10, 33), 7, "none", "p.png")


def test_channels_come_first():
    original = picture(4, 6, 3)
    np.testing.assert_array_equal(to_array(original, 3), np.asarray(original).transpose(2, 0, 1))
    grey = picture(4, 6)
    assert (to_array(grey, 3) == np.asarray(grey)).all()
    luma = np.asarray(original) @ [0.299, 0.587, 0.114]
    assert np.abs(to_array(original, 1)[0] - luma).max() <= 1
