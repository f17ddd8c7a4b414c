"""What every metric that compares two sets of features keeps, whoever adds it to `METRICS`."""

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.metrics import METRICS
from aeot.metrics.base import COLUMNS, SETS, Column, Metric
from aeot.registry import resolve

BEST = {"frechet_distance": min, "kernel_distance": min, "f8": max, "f1_8": max,
        "density": max, "coverage": max}  # fmt: skip
CLASSES = {name: resolve(METRICS, name, "metric") for name in METRICS}
PAIRS = [name for name in sorted(METRICS) if CLASSES[name].NEEDS == ("real", "fake")]


@pytest.fixture(params=PAIRS)
def metric(request):
    return lambda real, fake: CLASSES[request.param]().score({"real": real, "fake": fake}).rows


@pytest.fixture
def pair():
    rng = np.random.default_rng(5)
    return (
        rng.normal(size=(150, 6)).astype(np.float32),
        (rng.normal(size=(120, 6)) * 1.5 + 0.3).astype(np.float32),
    )


def values(rows):
    return {r["metric"]: r["value"] for r in rows}


@pytest.mark.parametrize("name", sorted(METRICS))
def test_a_metric_says_what_it_needs_and_how_it_is_shown(name):
    metric = CLASSES[name]
    assert issubclass(metric, Metric) and metric.__doc__
    assert metric.NEEDS and set(metric.NEEDS) <= set(SETS)
    assert all(isinstance(column, Column) and column.note for column in metric.SHOWN.values())


def test_rows_are_tidy_and_finite(metric, pair):
    rows = metric(*pair)
    assert rows
    for r in rows:
        assert list(r) == COLUMNS
        assert np.isfinite(r["value"])
        assert 0 < r["n_real"] <= 150
        assert 0 < r["n_fake"] <= 120
    assert len(values(rows)) == len(rows)


@pytest.mark.long
def test_a_second_run_gives_the_same_bits(metric, pair):
    assert metric(*pair) == metric(*pair)


@pytest.mark.long
def test_the_order_of_the_rows_does_not_matter(metric, pair):
    shuffled = [x[np.random.default_rng(1).permutation(len(x))] for x in pair]
    assert values(metric(*shuffled)) == pytest.approx(values(metric(*pair)), rel=1e-9)


@pytest.mark.long
def test_the_inputs_are_left_alone(metric, pair):
    copies = [x.copy() for x in pair]
    metric(*pair)
    for x, copy in zip(pair, copies, strict=True):
        np.testing.assert_array_equal(x, copy)


@pytest.mark.long
def test_identical_sets_are_best(metric, pair):
    real, fake = pair
    perfect, worse = values(metric(real, real.copy())), values(metric(real, fake))
    scored = [name for name in worse if name in BEST]
    for name in scored:
        assert BEST[name](perfect[name], worse[name]) == perfect[name] != worse[name]


def test_sets_of_different_extractors_are_refused(metric, pair):
    with pytest.raises(InputError, match="same extractor"):
        metric(pair[0], pair[1][:, :5])
