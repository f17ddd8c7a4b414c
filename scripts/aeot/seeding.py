"""Random streams: one seed determines a run, and every use of randomness has a named stream."""

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


def stream_seed(seed: int, *names: str | int) -> int:
    """Derive the 63-bit seed of a named stream.

    Streams with different names are independent, so a new use of randomness never shifts the draws
    of the others. A stream can be reopened by its name (`stream_seed(seed, "batches", epoch)`), so
    a resumed run needs no saved state.
    """
    text = "/".join(map(str, (seed, *names)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


def numpy_generator(seed: int, *names: str | int) -> np.random.Generator:
    """NumPy generator of the named stream."""
    return np.random.default_rng(stream_seed(seed, *names))


def torch_generator(
    seed: int, *names: str | int, device: "str | torch.device" = "cpu"
) -> "torch.Generator":
    """Torch generator of the named stream, on `device`."""
    import torch

    return torch.Generator(device).manual_seed(stream_seed(seed, *names))
