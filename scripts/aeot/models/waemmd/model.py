"""WAE-MMD (Tolstikhin et al. 2018, arXiv 1711.01558, algorithm 2)."""

from torch import Tensor

from aeot.models.waemmd.settings import Settings
from aeot.models.wasserstein import WassersteinModel

_SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # of the kernels, as in the authors' code


class Model(WassersteinModel):
    """Codes and prior are compared by inverse multiquadratic kernels."""

    settings: Settings

    def penalty(self, codes: Tensor, prior: Tensor) -> Tensor:
        """MMD^2 of C / (C + |a - b|^2), C = 2 d sigma^2 s, summed over the scales s."""
        return kernel_distance(codes, prior, self.settings.prior_deviation)


def kernel_distance(a: Tensor, b: Tensor, deviation: float) -> Tensor:
    """Unbiased squared maximum mean discrepancy of points (n, d) and (n, d), n >= 2."""
    count, dimension = a.shape
    total = a.new_zeros(())
    within = [_squares(a, a), _squares(b, b)]
    across = _squares(a, b)
    for scale in _SCALES:
        base = 2 * dimension * deviation**2 * scale
        for squares in within:  # a point's kernel with itself, 1, is left out
            total = total + ((base / (base + squares)).sum() - count) / (count * (count - 1))
        total = total - 2 * (base / (base + across)).mean()
    return total


def _squares(a: Tensor, b: Tensor) -> Tensor:
    return (a[:, None] - b[None]).square().sum(dim=2)  # exact: a distance to itself is zero
