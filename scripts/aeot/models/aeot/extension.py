"""The extended transport map: interpolation between power cells, but not across the singular set.

The plain map returns only training codes. The extension mixes the codes of cells close to x. It
calls x singular if the dihedral angle of the Brenier potential between its own cell and each of
them exceeds a threshold: there the optimal map is discontinuous, and a mixture would lie outside
the data (AE-OT, sections on singularity detection and extension of the map).

With the codes p_i, their power cells W_i, the cell W_1 of x, and the mass centres c_i of the cells,
the two ways to mix are

    uniform:           T~(x) = t p_1 + (1 - t) p_2,  t uniform on [0, 1], p_2 the code of the second
                       highest plane at x;
    inverse_distance:  T~(x) = sum_k l_k p_k,  l_k = |x - c_k|^-1 / sum_j |x - c_j|^-1, over W_1 and
                       the centres nearest to x, less those across the singular set from W_1.

The second is the paper's. The treatment of a singular x determines whether the masses are
preserved:

    redraw:  x is drawn again within W_1 until it is not singular, so that every cell keeps its
             certified mass. A sample that is still singular after `redraws` source samples per
             code, or always is because no facet meets that of W_1 within the threshold, returns the
             code of its cell;
    reject:  as in the paper, x is drawn again anywhere: cells next to the singular set lose mass;
    plain:   x is mapped by the plain map, to p_1: the masses are preserved, but these draws are
             copies.

The variant `chart` does not mix and has no singular samples: see `aeot.models.aeot.chart`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aeot.errors import InputError
from aeot.models.aeot.centres import MassCentres, mass_centres
from aeot.models.aeot.chart import displacement, nearest_codes, shift, within
from aeot.models.aeot.facets import dihedral_angle, facet_normals, without_neighbour
from aeot.models.aeot.mixing import Mixture, Queue
from aeot.models.aeot.settings import SamplingSettings
from aeot.seeding import torch_generator
from aeot.transport.map import TransportMap
from aeot.transport.problem import standardisation

_BATCH = 4096
_CHART = 5  # number of codes that span a chart, unless `neighbours` is given
_MOST_REJECTIONS = 2000  # draws per accepted code after which sampling is given up


@dataclass(frozen=True)
class Drawn:
    """Codes drawn from a transport map.

    Attributes:
        codes: (n, d) float32.
        cells: (n,) int64, the power cell of the source sample behind each.
        drawn: total number of source samples drawn.
        singular: how many of them were singular: of all of them for `reject`, otherwise of the
            first n.
        copies: how many of the n codes are codes of the map: all of them for `vertex`, otherwise
            those that were singular and not replaced.
        threshold: largest dihedral angle across which to interpolate, in radians; None if there is
            no such limit.
        ends: (n, 2, d) float32, the two codes of which each is a mixture, equal if it is one of
            them; None for mixtures of more codes, and for charts.
    """

    codes: NDArray[np.float32]
    cells: NDArray[np.int64]
    drawn: int
    singular: int = 0
    copies: int = 0
    threshold: float | None = None
    ends: NDArray[np.float32] | None = None


def draw_codes(
    transport: TransportMap,
    settings: SamplingSettings,
    seed: int,
    device: torch.device | str = "cpu",
    centres: MassCentres | None = None,
) -> Drawn:
    """Draw `settings.count` codes through the (extended) map.

    If all codes are equal, there is nothing to mix, and they are returned as for `vertex`.

    Args:
        transport: the map, in the codes' own coordinates.
        settings: number of draws, variant, weights, threshold.
        seed: determines the source samples and the weights.
        device: where the heights are compared; the samples are drawn on the CPU.
        centres: result of `mass_centres`; computed if it is needed and not given.

    Raises:
        InputError: only one cell has any mass, or nearly all draws are rejected
            (`singular: reject`).
    """
    if (transport.support == transport.support[0]).all():
        settings = settings.model_copy(update={"variant": "vertex"})
    if settings.needs_centres and centres is None:
        centres = mass_centres(transport, settings.centre_samples, seed, device)
    sampler = _Sampler(transport, settings, seed, torch.device(device), centres)
    if settings.variant == "vertex":
        cells = torch.cat([sampler.planes.best(x) for x in sampler.batches("draw", settings.count)])
        codes = transport.support[cells.cpu().numpy()]
        ends = np.stack([codes, codes], axis=1)
        count = settings.count
        return Drawn(codes, cells.cpu().numpy(), count, copies=count, ends=ends)
    if settings.variant == "chart":
        return sampler.draw_charts()
    threshold = sampler.threshold()
    if settings.singular == "reject":
        return sampler.draw_accepted(threshold)
    return sampler.draw_in_cells(threshold)


class _Sampler:
    """A way of choosing the cells near x and their weights, and the draws that use it."""

    def __init__(
        self,
        transport: TransportMap,
        settings: SamplingSettings,
        seed: int,
        device: torch.device,
        centres: MassCentres | None,
    ) -> None:
        self.settings, self.seed, self.device = settings, seed, device
        self.planes = transport.planes(device)
        self.source = self.planes.source
        self.support = torch.from_numpy(transport.support).to(device)
        mean, scale = standardisation(transport.support)
        standard = ((transport.support - mean) / scale).astype(np.float32)
        self.normals = facet_normals(torch.from_numpy(standard).to(device))
        self.centres = centres if settings.needs_centres else None

    def batches(self, name: str, count: int) -> Iterator[Tensor]:
        """Draw `count` source samples of the stream `name`, in batches."""
        generator = torch_generator(self.seed, name)
        for start in range(0, count, _BATCH):
            yield self.source.sample(min(_BATCH, count - start), generator).to(self.device)

    def threshold(self) -> float:
        """Return the threshold in radians: the given one, or a quantile of a pilot sample."""
        if self.settings.threshold is not None:
            return self.settings.threshold
        parts = [self._near(x) for x in self.batches("pilot", 2 * _BATCH)]
        angles = torch.cat([self._angles(cells)[other] for cells, other, _ in parts])
        return float(np.quantile(angles.cpu().numpy(), self.settings.threshold_quantile))

    def _near(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """Cells near each x, its own first, (m, k); which of the others are used; distances."""
        if self.centres is None:
            first, second, _ = self.planes.best_two(x)
            return torch.stack([first, second], dim=1), torch.ones_like(first[:, None]).bool(), None
        own, known = self.planes.best(x), self.centres
        reached = torch.nonzero(known.known)[:, 0]
        wanted = min(self.settings.neighbours or self.support.shape[1] + 1, len(reached))
        points = known.points[reached]
        parts = [torch.cdist(part, points).topk(wanted, largest=False) for part in x.split(512)]
        near = reached[torch.cat([part.indices for part in parts])]
        other = near != own[:, None]
        other[:, -1] &= ~other.all(dim=1)  # the own cell takes the place of the farthest
        other &= known.known[own, None]  # a cell without a centre is not mixed
        apart = (x - known.points[own]).norm(dim=1, keepdim=True)
        distance = torch.cat([apart, *[torch.cat([part.values for part in parts])]], dim=1)
        return torch.cat([own[:, None], near], dim=1), other, distance

    def _angles(self, cells: Tensor) -> Tensor:
        """Angles (m, k - 1) between the own cell and each of the others."""
        return dihedral_angle(self.normals, cells[:, :1], cells[:, 1:])

    def _mixture(self, x: Tensor, threshold: float) -> Mixture:
        cells, other, distance = self._near(x)
        return Mixture(cells, other & (self._angles(cells) <= threshold), distance)

    def draw_accepted(self, threshold: float) -> Drawn:
        """Draw until `count` source samples are not singular."""
        count, generator = self.settings.count, torch_generator(self.seed, "draw")
        parts: list[Mixture] = []
        accepted = drawn = 0
        while accepted < count:
            x = self.source.sample(_BATCH, generator).to(self.device)
            found = self._mixture(x, threshold)
            kept = torch.nonzero(~found.singular)[: count - accepted, 0]
            # Draws after the last one that was needed do not count.
            full = len(kept) == count - accepted
            drawn += int(kept[-1]) + 1 if full else len(x)
            accepted += len(kept)
            parts.append(found[kept])
            if drawn > _MOST_REJECTIONS * max(accepted, _BATCH // 100):
                raise InputError(
                    f"hardly any source sample has a neighbouring cell within {threshold:.3g} "
                    "rad; raise threshold or threshold_quantile, or use singular=redraw."
                )
        return self._mix(Mixture.join(parts), threshold, drawn, drawn - accepted)

    def draw_in_cells(self, threshold: float) -> Drawn:
        """Draw `count` source samples and their cells; replace or keep the singular ones."""
        count = self.settings.count
        found = Mixture.join([self._mixture(x, threshold) for x in self.batches("draw", count)])
        singular, drawn = int(found.singular.sum()), count
        if self.settings.singular == "redraw":
            drawn += self._redraw(found, threshold)
        return self._mix(found, threshold, drawn, singular)

    def _redraw(self, found: Mixture, threshold: float) -> int:
        """Replace singular samples by other draws of the same cells; return the number of draws."""
        wanted = found.cells[found.singular, 0].unique()
        alone = torch.zeros(len(self.support), dtype=torch.bool, device=self.device)
        alone[wanted] = without_neighbour(self.normals, wanted, threshold)
        queue = Queue(found, alone)
        drawn = 0
        bound = self.settings.redraws * max(len(self.support), len(found.cells))
        for x in self.batches("redraw", bound):
            if not queue.waiting.any():
                break
            drawn += len(x)
            x = x[queue.waiting[self.planes.best(x)]]
            if len(x):
                queue.serve(self._mixture(x, threshold))
        return drawn

    def _mix(self, found: Mixture, threshold: float, drawn: int, singular: int) -> Drawn:
        """Compute the codes of mixtures."""
        generator = torch_generator(self.seed, "mixing")
        # Whole batches, so that a larger number of codes begins with the same ones.
        batches = -(-len(found.cells) // _BATCH)
        share = torch.cat([torch.rand(_BATCH, generator=generator) for _ in range(batches)])
        weights = found.weights(share[: len(found.cells)].to(self.device))
        parts = zip(weights.split(_BATCH), found.cells.split(_BATCH), strict=True)
        codes = torch.cat([(w[:, :, None] * self.support[near]).sum(dim=1) for w, near in parts])
        ends = None
        if found.distance is None:
            pairs = torch.where(found.singular[:, None], found.cells[:, :1], found.cells)
            ends = self.support[pairs].cpu().numpy()
        return Drawn(
            codes.cpu().numpy(),
            found.cells[:, 0].cpu().numpy(),
            drawn,
            singular,
            int(found.singular.sum()),
            threshold,
            ends,
        )

    def draw_charts(self) -> Drawn:
        """Draw `count` codes through the charts, for which no sample is singular."""
        settings, centres = self.settings, self.centres
        assert centres is not None
        wanted = min(settings.neighbours or _CHART, len(self.support))
        codes, cells = [], []
        for x in self.batches("draw", settings.count):
            first = self.planes.best(x)
            near = nearest_codes(self.support, first, wanted)
            offset = (x - centres.points[first]) / self.source.spread
            allowed = within(self.normals, near, settings.threshold)
            span, spread = self.support[near], settings.spread
            moved = spread * displacement(span, allowed, offset)
            moved += shift(span, allowed, spread, settings.balance)
            # A cell without a centre keeps the plain map.
            codes.append((self.support[first] + moved * centres.known[first, None]).float().cpu())
            cells.append(first.cpu())
        return Drawn(
            torch.cat(codes).numpy(), torch.cat(cells).numpy(), settings.count,
            threshold=settings.threshold,
        )  # fmt: skip
