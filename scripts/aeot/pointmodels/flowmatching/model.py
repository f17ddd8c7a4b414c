"""Conditional flow matching on points (Lipman et al. 2023; Liu et al. 2023).

With x_0 ~ N(0, I), x_1 from the data and t uniform, the net v(x_t, t) at x_t = (1 - t) x_0 + t x_1
is fitted to x_1 - x_0; samples follow dx/dt = v from x_0. `couplings` says how x_0 and x_1 are
paired. All trials are trained at once.
"""

import math
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from aeot.checkpoint import Checkpoint
from aeot.mixtures.base import Points
from aeot.pointmodels.base import Fit
from aeot.pointmodels.flowmatching.couplings import MAPPED, coupling_of, solved
from aeot.pointmodels.flowmatching.paths import straightness, transport
from aeot.pointmodels.flowmatching.settings import Settings
from aeot.pointmodels.stacked import Generators, Linear
from aeot.pointmodels.trained import NetModel
from aeot.pointmodels.training import TrialTraining
from aeot.training import BLOCK
from aeot.transport.map import TransportMap

_WAVES = 8  # frequencies by which the time is passed to the net
_PATHS = 1000  # paths of a trial whose straightness is measured


class Velocity(nn.Module):
    """v(x, t): (T, n, d) and (T, n, 1) -> (T, n, d)."""

    def __init__(self, generators: Generators, dimension: int, width: int) -> None:
        super().__init__()
        widths = [dimension + 2 * _WAVES, width, width, width, dimension]
        layers: list[nn.Module] = []
        for inputs, outputs in zip(widths, widths[1:], strict=False):
            layers += [Linear(generators, inputs, outputs, deviation=inputs**-0.5), nn.SiLU()]
        self.net = nn.Sequential(*layers[:-1])

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        """Evaluate."""
        angle = math.pi * t * 2 ** torch.arange(_WAVES, device=x.device) / 4
        out: Tensor = self.net(torch.cat([x, angle.sin(), angle.cos()], dim=-1))
        return out


class Model(NetModel[Settings]):
    """A trained velocity.

    Args:
        settings: see `PointModel`.
        trials: see `PointModel`.
        dimension: d of the points.
        net: the velocity, of points of unit scale.
        mean: (d,) of the training points.
        scale: () their standard deviation.
    """

    SETTINGS = Settings

    def __init__(
        self,
        settings: Settings,
        trials: int,
        dimension: int,
        net: nn.Module,
        mean: Tensor,
        scale: Tensor,
    ) -> None:
        super().__init__(settings, trials, dimension, net)
        self.mean, self.scale = mean, scale

    @classmethod
    def build(cls, settings: Settings, generators: Generators, dimension: int) -> Velocity:
        """See `NetModel`."""
        return Velocity(generators, dimension, settings.width)

    def noises(self) -> int:
        """See `NetModel`."""
        return self.dimension

    def generate(self, settings: Settings, noise: Tensor) -> Tensor:
        """See `NetModel`; the flow starts from the noise times `noise`."""
        start = settings.noise * noise
        ends = transport(self.net, start, settings.solver_steps, settings.solver)
        return self.mean + self.scale * ends

    def state(self) -> dict[str, Any]:
        """See `PointModel`."""
        return super().state() | {"mean": self.mean, "scale": self.scale}

    @classmethod
    def restored(cls, settings: Settings, state: dict[str, Any], device: torch.device) -> Self:
        """See `PointModel`."""
        net = cls.restored_net(settings, state, device)
        place = (state[name].to(device) for name in ("mean", "scale"))
        return cls(settings, state["trials"], state["dimension"], net, *place)

    @classmethod
    def fit(
        cls,
        points: Points,
        settings: Settings,
        trials: int,
        seed: int,
        device: torch.device,
        checkpoint: Checkpoint | None = None,
    ) -> Fit:
        """See `PointModel`; all trials are trained together."""
        return FlowTraining(points, settings, trials, seed, device).fitted(checkpoint)


class FlowTraining(TrialTraining):
    """The net's training, on points of unit scale."""

    def __init__(
        self, points: Points, settings: Settings, trials: int, seed: int, device: torch.device
    ) -> None:
        super().__init__(settings.steps, settings, trials, seed, device)
        self.settings, dimension = settings, points.shape[1]
        data = torch.from_numpy(points).to(device)
        mean, scale = data.mean(dim=0), data.std()
        self.data = (data - mean) / scale
        net = self.velocity = Model.build(settings, self.streams("weights"), dimension).to(device)
        self.model = Model(settings, trials, dimension, net, mean, scale)
        self.adam = torch.optim.Adam(net.parameters(), settings.learning_rate, fused=True)
        self.transport: TransportMap | None = None
        self.solve: dict[str, Any] = {}  # report of the semi-discrete coupling's solve

    def start(self) -> None:
        """See `Training`: solves the transport of a semi-discrete coupling, and counts its time."""
        if self.settings.coupling in MAPPED:
            self.transport, self.solve = solved(self.data, self.settings.tolerance, self.seed)
            self.seconds += self.solve["seconds"]

    def fitted(self, checkpoint: Checkpoint | None) -> Fit:
        """See `TrialTraining`; the report also has the cost of the pairs, and the paths."""
        fit = super().fitted(checkpoint)
        x, rows, _ = self.draw(self.steps // BLOCK + 1)  # pairs on which it was not trained
        starts = [torch.randn(_PATHS, x.shape[-1], generator=g) for g in self.streams("paths")]
        paths = straightness(self.velocity, torch.stack(starts).to(self.device))
        fit.report |= {"coupling": self.settings.coupling, **paths._asdict()}
        fit.report |= {"pair_cost": (self.data[rows] - x).square().mean().item()}
        fit.report |= {"solve": self.solve} if self.solve else {}
        return fit

    def dump(self) -> dict[str, Any]:
        """See `Training`."""
        saved = super().dump() | {"solve": self.solve}
        if self.transport:
            saved["heights"] = torch.from_numpy(self.transport.heights)
        return saved

    def restore(self, saved: dict[str, Any]) -> None:
        """See `Training`."""
        super().restore(saved)
        self.solve = saved["solve"]
        if "heights" in saved:
            heights, data = saved["heights"].numpy(), self.data.cpu().numpy()
            masses = np.full(len(data), 1 / len(data))
            self.transport = TransportMap(data, heights, masses, "gaussian")

    def parts(self) -> dict[str, Any]:
        """See `Training`."""
        return {"velocity": self.velocity, "adam": self.adam}

    def draw(self, block: int) -> tuple[Tensor, ...]:
        """Noise (steps, T, n, d), rows (steps, T, n) of points, coupled; times (steps, T, n, 1)."""
        size, dimension = self.settings.batch_size, self.data.shape[1]
        streams = self.streams("block", block)
        rows = [torch.randint(len(self.data), (BLOCK, size), generator=g) for g in streams]
        noise = [torch.randn(BLOCK, size, dimension, generator=g) for g in streams]
        times = [torch.rand(BLOCK, size, 1, generator=g) for g in streams]
        noise_, rows_, times_ = (torch.stack(p, 1).to(self.device) for p in (noise, rows, times))
        couple = coupling_of(self.settings.coupling, self.data, self.transport)
        return noise_, couple(noise_, rows_), times_

    def take(self, step: int, *batch: Tensor) -> Tensor:
        """See `Training`; the step size falls along half a cosine."""
        noise, rows, t = batch
        share = 0.5 * (1 + math.cos(math.pi * step / self.steps))
        self.adam.param_groups[0]["lr"] = self.settings.learning_rate * share
        target = self.data[rows] - noise
        error = self.velocity(noise + t * target, t) - target
        losses = error.square().mean(dim=(1, 2))
        self.adam.zero_grad()
        losses.sum().backward()
        self.adam.step()
        return losses.mean()[None]
