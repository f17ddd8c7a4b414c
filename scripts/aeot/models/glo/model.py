"""Generative latent optimisation (Bojanowski et al. 2018, arXiv 1707.05776), trained as in GLANN.

As in the code of Hoshen and Malik (arXiv 1812.08985), codes are on the unit sphere, every epoch has
a new Adam, and both step sizes are halved after every tenth of the training. By default, it uses
the generator that all models share; `net: glo` uses that of the authors.

The published numbers of GLO and GLANN were computed with a loss on VGG16's layers, whose weights
are in no package. The loss here is the Laplacian one of the first paper, or that of another
network, so none of our scores is a reproduction of theirs. Their code draws images with the batch
norms in training mode, fifty at a time; here they have their running statistics.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from aeot.errors import InputError
from aeot.models.base import ImageModel
from aeot.models.fitted import FittedGaussian, on_sphere
from aeot.models.glo import nets
from aeot.models.glo.losses import laplacian_loss, perceptual_loss
from aeot.models.glo.settings import Settings
from aeot.nets import Norm, Shape, generator

_FIRST_DEVIATION = 0.01  # of the codes
_MOMENTUM = 0.1  # of the batch norms' statistics in the authors' network: torch's


class Model(ImageModel):
    """A generator and a code for every training image, which are trained together.

    Images are drawn from a Gaussian fitted to the codes, projected to the sphere.
    """

    indexed = True
    settings: Settings
    codes: nn.Embedding

    def __init__(self, settings: Settings, shape: Shape) -> None:
        super().__init__(settings, shape)
        decoder = self._build_decoder()
        self.generator = nn.Sequential(FittedGaussian(settings.codes, sphere=True), decoder)
        self.steps_per_epoch = 1
        self.differ: Callable[[Tensor, Tensor], Tensor] = laplacian_loss

    def _build_decoder(self) -> nn.Module:
        settings = self.settings
        if settings.net == "infogan":
            norm = self.norm if settings.generator_norm else None
            return generator(settings.codes, self.shape, settings.width, 0, norm, self.slope)
        norm = Norm(settings.norm_momentum or _MOMENTUM) if settings.generator_norm else None
        return nets.generator(settings.codes, self.shape, settings.width, norm)

    def initialise(self, random: torch.Generator) -> None:
        """See `ImageModel`; the authors' network has larger initial weights."""
        if self.settings.net == "infogan":
            super().initialise(random)
        else:
            nets.initialise(self.generator, random)

    @property
    def decoder(self) -> nn.Module:
        """See `Coder`."""
        return self.generator[1]

    def begin(self, images: Tensor, random: torch.Generator) -> None:
        """See `ImageModel`: draw a code for every image."""
        count = len(images)
        device = next(self.parameters()).device
        drawn = _FIRST_DEVIATION * torch.randn((count, self.settings.codes), generator=random)
        self.codes = nn.Embedding.from_pretrained(drawn.to(device), freeze=False)
        self.steps_per_epoch = max(1, count // self.settings.batch_size)
        if self.settings.loss == "perceptual":
            self.differ = perceptual_loss(max(self.shape[1:]), device)

    def fit_prior(self, generator: nn.Module, images: Tensor) -> None:
        """See `ImageModel`."""
        generator[0].fit(on_sphere(self.codes.weight.detach()))  # type: ignore[index]

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """See `ImageModel`."""
        return {"adam": self.adam(self.decoder), "code_adam": self.adam(self.codes)}

    def prior(self, count: int, random: torch.Generator) -> Tensor:
        """N(0, I), which the generator's first layer maps to the distribution of the codes."""
        return torch.randn((count, self.settings.codes), generator=random, device=random.device)

    def noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """See `ImageModel`: none."""
        return ()

    def take(
        self, step: int, optimisers: dict[str, torch.optim.Optimizer], real: Tensor, *noise: Tensor
    ) -> Tensor:
        """See `ImageModel`."""
        if step % self.steps_per_epoch == 0:
            self._begin_epoch(step, optimisers)
        loss = self.differ(self.decoder(on_sphere(self.codes(noise[0]))), real)
        for optimiser in optimisers.values():
            optimiser.zero_grad()
        loss.backward()
        for optimiser in optimisers.values():
            optimiser.step()
        return loss.detach()[None]

    def _begin_epoch(self, step: int, optimisers: dict[str, torch.optim.Optimizer]) -> None:
        share = 0.5 ** (10 * step // self.settings.steps)
        rates = {"adam": self.settings.learning_rate, "code_adam": self.settings.code_rate}
        for name, optimiser in optimisers.items():
            optimiser.state.clear()
            optimiser.param_groups[0]["lr"] = rates[name] * share
        with torch.no_grad():
            if step:  # the initial codes are shorter and change faster
                self.codes.weight.copy_(on_sphere(self.codes.weight))

    def encode(self, images: Tensor) -> Tensor:
        """See `Coder`: the learned codes of all training images.

        Raises:
            InputError: the number of images differs from that of the codes.
        """
        if len(images) != len(self.codes.weight):
            raise InputError(
                f"{len(images)} images, but codes of {len(self.codes.weight)}: this model has "
                "codes of its training images only."
            )
        return on_sphere(self.codes.weight.detach())

    def decode(self, codes: Tensor) -> Tensor:
        """See `Coder`; codes are projected to the sphere."""
        return super().decode(on_sphere(codes))

    def weights(self) -> dict[str, Any]:
        """See `Coder`; and the training images' codes, on the sphere."""
        return super().weights() | {"codes": on_sphere(self.codes.weight.detach())}

    def load_weights(self, weights: dict[str, Any]) -> None:
        """See `Coder`."""
        super().load_weights(weights)
        self.codes = nn.Embedding.from_pretrained(weights["codes"])
