"""The variational autoencoder (Kingma and Welling 2014, arXiv 1312.6114, equation 10)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from aeot.models.encoding import EncodingModel
from aeot.models.vae.settings import Settings
from aeot.nets import critic

_LEAST_DEVIATION = 1e-6


class Model(EncodingModel):
    """Gaussian codes and Bernoulli pixels, with the critic and the generator of the other models.

    As in the code of Lucic et al., the decoder has ReLUs.
    """

    slope = 0.0
    outputs = 2  # mean and deviation
    settings: Settings

    def build_encoder(self) -> nn.Module:
        """See `EncodingModel`; its norm is optional."""
        norm = self.norm if self.settings.encoder_norm else None
        return critic(self.shape, 2 * self.settings.codes, self.settings.width, norm)

    def code(self, images: Tensor) -> Tensor:
        """See `EncodingModel`."""
        mean: Tensor = self.encoder(images).chunk(2, dim=1)[0]
        return mean

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """See `ImageModel`."""
        return {"adam": self.adam(self)}

    def prior(self, count: int, random: torch.Generator) -> Tensor:
        """N(0, I)."""
        return torch.randn((count, self.settings.codes), generator=random, device=random.device)

    def take(
        self, step: int, optimisers: dict[str, torch.optim.Optimizer], real: Tensor, *noise: Tensor
    ) -> Tensor:
        """See `ImageModel`; the losses are the cross-entropy and the divergence from the prior."""
        mean, raw = self.encoder(real).chunk(2, dim=1)
        deviation = softplus(raw) + _LEAST_DEVIATION
        # All layers except the sigmoid: the cross-entropy of logits is exact if pixels saturate.
        logits = self.generator[:-1](mean + deviation * noise[0])
        entropy = binary_cross_entropy_with_logits(logits, real, reduction="sum") / len(real)
        if self.settings.variant == "lucic_v1":
            entropy = entropy / self.shape[0]
        squares = mean.square() + deviation.square()
        divergence = 0.5 * (squares - 2 * deviation.log() - 1).sum() / len(real)
        optimisers["adam"].zero_grad()
        (entropy + divergence).backward()
        optimisers["adam"].step()
        return torch.stack([entropy.detach(), divergence.detach()])
