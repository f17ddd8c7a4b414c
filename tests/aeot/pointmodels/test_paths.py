"""Paths of a flow: the orders of its solvers, and how straight known flows are."""

import math

import pytest
import torch
from torch import nn

from aeot.pointmodels.flowmatching.paths import straightness, transport


class Field(nn.Module):
    """A velocity that is a formula, and counts its evaluations."""

    def __init__(self, formula):
        super().__init__()
        self.formula, self.calls = formula, 0

    def forward(self, x, t):
        """Count, and evaluate."""
        self.calls += 1
        return self.formula(x, t)


@pytest.fixture
def noise():
    return torch.randn(2, 500, 3, generator=torch.Generator().manual_seed(0))


def to_point(x, t, point=2.0):
    """Velocity of the flow from N(0, I) to one point: straight lines at constant speed."""
    return (point - x) / (1 - t)


@pytest.mark.parametrize("solver", ["euler", "midpoint"])
@pytest.mark.parametrize("steps", [1, 2, 7])
def test_one_step_suffices_where_paths_are_straight(solver, steps, noise):
    ends = transport(Field(to_point), noise, steps, solver)
    torch.testing.assert_close(ends, torch.full_like(ends, 2.0), rtol=0, atol=1e-5)


def test_a_straight_flow_has_straightness_0_and_the_cost_of_its_pairs(noise):
    found = straightness(Field(to_point), noise)
    assert found.straightness < 1e-6
    assert found.cost == pytest.approx((2 - noise).square().mean().item(), rel=1e-4)


def test_straightness_is_lius_integral():
    """On a circle of radius 1 through an angle w: |v| = w, and the chord is 2 sin(w / 2)."""
    angle = 1.5
    start = torch.tensor([[[1.0, 0.0]]])

    def turn(x, t):
        return angle * torch.stack([-x[..., 1], x[..., 0]], dim=-1)

    found = straightness(Field(turn), start, steps=4000)
    chord = (2 * math.sin(angle / 2)) ** 2
    assert found.cost == pytest.approx(chord / 2, rel=2e-3)  # per dimension
    assert found.straightness == pytest.approx((angle**2 - chord) / chord, rel=5e-3)


def test_straightness_has_no_unit(noise):
    def bend(x, t):
        return -x * t + 1

    def larger(x, t):
        return 10 * bend(x / 10, t)

    one, other = straightness(Field(bend), noise), straightness(Field(larger), 10 * noise)
    assert other.straightness == pytest.approx(one.straightness, rel=1e-4)
    assert one.straightness > 0.01
    assert other.cost == pytest.approx(100 * one.cost, rel=1e-4)


def test_a_flow_that_stays_where_it_is_is_straight(noise):
    assert straightness(Field(lambda x, t: 0 * x), noise) == (0.0, 0.0)


@pytest.mark.parametrize(("solver", "order"), [("euler", 1), ("midpoint", 2)])
def test_solvers_have_their_orders(solver, order):
    x = torch.ones(1, 1, 1, dtype=torch.float64)
    errors = []
    for steps in (20, 40):
        field = Field(lambda x, t: -2 * x * t)
        end = transport(field, x, steps, solver).item()
        errors.append(abs(end - math.exp(-1)))
        assert field.calls == order * steps
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.1)
