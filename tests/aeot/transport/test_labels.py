"""One map for each label."""

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.transport import TransportSettings, solve_by_label

SETTINGS = TransportSettings(source="gaussian", tolerance=0.2)


@pytest.fixture(scope="module")
def parts(mixture):
    codes = mixture(count=90, d=4)
    return codes, np.repeat([7, 2, -1], [40, 49, 1])


def test_every_label_has_a_certified_map_onto_its_own_codes(parts, masses_of):
    codes, labels = parts
    weights = np.random.default_rng(0).uniform(0.5, 2, size=90)
    solved = solve_by_label(codes, torch.from_numpy(labels), weights, SETTINGS)
    assert list(solved) == [-1, 2, 7]
    for label, solution in solved.items():
        own = labels == label
        np.testing.assert_array_equal(solution.transport.support, codes[own])
        target = weights[own] / weights[own].sum()
        np.testing.assert_allclose(solution.transport.masses, target)
        noise = np.sqrt(2 / np.pi * target / 200_000).sum()
        error = np.abs(masses_of(solution.transport) - target).sum()
        assert solution.report["converged"]
        assert error < solution.report["mass_error_high"] + noise


def test_a_labels_map_does_not_depend_on_the_other_labels(parts):
    codes, labels = parts
    every = solve_by_label(codes, labels, settings=SETTINGS)
    rest = solve_by_label(codes[labels != 2], labels[labels != 2], settings=SETTINGS)
    np.testing.assert_array_equal(rest[7].transport.heights, every[7].transport.heights)
    named = solve_by_label(codes, np.where(labels == 7, "7", "other"), settings=SETTINGS)
    assert sorted(named) == ["7", "other"]
    np.testing.assert_array_equal(named["7"].transport.heights, every[7].transport.heights)


@pytest.mark.parametrize(
    ("labels", "masses", "words"),
    [
        (np.zeros(3, int), None, r"labels are int64 of shape \(3,\); the 90 codes need \(90,\)"),
        (np.zeros((90, 1), int), None, r"shape \(90, 1\)"),
        (np.zeros(90), None, "labels are float64 .* whole numbers, booleans or strings"),
        (np.zeros(90, int), np.ones(3), r"masses have shape \(3,\)"),
    ],
)
def test_labels_that_do_not_fit_are_named(parts, labels, masses, words):
    with pytest.raises(InputError, match=words):
        solve_by_label(parts[0], labels, masses, SETTINGS)
