"""Grids: every pixel of every picture is where the list says."""

import numpy as np
import pandas as pd
import pytest

from aeot.charts.samples import SamplesFigure, draw_blocks, mosaic, read_blocks
from aeot.curves.samples import COLUMNS
from aeot.errors import InputError


def listed(block, file, *places):
    rows = [(block, row, column, str(file), n) for row, column, n in places]
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.fixture
def grey(tmp_path):
    images = np.arange(3 * 4, dtype=np.uint8).reshape(3, 1, 2, 2) * 10
    np.savez(tmp_path / "grey.npz", images=images)
    return tmp_path / "grey.npz", images


def test_images_land_in_their_places_and_grey_becomes_three_channels(grey):
    file, images = grey
    parts = [listed("real", file, (0, 0, 2), (1, 0, 0)), listed("ae", file, (0, 0, 1))]
    blocks = read_blocks(pd.concat(parts))
    assert list(blocks) == ["real", "ae"]
    assert blocks["real"].shape == (2, 1, 2, 2, 3)
    for channel in range(3):
        np.testing.assert_array_equal(blocks["real"][0, 0, ..., channel], images[2, 0])
        np.testing.assert_array_equal(blocks["real"][1, 0, ..., channel], images[0, 0])


def test_colour_channels_keep_their_order(tmp_path):
    images = np.zeros((1, 3, 2, 2), np.uint8)
    images[0, 0] = 255  # red
    np.savez(tmp_path / "red.npz", images=images)
    block = read_blocks(listed("real", tmp_path / "red.npz", (0, 0, 0)))["real"]
    assert block[0, 0, 0, 0].tolist() == [255, 0, 0]


def test_a_mosaic_scales_by_whole_pixels_and_separates_by_white():
    block = np.zeros((1, 2, 1, 1, 3), np.uint8)
    block[0, 1] = 100
    sheet = mosaic(block, scale=2, gap=1)
    assert sheet[..., 0].tolist() == [[0, 0, 255, 100, 100]] * 2


def test_mosaic_without_a_gap_is_the_pictures_alone():
    block = np.random.default_rng(0).integers(0, 255, (2, 3, 4, 5, 3), dtype=np.uint8)
    sheet = mosaic(block, scale=1, gap=0)
    np.testing.assert_array_equal(sheet[4:8, 5:10], block[1, 1])
    assert sheet.shape == (8, 15, 3)


def test_the_picture_holds_the_pixels_unresampled(grey):
    """A block's sheet is found, bit for bit, in what is drawn."""
    file, images = grey
    settings = SamplesFigure(dpi=100, picture=0.5)
    figure = draw_blocks(read_blocks(listed("real", file, (0, 0, 2))), settings)
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = np.asarray(canvas.buffer_rgba())[..., 0]
    for value in images[2, 0].ravel():
        assert (drawn == value).sum() >= 25 * 25


def test_many_blocks_are_wrapped_into_lines_of_like_length():
    block = np.zeros((2, 4, 5, 5, 3), np.uint8)
    settings = SamplesFigure(dpi=50, picture=0.5)
    sizes = {}
    for count in (1, 3, 12, 14):
        figure = draw_blocks({f"block{n}": block for n in range(count)}, settings)
        sizes[count] = figure.get_size_inches()
        assert [text.get_text() for text in figure.texts] == [f"block{n}" for n in range(count)]
        places = [text.get_position() for text in figure.texts]
        assert len(set(places)) == count and all(0 < x < 1 and 0 < y < 1 for x, y in places)
    assert sizes[3][0] > sizes[1][0] and sizes[3][1] == sizes[1][1]
    assert max(size[0] for size in sizes.values()) < 14
    assert sizes[12][1] == pytest.approx(3 * sizes[1][1], rel=0.05)  # thrice four, 9 inches
    assert sizes[14][1] == sizes[12][1]  # five, five, four


@pytest.mark.parametrize(("columns", "picture"), [(4, 0.28), (5, 0.28), (2, 0.5)])
def test_long_names_stand_apart_and_inside_the_figure(columns, picture):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from aeot.labels import MODELS

    block = np.zeros((2, columns, 16, 16, 3), np.uint8)
    names = sorted(MODELS, key=lambda name: len(MODELS[name]))[-4:]
    figure = draw_blocks(dict.fromkeys(names, block), SamplesFigure(dpi=100, picture=picture))
    FigureCanvasAgg(figure).draw()
    boxes = [text.get_window_extent() for text in figure.texts]
    assert [text.get_text() for text in figure.texts] == [MODELS[name] for name in names]
    assert boxes[0].x0 >= 0 and boxes[-1].x1 <= figure.bbox.width
    assert all(a.x1 < b.x0 for a, b in zip(boxes, boxes[1:], strict=False))


def test_faults_are_named(grey):
    file, _ = grey
    with pytest.raises(InputError, match="has no image 3"):
        read_blocks(listed("real", file, (0, 0, 3)))
    with pytest.raises(InputError, match="is empty"):
        read_blocks(pd.DataFrame())
