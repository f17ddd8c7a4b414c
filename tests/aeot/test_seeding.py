"""Named random streams: a function of seed and name alone, and independent of one another."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from aeot.seeding import numpy_generator, stream_seed, torch_generator

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def test_streams_differ_by_seed_and_by_every_name():
    keys = [(seed, name, epoch) for seed in range(20) for name in "ab" for epoch in range(50)]
    seeds = [stream_seed(*key) for key in keys]
    assert len(set(seeds)) == len(keys)
    assert stream_seed(0, "a") != stream_seed(0, "a", 0) != stream_seed(0, 0, "a")


def test_a_stream_seed_fits_where_both_libraries_take_it():
    seeds = [stream_seed(seed, "x") for seed in range(2000)]
    assert min(seeds) >= 0 and max(seeds) < 2**63
    # All 63 bits are in use: each is set in about half of them.
    for bit in range(63):
        assert 800 < sum(seed >> bit & 1 for seed in seeds) < 1200


@pytest.mark.parametrize("first", [numpy_generator, torch_generator])
def test_a_reopened_stream_starts_anew(first):
    def draw():
        generator = first(3, "batches", 7)
        if isinstance(generator, torch.Generator):
            return torch.rand(5, generator=generator).tolist()
        return generator.random(5).tolist()

    assert draw() == draw()


def test_streams_are_uncorrelated():
    x = numpy_generator(0, "source").random(20000)
    y = numpy_generator(0, "held out").random(20000)
    z = numpy_generator(1, "source").random(20000)
    for other in (y, z):
        assert abs(np.corrcoef(x, other)[0, 1]) < 5 / np.sqrt(len(x))


def test_the_global_generators_are_left_alone():
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 (the global one is what this is about)
    torch.manual_seed(0)
    before = (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state())  # noqa: NPY002
    numpy_generator(0, "a").random(3)
    torch.rand(3, generator=torch_generator(0, "a"))
    assert random.getstate() == before[0]
    assert np.random.get_state()[1].tolist() == before[1]  # noqa: NPY002
    assert torch.equal(torch.get_rng_state(), before[2])


def test_a_stream_is_the_same_in_every_process():
    code = "from aeot.seeding import stream_seed; print(stream_seed(5, 'weights', 2))"
    for hash_seed in ("0", "1"):
        answer = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": str(SCRIPTS), "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(answer.stdout) == stream_seed(5, "weights", 2)
