"""A fitted Gaussian: it has the codes' own moments."""

import pytest
import torch

from aeot.models.fitted import FittedGaussian, on_sphere
from aeot.seeding import torch_generator


@pytest.fixture
def codes():
    """Of unequal scale, correlated, and flat in one direction."""
    drawn = torch.randn((200, 3), generator=torch_generator(0, "codes"))
    return torch.stack([drawn[:, 0], 3 * drawn[:, 0] + drawn[:, 1], 5 + 0 * drawn[:, 2]], dim=1)


def test_what_is_drawn_has_the_mean_and_covariance_of_the_codes(codes):
    prior = FittedGaussian(3)
    prior.fit(codes)
    assert torch.allclose(prior.root @ prior.root, codes.T.cov(), atol=1e-4)
    assert torch.allclose(prior(torch.zeros(1, 3)), codes.mean(dim=0), atol=1e-5)
    drawn = prior(torch.randn((200_000, 3), generator=torch_generator(1, "z")))
    assert torch.allclose(drawn.T.cov(), codes.T.cov(), atol=0.1)


def test_before_it_is_fitted_it_changes_nothing():
    z = torch.randn((4, 3), generator=torch_generator(0, "z"))
    assert torch.equal(FittedGaussian(3)(z), z)


def test_on_the_sphere_every_draw_has_norm_one(codes):
    prior = FittedGaussian(3, sphere=True)
    prior.fit(codes)
    norms = prior(torch.randn((50, 3), generator=torch_generator(1, "z"))).norm(dim=1)
    assert torch.allclose(norms, torch.ones(50), atol=1e-6)


def test_one_dimension_is_fitted_too():
    prior = FittedGaussian(1)
    prior.fit(torch.tensor([[1.0], [3.0]]))
    assert prior(torch.tensor([[1.0]])).item() == pytest.approx(2 + 2**0.5)


def test_the_norm_is_a_constant_in_the_gradient():
    codes = torch.tensor([[3.0, 4.0]], requires_grad=True)
    on_sphere(codes).sum().backward()
    assert torch.allclose(codes.grad, torch.tensor([[0.2, 0.2]]))


def test_a_code_at_the_origin_stays_there():
    assert torch.equal(on_sphere(torch.zeros(1, 4)), torch.zeros(1, 4))
