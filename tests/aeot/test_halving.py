import pytest

from aeot.halving import default_extra_convs, halving_fault


@pytest.mark.parametrize(
    ("side", "extra"),
    [
        (4, 0), (28, 0), (32, 0), (60, 0), (64, 0),  # as published
        (128, 2), (256, 3), (512, 4), (1024, 5),  # 8 x 8
        (96, 2), (80, 2),  # 6 x 6, 5 x 5: 12 and 10 are more than 8
        (72, 1), (120, 1),  # 9 x 9, 15 x 15: no further halving
        (100, 0), (50, 0),
    ],
)  # fmt: skip
def test_the_default_brings_the_innermost_map_to_eight(side, extra):
    assert default_extra_convs(side, side) == extra
    if not halving_fault(side, side, 2):
        assert halving_fault(side, side, 2 + extra) is None


def test_the_longer_side_asks_and_either_side_limits():
    assert default_extra_convs(32, 128) == 2
    assert default_extra_convs(36, 128) == 0
