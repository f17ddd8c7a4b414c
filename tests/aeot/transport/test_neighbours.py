"""The kernel's nearest points are those of all distances."""

import pytest
import torch

from aeot.transport.cells import Planes
from aeot.transport.neighbours import nearest, nearest_other


@pytest.mark.parametrize("d", [1, 3, 30])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_nearest_are_those_of_a_brute_force(d, dtype):
    y, x = torch.randn(300, d, dtype=dtype, generator=torch.manual_seed(d)).split([200, 100])
    planes = Planes(y)
    to = torch.cdist(x.double(), y.double())
    found = to.gather(1, nearest(planes, x)[:, None])[:, 0]
    torch.testing.assert_close(found, to.min(dim=1).values, rtol=0, atol=1e-3)
    among = torch.cdist(y.double(), y.double()).fill_diagonal_(torch.inf)
    every = nearest_other(planes)
    found = among.gather(1, every[:, None])[:, 0]
    torch.testing.assert_close(found, among.min(dim=1).values, rtol=0, atol=1e-3)
    some = torch.tensor([7, 3, 199])
    assert torch.equal(nearest_other(planes, some), every[some])


def test_a_twin_is_the_nearest_other():
    y = torch.randn(20, 4, generator=torch.manual_seed(0)).repeat_interleave(2, dim=0)
    twin = torch.arange(40) ^ 1
    found = nearest_other(Planes(y))
    assert torch.equal(y[found], y)
    assert (found[::2] == twin[::2]).all()
