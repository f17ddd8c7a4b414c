import pytest

from aeot.tables.few import FEW, few_notes


@pytest.mark.parametrize(("real", "fake"), [(50, 5000), (5000, 50), ("50", "5000")])
def test_the_fewest_images_are_named(real, fake):
    (note,) = few_notes([{"n_real": real, "n_fake": fake}, {"n_real": FEW, "n_fake": FEW}])
    assert "some scores are of 50 images" in note and f"Below {FEW:,}" in note


def test_enough_images_need_no_note():
    assert few_notes([{"n_real": FEW, "n_fake": FEW}]) == [] == few_notes([])
