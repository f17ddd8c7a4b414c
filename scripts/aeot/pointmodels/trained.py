"""Models of points that are nets: how they draw, and what is saved of them."""

from abc import abstractmethod
from typing import Any, Self

import torch
from torch import Tensor, nn

from aeot.mixtures.base import Points
from aeot.pointmodels.base import PointModel, S
from aeot.pointmodels.stacked import Generators, streams


class NetModel(PointModel[S]):
    """A net of all trials that maps noise to points.

    Args:
        settings: see `PointModel`.
        trials: see `PointModel`.
        dimension: d of the points.
        net: that of `build`.
    """

    def __init__(self, settings: S, trials: int, dimension: int, net: nn.Module) -> None:
        super().__init__(settings, trials)
        self.dimension, self.net = dimension, net

    @classmethod
    @abstractmethod
    def build(cls, settings: S, generators: Generators, dimension: int) -> nn.Module:
        """Make the net, with one trial for each of the generators, which draw its weights."""

    @abstractmethod
    def noises(self) -> int:
        """Count the dimensions of the noise."""

    def generate(self, settings: S, noise: Tensor) -> Tensor:
        """Map standard normal noise (T, n, `noises`) to points (T, n, d), in eval mode."""
        drawn: Tensor = self.net(noise)
        return drawn

    @torch.no_grad()
    def sample(self, settings: S, seed: int) -> Points:
        """See `PointModel`; the mode of the net does not change."""
        training, shape = self.net.training, (settings.count, self.noises())
        drawn = [torch.randn(*shape, generator=g) for g in streams(seed, self.trials, "draw")]
        noise = torch.stack(drawn).to(next(self.net.parameters()).device)
        self.net.eval()
        points: Points = self.generate(settings, noise).cpu().numpy()
        self.net.train(training)
        return points

    def state(self) -> dict[str, Any]:
        """See `PointModel`."""
        net = self.net.state_dict()
        return {"trials": self.trials, "dimension": self.dimension, "net": net}

    @classmethod
    def restored_net(cls, settings: S, state: dict[str, Any], device: torch.device) -> nn.Module:
        """Rebuild the net from a `state`."""
        generators = [torch.Generator() for _ in range(state["trials"])]
        net = cls.build(settings, generators, state["dimension"])
        net.load_state_dict(state["net"])
        return net.to(device)

    @classmethod
    def restored(cls, settings: S, state: dict[str, Any], device: torch.device) -> Self:
        """See `PointModel`."""
        net = cls.restored_net(settings, state, device)
        return cls(settings, state["trials"], state["dimension"], net)
