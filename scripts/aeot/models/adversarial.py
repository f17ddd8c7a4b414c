"""The base of adversarial models: steps of the critic, some of them followed by the generator's.

As in the code of Lucic et al. (arXiv 1711.10337), compare_gan v1, real and generated images pass
the critic separately, each with their own batch statistics. The generator is updated with the same
noise, after the critic's steps 0 and 1 and then after every `critic_steps`. Its batch norms count
every pass of that code, in which each player's step generates the images again.
"""

from abc import abstractmethod
from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from aeot.models.base import ImageModel
from aeot.models.step_settings import GanSettings
from aeot.nets import Shape, critic, norms_of_two_passes

_SQUARED_FLOOR = 1e-4  # below the root in the norm of a gradient, so that its derivative is finite


class AdversarialModel(ImageModel):
    """A generator and a critic. A subclass defines their two losses.

    Attributes:
        fresh: whether the generator draws new noise for its step instead of reusing the critic's.
    """

    fresh = False
    settings: GanSettings

    def __init__(self, settings: GanSettings, shape: Shape) -> None:
        super().__init__(settings, shape)
        self.critic = self.build_critic()

    def build_critic(self) -> nn.Module:
        """Make the critic."""
        norm = self.norm if self.settings.critic_norm else None
        return critic(self.shape, width=self.settings.width, norm=norm)

    @abstractmethod
    def critic_loss(self, real: Tensor, fake: Tensor, *noise: Tensor) -> Tensor:
        """Return the critic's loss on images (n, c, h, w); `noise` comes from `more_noise`."""

    @abstractmethod
    def generator_loss(self, fake: Tensor) -> Tensor:
        """Return the generator's loss on generated images (n, c, h, w)."""

    def more_noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """Draw the random numbers that the critic's loss needs besides z."""
        return ()

    def after_critic_step(self) -> None:
        """Hook: called after every step of the critic."""

    def after_step(self, real: Tensor, z: Tensor) -> None:
        """Hook: called after both steps, with real images (n, c, h, w) and the critic's z."""

    def plays(self, step: int) -> bool:
        """Whether the generator takes a step after the critic's step `step`, counted from 0."""
        return step == 0 or (step - 1) % self.settings.critic_steps == 0

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """See `ImageModel`."""
        return {"critic_adam": self.adam(self.critic), "generator_adam": self.adam(self.generator)}

    def prior(self, count: int, random: torch.Generator) -> Tensor:
        """Uniform on [-1, 1]."""
        shape = (count, self.settings.codes)
        return 2 * torch.rand(shape, generator=random, device=random.device) - 1

    def within(self, z: Tensor) -> Tensor:
        """See `ImageModel`."""
        return z.clamp(-1, 1)

    def noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """See `ImageModel`: z, the generator's own z if it is `fresh`, and `more_noise`."""
        own = (self.prior(count, random),) if self.fresh else ()
        return (self.prior(count, random), *own, *self.more_noise(count, random))

    def take(
        self, step: int, optimisers: dict[str, torch.optim.Optimizer], real: Tensor, *noise: Tensor
    ) -> Tensor:
        """See `ImageModel`."""
        z, *more = noise
        own = more.pop(0) if self.fresh else None
        plays = self.plays(step)
        # The critic's step does not change the generator, so one forward pass is enough for both.
        shared = plays and own is None
        with (
            torch.set_grad_enabled(shared),
            norms_of_two_passes(self.generator) if shared else nullcontext(),
        ):
            fake = self.generator(z)
        loss_d = self.critic_loss(real, fake.detach(), *more)
        _descend(optimisers["critic_adam"], loss_d)
        self.after_critic_step()
        loss_g = torch.zeros_like(loss_d)
        if plays:
            self.critic.requires_grad_(False)
            loss_g = self.generator_loss(fake if own is None else self.generator(own))
            _descend(optimisers["generator_adam"], loss_g)
            self.critic.requires_grad_(True)
        self.after_step(real, z)
        # In a mean over steps, the generator's loss counts for all steps until its next one.
        share = self.settings.critic_steps if step else 1
        return torch.stack([loss_d.detach(), share * loss_g.detach()])

    def scores(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Return the critic's scores of real and generated images (n, c, h, w).

        If there are batch norms, each of the two sets has its own batch statistics.
        """
        if self.settings.critic_norm:
            return self.critic(real), self.critic(fake)
        both: Tensor = self.critic(torch.cat([real, fake]))  # one pass, and one gradient, for both
        high, low = both.chunk(2)
        return high, low

    def gradient_norm(self, images: Tensor, sigmoid: bool = False) -> Tensor:
        """Norm (n,) of the critic's gradient at images (n, c, h, w), differentiable.

        Args:
            images: where the gradient is taken.
            sigmoid: take the gradient of the critic's probability rather than of its logit.
        """
        images = images.requires_grad_()
        score = self.critic(images)
        score = score.sigmoid() if sigmoid else score
        (gradient,) = torch.autograd.grad(score.sum(), images, create_graph=True)
        return (gradient.square().sum(dim=(1, 2, 3)) + _SQUARED_FLOOR).sqrt()


def _descend(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def bernoulli_loss(real: Tensor, fake: Tensor) -> Tensor:
    """-E log D(x) - E log(1 - D(G z)) of logits: the critic's loss in MM GAN, NS GAN and DRAGAN."""
    return softplus(-real).mean() + softplus(fake).mean()
