"""Mass centres of a transport's power cells."""

from dataclasses import dataclass

import torch
from torch import Tensor

from aeot.errors import InputError
from aeot.seeding import torch_generator
from aeot.transport.map import TransportMap

_BATCH = 4096


@dataclass(frozen=True)
class MassCentres:
    """Means of the source samples in each power cell.

    Attributes:
        points: (N, d) float32, the centre of every cell; zero if it is not known.
        known: (N,) bool, whether a source sample fell into the cell.
    """

    points: Tensor
    known: Tensor


def mass_centres(
    transport: TransportMap, samples: int, seed: int, device: torch.device | str = "cpu"
) -> MassCentres:
    """Estimate the mass centres of a map's cells from `samples` source samples per cell.

    Args:
        transport: the map.
        samples: mean number of source samples per cell.
        seed: seed of the source samples.
        device: where the planes are evaluated; the samples are drawn on the CPU.

    Raises:
        InputError: only one cell got samples, although the codes differ.
    """
    planes, shape = transport.planes(torch.device(device)), transport.support.shape
    size = samples * len(transport.support)
    total = torch.zeros(shape, dtype=torch.float64, device=device)
    hits = torch.zeros(shape[0], dtype=torch.float64, device=device)
    generator = torch_generator(seed, "centres")
    for start in range(0, size, _BATCH):
        x = planes.source.sample(min(_BATCH, size - start), generator).to(device)
        cells = planes.best(x)
        total.index_add_(0, cells, x.double())
        hits += torch.bincount(cells, minlength=len(hits))
    known = hits > 0
    if int(known.sum()) < 2 and (transport.support != transport.support[0]).any():
        raise InputError(
            f"only 1 cell of the transport received any of {size} source samples; raise "
            "centre_samples, or solve the transport again."
        )
    return MassCentres((total / hits.clamp_min(1)[:, None]).float(), known)
