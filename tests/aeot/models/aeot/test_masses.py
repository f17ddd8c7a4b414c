"""The mass error of drawn cells: unbiased, and with an honest standard error."""

import numpy as np
import pytest

from aeot.models.aeot.masses import drawn_masses
from aeot.seeding import numpy_generator
from aeot.transport.map import TransportMap


def make_map(count, masses=None, support=None):
    support = numpy_generator(0, "codes").normal(size=(count, 3)) if support is None else support
    masses = np.full(count, 1 / count) if masses is None else masses
    return TransportMap(np.float32(support), np.zeros(count), masses, "uniform")


@pytest.mark.long
@pytest.mark.parametrize("error", [0.0, 0.3])
def test_the_square_is_unbiased_and_its_error_as_stated(error):
    rng = numpy_generator(0, "draws")
    nu = rng.dirichlet(np.full(200, 5.0))
    true = nu * (1 + error * rng.choice([-1, 1], size=200))
    true /= true.sum()
    truth = float(((true - nu) ** 2 / nu).sum())
    found = [
        drawn_masses(make_map(200, nu), rng.choice(200, size=4000, p=true)) for _ in range(200)
    ]
    squares = np.array([masses.mass_error_rms**2 for masses in found])
    if error:
        assert squares.mean() == pytest.approx(truth, abs=4 * squares.std() / 200**0.5)
        rms = np.array([masses.mass_error_rms for masses in found])
        stated = np.mean([masses.mass_error_rms_se for masses in found])
        assert stated == pytest.approx(rms.std(), rel=0.3)
    else:
        # About half of the estimates are below zero, and few are clearly above it.
        assert 0.3 < np.mean(squares == 0) < 0.7
        above = [masses.mass_error_rms > 3 * masses.mass_error_rms_se for masses in found]
        assert np.mean(above) < 0.1


def test_only_one_of_two_cells_is_an_error_of_one():
    assert drawn_masses(make_map(2), np.zeros(100, np.int64)).mass_error_rms == pytest.approx(1)


def test_equal_codes_are_one_cell():
    support = [[0, 0, 0], [0, 0, 0], [5, 0, 0]]
    transport = make_map(3, np.array([0.25, 0.25, 0.5]), support)
    cells = np.tile([0, 2], 5000)  # the first of two equal codes takes both their mass
    assert drawn_masses(transport, cells).mass_error_rms < 0.01


def test_three_draws_say_nothing_and_four_something():
    assert drawn_masses(make_map(2), np.zeros(3, np.int64)).mass_error_rms is None
    assert drawn_masses(make_map(2), np.zeros(4, np.int64)).mass_error_rms == pytest.approx(1)
