"""Files of points: every shape that is taken, every fault one sentence."""

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.files import save_arrays
from aeot.mixtures.points import load_points


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
