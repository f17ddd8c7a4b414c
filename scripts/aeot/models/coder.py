"""The base of registered models of images: networks between images and codes, saved to a file."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Self

import torch
from torch import Tensor, nn

from aeot.errors import DivergedError, InputError
from aeot.models import CODERS
from aeot.nets import Shape
from aeot.pixels import quantise, unit
from aeot.registry import resolve_part
from aeot.settings import Settings
from aeot.state import load_state, save_state

_EVALUATED = 500


class Coder(nn.Module, ABC):
    """A model that decodes codes (n, codes) to images (n, c, h, w), and may encode images to codes.

    Args:
        settings: the networks' shape and their training; `codes` is the dimension of a code.
        shape: (channels, height, width) of an image.
    """

    SAVED: ClassVar[tuple[str, ...]] = ("generator",)  # the networks that `save` writes
    settings: Any
    generator: nn.Sequential

    def __init__(self, settings: Settings, shape: Shape) -> None:
        super().__init__()
        self.settings, self.shape = settings, shape

    @classmethod
    def name(cls) -> str:
        """Return the name of the folder of the model, under which it is registered."""
        return cls.__module__.split(".")[-2]

    @abstractmethod
    def initialise(self, random: torch.Generator) -> None:
        """Draw fresh weights, as `aeot.nets.initialise` does."""

    def place(self, device: torch.device | str) -> Self:
        """Move to a device, with channels last, which makes convolutions faster on CPU and GPU."""
        self.to(device)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return self

    @property
    def decoder(self) -> nn.Module:
        """The network from codes (n, codes) to images (n, c, h, w), usually the generator."""
        return self.generator

    @property
    def evaluated(self) -> int:
        """Images per batch of an evaluation: 500 for sizes up to 64 x 64, fewer for larger ones."""
        return max(1, min(_EVALUATED, _EVALUATED * 64**2 // (self.shape[1] * self.shape[2])))

    def code(self, images: Tensor) -> Tensor:
        """Encode float32 images (n, c, h, w) in [0, 1] to codes (n, codes), or to their means.

        Raises:
            InputError: the model has no encoder.
        """
        raise InputError("this model has no codes of images; use one with an encoder, or glo.")

    @torch.no_grad()
    def encode(self, images: Tensor) -> Tensor:
        """Encode images in their order, in eval mode; the model remains in that mode.

        Args:
            images: uint8 (n, c, h, w), on the model's device.

        Returns:
            (n, codes) float32, as `decode` expects them: not standardised.

        Raises:
            InputError: the model has no encoder, or no codes for these images.
        """
        self.eval()
        return torch.cat([self.code(unit(part)) for part in images.split(self.evaluated)])

    def decode(self, codes: Tensor) -> Tensor:
        """Decode codes (n, codes) as `draw_images` does."""
        return self.draw_images(self.decoder, codes)

    @torch.no_grad()
    def draw_images(self, net: nn.Module, codes: Tensor) -> Tensor:
        """Map codes to images with a network, in eval mode; the network remains in that mode.

        Args:
            net: the decoder, or another network that takes codes of this model.
            codes: (n, codes) float32, on its device.

        Returns:
            uint8 (n, c, h, w), contiguous, on the same device.

        Raises:
            DivergedError: an image is not finite.
        """
        net.eval()
        return torch.cat([_finite(net(part)) for part in codes.split(self.evaluated)])

    def sample(self, count: int, random: torch.Generator) -> Tensor:
        """Draw images: uint8 (count, c, h, w), on the device of `random`.

        Raises:
            InputError: the model has no distribution of codes to draw from.
        """
        raise InputError(
            f"the model {self.name()} does not draw images by itself: sample its codes, as "
            "sample_aeot.py and sample_codes.py do."
        )

    def weights(self) -> dict[str, Any]:
        """Return the weights of the networks in `SAVED`, by name."""
        return {name: getattr(self, name).state_dict() for name in self.SAVED}

    def load_weights(self, weights: dict[str, Any]) -> None:
        """Load what `weights` returned; all other networks remain untrained."""
        for name in self.SAVED:
            getattr(self, name).load_state_dict(weights[name])

    def save(self, path: str | Path) -> None:
        """Write the model's name, settings, shape and weights."""
        save_state(
            path,
            {
                "model": self.name(),
                "settings": self.settings.model_dump(),
                "shape": list(self.shape),
                "weights": self.weights(),
            },
        )

    @classmethod
    def load(cls, path: str | Path, device: torch.device | str = "cpu") -> Self:
        """Read what `save` wrote, in eval mode.

        Raises:
            InputError: the file is missing or corrupt, or was written by another model or version.
        """
        state = load_state(path)
        if (found := _name_in(state, path)) != cls.name():
            raise InputError(f"{path} contains the model {found}; name a file of {cls.name()}.")
        return cls.restored(state, path, device)

    @classmethod
    def restored(cls, state: dict[str, Any], path: str | Path, device: torch.device | str) -> Self:
        """Rebuild the model from the state that `save` wrote to a file.

        Raises:
            InputError: another version wrote the state.
        """
        family = resolve_part(CODERS, cls.name(), "settings:Settings", "model of images")
        try:
            settings = family.checked(state["settings"], str(path))
            model = cls(settings, tuple(state["shape"]))
            model.load_weights(state["weights"])
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            fault = str(error).splitlines()[-1].strip(" \t.")  # torch lists them one per line
            raise InputError(f"{path} is not a model of this version: {fault}.") from None
        return model.place(device).eval()


def _finite(images: Tensor) -> Tensor:
    """Quantise images, which must be finite: other values would become arbitrary bytes."""
    if not images.isfinite().all():
        raise DivergedError("an image that the model draws is not finite; train it again.")
    return quantise(images)


def load_coder(path: str | Path, device: torch.device | str) -> Coder:
    """Load the registered model in a file, in eval mode.

    Raises:
        InputError: the file is missing or corrupt, or is not a model of this version.
    """
    state = load_state(path)
    kind = resolve_part(CODERS, _name_in(state, path), "model:Model", "model of images")
    loaded: Coder = kind.restored(state, path, device)
    return loaded


def _name_in(state: dict[str, Any], path: str | Path) -> str:
    """Return the name of the registered model whose state a file contains."""
    name = state.get("model")
    if not isinstance(name, str) or name not in CODERS or "shape" not in state:
        raise InputError(f"{path} is not a model of images of this version; train it again.")
    return name
