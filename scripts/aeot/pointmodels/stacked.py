"""Small networks of many trials at once: every parameter has a leading axis, one entry a trial.

A layer multiplies all trials in one batched product, Adam is elementwise, and the loss is a sum
over trials, so that a trial in a stack is the trial alone to rounding. Initial weights come from a
generator a trial.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from aeot.pointmodels.maxout import maxout

Generators = Sequence[torch.Generator]


def normal(generators: Generators, *shape: int, deviation: float = 1.0) -> Tensor:
    """N(0, deviation^2) of shape (trials, *shape), each trial from its own generator."""
    return deviation * torch.stack([torch.randn(*shape, generator=one) for one in generators])


class Linear(nn.Module):
    """x (T, n, inputs) -> (T, n, outputs); weights N(0, deviation^2), biases 0."""

    def __init__(
        self,
        generators: Generators,
        inputs: int,
        outputs: int,
        bias: bool = True,
        deviation: float = 0.02,
    ) -> None:
        super().__init__()
        drawn = normal(generators, inputs, outputs, deviation=deviation)
        self.weight = nn.Parameter(drawn)
        self.bias = nn.Parameter(torch.zeros(len(generators), 1, outputs)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Multiply."""
        if self.bias is None:
            return torch.bmm(x, self.weight)
        return torch.baddbmm(self.bias, x, self.weight)


class BatchNorm(nn.Module):
    """Batch normalisation over a trial's own samples.

    Epsilon 1e-4, and running statistics p <- 0.95 p + 0.05 m: PacGAN's.
    """

    mean: Tensor
    variance: Tensor

    def __init__(self, trials: int, features: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(trials, 1, features))
        self.shift = nn.Parameter(torch.zeros(trials, 1, features))
        self.register_buffer("mean", torch.zeros(trials, 1, features))
        self.register_buffer("variance", torch.ones(trials, 1, features))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise x (T, n, features) by the batch's statistics, in eval mode by the running."""
        if not self.training:
            return (x - self.mean) * (self.scale * (self.variance + 1e-4).rsqrt()) + self.shift
        variance, mean = torch.var_mean(x, dim=1, keepdim=True, correction=0)
        with torch.no_grad():
            self.mean.lerp_(mean, 0.05)
            self.variance.lerp_(variance, 0.05)
        return (x - mean) * (self.scale * (variance + 1e-4).rsqrt()) + self.shift


class Maxout(nn.Module):
    """Linear maxout: the largest of five linear pieces for each of the outputs."""

    PIECES = 5

    def __init__(self, generators: Generators, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = Linear(generators, inputs, outputs * self.PIECES)
        self.outputs = outputs

    def forward(self, x: Tensor) -> Tensor:
        """Map (T, n, inputs) to (T, n, outputs)."""
        return maxout(self.linear(x).unflatten(-1, (self.PIECES, self.outputs)))


def normed(generators: Generators, widths: Sequence[int]) -> nn.Sequential:
    """Linear layers without bias, each with batch norm and ReLU: (T, n, widths[0]) -> (.., -1)."""
    layers: list[nn.Module] = []
    for inputs, outputs in zip(widths, widths[1:], strict=False):
        layers += [
            Linear(generators, inputs, outputs, bias=False),
            BatchNorm(len(generators), outputs),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers)
