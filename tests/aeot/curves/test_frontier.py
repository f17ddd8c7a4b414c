import pytest

from aeot.curves.frontier import COLUMNS, Place, curves_of, distance_at, frontier_records
from aeot.errors import InputError
from aeot.files import save_rows
from aeot.frontier.scores import COLUMNS as SCORES

AXIS = "novelty_codes"


def place(novelty, distance):
    return Place("", distance, {AXIS: novelty})


def score(value, distance, novelty):
    novelties = {AXIS: novelty, "novelty_features": 2 * novelty}
    return dict.fromkeys(SCORES, 0.5) | {"value": value, "frechet_distance": distance} | novelties


@pytest.fixture
def paths(tmp_path):
    found = []
    for curve, seed, shift in (("aeot", 0, 0), ("aeot", 1, 2), ("ae", 0, 0)):
        path = tmp_path / "mnist" / "frontier" / curve / f"seed{seed}" / "inception"
        path.mkdir(parents=True)
        rows = [score("0.5", 10 + shift, 0.2), score("1", 20 + shift, 0.6)]
        save_rows(path / "frontier.csv", rows[: 1 if curve == "ae" else 2], SCORES)
        found.append(str(path / "frontier.csv"))
    return found


def test_keys_come_from_the_path_and_places_from_the_order(paths):
    records = frontier_records(reversed(paths))
    assert all(list(row) == COLUMNS for row in records)
    keys = [(row["curve"], row["seed"], row["place"], row["value"]) for row in records]
    assert keys == [
        ("ae", "0", "0", "0.5"),
        ("aeot", "0", "0", "0.5"), ("aeot", "0", "1", "1"),
        ("aeot", "1", "0", "0.5"), ("aeot", "1", "1", "1"),
    ]  # fmt: skip


def test_places_are_means_over_the_seeds(paths):
    curves = curves_of(frontier_records(paths), "mnist", "inception")
    assert [p.frechet_distance for p in curves["aeot"]] == [11, 21]
    assert curves["aeot"][1].novelty == pytest.approx({AXIS: 0.6, "novelty_features": 1.2})
    assert len(curves["ae"]) == 1
    assert curves_of(frontier_records(paths), "mnist", "other") == {}


def test_another_path_is_refused(tmp_path):
    with pytest.raises(InputError, match="does not end in"):
        frontier_records([str(tmp_path / "frontier.csv")])


@pytest.mark.parametrize(
    ("level", "expected"),
    [(0.2, 10), (0.3, 12.5), (0.6, 20), (0.1, None), (0.7, None)],
)
def test_a_curve_is_straight_between_its_places_and_ends_with_them(level, expected):
    found = distance_at([place(0.2, 10), place(0.6, 20)], AXIS, level)
    assert found == (expected if expected is None else pytest.approx(expected))


def test_a_curve_that_turns_back_is_read_where_it_is_best():
    turning = [place(0.2, 10), place(0.6, 20), place(0.2, 50)]
    assert distance_at(turning, AXIS, 0.4) == pytest.approx(15)
    assert distance_at([place(0.5, 7)], AXIS, 0.5) == 7
