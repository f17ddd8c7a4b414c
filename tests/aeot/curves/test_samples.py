"""Which pictures are shown, and where."""

import pytest

from aeot.curves.samples import sample_rows

FILES = {"real": "test.npz", "ae": "ae.npz", "aeot": "aeot.npz"}


def test_every_block_shows_the_same_first_images_row_by_row():
    rows = sample_rows(FILES, dict.fromkeys(FILES, 6), rows=2, columns=3)
    for block, file in FILES.items():
        own = [row for row in rows if row["block"] == block]
        places = [(row["row"], row["column"], row["index"]) for row in own]
        assert places == [(0, 0, 0), (0, 1, 1), (0, 2, 2), (1, 0, 3), (1, 1, 4), (1, 2, 5)]
        assert {row["file"] for row in own} == {file}
    assert list(dict.fromkeys(row["block"] for row in rows)) == list(FILES)


@pytest.mark.parametrize(("least", "shape"), [(5, (1, 3)), (6, (2, 3)), (2, (1, 2)), (1, (1, 1))])
def test_every_block_is_as_small_as_the_smallest_one(least, shape):
    rows = sample_rows(FILES, {"real": 6, "ae": least, "aeot": 9}, rows=2, columns=3)
    for block in FILES:
        own = [row for row in rows if row["block"] == block]
        assert [row["index"] for row in own] == list(range(shape[0] * shape[1]))
        assert max(row["column"] for row in own) + 1 == shape[1]
