"""The extended transport map: interpolate between power cells, but not across the singular set.

The plain map returns training codes only. The extension mixes the codes of cells close to x; it
rejects x where the Brenier potential bends so sharply, between those cells, that the optimal map
jumps: there a mixture would lie outside the data (AE-OT, sections on singularity detection and
extension of the map).

With p_i the codes, W_i their power cells and c_i the cells' mass centres, the two ways to mix are

    uniform:           T~(x) = t p_i + (1 - t) p_j,  t uniform on [0, 1], i and j the two highest
                       planes at x;
    inverse_distance:  T~(x) = sum_k l_k p_k,  l_k = |x - c_k|^-1 / sum_j |x - c_j|^-1, over the
                       centres next to x, less those across the singular set from the first one.

The second is the paper's. In both, x is rejected where no other cell than the first is left, or,
by `singular: plain`, mapped by the plain map. A third way, the variant `chart`, does not mix: see
`aeot.models.aeot.chart`.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aeot.errors import InputError
from aeot.models.aeot.chart import displacement, nearest_codes, shift, within
from aeot.models.aeot.facets import dihedral_angle, facet_normals
from aeot.models.aeot.settings import SamplingSettings
from aeot.seeding import torch_generator
from aeot.transport.map import TransportMap
from aeot.transport.problem import standardisation

_BATCH = 4096
_CHART = 10  # codes that span a chart, where `neighbours` does not say
_MOST_REJECTIONS = 2000  # draws an accepted code at which sampling gives up


@dataclass(frozen=True)
class Drawn:
    """Codes drawn from a transport map.

    Attributes:
        codes: (n, d) float32.
        cells: (n,) int64, the code whose weight is largest; the plain map's of other variants.
        drawn: source samples drawn until the n-th code was accepted.
        rejected: source samples among them that fell on the singular set.
        threshold: the largest dihedral angle interpolated across, in radians; None where there is
            no such limit.
    """

    codes: NDArray[np.float32]
    cells: NDArray[np.int64]
    drawn: int
    rejected: int
    threshold: float | None


@dataclass(frozen=True)
class MassCentres:
    """Means of the source samples in each power cell.

    Attributes:
        cells: (k,) int64, those that got a sample.
        centres: (k, d) float32.
    """

    cells: Tensor
    centres: Tensor


def mass_centres(
    transport: TransportMap, samples: int, seed: int, device: torch.device | str = "cpu"
) -> MassCentres:
    """Find the mass centres of a map's cells, by `samples` source samples a cell.

    Args:
        transport: the map.
        samples: how many, for every cell.
        seed: makes them.
        device: where the planes are evaluated; the samples are drawn on the CPU.

    Raises:
        InputError: fewer than two cells got any.
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
    reached = torch.nonzero(hits)[:, 0]
    if len(reached) < 2:
        raise InputError(
            f"only {len(reached)} cell of the transport got any of {size} source samples; "
            "raise centre_samples, or solve the transport anew."
        )
    return MassCentres(reached, (total[reached] / hits[reached, None]).float())


def draw_codes(
    transport: TransportMap,
    settings: SamplingSettings,
    seed: int,
    device: torch.device | str = "cpu",
    centres: MassCentres | None = None,
) -> Drawn:
    """Draw `settings.count` codes through the (extended) map.

    A single code has no neighbour to mix with: it is returned as by `vertex`.

    Args:
        transport: the map, in the codes' own coordinates.
        settings: variant `extended`, `chart` or `vertex`, weights, threshold, count.
        seed: makes the source samples and the weights.
        device: where the planes are evaluated; the samples are drawn on the CPU.
        centres: those of `mass_centres`, where they are known; else they are found if need be.

    Raises:
        InputError: next to every draw is rejected, or only one cell has any mass.
    """
    if len(transport.support) == 1:
        settings = settings.model_copy(update={"variant": "vertex"})
    if settings.needs_centres and centres is None:
        centres = mass_centres(transport, settings.centre_samples, seed, device)
    sampler = _Sampler(transport, settings, seed, torch.device(device), centres)
    if settings.variant == "vertex":
        cells = torch.cat([sampler.planes.best(x) for x in sampler.batches("draw", settings.count)])
        codes = transport.support[cells.cpu().numpy()]
        return Drawn(codes, cells.cpu().numpy(), settings.count, 0, None)
    if settings.variant == "chart":
        return sampler.draw_charts()
    return sampler.draw(sampler.threshold())


class _Sampler:
    """One way of choosing the cells near x and their weights, and the rejection around it."""

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

    def batches(self, name: str, count: int) -> list[Tensor]:
        """Draw `count` source samples of the stream `name`, in batches."""
        generator = torch_generator(self.seed, name)
        sizes = [_BATCH] * (count // _BATCH) + ([count % _BATCH] if count % _BATCH else [])
        return [self.source.sample(size, generator).to(self.device) for size in sizes]

    def _neighbours(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """Cells near each x, (m, k), the main one first; and distances to their centres."""
        if self.centres is None:
            first, second, _ = self.planes.best_two(x)
            return torch.stack([first, second], dim=1), None
        wanted = self.settings.neighbours or self.support.shape[1] + 1
        known = self.centres
        wanted = min(wanted, len(known.cells))
        parts = [
            torch.cdist(part, known.centres).topk(wanted, largest=False) for part in x.split(512)
        ]
        near = known.cells[torch.cat([p.indices for p in parts])]
        return near, torch.cat([p.values for p in parts])

    def _angles(self, cells: Tensor) -> Tensor:
        """Angles (m, k - 1) between the main cell and each of the others."""
        return dihedral_angle(self.normals, cells[:, :1], cells[:, 1:])

    def threshold(self) -> float:
        """Return the threshold in radians: as given, or the quantile over a pilot sample."""
        if self.settings.threshold is not None:
            return self.settings.threshold
        pilot = torch.cat(self.batches("pilot", 2 * _BATCH))
        angles = self._angles(self._neighbours(pilot)[0]).flatten().cpu().numpy()
        return float(np.quantile(angles, self.settings.threshold_quantile))

    def draw(self, threshold: float) -> Drawn:
        """Draw until `count` codes are accepted."""
        settings, generator = self.settings, torch_generator(self.seed, "draw")
        mixing = torch_generator(self.seed, "mixing")
        codes: list[Tensor] = []
        cells: list[Tensor] = []
        accepted = drawn = 0
        while accepted < settings.count:
            x = self.source.sample(_BATCH, generator).to(self.device)
            near, distance = self._neighbours(x)
            allowed = self._angles(near) <= threshold
            keep = allowed.any(dim=1)
            weights = self._weights(allowed, distance, mixing)
            if settings.singular == "plain":
                weights[~keep, 0], weights[~keep, 1:] = 1, 0
                keep = torch.ones_like(keep)
            kept = torch.nonzero(keep)[: settings.count - accepted, 0]
            # Draws after the one that filled the order were never looked at.
            full = len(kept) == settings.count - accepted
            drawn += int(kept[-1]) + 1 if full else len(x)
            accepted += len(kept)
            codes.append((weights[kept, :, None] * self.support[near[kept]]).sum(dim=1))
            cells.append(near[kept].gather(1, weights[kept].argmax(1, keepdim=True))[:, 0])
            if drawn > _MOST_REJECTIONS * max(accepted, _BATCH // 100):
                raise InputError(
                    f"next to no source sample has a neighbouring cell within {threshold:.3g} rad; "
                    "raise threshold or threshold_quantile."
                )
        return Drawn(
            torch.cat(codes).cpu().numpy(),
            torch.cat(cells).cpu().numpy(),
            drawn,
            drawn - accepted,
            threshold,
        )

    def draw_charts(self) -> Drawn:
        """Draw `count` codes through the charts; nothing is rejected."""
        settings, source = self.settings, self.source
        assert self.centres is not None
        # A cell without a centre keeps the plain map.
        centre_of = torch.zeros(self.support.shape, device=self.device)
        centre_of[self.centres.cells] = self.centres.centres
        known = torch.zeros(len(self.support), 1, dtype=torch.bool, device=self.device)
        known[self.centres.cells] = True
        wanted = min(settings.neighbours or _CHART, len(self.support))
        codes, cells = [], []
        for x in self.batches("draw", settings.count):
            first = self.planes.best(x)
            near = nearest_codes(self.support, first, wanted)
            offset = (x - centre_of[first]) / source.spread
            allowed = within(self.normals, near, settings.threshold)
            span, spread = self.support[near], settings.spread
            moved = spread * displacement(span, allowed, offset)
            moved += shift(span, allowed, spread, settings.balance)
            codes.append((self.support[first] + moved * known[first]).float().cpu())
            cells.append(first.cpu())
        return Drawn(
            torch.cat(codes).numpy(), torch.cat(cells).numpy(), settings.count, 0,
            settings.threshold,
        )  # fmt: skip

    def _weights(self, allowed: Tensor, distance: Tensor | None, mixing: torch.Generator) -> Tensor:
        """Weights (m, k) of the cells, summing to one; zero across the singular set."""
        if distance is None:
            share = torch.rand(len(allowed), generator=mixing).to(self.device)
            return torch.stack([share, 1 - share], dim=1)
        inverse = 1 / distance.clamp_min(1e-12)
        inverse[:, 1:] *= allowed
        return inverse / inverse.sum(dim=1, keepdim=True)
