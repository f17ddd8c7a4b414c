"""One job on several processes: every rank works on its own part of each batch.

The batch does not depend on the number of ranks; the result does, because rounding errors differ
and grow. A solve of the transport divides its kernel among the ranks. The kernel's results, a few
numbers per sample, are sent to every rank, and all ranks take the same step with them; rank 0 sends
its heights to the others, so that rounding never makes them differ. A training divides its passes
(`aeot.models.shared_training`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor
from torch import distributed as dist


@contextmanager
def torchrun(device: torch.device) -> Iterator[bool]:
    """Join the processes that `torchrun` started, if it did; gloo on the CPU, NCCL on CUDA.

    Yields:
        Whether this process writes the results, which is true for rank 0.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield True
        return
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield dist.get_rank() == 0
    finally:
        dist.destroy_process_group()


class Ranks:
    """The processes of `torch.distributed` if it is initialised, otherwise only this one."""

    def __init__(self) -> None:
        several = dist.is_available() and dist.is_initialized()
        self.rank = dist.get_rank() if several else 0
        self.size = dist.get_world_size() if several else 1

    def part(self, start: int, stop: int) -> tuple[int, int]:
        """Return this rank's part of the range [start, stop), which all ranks together cover."""
        share = -(-(stop - start) // self.size)
        first = min(stop, start + self.rank * share)
        return first, min(stop, first + share)

    def gather(self, part: Tensor, count: int) -> Tensor:
        """Concatenate the ranks' parts of `count` rows, as divided by `part`: (count, ...)."""
        if self.size == 1:
            return part
        share = -(-count // self.size)
        padded = part.new_zeros(share, *part.shape[1:])
        padded[: len(part)] = part
        whole = [torch.empty_like(padded) for _ in range(self.size)]
        dist.all_gather(whole, padded)
        return torch.cat(whole)[:count]

    def total(self, values: Tensor) -> Tensor:
        """Add the ranks' values up."""
        if self.size > 1:
            dist.all_reduce(values)
        return values

    def agree(self, values: Tensor) -> Tensor:
        """Take rank 0's values."""
        if self.size > 1:
            dist.broadcast(values, 0)
        return values
