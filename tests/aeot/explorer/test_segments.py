"""Segments of the source, for the slider."""

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.explorer.parts import Context
from aeot.explorer.pictures import data_uri
from aeot.explorer.segments import read_segments, segments_part
from aeot.files import load_arrays, load_frame, save_arrays


@pytest.fixture
def files(run_files):
    return run_files["trace"][0], run_files["segment_images"][0]


def test_a_segment_is_listed_by_where_it_enters_its_cells(files):
    largest = read_segments(*files)["kinds"]["largest"]
    assert largest == {
        "steps": 10, "entered": [0, 2, 5, 9], "cells": [7, 3, 9, 4], "angles": [0, 0.5, 2.5, 0.3],
    }  # fmt: skip


def test_the_cell_of_every_point_can_be_read_from_it(files):
    found = read_segments(*files)["kinds"]
    rows = load_frame(files[0])
    for kind, segment in found.items():
        place = np.searchsorted(segment["entered"], np.arange(segment["steps"]), side="right") - 1
        cells = np.array(segment["cells"])[place]
        assert cells.tolist() == rows.loc[rows["kind"] == kind, "cell"].tolist()


def test_every_cell_has_its_picture_and_each_segment_its_own(files):
    part = segments_part([files[0]], [files[1]], Context({}, 1, 0))
    arrays = load_arrays(files[1])
    uris = dict(zip(arrays["cells"].tolist(), map(data_uri, arrays["cell_images"]), strict=True))
    largest, least = part.data
    assert largest["pictures"] == {str(cell): uris[cell] for cell in (3, 4, 7, 9)}
    assert least["pictures"] == {str(cell): uris[cell] for cell in (1, 2)}


def test_a_cell_without_a_picture_is_refused(files, tmp_path):
    arrays = load_arrays(files[1])
    fewer = {name: arrays[name][1:] for name in ("cells", "cell_images")}
    save_arrays(tmp_path / "segments.npz", **fewer)
    with pytest.raises(InputError, match="has no image of cell 1; trace the segments again"):
        read_segments(files[0], str(tmp_path / "segments.npz"))
