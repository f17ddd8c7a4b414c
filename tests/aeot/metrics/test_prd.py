import numpy as np
import pytest

from aeot.errors import InputError
from aeot.metrics.prd import (
    BETA,
    END,
    Curve,
    Prd,
    curve_rows,
    f_beta,
    histogram_curve,
)

FAST = Prd(clusters=10, runs=3, angles=101)
SLOPES = np.tan(np.linspace(END, np.pi / 2 - END, 1001))


def scores(real, fake, seed=0, settings=FAST):
    return {r["metric"]: r["value"] for r in curve_rows(*settings.curve(real, fake, seed))}


def uniform(modes, of=10):
    mass = np.zeros(of)
    mass[:modes] = 1 / modes
    return mass


def points(mass, n=420, k=3):
    """Rows on len(mass) distinct points, in the given shares: their clustering is exact."""
    places = np.random.default_rng(7).normal(size=(len(mass), k)) * 10
    return np.repeat(places, np.round(mass * n).astype(int), axis=0)


def modes(rng, which, n=600, k=5, spread=0.05):
    """Rows around well separated modes, in equal shares."""
    places = np.random.default_rng(7).normal(size=(20, k)) * 10
    return places[rng.choice(which, n)] + spread * rng.normal(size=(n, k))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_equal_histograms_have_a_square_curve():
    p = np.array([0.2, 0.5, 0.3, 0.0])
    precision, recall = histogram_curve(p, p, SLOPES)
    np.testing.assert_allclose(np.maximum(precision, recall), 1, atol=1e-12)


def test_disjoint_histograms_have_none():
    p, q = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    precision, recall = histogram_curve(p, q, SLOPES)
    assert precision.max() == recall.max() == f_beta(precision, recall, BETA) == 0


def test_three_of_ten_modes_dropped_has_the_known_scores():
    precision, recall = histogram_curve(uniform(10), uniform(7), SLOPES)
    assert precision.max() == pytest.approx(1)  # whatever is generated is real
    assert recall.max() == pytest.approx(0.7)  # and covers seven tenths of it
    assert f_beta(precision, recall, BETA) == pytest.approx(0.703241, abs=1e-6)
    assert f_beta(precision, recall, 1 / BETA) == pytest.approx(0.993392, abs=1e-6)


def test_half_junk_has_full_recall_and_half_precision():
    real = np.array([0.5, 0.5, 0.0])
    fake = np.array([0.25, 0.25, 0.5])
    precision, recall = histogram_curve(real, fake, SLOPES)
    assert precision.max() == pytest.approx(0.5)
    assert recall.max() == pytest.approx(1)


def test_the_curve_is_monotone():
    rng = np.random.default_rng(1)
    precision, recall = histogram_curve(*rng.dirichlet(np.ones(20), 2), SLOPES)
    assert (np.diff(precision) >= 0).all()
    assert (np.diff(recall) <= 1e-12).all()


def test_points_that_cluster_exactly_give_the_curve_of_their_histograms():
    curve, n = Prd().curve(points(uniform(10)), points(uniform(7)))
    precision, recall = histogram_curve(uniform(10), uniform(7), np.tan(curve.angle))
    assert n == 420
    np.testing.assert_allclose(curve.precision, precision, atol=1e-12)
    np.testing.assert_allclose(curve.recall, recall, atol=1e-12)


def test_dropping_modes_lowers_f8_and_adding_junk_lowers_f1_8(rng):
    real, full = modes(rng, range(10)), modes(rng, range(10))
    dropped, junk = modes(rng, range(5)), modes(rng, range(20))
    settings = Prd(clusters=20, runs=3, angles=101)
    good, few, many = (scores(real, fake, 0, settings) for fake in (full, dropped, junk))
    assert good["f8"] > 0.9
    assert good["f1_8"] > 0.9
    assert few["f8"] < 0.6 < 0.9 < few["f1_8"]
    assert many["f1_8"] < 0.6 < 0.9 < many["f8"]


def test_swapping_real_and_fake_swaps_the_two_scores(rng):
    real, fake = modes(rng, range(10)), modes(rng, range(6))
    one, other = scores(real, fake), scores(fake, real)
    assert one["f8"] == pytest.approx(other["f1_8"], abs=1e-9)
    assert one["f1_8"] == pytest.approx(other["f8"], abs=1e-9)
    assert one["f8"] < one["f1_8"]


def test_a_seed_repeats_and_another_seed_differs(rng):
    real, fake = rng.normal(size=(2, 300, 5))
    again = [FAST.curve(real, fake, seed)[0].precision for seed in (1, 1, 2)]
    np.testing.assert_array_equal(again[0], again[1])
    assert not np.array_equal(again[0], again[2])


def test_the_order_of_the_rows_does_not_matter(rng):
    real, fake = rng.normal(size=(300, 5)), rng.normal(size=(500, 5))
    one, _ = FAST.curve(real, fake)
    other, _ = FAST.curve(rng.permutation(real), rng.permutation(fake))
    np.testing.assert_array_equal(one.precision, other.precision)


def test_the_global_generator_is_left_alone(rng):
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    FAST.curve(*rng.normal(size=(2, 100, 3)))
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_the_larger_set_is_cut_and_the_rows_state_the_size_used(rng):
    real, fake = rng.normal(size=(900, 4)), rng.normal(size=(200, 4))
    rows = curve_rows(*FAST.curve(real, fake))
    assert {(r["n_real"], r["n_fake"]) for r in rows} == {(200, 200)}
    assert all(r["value"] > 0.8 for r in rows)


def test_more_runs_average_more_clusterings(rng):
    real, fake = rng.normal(size=(2, 200, 4))
    curves = [Prd(runs=r, angles=101).curve(real, fake)[0] for r in (1, 10)]
    assert all(np.all((c.precision >= 0) & (c.precision <= 1)) for c in curves)
    assert not np.array_equal(curves[0].precision, curves[1].precision)


def test_identical_sets_score_one_even_when_constant(rng):
    for x in (rng.normal(size=(200, 4)), np.zeros((30, 4), np.float32), -np.zeros((30, 4))):
        assert scores(x, x + 0.0) == {"f8": pytest.approx(1), "f1_8": pytest.approx(1)}


def test_fewer_distinct_rows_than_clusters_are_no_obstacle():
    real = np.repeat([[0.0], [1.0]], 50, axis=0)
    fake = np.repeat([[0.0], [9.0]], 50, axis=0)
    precision, recall = histogram_curve(np.array([0.5, 0.5, 0]), np.array([0.5, 0, 0.5]), SLOPES)
    assert scores(real, fake)["f8"] == pytest.approx(f_beta(precision, recall, BETA), abs=1e-3)


def test_fewer_rows_than_clusters_are_refused():
    with pytest.raises(InputError, match="at least 20 rows.*lower the setting 'clusters'"):
        Prd().curve(np.eye(9), np.eye(9))


def test_f_beta_of_a_curve_at_the_origin_is_zero():
    assert f_beta(np.zeros(3), np.zeros(3), 8.0) == 0.0


def test_f8_follows_recall_and_f1_8_precision():
    curve = Curve(np.zeros(1), precision=np.array([0.9]), recall=np.array([0.1]))
    f8, f1_8 = (r["value"] for r in curve_rows(curve, 5))
    assert f8 == pytest.approx(65 * 0.09 / (64 * 0.9 + 0.1))
    assert f1_8 == pytest.approx((1 + 1 / 64) * 0.09 / (0.9 / 64 + 0.1))
    assert f8 < f1_8


def test_settings_out_of_bounds_are_one_sentence():
    with pytest.raises(InputError, match="clusters"):
        Prd.from_items(["clusters=1"])
    with pytest.raises(InputError, match="cluster is not a known key"):
        Prd.from_items(["cluster=10"])
