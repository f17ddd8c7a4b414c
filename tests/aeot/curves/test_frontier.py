import numpy as np
import pandas as pd
import pytest

from aeot.curves.frontier import COLUMNS, frontier_records, places_of, reading_at
from aeot.errors import InputError
from aeot.files import load_frame, save_rows
from aeot.frontier.scores import COLUMNS as SCORES

AXIS = "novelty_codes"


def curve(*places):
    """Places (novelty, distance) or (novelty, distance, deviation, seconds)."""
    names = [AXIS, "frechet_distance", "sd", "seconds"]
    return pd.DataFrame([(*place, np.nan, np.nan)[:4] for place in places], columns=names)


def score(value, distance, novelty, draw=0):
    novelties = {AXIS: novelty, "novelty_features": 2 * novelty}
    keys = {"value": value, "draw": draw, "seconds": 4 + draw, "frechet_distance": distance}
    return dict.fromkeys(SCORES, 0.5) | keys | novelties


def read(records, folder):
    """Records as their file gives them back."""
    save_rows(folder / "all.csv", records, COLUMNS)
    return load_frame(folder / "all.csv")


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


def test_places_are_means_over_the_seeds(paths, tmp_path):
    places = places_of(read(frontier_records(paths), tmp_path))
    own = places.loc["aeot"]
    assert own["frechet_distance"].tolist() == [11, 21]
    assert own.loc[1, [AXIS, "novelty_features"]].tolist() == pytest.approx([0.6, 1.2])
    assert len(places.loc["ae"]) == 1


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
    places = places_of(read(records, tmp_path)).loc["aeot"]
    assert places["frechet_distance"].tolist() == [12, 20]
    assert places["seconds"].tolist() == [4.5, 4.5]
    assert places["sd"].tolist() == [pytest.approx(8**0.5), 0]


def test_a_reading_between_places_has_a_spread_and_the_longer_fit():
    found = reading_at(curve((0.2, 10, 1, 5), (0.6, 20, 3, 9)), AXIS, 0.3)
    assert list(found.values()) == pytest.approx([12.5, 1.5, 9])
    assert np.isnan(reading_at(curve((0.2, 10, 1)), AXIS, 0.2)["seconds"])


def test_another_path_is_refused(tmp_path):
    with pytest.raises(InputError, match="does not end in"):
        frontier_records([str(tmp_path / "frontier.csv")])


@pytest.mark.parametrize(
    ("level", "expected"),
    [(0.2, 10), (0.3, 12.5), (0.6, 20), (0.1, np.nan), (0.7, np.nan)],
)
def test_a_curve_is_straight_between_its_places_and_ends_with_them(level, expected):
    found = reading_at(curve((0.2, 10), (0.6, 20)), AXIS, level)["frechet_distance"]
    assert found == pytest.approx(expected, nan_ok=True)


def test_a_curve_that_turns_back_is_read_where_it_is_best():
    turning = curve((0.2, 10), (0.6, 20), (0.2, 50))
    assert reading_at(turning, AXIS, 0.4)["frechet_distance"] == pytest.approx(15)
    assert reading_at(curve((0.5, 7)), AXIS, 0.5)["frechet_distance"] == 7
