"""When evaluations are due, what they spend, and how large they are."""

import math

import numpy as np
import pytest

from aeot.transport import TransportSettings
from aeot.transport.certificate import MassError, held_out_size, stopping_share
from aeot.transport.schedule import Schedule

COUNT, SETTINGS = 1000, TransportSettings(tolerance=0.05, confidence=0.95)


def error(rms, noise=1.0):
    return MassError(0.8 * rms, 0.0, 2 * rms, rms, 1.0, 0, 20_000, noise)


def walk(schedule, path):
    """Begin and end evaluations at the errors of a path; their sizes and error probabilities."""
    begun, samples = [], schedule.due
    for rms, noise in path:
        begun.append(schedule.begin(samples, final=False))
        schedule.end(samples, error(rms, noise))
        assert 1.1 * samples <= schedule.due <= 2 * samples + 1
        samples = schedule.due
    return begun


@pytest.mark.parametrize("final", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_whatever_evaluations_show_they_spend_no_more_than_the_confidence_leaves(seed, final):
    rng, schedule, spent = np.random.default_rng(seed), Schedule(COUNT, SETTINGS, False), 0.0
    samples = schedule.due
    for number in range(400):
        spent += schedule.begin(samples, final and number % 3 == 0)[1]
        schedule.end(samples, error(rng.uniform(0, 0.1)))
        samples = max(schedule.due, samples + 1)
    assert 0.04 < spent <= 0.05


def test_an_evaluation_that_cannot_certify_is_small_and_spends_little():
    schedule = Schedule(COUNT, SETTINGS, False)
    (first, spent), (second, _) = walk(schedule, [(0.9, 1.0), (0.6, 1.0)])
    assert first == second == 20_000
    assert spent == pytest.approx(0.1 * 0.05 / 2)
    assert (schedule.rough, schedule.full) == (2, 0)


def test_a_rough_evaluation_tells_the_error_that_it_should_find_from_none():
    for noise in (1.0, 2.0):
        schedule = Schedule(COUNT, SETTINGS, False)
        schedule.end(10_000, error(0.1, noise))
        size, _ = schedule.begin(schedule.due, final=False)
        expected = 0.1**2 * 10_000 / schedule.due  # the squared error, like 1 / samples
        assert size / math.sqrt(2 * COUNT) * expected == pytest.approx(6 * noise, rel=0.01)


def test_the_evaluation_that_should_pass_is_of_the_size_that_passes():
    for noise in (1.0, 1.7):
        schedule = Schedule(COUNT, SETTINGS, True)
        schedule.end(100_000, error(0.06, noise))
        alpha = 0.9 * 0.05 / 2
        share = stopping_share(COUNT, alpha, noise)
        wanted = 0.06**2 * 100_000 / (0.95 * share * 0.05**2)
        assert schedule.due == math.ceil(min(wanted, 200_000))
        schedule.end(150_000, error(0.06, noise))
        size, spent = schedule.begin(schedule.due, final=False)
        assert spent == pytest.approx(alpha)
        assert size == held_out_size(COUNT, 0.05, alpha, noise)


def test_the_last_evaluation_is_a_full_one():
    schedule = Schedule(COUNT, SETTINGS, False)
    size, alpha = schedule.begin(10, final=True)
    assert size == held_out_size(COUNT, 0.05, alpha)


def test_crossed_samples_are_taken_to_be_noisy_until_they_are_measured():
    crossed, alpha = Schedule(COUNT, SETTINGS, True), 0.9 * 0.05 / 2
    size = crossed.begin(10, final=True)[0]
    assert size == held_out_size(COUNT, 0.05, alpha, 2.0) > 1.5 * held_out_size(COUNT, 0.05, alpha)


def test_a_restored_schedule_goes_on_like_the_one_that_was_dumped():
    path = [(0.5, 4.0), (0.2, 2.0), (0.09, 1.7), (0.05, 1.6), (0.046, 1.6), (0.04, 1.6)]
    whole = Schedule(COUNT, SETTINGS, True)
    first = walk(whole, path[:3])
    kept = Schedule(COUNT, SETTINGS, True)
    kept.restore(whole.dump())
    assert len(first) == 3
    assert walk(kept, path[3:]) == walk(whole, path[3:])
    assert kept.dump() == whole.dump()
