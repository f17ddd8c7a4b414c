"""The interface of a model of images: its networks, its noise, and its training steps."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn

from aeot.errors import InputError
from aeot.models.step_settings import StepSettings
from aeot.nets import Norm, Shape, generator, initialise
from aeot.pixels import quantise
from aeot.state import load_state, save_state

_EPSILON = 1e-3  # of the study's batch norms
_SAMPLE_BATCH = 500


class ImageModel(nn.Module, ABC):
    """A model with a generator from noise z (n, codes) to images (n, c, h, w) in [0, 1].

    Args:
        settings: the network's shape and its training.
        shape: (channels, height, width) of an image.

    Attributes:
        failed: whether its training diverged; it then samples black images.
    """

    slope = 0.2  # of the generator's leaky ReLUs
    indexed = False  # whether a step takes the images' rows, int64 (n,), before its noise

    def __init__(self, settings: StepSettings, shape: Shape) -> None:
        super().__init__()
        self.settings, self.shape, self.failed = settings, shape, False
        self.norm = Norm(settings.momentum(), _EPSILON)
        self.generator = generator(
            settings.codes, shape, settings.width, norm=self.norm, slope=self.slope
        )

    @property
    def decoder(self) -> nn.Module:
        """Maps codes (n, codes) to images (n, c, h, w); of most models all of the generator."""
        return self.generator

    def encode(self, images: Tensor) -> Tensor:
        """Encode uint8 images (n, c, h, w) to codes (n, codes), in eval mode.

        Raises:
            InputError: the model has no codes of images.
        """
        raise InputError("this model has no codes of images; take one with an encoder, or glo.")

    def decode(self, codes: Tensor) -> Tensor:
        """Decode codes (n, codes) to uint8 images (n, c, h, w), in eval mode."""
        return draw_images(self.decoder, codes)

    def begin(self, images: Tensor, random: torch.Generator) -> None:
        """Hook: prepare for training images, uint8 (N, c, h, w); a resumed run calls it, too."""

    def pretrain(self, images: Tensor, random: torch.Generator) -> None:
        """Hook: train before the first step, on the images of `begin`; not in a resumed run."""

    def fit_prior(self, generator: nn.Module, images: Tensor) -> None:
        """Fit what a generator draws from to the training images, uint8 (N, c, h, w)."""

    @abstractmethod
    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """Make the optimisers, after `place`."""

    @abstractmethod
    def prior(self, count: int, random: torch.Generator) -> Tensor:
        """Draw noise (count, codes) on the generator's device."""

    def noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """Draw all the random numbers of a step on `count` images; z first."""
        return (self.prior(count, random),)

    @abstractmethod
    def take(
        self, step: int, optimisers: dict[str, torch.optim.Optimizer], real: Tensor, *noise: Tensor
    ) -> Tensor:
        """Take a training step.

        Args:
            step: counts from 0.
            optimisers: those of `optimisers`.
            real: float32 (n, c, h, w) in [0, 1].
            noise: that of `noise`.

        Returns:
            The losses (1 or 2,), the critic's first.
        """

    def adam(self, net: nn.Module) -> torch.optim.Optimizer:
        """Make Adam over a network, with the model's settings."""
        betas = (self.settings.beta1, self.settings.beta2)
        return torch.optim.Adam(net.parameters(), self.settings.learning_rate, betas, fused=True)

    def initialise(self, random: torch.Generator) -> None:
        """Draw fresh weights, as `aeot.nets.initialise` does."""
        for net in self.children():
            initialise(net, random, truncate=net is not self.generator)

    def place(self, device: torch.device | str) -> Self:
        """Move to a device, channels last."""
        self.to(device)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return self

    def save(self, path: str | Path, generator: nn.Module) -> None:
        """Write what sampling takes: settings, shape and a generator's weights; and `extra_state`.

        A model that has `failed` is saved as well; sampling from it draws black images.
        """
        save_state(
            path,
            {
                "settings": self.settings.model_dump(),
                "shape": list(self.shape),
                "failed": self.failed,
                "generator": generator.state_dict(),
                **self.extra_state(),
            },
        )

    def extra_state(self) -> dict[str, Any]:
        """Return what else `save` writes; `load_weights` reads it."""
        return {}

    def load_weights(self, state: dict[str, Any]) -> None:
        """Load the weights from a state that `save` wrote."""
        self.generator.load_state_dict(state["generator"])

    @classmethod
    def load(
        cls, path: str | Path, settings: type[StepSettings], device: torch.device | str
    ) -> Self:
        """Read what `save` wrote; all other networks are untrained.

        Raises:
            InputError: the file is missing, corrupt or of another model.
        """
        state = load_state(path)
        try:
            model = cls(settings.checked(state["settings"], str(path)), tuple(state["shape"]))
            model.load_weights(state)
            model.failed = bool(state["failed"])
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            fault = str(error).splitlines()[-1].strip(" \t.")
            raise InputError(f"{path} is not a model of this kind and version: {fault}.") from None
        return model.place(device).eval()


@torch.no_grad()
def draw_images(generator: nn.Module, z: Tensor) -> Tensor:
    """Decode noise (n, codes) in eval mode; the generator stays in it.

    Returns:
        uint8 (n, c, h, w), contiguous, on the noise's device.
    """
    generator.eval()
    return torch.cat([quantise(generator(part)) for part in z.split(_SAMPLE_BATCH)])
