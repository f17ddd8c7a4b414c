"""GAIA (Sainburg et al. 2018, arXiv 1807.06650, section 2), as in its authors' code.

The printed signs of the losses are inconsistent with each other; those of the code are not. By
default, it uses the networks of Lucic et al.: their encoder and generator, and BEGAN's autoencoding
critic, with batch norms where the published network has others. A score of these networks is not a
reproduction; `net: gaia` uses those of the authors.
"""

import torch
from torch import Tensor, nn

from aeot.models.encoding import EncodingModel
from aeot.models.fitted import FittedGaussian
from aeot.models.gaia import nets
from aeot.models.gaia.settings import Settings
from aeot.nets import Shape, autoencoding_critic

_MOST_WEIGHT = 0.9  # of generated images in the critic's loss


class Model(EncodingModel):
    """Two autoencoders: a critic that reconstructs only real images, and a generator of mixtures.

    The model has no prior: it draws codes from a Gaussian fitted to those of the training images.
    """

    settings: Settings

    def __init__(self, settings: Settings, shape: Shape) -> None:
        super().__init__(settings, shape)
        codes, width = settings.codes, settings.width
        self.compared = codes  # numbers of a code whose distances match those of the images
        decoder: nn.Module = self.generator
        if settings.net == "gaia":
            self.compared = nets.content_size(codes)
            decoder = nets.Decoder(codes, shape, width)
            self.critic: nn.Module = nets.Critic(shape, width)
        else:
            self.critic = autoencoding_critic(shape, codes, width, self.norm)
        self.generator = nn.Sequential(FittedGaussian(codes), decoder)

    def build_encoder(self) -> nn.Module:
        """See `EncodingModel`."""
        if self.settings.net == "infogan":
            return super().build_encoder()
        return nets.Encoder(self.settings.codes, self.shape, self.settings.width)

    def initialise(self, random: torch.Generator) -> None:
        """See `ImageModel`; the authors' initial weights depend on the fan-in."""
        if self.settings.net == "infogan":
            super().initialise(random)
        else:
            for net in self.children():
                nets.initialise(net, random)

    @property
    def decoder(self) -> nn.Module:
        """See `Coder`."""
        return self.generator[1]

    def fit_prior(self, generator: nn.Module, images: Tensor) -> None:
        """See `ImageModel`."""
        generator[0].fit(self.encode(images))  # type: ignore[index]

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """See `ImageModel`."""
        pair = nn.ModuleList([self.encoder, self.generator])
        return {"critic_adam": self.adam(self.critic), "generator_adam": self.adam(pair)}

    def prior(self, count: int, random: torch.Generator) -> Tensor:
        """N(0, I), which the generator's first layer maps to the distribution of the codes."""
        return torch.randn((count, self.settings.codes), generator=random, device=random.device)

    def noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """See `ImageModel`: shares of the first code in a mixture, N(0.5, 0.25^2)."""
        shape = (2 * (count // 2), 1)
        return (0.5 + 0.25 * torch.randn(shape, generator=random, device=random.device),)

    def take(
        self, step: int, optimisers: dict[str, torch.optim.Optimizer], real: Tensor, *noise: Tensor
    ) -> Tensor:
        """See `ImageModel`: both steps use the same pass, each with its own step size."""
        codes = self.encoder(real).float()
        fake, between = self.decoder(codes), self.decoder(mixtures(codes, noise[0]))
        of_real, of_fake, of_between = (self.critic(x) for x in (real, fake, between))
        true, made = _error(of_real, real), _error(of_fake, real)
        mixed = _error(of_between, between)
        generated = (made + mixed) / 2
        weight = self.balance(0.5 * mixed - true).clamp(0, _MOST_WEIGHT)
        loss_d = (true - weight * generated).clamp(-1, 1)
        share = self.balance(mixed - made)
        kept = self.settings.distances * distance_loss(real, codes[:, : self.compared])
        loss_g = (share * mixed + (1 - share) * made + kept).clamp(-1, 1)
        ahead = self.balance(true - generated).detach()
        critic, generator = optimisers["critic_adam"], optimisers["generator_adam"]
        _gradients(critic, loss_d, retain=True)
        _gradients(generator, loss_g)
        _step(critic, self.settings.learning_rate * ahead)
        _step(generator, self.settings.learning_rate * (1 - ahead))
        return torch.stack([loss_d.detach(), loss_g.detach()])

    def balance(self, difference: Tensor) -> Tensor:
        """Sigmoid of a difference of losses."""
        passed = difference if self.settings.balance_gradient else difference.detach()
        return (self.settings.balance_slope * passed).sigmoid()


def mixtures(codes: Tensor, shares: Tensor) -> Tensor:
    """Mix the two halves of codes (n, d), and again with the first half reversed.

    Args:
        codes: (n, d); for odd n the last one is dropped.
        shares: (2 (n // 2), 1) of the first half's codes.
    """
    half = len(codes) // 2
    first, second = codes[:half], codes[half : 2 * half]
    return torch.lerp(torch.cat([second, second]), torch.cat([first, first.flip(0)]), shares)


def distance_loss(images: Tensor, codes: Tensor) -> Tensor:
    """Compare distances of images and of codes, pair by pair, on a logarithmic scale."""
    return (_log_distances(images.flatten(1)) - _log_distances(codes)).square().mean()


def _log_distances(points: Tensor) -> Tensor:
    squares = points.square().mean(dim=1)
    products = points @ points.T / points.shape[1]
    distances = (squares[:, None] + squares - 2 * products).clamp_min(0)
    return (distances / distances.mean()).log1p()


def _error(made: Tensor, images: Tensor) -> Tensor:
    return (made - images).abs().mean()


def _gradients(optimiser: torch.optim.Optimizer, loss: Tensor, retain: bool = False) -> None:
    """Set the gradients of an optimiser's own parameters, and of no other."""
    own = optimiser.param_groups[0]["params"]
    found = torch.autograd.grad(loss, own, retain_graph=retain)
    for parameter, gradient in zip(own, found, strict=True):
        parameter.grad = gradient


def _step(optimiser: torch.optim.Optimizer, rate: Tensor) -> None:
    optimiser.param_groups[0]["lr"] = rate  # a tensor: the host need not wait for it
    optimiser.step()
