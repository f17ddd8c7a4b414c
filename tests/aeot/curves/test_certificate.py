"""Every look of a solve is scored through the map that it had, on the same source samples."""

import numpy as np
import pytest
import torch

from aeot.curves.certificate import COLUMNS, certificate_rows, nearest_distance
from aeot.metrics.prd import Prd
from aeot.models.aeot.settings import SamplingSettings
from aeot.transport.settings import TransportSettings


def test_the_nearest_distance_is_that_of_all_pairs():
    rng = np.random.default_rng(0)
    codes = (rng.normal(size=(60, 5)) * 3 + 10).astype(np.float32)
    points = (rng.normal(size=(40, 5)) * 3 + 10).astype(np.float32)
    scale = codes.std(axis=0).astype(float)
    scale = np.sqrt((scale**2).mean())
    apart = np.linalg.norm(points[:, None].astype(float) - codes[None], axis=2).min(axis=1) / scale
    np.testing.assert_allclose(nearest_distance(points, codes), apart, rtol=1e-4)
    np.testing.assert_allclose(nearest_distance(codes, codes), 0, atol=1e-6)


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(1)
    codes = rng.normal(size=(80, 4)).astype(np.float32)
    test = rng.normal(size=(50, 4)).astype(np.float32)
    settings = TransportSettings(tolerance=0.1)
    sampling = SamplingSettings(count=60, threshold_quantile=0.5)
    device, features = torch.device("cpu"), lambda drawn: drawn.astype(np.float32)
    return certificate_rows(codes, settings, sampling, 0, device, features, test, test, Prd(runs=1))


@pytest.mark.long
def test_each_look_has_a_row_of_both_maps_and_the_test_images_have_one(rows):
    assert [row["model"] for row in rows[:-1]] == ["vertex", "extended"] * (len(rows) // 2)
    assert len(rows) > 6
    assert rows[-1]["model"] == "ae"
    assert rows[-1]["fd"] == pytest.approx(0, abs=1e-6)  # the same points on both sides
    assert {name for row in rows for name in row} == set(COLUMNS)


@pytest.mark.long
def test_the_path_ends_where_the_tolerance_was_met(rows):
    looks = rows[:-1:2]
    samples = [row["source_samples"] for row in looks]
    assert samples == sorted(samples)
    assert looks[-1]["mass_error_high"] <= 0.1 < looks[-2]["mass_error_high"]
    assert all(row["converged"] == 1 for row in rows)


@pytest.mark.long
def test_the_plain_map_returns_training_codes_and_the_extended_one_does_not(rows):
    for row in rows[:-1]:
        if row["model"] == "vertex":
            assert row["novelty"] == pytest.approx(0, abs=1e-6)
        else:
            assert row["novelty"] > 0.01
