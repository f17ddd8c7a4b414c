"""The base of Wasserstein autoencoders (Tolstikhin et al. 2018, arXiv 1711.01558, equation 4).

As in the authors' code, the squared error of an image is summed over its pixels and weighted with
0.05, the encoder gets images with a little noise, and the step size falls, in steps or smoothly.
Before the first step, only the encoder is trained until the mean and covariance of its codes are
close to the prior's. For CelebA the released code and the paper differ, see `wasserstein_settings`.
"""

import logging
from abc import abstractmethod

import torch
from torch import Tensor, nn

from aeot.errors import InputError
from aeot.models import wasserstein_nets
from aeot.models.encoding import EncodingModel
from aeot.models.wasserstein_settings import WassersteinSettings
from aeot.nets import Shape, initialise
from aeot.pixels import unit

log = logging.getLogger("aeot")

_JITTER = 0.01  # deviation of the noise on the encoder's images, truncated at two deviations
_NEAR = 0.1  # distance of moments at which the pretraining of the encoder ends
_MOST = 100.0  # number of times that the step size falls smoothly


class WassersteinModel(EncodingModel):
    """An autoencoder with a penalty on the distance of codes from the prior; a model defines it."""

    settings: WassersteinSettings

    def __init__(self, settings: WassersteinSettings, shape: Shape) -> None:
        super().__init__(settings, shape)
        if settings.net == "wae":
            self.generator = wasserstein_nets.decoder(settings.codes, shape, settings.width)

    def build_encoder(self) -> nn.Module:
        """See `EncodingModel`."""
        if self.settings.net == "infogan":
            return super().build_encoder()
        return wasserstein_nets.encoder(self.settings.codes, self.shape, self.settings.width)

    def initialise(self, random: torch.Generator) -> None:
        """See `ImageModel`; the authors' networks have smaller initial weights."""
        if self.settings.net == "infogan":
            super().initialise(random)
        else:
            for net in self.children():
                initialise(net, random, deviation=wasserstein_nets.DEVIATION)

    def pretrain(self, images: Tensor, random: torch.Generator) -> None:
        """See `ImageModel`: train the encoder on the moments of its codes.

        Raises:
            InputError: the distance is not finite.
        """
        size = min(len(images), wasserstein_nets.pretraining_batch(self.shape))
        adam = self.adam(self.encoder)
        self.train()
        for step in range(self.settings.pretraining):
            rows = torch.randint(len(images), (size,), generator=random).to(images.device)
            prior, jitter = (part.to(images.device) for part in self.noise(size, random))
            codes = self.code(unit(images[rows]) + jitter).float()
            distance = wasserstein_nets.moment_distance(codes, prior)
            if not distance.isfinite():
                raise InputError(
                    f"the distance of moments is not finite at step {step + 1} of pretraining; "
                    "lower learning_rate, or set pretraining=0."
                )
            if distance < _NEAR:
                log.info("the encoder's codes have the prior's moments after %d steps", step)
                return
            adam.zero_grad()
            distance.backward()
            adam.step()

    @abstractmethod
    def penalty(self, codes: Tensor, prior: Tensor) -> Tensor:
        """Return the distance of codes (n, d) from draws (n, d) of the prior."""

    def after_step(
        self, optimisers: dict[str, torch.optim.Optimizer], codes: Tensor, prior: Tensor
    ) -> None:
        """Hook: called after every step of the autoencoder; `codes` are constants."""

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """See `ImageModel`."""
        return {"adam": self.adam(nn.ModuleList([self.encoder, self.generator]))}

    def prior(self, count: int, random: torch.Generator) -> Tensor:
        """N(0, deviation^2 I)."""
        shape = (count, self.settings.codes)
        drawn = torch.randn(shape, generator=random, device=random.device)
        return self.settings.prior_deviation * drawn

    def noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """See `ImageModel`: draws of the prior, and noise for every pixel."""
        jitter = torch.empty((count, *self.shape), device=random.device)
        bound = 2 * _JITTER
        nn.init.trunc_normal_(jitter, 0, _JITTER, -bound, bound, random)
        return self.prior(count, random), jitter

    def take(
        self, step: int, optimisers: dict[str, torch.optim.Optimizer], real: Tensor, *noise: Tensor
    ) -> Tensor:
        """See `ImageModel`; the losses are the weighted squared error and the penalty."""
        prior, jitter = noise
        for name, optimiser in optimisers.items():
            for group in optimiser.param_groups:
                group["lr"] = self.rate(name) * self.share(step)
        codes = self.code(real + jitter).float()
        squares = (self.generator(codes) - real).square().sum(dim=(1, 2, 3))
        error = self.settings.reconstruction * squares.mean()
        penalty = self.penalty(codes, prior)
        optimisers["adam"].zero_grad()
        (error + self.settings.penalty * penalty).backward()
        optimisers["adam"].step()
        self.after_step(optimisers, codes.detach(), prior)
        return torch.stack([error.detach(), penalty.detach()])

    def rate(self, optimiser: str) -> float:
        """Return the initial step size of an optimiser."""
        return self.settings.learning_rate

    def share(self, step: int) -> float:
        """Step size at a step relative to the initial one.

        `stepwise`: 1, from 30 % of the steps 1/2, and from 50 % a fifth of that; `smooth`: from 1
        to 1/100, exponentially (the authors' falls once per epoch).
        """
        done = step / self.settings.steps
        if self.settings.decay == "smooth":
            return _MOST**-done
        return 1.0 if done < 0.3 else 0.5 if done < 0.5 else 0.1
