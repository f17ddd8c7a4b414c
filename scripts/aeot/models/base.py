"""The interface of a model of images: its networks, its noise and its training steps."""

from abc import abstractmethod

import torch
from torch import Tensor, nn

from aeot.models.coder import Coder
from aeot.models.step_settings import StepSettings
from aeot.nets import Norm, Shape, generator, initialise

_EPSILON = 1e-3  # of the study's batch norms


class ImageModel(Coder):
    """A model with a generator from noise z (n, codes) to images (n, c, h, w) in [0, 1].

    Args:
        settings: the network's shape and its training.
        shape: (channels, height, width) of an image.
    """

    settings: StepSettings
    slope = 0.2  # of the generator's leaky ReLUs
    indexed = False  # whether a step takes the images' rows, int64 (n,), before its noise

    def __init__(self, settings: StepSettings, shape: Shape) -> None:
        super().__init__(settings, shape)
        self.norm = Norm(settings.momentum(), _EPSILON)
        self.generator = generator(
            settings.codes, shape, settings.width, norm=self.norm, slope=self.slope
        )

    def begin(self, images: Tensor, random: torch.Generator) -> None:
        """Hook: prepare for training images, uint8 (N, c, h, w); also called when a run resumes."""

    def pretrain(self, images: Tensor, random: torch.Generator) -> None:
        """Hook: train before the first step, on the images of `begin`; not in a resumed run."""

    def fit_prior(self, generator: nn.Module, images: Tensor) -> None:
        """Fit the prior of a generator to the training images, uint8 (N, c, h, w)."""

    @abstractmethod
    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """Make the optimisers, by name; called after `place`."""

    @abstractmethod
    def prior(self, count: int, random: torch.Generator) -> Tensor:
        """Draw noise (count, codes) on the generator's device."""

    def within(self, z: Tensor) -> Tensor:
        """Return the noise nearest to z (n, codes) that `prior` can draw: z if it is Gaussian."""
        return z

    def noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """Draw all random numbers of a step on `count` images, z first."""
        return (self.prior(count, random),)

    @abstractmethod
    def take(
        self, step: int, optimisers: dict[str, torch.optim.Optimizer], real: Tensor, *noise: Tensor
    ) -> Tensor:
        """Take a training step.

        Args:
            step: number of the step, from 0.
            optimisers: what `optimisers` returned.
            real: float32 (n, c, h, w) in [0, 1].
            noise: what `noise` returned.

        Returns:
            One or two losses (1 or 2,); if there are two, the first one is the critic's.
        """

    def adam(self, net: nn.Module) -> torch.optim.Optimizer:
        """Make Adam for the weights of a network, with the model's settings."""
        betas = (self.settings.beta1, self.settings.beta2)
        return torch.optim.Adam(net.parameters(), self.settings.learning_rate, betas, fused=True)

    def initialise(self, random: torch.Generator) -> None:
        """See `Coder`."""
        for net in self.children():
            initialise(net, random, truncate=net is not self.generator)

    def sample(self, count: int, random: torch.Generator) -> Tensor:
        """See `Coder`."""
        return self.draw_images(self.generator, self.prior(count, random))
