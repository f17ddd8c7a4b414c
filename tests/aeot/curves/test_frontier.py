import pytest

from aeot.curves.frontier import COLUMNS, Place, curves_of, frontier_records, reading_at
from aeot.errors import InputError
from aeot.files import save_rows
from aeot.frontier.scores import COLUMNS as SCORES

AXIS = "novelty_codes"


def place(novelty, distance, deviation=None, seconds=None):
    return Place("", distance, {AXIS: novelty}, deviation, seconds)


def score(value, distance, novelty, draw=0):
    novelties = {AXIS: novelty, "novelty_features": 2 * novelty}
    keys = {"value": value, "draw": draw, "seconds": 4 + draw, "frechet_distance": distance}
    return dict.fromkeys(SCORES, 0.5) | keys | novelties


def distance_at(*words):
    found = reading_at(*words)
    return found and found.frechet_distance


@pytest.fixture
def paths(tmp_path):
    found = []
    for curve, seed, shift in (("aeot", 0, 0), ("aeot", 1, 2), ("ae", 0, 0)):
        path = tmp_path / "geometry" / "mnist" / curve / f"seed{seed}" / "inception"
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


def test_places_have_the_spread_of_their_draws(tmp_path):
    path = tmp_path / "geometry" / "mnist" / "aeot" / "seed0" / "inception" / "frontier.csv"
    path.parent.mkdir(parents=True)
    rows = [
        score("1", 10, 0.2),
        score("1", 14, 0.4, 1),
        score("2", 20, 0.6),
        score("2", 20, 0.6, 1),
    ]
    save_rows(path, rows, SCORES)
    records = frontier_records([str(path)])
    assert [(r["place"], r["draw"]) for r in records] == [
        ("0", "0"), ("0", "1"), ("1", "0"), ("1", "1"),
    ]  # fmt: skip
    one, two = curves_of(records, "mnist", "inception")["aeot"]
    assert (one.frechet_distance, one.seconds) == (12, 4.5)
    assert one.deviation == pytest.approx(8**0.5)
    assert (two.frechet_distance, two.deviation) == (20, 0)


def test_a_reading_between_places_has_a_spread_and_the_longer_fit():
    found = reading_at([place(0.2, 10, 1, 5), place(0.6, 20, 3, 9)], AXIS, 0.3)
    assert (found.frechet_distance, found.deviation) == (pytest.approx(12.5), pytest.approx(1.5))
    assert found.seconds == 9
    assert reading_at([place(0.2, 10, 1)], AXIS, 0.2).seconds is None


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
