"""Which pictures are shown, and where."""

import pytest

from aeot.curves.samples import sample_rows
from aeot.errors import InputError

FILES = {"real": "test.npz", "ae": "ae.npz", "aeot": "aeot.npz"}


def test_every_block_shows_the_same_first_images_row_by_row():
    rows = sample_rows(FILES, dict.fromkeys(FILES, 6), rows=2, columns=3)
    for block, file in FILES.items():
        own = [row for row in rows if row["block"] == block]
        places = [(row["row"], row["column"], row["index"]) for row in own]
        assert places == [(0, 0, 0), (0, 1, 1), (0, 2, 2), (1, 0, 3), (1, 1, 4), (1, 2, 5)]
        assert {row["file"] for row in own} == {file}
    assert list(dict.fromkeys(row["block"] for row in rows)) == list(FILES)


def test_too_few_images_are_named():
    with pytest.raises(InputError, match=r"2 x 3 images, but ae.npz has 5"):
        sample_rows(FILES, {"real": 6, "ae": 5, "aeot": 6}, rows=2, columns=3)
