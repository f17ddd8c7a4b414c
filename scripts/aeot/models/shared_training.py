"""One training on several processes: each handles a part of a batch, all take the same step.

Batch norms compute their statistics over the whole batch, and gradients are summed, so that the
training is that of one process except for the order in which numbers are added.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch import distributed as dist
from torch.nn.modules.batchnorm import _BatchNorm


class _Sum(torch.autograd.Function):
    """The sum over all ranks, whose gradient is also a sum over all ranks."""

    @staticmethod
    def forward(_: Any, values: Tensor) -> Tensor:  # noqa: ANN401
        total = values.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(_: Any, gradient: Tensor) -> Tensor:  # noqa: ANN401
        total = gradient.clone()
        dist.all_reduce(total)
        return total


class SharedBatchNorm(_BatchNorm):
    """A batch norm over the parts of a batch on all ranks, on the CPU and on CUDA.

    torch's SyncBatchNorm supports CUDA only.
    """

    def _check_input_dim(self, _: Tensor) -> None:
        """Any number of dimensions: (n, c) and (n, c, h, w)."""

    def forward(self, values: Tensor) -> Tensor:
        """Normalise (n, c, ...), the part of this rank; in eval mode like any batch norm."""
        if not self.training:
            return super().forward(values)
        dims = [0, *range(2, values.ndim)]
        shape = [1, -1, *[1] * (values.ndim - 2)]
        x = values.float()
        count = x.new_tensor(x.numel() / x.shape[1])
        dist.all_reduce(count)
        mean = _Sum.apply(x.sum(dims)) / count
        centred = x - mean.view(shape)
        variance = _Sum.apply(centred.square().sum(dims)) / count
        with torch.no_grad():
            unbiased = variance * count / (count - 1)
            for kept, seen in ((self.running_mean, mean), (self.running_var, unbiased)):
                assert kept is not None and self.momentum is not None
                kept.lerp_(seen, self.momentum)
            if self.num_batches_tracked is not None:
                self.num_batches_tracked += 1
        scale = (self.weight * torch.rsqrt(variance + self.eps)).view(shape)
        return (centred * scale + self.bias.view(shape)).to(values.dtype)


def share_norms(net: nn.Module) -> None:
    """Let every batch norm of a network compute its statistics over all ranks."""
    for name, child in net.named_children():
        if isinstance(child, _BatchNorm):
            shared = SharedBatchNorm(child.num_features, child.eps, child.momentum)
            shared.load_state_dict(child.state_dict())
            setattr(net, name, shared.to(child.weight.device))
        else:
            share_norms(child)


def sum_gradients(parameters: Iterable[Tensor]) -> None:
    """Sum the gradients of all ranks, in one message."""
    gradients = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    dist.all_reduce(flat)
    parts = flat.split([gradient.numel() for gradient in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))
