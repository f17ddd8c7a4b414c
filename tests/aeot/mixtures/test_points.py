"""Files of points: every shape that is taken, every fault one sentence."""

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.files import save_arrays
from aeot.mixtures.points import load_fitted_rows, load_points


@pytest.mark.parametrize(
    ("shape", "full"),
    [((5, 2), (1, 1, 5, 2)), ((3, 5, 2), (1, 3, 5, 2)), ((4, 3, 5, 2), (4, 3, 5, 2))],
)
def test_sets_trials_and_moments_are_told_apart(tmp_path, shape, full):
    points = np.random.default_rng(0).normal(size=shape)
    save_arrays(tmp_path / "p.npz", points=points)
    found = load_points(tmp_path / "p.npz", 2)
    assert found.shape == full
    np.testing.assert_allclose(found.reshape(shape), points, rtol=1e-6)


def test_a_csv_is_taken(tmp_path):
    (tmp_path / "p.csv").write_text("0.5,1\n2,3\n")
    assert load_points(tmp_path / "p.csv", 2).tolist() == [[[[0.5, 1], [2, 3]]]]


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (np.zeros((3, 3)), "3 coordinates"),
        (np.zeros(3), "shape"),
        (np.zeros((0, 2)), "shape"),
        (np.array([["a", "b"]]), "numbers"),
        (np.array([[0, np.nan]]), "not finite"),
    ],
)
def test_what_is_no_set_of_points_is_named(tmp_path, points, words):
    save_arrays(tmp_path / "p.npz", points=points)
    with pytest.raises(InputError, match=words):
        load_points(tmp_path / "p.npz", 2)


@pytest.mark.parametrize(("text", "words"), [(None, "does not exist"), ("a,b\n", "not a readable")])
def test_a_csv_that_is_none_is_named(tmp_path, text, words):
    if text is not None:
        (tmp_path / "p.csv").write_text(text)
    with pytest.raises(InputError, match=words):
        load_points(tmp_path / "p.csv", 2)


def test_rows_are_those_of_the_file_and_all_where_it_has_none(tmp_path):
    points, rows = np.zeros((2, 5, 2)), np.array([[0, 3], [8, 1]])
    save_arrays(tmp_path / "some.npz", points=points, rows=rows)
    save_arrays(tmp_path / "all.npz", points=points)
    found = load_fitted_rows(tmp_path / "some.npz", 2, 9)
    assert [part.tolist() for part in found] == [[0, 3], [8, 1]]
    assert load_fitted_rows(tmp_path / "all.npz", 2, 9) is None
    assert load_fitted_rows(tmp_path / "mine.csv", 1, 9) is None


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (np.array([[0, 3]]), r"shape \(2, m\), not int64 of shape \(1, 2\)"),
        (np.array([[0.0], [3.0]]), "not float64"),
        (np.array([[0], [9]]), "points other than these 9"),
        (np.array([[0], [-1]]), "points other than these 9"),
    ],
)
def test_rows_that_cannot_be_are_refused(tmp_path, rows, words):
    save_arrays(tmp_path / "p.npz", points=np.zeros((2, 5, 2)), rows=rows)
    with pytest.raises(InputError, match=words):
        load_fitted_rows(tmp_path / "p.npz", 2, 9)
