from aeot.tables.few import FEW, few_notes


def test_the_fewest_images_are_named():
    (note,) = few_notes([FEW, 5000, 50, FEW])
    assert "some scores are computed from 50 images" in note and f"Below {FEW:,}" in note


def test_enough_images_need_no_note():
    assert few_notes([FEW]) == [] == few_notes([])
