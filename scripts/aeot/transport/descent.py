"""The descent's state and one step of it: averaged stochastic Newton on the Brenier energy."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from aeot.ranks import Ranks
from aeot.transport.cells import MET, Found, Planes
from aeot.transport.clusters import distances, find_clusters
from aeot.transport.newton import FacetWeights, quantile
from aeot.transport.problem import Problem

_LEAST_BATCH = 512
_FULL_BATCH = 1 << 16  # most samples of an early step
_GROWTH = 0.01  # later steps take this share of the samples so far
_LARGEST = 64  # ... but at most this many samples per point
_FACTORISED = 20_000  # points up to which the Hessian of crowded ones is factorised
_GROWTH_CROSSED = 0.04  # ... where samples are cheap and the rest of a step is not
_LEAST_CROSSED = 8  # dimensions of the support from which on halves are crossed
_MANY = 0.05  # share of codes in clusters from which on these are compared as wholes
_AT_ONCE = 8192  # buried cells that are lifted in one step
_AROUND = 24  # batches that show the Hessian and the masses at given heights
_FAR_OFF = 0.3  # share of its mass by which a cell of a good start may be wrong
_DEVIATIONS = 3.0  # ... and standard deviations of its hits
_ALONE = 16  # samples per point that fit single planes
_DUE = 20  # hits that a cell should have had before it counts as buried


class Descent:
    """The state of the descent; all of it goes into the checkpoint.

    Args:
        problem: the points, in standard coordinates.
        heights: (n,) float64 to start from.
        seed: seed of the samples.
        device: where planes are evaluated.
    """

    _TENSORS = ("heights", "average", "hits")
    _PLAIN = ("average_weight", "expected", "step", "samples", "drawn", "credit")

    def __init__(self, problem: Problem, heights: Tensor, seed: int, device: torch.device) -> None:
        self.problem, self.device = problem, device
        self.support = problem.support.to(device)
        self.masses = torch.from_numpy(problem.masses).to(device)
        # In few dimensions the stream's evenness, which crossing breaks, is worth as much or more.
        self.crosses = problem.source.known and self.support.shape[1] >= _LEAST_CROSSED
        split = problem.split if self.crosses else None
        self.planes = Planes(self.support, split)
        # Crowded points make a thin graph: it is factorised.
        crowded = problem.support.dtype == torch.float64 and len(heights) <= _FACTORISED
        self.clusters = find_clusters(self.planes)
        self.facets = FacetWeights(self.support, self.masses, self.clusters, crowded)
        self.wholes: Planes | None = None  # one of each cluster, where that is worth a scan
        if self.clusters.crowded.double().mean() > _MANY:
            self.wholes = Planes(self.support[self.clusters.first], split)
        self.stream = problem.source.stream(seed)
        self.heights = heights.to(device)
        self.average = self.heights.clone()
        self.average_weight: float | Tensor = 0.0
        self.hits = torch.zeros_like(self.heights)
        self.expected = 0.0
        self.step = self.samples = self.drawn = 0
        self.credit = 0  # samples that the heights to start from are worth

    def dump(self) -> dict[str, Any]:
        """Return everything that a resumed run needs."""
        saved = {name: getattr(self, name) for name in self._TENSORS + self._PLAIN}
        facets = self.facets
        return saved | {
            "facets": (facets.keys, facets.values),
            "facets_state": (facets.distinct, facets.samples, facets.width),
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Restore a state that `dump` returned."""
        for name in self._PLAIN:
            value = saved[name]
            setattr(self, name, value.to(self.device) if isinstance(value, Tensor) else value)
        for name in self._TENSORS:
            setattr(self, name, saved[name].to(self.device))
        facets = self.facets
        facets.keys, facets.values = (tensor.to(self.device) for tensor in saved["facets"])
        facets.distinct, facets.samples, facets.width = saved["facets_state"]

    def batch(self) -> int:
        """Source samples of the next step."""
        count = len(self.masses)
        growth = _GROWTH_CROSSED if self.crosses else _GROWTH
        grown = min(int(growth * (self.credit + self.samples)), _LARGEST * count)
        batch = max(_LEAST_BATCH, min(count, _FULL_BATCH), grown)
        return batch - batch % MET if self.crosses else batch

    def survey(self, ranks: Ranks) -> Tensor:
        """Learn the Hessian at the heights at hand, and which cells are far off, without a step.

        Returns:
            (n,) -1 for cells of much too little mass, 1 for those of much too much, else 0.
        """
        count = len(self.masses)
        self.planes.set_heights(self.heights)
        self.hits, self.expected = torch.zeros_like(self.hits), 0.0
        for turn in range(_AROUND):
            batch = self.batch()
            cell, runner_up, gap = self._scan(self.planes, 0, batch, ranks, False)
            self.hits += torch.bincount(cell, minlength=count)
            self.expected += batch
            self._see((cell, runner_up, gap), batch, float(turn > 0), ranks, False)
            self._count(batch)
        due = self.expected * self.masses
        far = (self.hits - due).abs() > _FAR_OFF * due + _DEVIATIONS * due.sqrt()
        return far * torch.sign(self.hits - due)

    def continue_from(self, samples: float, known: Tensor) -> None:
        """Continue as if the initial heights were the average of so many samples.

        Step size, batches and the average's weight become those of a descent that has taken them.

        Args:
            samples: that the heights are worth.
            known: (n,) the cells of which that is true; the average forgets the others' heights.
        """
        weight = 0.0
        while self.credit < samples:
            self.step += 1
            batch = self.batch()
            weight += float(batch * self.step)
            self.credit += batch
        self.average_weight = weight * known

    def fit_alone(self, few: Tensor, ranks: Ranks) -> None:
        """Move each of a few planes to where it wins its mass from the others, without these few.

        Args:
            few: (n,) which.
            ranks: the processes, which take rank 0's answer.
        """
        if not few.any():
            return
        heights = self.heights.clone()
        heights[few] = -torch.inf
        self.planes.set_heights(heights)
        size = min(_ALONE * len(self.masses), 1 << 20)
        x = self._samples(0, size).to(self.support.dtype)
        cell = self.planes.best(x)
        top = (x * self.support[cell]).sum(1).double() + heights[cell]
        for part in torch.nonzero(few)[:, 0].split((1 << 24) // size):
            gap = top[:, None] - (x @ self.support[part].T).double()
            wanted = (self.masses[part] * size).long().clamp(0, size - 1)
            self.heights[part] = gap.sort(dim=0).values.gather(0, wanted[None])[0]
        self.heights = ranks.agree(self.heights)
        self.average = self.heights.clone()

    def advance(self, ranks: Ranks, rough: bool) -> None:
        """One averaged stochastic Newton step on a fresh batch.

        Args:
            ranks: the processes that share the batch.
            rough: whether the kernel may round products (TF32 on CUDA, where nothing is crossed).
        """
        count, batch = len(self.masses), self.batch()
        self.step += 1
        # The second-best plane costs extra and the Hessian varies slowly: a part of the batch does.
        paired = batch // 2 if self.step <= 20 else batch // 4
        self.planes.set_heights(self.heights)
        cell, runner_up, gap = self._scan(self.planes, 0, paired, ranks, rough)
        rest = self._scan(self.planes, len(cell), batch, ranks, rough, second=False)[0]
        cells = torch.cat([cell, rest])
        hits = torch.bincount(cells, minlength=count).double()
        # What is remembered is some batches at first, and always some samples per point.
        share = min(1.0, batch / count)
        memory = min(1 - 0.02 * share, max(0.8, 1 - 4 / (self.step + 8)))
        cell, runner_up, reach = self._see((cell, runner_up, gap), len(cell), memory, ranks, rough)
        direction = self.facets.direction(self.masses - hits / batch)
        rate = 2 / self.step**0.5
        moved = rate * (direction[cell] - direction[runner_up]).abs()
        moved = moved / distances(self.support, cell, runner_up)
        limit = 2 * reach.median() / quantile(moved, 0.9).clamp_min(1e-300)
        self.heights = self.heights + limit.clamp_max(1.0) * rate * direction
        self.heights -= (self.masses * self.heights).sum()
        self.heights = ranks.agree(self.heights)
        self._average(batch)
        kept = 1 - 0.03 * share
        self.hits, self.expected = kept * self.hits + hits, kept * self.expected + batch
        if self.step % 4 == 0:
            self._lift(ranks)
        self._count(batch)

    def _count(self, batch: int) -> None:
        self.samples += batch
        self.drawn += batch // MET + MET - 1 if self.crosses else batch

    def _see(
        self, seen: Found, samples: int, memory: float, ranks: Ranks, rough: bool
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Take the facets that this step's first samples are close to into the Hessian.

        Returns:
            (m,) cells, (m,) runners-up and (m,) the distances to the facets between them.
        """
        if self.wholes is not None:
            seen = self._among(self.wholes, seen, ranks, rough)
        return seen[0], seen[1], self.facets.update(*seen, samples, memory)

    def _among(self, planes: Planes, seen: Found, ranks: Ranks, rough: bool) -> Found:
        """Add the facets between clusters to those that best and second-best planes showed.

        Args:
            planes: one of each cluster.
            seen: (m,) cell, runner-up and gap of this step's first samples.
            ranks: the processes that share the scan.
            rough: whether the kernel may round products.
        """
        labels, first, crowded = self.clusters.labels, self.clusters.first, self.clusters.crowded
        heights = torch.full_like(self.heights[first], -torch.inf)
        planes.set_heights(heights.scatter_reduce_(0, labels, self.heights, "amax"))
        a, b, gap = self._scan(planes, 0, len(seen[0]), ranks, rough)
        a, b = first[a], first[b]
        # Best and second-best show the facets within clusters and those between lone points.
        among = crowded[a] | crowded[b]
        kept = (labels[seen[0]] == labels[seen[1]]) | ~(crowded[seen[0]] | crowded[seen[1]])
        cell, runner_up, gap = (
            torch.cat([one[kept], other[among]])
            for one, other in zip(seen, (a, b, gap), strict=True)
        )
        return cell, runner_up, gap

    def _scan(
        self, planes: Planes, start: int, stop: int, ranks: Ranks, rough: bool, second: bool = True
    ) -> tuple[Tensor, ...]:
        """Find the cells of this step's samples start, ..., stop - 1, all ranks together.

        Returns:
            (m,) int64 cell and, with `second`, (m,) int64 runner-up and (m,) gap.
        """
        met = MET if self.crosses else 1
        first, last = start // met, stop // met
        low, high = ranks.part(first, last)
        if self.crosses:
            left, right = self.problem.halves(self._points(low, high + met - 1))
            found: tuple[Tensor, ...] = planes.crossed((left[: high - low], right), second)
        elif second:
            found = planes.best_two(self._samples(low, high), rough)
        else:
            found = (planes.best(self._samples(low, high), rough),)
        wanted = found if second else found[:1]
        return tuple(ranks.gather(part, last - first).flatten() for part in wanted)

    def _points(self, start: int, stop: int) -> Tensor:
        """Points start, ..., stop - 1 that this step reads: (m, d), standard coordinates."""
        u = self.stream.points(self.drawn + start, stop - start, self.device)
        return self.problem.source.from_stream(u)

    def _samples(self, start: int, stop: int) -> Tensor:
        """The same in the dimensions of the support: (m, r)."""
        return self.problem.project(self._points(start, stop))

    def _average(self, batch: int) -> None:
        """Average the path with weights batch x step: the early path is soon forgotten."""
        weight = float(batch * self.step)
        self.average_weight += weight
        self.average += (weight / self.average_weight) * (self.heights - self.average)

    def _lift(self, ranks: Ranks) -> None:
        """Raise planes that lie so low that no gradient reaches them (outliers, crowded codes).

        A cell that should have been hit often and was not is raised until it wins about half of
        its mass among the step's samples. The average takes the new height at once, and half of
        what it stands on is forgotten: the other cells' past was that of a crowd without this one.
        """
        due = self.expected * self.masses
        buried = torch.nonzero((due >= _DUE) & (self.hits < 0.02 * due))[:_AT_ONCE, 0]
        if not len(buried):
            return
        size = min(self.batch(), (1 << 24) // len(buried))
        x = self._samples(0, size).to(self.support.dtype)
        self.planes.set_heights(self.heights)
        cell = self.planes.best(x)
        top = (x * self.support[cell]).sum(1).double() + self.heights[cell]
        gap = top[:, None] - (x @ self.support[buried].T).double() - self.heights[buried]
        wanted = (0.5 * self.masses[buried] * len(x)).long().clamp(0, len(x) - 1)
        rise = gap.sort(dim=0).values.gather(0, wanted[None])[0].clamp_min(0)
        self.heights[buried] += rise
        self.heights = ranks.agree(self.heights)
        labels = self.clusters.labels
        # A twin's height means something only beside the others'.
        new = self.clusters.twins & torch.isin(labels, labels[buried])
        new[buried] = True
        self.average[new] = self.heights[new]
        self.average_weight /= 2
        self.hits[buried] = due[buried]
