"""An endless stream of coupled pairs for torch's `DataLoader`."""

from collections.abc import Iterator
from itertools import count

from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from aeot.errors import InputError
from aeot.ranks import Ranks
from aeot.seeding import torch_generator
from aeot.transport.map import TransportMap


class PairsDataset(IterableDataset[tuple[Tensor, Tensor]]):
    """An endless stream of batches of fresh source samples and their cells (`TransportMap.pairs`).

    Each item is a batch, so the loader must not batch again:

        loader = DataLoader(PairsDataset(solution.transport, 256), batch_size=None, num_workers=4)

    Batch b depends only on the seed and on b. Of W workers, worker w draws the batches
    w, w + W, w + 2 W and so on, and the loader takes them in turn: the sequence is the same for
    any number of workers, and no batch is drawn twice. If `torch.distributed` is initialised, R
    ranks share the batches in the same way. Every iteration begins at `start` again: use one
    iterator for a whole training, and resume a training that ended after k steps with `start=k`.

    Args:
        transport: the map.
        batch: number of pairs in an item.
        seed: seed of all pairs.
        start: number of items of this rank to skip.

    Raises:
        InputError: `batch` is not positive, or `start` is negative.
    """

    def __init__(self, transport: TransportMap, batch: int, seed: int = 0, start: int = 0) -> None:
        if batch < 1 or start < 0:
            raise InputError(f"batch {batch} and start {start}: take at least 1 and at least 0.")
        self.transport, self.batch, self.seed, self.start = transport, batch, seed, start
        self._ranks = Ranks()  # spawned workers do not have it

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield (batch, d) float32 samples and (batch,) int64 cells, on the CPU."""
        info = get_worker_info()
        worker, workers = (0, 1) if info is None else (info.id, info.num_workers)
        for item in count(self.start + worker, workers):
            number = item * self._ranks.size + self._ranks.rank
            yield self.transport.pairs(self.batch, torch_generator(self.seed, "pairs", number))
