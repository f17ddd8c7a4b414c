"""Implicit maximum likelihood (Li and Malik 2018, arXiv 1809.09087), as in GLANN.

From the code of Hoshen and Malik (arXiv 1812.08985): every epoch draws twice as many noises e as
there are points z, finds for every point the nearest T(e), and fits T to these pairs with a new
Adam, whose moments begin at zero. Initial weights are torch's. Unlike there, points are matched and
drawn with the running statistics of the batch norms, not with those of a batch.
"""

from typing import Any

import torch
from torch import Tensor, nn

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.mixtures.base import Points
from aeot.pointmodels.base import Fit
from aeot.pointmodels.imle.settings import Settings
from aeot.pointmodels.stacked import Generators, Linear, initialise_by_fan_in, normed
from aeot.pointmodels.trained import NetModel
from aeot.pointmodels.training import TrialTraining
from aeot.training import BLOCK
from aeot.transport.cells import Planes
from aeot.transport.neighbours import nearest

_NOISES = 2  # noise samples drawn per point


class Model(NetModel[Settings]):
    """A trained net."""

    SETTINGS = Settings

    @classmethod
    def build(cls, settings: Settings, generators: Generators, dimension: int) -> nn.Module:
        """See `NetModel`."""
        hidden = normed(generators, [settings.noise, settings.width, settings.width])
        last = Linear(generators, settings.width, dimension, bias=False)
        net = nn.Sequential(hidden, last)
        initialise_by_fan_in(net, generators)
        return net

    def noises(self) -> int:
        """See `NetModel`."""
        return self.settings.noise

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
        """See `PointModel`; all trials are trained together.

        Raises:
            InputError: there is only one point, or the loss is not finite.
        """
        if len(points) < 2:
            raise InputError("implicit maximum likelihood needs at least 2 points (batch norm).")
        return _Imle(points, settings, trials, seed, device).fitted(checkpoint)


class _Imle(TrialTraining):
    """The training of the net; its state includes the match of each point."""

    def __init__(
        self, points: Points, settings: Settings, trials: int, seed: int, device: torch.device
    ) -> None:
        self.size = min(settings.batch_size, len(points))
        self.steps_an_epoch = len(points) // self.size
        steps = settings.epochs * self.steps_an_epoch
        super().__init__(steps, settings, trials, seed, device)
        self.settings = settings
        self.data = torch.from_numpy(points).to(device)
        dimension = points.shape[1]
        self.net = Model.build(settings, self.streams("weights"), dimension).to(device)
        self.model = Model(settings, trials, dimension, self.net)
        self.adam = torch.optim.Adam(
            self.net.parameters(),
            settings.learning_rate,
            (0.5, 0.999),
            weight_decay=settings.weight_decay,
            fused=True,
        )
        self.epoch = -1
        self.noise, self.order = torch.empty(0), torch.empty(0)
        self.matched = torch.zeros(trials, len(points), dtype=torch.int64, device=device)

    def parts(self) -> dict[str, Any]:
        """See `Training`."""
        return {"net": self.net, "adam": self.adam}

    def draw(self, block: int) -> tuple[Tensor, ...]:
        """See `TrialTraining`; nothing: an epoch's noise is drawn when it begins."""
        return (torch.empty(BLOCK),)

    def take(self, step: int, *batch: Tensor) -> Tensor:
        """See `Training`."""
        epoch, place = divmod(step, self.steps_an_epoch)
        if epoch != self.epoch:
            self._draw_epoch(epoch)
            if place == 0:  # otherwise the run was resumed, with the matches and Adam's moments
                self.matched = self._match()
                self.adam.state.clear()
        rows = self.order[:, place * self.size : (place + 1) * self.size]
        trials = torch.arange(self.trials, device=self.device)[:, None]
        made = self.net(self.noise[trials, self.matched[trials, rows]])
        losses = (made - self.data[rows]).square().mean(dim=(1, 2))
        self.adam.zero_grad()
        losses.sum().backward()
        self.adam.step()
        return losses.detach().mean()[None]

    def _draw_epoch(self, epoch: int) -> None:
        """Draw an epoch's noise (T, 2 N, e) and the order of its points (T, N)."""
        self.epoch, count = epoch, len(self.data)
        streams = self.streams("epoch", epoch)
        shape = _NOISES * count, self.settings.noise
        self.noise = torch.stack([torch.randn(shape, generator=g) for g in streams])
        self.noise = self.noise.to(self.device)
        orders = [torch.randperm(count, generator=g) for g in streams]
        self.order = torch.stack(orders).to(self.device)

    @torch.no_grad()
    def _match(self) -> Tensor:
        """For every point the noise whose output is nearest: (T, N) int64."""
        self.net.eval()
        made = self.net(self.noise)
        self.net.train()
        return torch.stack([nearest(Planes(outputs), self.data) for outputs in made])

    def dump(self) -> dict[str, Any]:
        """See `Training`."""
        return super().dump() | {"matched": self.matched}

    def restore(self, saved: dict[str, Any]) -> None:
        """See `Training`."""
        super().restore(saved)
        self.matched = saved["matched"].to(self.device)
