"""A prior that is fitted to codes, for models whose training does not define their distribution."""

import torch
from torch import Tensor, nn

_LEAST_NORM = 1e-12


def on_sphere(codes: Tensor) -> Tensor:
    """Divide codes (n, d) by their norms, which are treated as constants in a gradient."""
    return codes / codes.detach().norm(dim=1, keepdim=True).clamp_min(_LEAST_NORM)


class FittedGaussian(nn.Module):
    """Map standard normal z (n, d) to codes with the fitted mean and covariance.

    Args:
        codes: dimension d of the codes.
        sphere: whether codes are on the unit sphere; draws are then divided by their norms.
    """

    mean: Tensor
    root: Tensor

    def __init__(self, codes: int, sphere: bool = False) -> None:
        super().__init__()
        self.sphere = sphere
        self.register_buffer("mean", torch.zeros(codes))
        self.register_buffer("root", torch.eye(codes))

    @torch.no_grad()
    def fit(self, codes: Tensor) -> None:
        """Fit to codes (N, d), N >= 2, with the symmetric root of the covariance."""
        exact = codes.double()
        values, vectors = torch.linalg.eigh(torch.atleast_2d(exact.T.cov()))
        self.mean.copy_(exact.mean(dim=0))
        self.root.copy_(vectors * values.clamp_min(0).sqrt() @ vectors.T)

    def forward(self, z: Tensor) -> Tensor:
        """Map."""
        codes = self.mean + z @ self.root
        return on_sphere(codes) if self.sphere else codes
