"""Small networks of many trials at once: every parameter has a leading axis of trials.

A layer multiplies all trials in one batched product, Adam is elementwise, and the loss is a sum
over trials, so a trial in a stack equals a separate trial up to rounding. Each trial has its own
generator for the initial weights.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from aeot.pointmodels.maxout import maxout
from aeot.seeding import torch_generator

Generators = Sequence[torch.Generator]


def streams(seed: int, trials: int, name: str, *more: str | int) -> list[torch.Generator]:
    """Open a generator for every trial, which depends on the seed, its number and the names."""
    return [torch_generator(seed, name, trial, *more) for trial in range(trials)]


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


@torch.no_grad()
def initialise_by_fan_in(net: nn.Module, generators: Generators) -> None:
    """Draw every weight of a network from U(-b, b), b = 1 / root(inputs): torch's own default."""
    for module in net.modules():
        if isinstance(module, Linear):
            inputs, outputs = module.weight.shape[1:]
            drawn = torch.stack([torch.rand(inputs, outputs, generator=g) for g in generators])
            module.weight.copy_((2 * drawn - 1) / inputs**0.5)


class BatchNorm(nn.Module):
    """Batch normalisation over a trial's own samples, one slot of its packs at a time.

    As in PacGAN, epsilon is 1e-4, and running means and deviations are updated by p <- 0.95 p +
    0.05 m with the mean m over slots, because its generator draws every slot of a pack separately.

    Args:
        trials: T.
        features: of a sample.
        slots: number of samples in a pack; the samples of a pack are consecutive.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, trials: int, features: int, slots: int = 1) -> None:
        super().__init__()
        self.slots = slots
        self.scale = nn.Parameter(torch.ones(trials, 1, features))
        self.shift = nn.Parameter(torch.zeros(trials, 1, features))
        self.register_buffer("mean", torch.zeros(trials, 1, features))
        self.register_buffer("deviation", torch.ones(trials, 1, features))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise x (T, n slots, features) by the batch's statistics, slot by slot.

        In eval mode the running statistics are used, and x may be (T, n, features) with any n.
        """
        if not self.training:
            return (x - self.mean) * (self.scale / self.deviation) + self.shift
        packs = x.unflatten(1, (-1, self.slots))
        variance, mean = torch.var_mean(packs, dim=1, keepdim=True, correction=0)
        deviation = (variance + 1e-4).sqrt()
        with torch.no_grad():
            self.mean.lerp_(mean.mean(dim=2), 0.05)
            self.deviation.lerp_(deviation.mean(dim=2), 0.05)
        scale, shift = self.scale[:, :, None], self.shift[:, :, None]
        return ((packs - mean) * (scale / deviation) + shift).flatten(1, 2)


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


def normed(generators: Generators, widths: Sequence[int], slots: int = 1) -> nn.Sequential:
    """Linear layers without bias, each with batch norm and ReLU: (T, n, widths[0]) -> (.., -1)."""
    layers: list[nn.Module] = []
    for inputs, outputs in zip(widths, widths[1:], strict=False):
        layers += [
            Linear(generators, inputs, outputs, bias=False),
            BatchNorm(len(generators), outputs, slots),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers)
