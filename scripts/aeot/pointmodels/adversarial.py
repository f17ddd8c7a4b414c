"""The training that GAN, PacGAN, MD and ALI share: all trials at once, both players at once."""

import logging
import time
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.pointmodels.base import Fit, Points, moments
from aeot.pointmodels.nets import NOISE
from aeot.pointmodels.stacked import Generators
from aeot.pointmodels.trial_settings import StepSettings
from aeot.seeding import torch_generator

log = logging.getLogger("aeot")

_BLOCK = 100  # steps whose random numbers are drawn together
_QUIET = 30.0  # seconds between lines of progress

Logits = tuple[Tensor, Tensor]  # (T, n, 1) of real and of generated samples


class Game(nn.Module):
    """What a model states: its networks, and the critic's logits of real and generated samples.

    Attributes:
        critic: the network that `loss_d` trains.
        players: those that `loss_g` trains; the first one is the generator.
        pack: real points, and generated ones, in a sample of the critic.
    """

    critic: nn.Module
    players: nn.ModuleList
    pack = 1

    def logits(self, x: Tensor, z: Tensor, noise: Tensor) -> Logits:
        """Criticise real points x (T, n pack, d) and those generated from z (T, n pack, 2).

        `noise` (T, n pack, 2) is for an encoder.
        """
        raise NotImplementedError


class GameMaker(Protocol):
    """Makes a game of some trials in d dimensions."""

    def __call__(self, generators: Generators, dimension: int) -> Game:
        """Draw the initial weights."""
        ...


def losses(logits: Logits) -> tuple[Tensor, Tensor]:
    """Non-saturating losses (T,) of critic and generator (PacGAN; ALI, eq. 2).

    D: softplus(-real) + softplus(fake); G: softplus(real) + softplus(-fake), of which the first
    term has a gradient only where an encoder makes real pairs.
    """
    real, fake = logits
    plus = nn.functional.softplus
    loss_d = (plus(-real) + plus(fake)).mean(dim=(1, 2))
    loss_g = (plus(real) + plus(-fake)).mean(dim=(1, 2))
    return loss_d, loss_g


def fit_game(
    make: GameMaker,
    points: Points,
    settings: StepSettings,
    trials: int,
    seed: int,
    device: torch.device,
    checkpoint: Checkpoint | None,
) -> Fit:
    """Train all trials of a game together, and draw from them at several moments.

    Both players step from one forward pass, as PacGAN's do.

    Args:
        make: the game.
        points: (N, d) training points.
        settings: steps, batch, Adam.
        trials: how many; trial t is the same whatever their number.
        seed: with the trial's number makes its weights, batches and noise.
        device: where it is trained.
        checkpoint: keeps the run while it lasts.

    Raises:
        InputError: a loss is not finite.
    """
    run = _Training(make, points, settings, trials, seed, device)
    if checkpoint and (saved := checkpoint.load()):
        run.restore(saved)
    told = time.monotonic()
    for moment in moments(settings.steps):
        while run.step < moment:
            run.advance(min(moment, run.step - run.step % _BLOCK + _BLOCK))
            if checkpoint and checkpoint.due():
                checkpoint.save(run.dump())
            if time.monotonic() - told > _QUIET:
                told = time.monotonic()
                log.info("step %d of %d, %.0f s", run.step, settings.steps, run.seconds)
        if len(run.fit.points) <= moments(settings.steps).index(moment):
            run.note()
    run.fit.report = {"steps": settings.steps, "parameters": run.parameters()}
    return run.fit


class _Training:
    """Where the training stands."""

    def __init__(
        self,
        make: GameMaker,
        points: Points,
        settings: StepSettings,
        trials: int,
        seed: int,
        device: torch.device,
    ) -> None:
        self.settings, self.trials, self.seed, self.device = settings, trials, seed, device
        self.points = torch.from_numpy(points).to(device)
        start = [torch_generator(seed, "weights", trial) for trial in range(trials)]
        self.game = make(start, points.shape[1]).to(device)
        self.fit, self.step, self.seconds = Fit(), 0, 0.0
        self.sums, self.since = [0.0, 0.0], 0
        betas = (settings.beta1, settings.beta2)
        self.optimisers = [
            torch.optim.Adam(net.parameters(), settings.learning_rate, betas, fused=True)
            for net in (self.game.critic, self.game.players)
        ]

    def advance(self, stop: int) -> None:
        """Take the steps up to `stop`, within one block."""
        start = time.monotonic()
        block, first = divmod(self.step, _BLOCK)
        batches, noise = self._draw(block)
        total = torch.zeros(2, dtype=torch.float64, device=self.device)
        for k in range(first, first + stop - self.step):
            total += self._step(batches[k], noise[k])
        if not torch.isfinite(total).all():
            raise InputError(
                f"a loss is not finite before step {stop}; lower learning_rate, or look for "
                "points far from all others."
            )
        self.since += stop - self.step
        self.sums = [a + b for a, b in zip(self.sums, total.tolist(), strict=True)]
        self.step = stop
        self.seconds += time.monotonic() - start

    def _draw(self, block: int) -> tuple[Tensor, Tensor]:
        """Random numbers of a block: rows (steps, T, n) of points, noise (steps, T, n, 4)."""
        size = self.settings.batch_size * self.game.pack
        streams = [torch_generator(self.seed, "block", t, block) for t in range(self.trials)]
        rows = [torch.randint(len(self.points), (_BLOCK, size), generator=g) for g in streams]
        noise = [torch.randn(_BLOCK, size, 2 * NOISE, generator=g) for g in streams]
        return torch.stack(rows, 1).to(self.device), torch.stack(noise, 1).to(self.device)

    def _step(self, rows: Tensor, noise: Tensor) -> Tensor:
        z, other = noise.split(NOISE, dim=-1)
        loss_d, loss_g = losses(self.game.logits(self.points[rows], z, other))
        players = self.game.critic, self.game.players
        for net, loss, keep in zip(players, (loss_d, loss_g), (True, False), strict=True):
            parameters = list(net.parameters())
            grads = torch.autograd.grad(loss.sum(), parameters, retain_graph=keep)
            for parameter, grad in zip(parameters, grads, strict=True):
                parameter.grad = grad
        for optimiser in self.optimisers:
            optimiser.step()
        return torch.stack([loss_d.mean(), loss_g.mean()]).detach().double()

    @torch.no_grad()
    def note(self) -> None:
        """Draw from all trials, the same noise at every moment."""
        streams = [torch_generator(self.seed, "draw", trial) for trial in range(self.trials)]
        z = torch.stack([torch.randn(self.settings.count, NOISE, generator=g) for g in streams])
        self.game.eval()
        drawn = self.game.players[0](z.to(self.device)).cpu().numpy()
        self.game.train()
        self.fit.add(drawn, self.step, self.seconds, [s / max(1, self.since) for s in self.sums])
        self.sums, self.since = [0.0, 0.0], 0

    def parameters(self) -> dict[str, int]:
        """Parameters of one trial."""
        nets: dict[str, nn.Module] = {"critic": self.game.critic, "players": self.game.players}
        return {
            name: sum(p.numel() for p in net.parameters()) // self.trials
            for name, net in nets.items()
        }

    def dump(self) -> dict[str, Any]:
        """Return everything that a resumed run needs."""
        return {
            "game": self.game.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "step": self.step, "seconds": self.seconds, "sums": self.sums, "since": self.since,
            "points": [torch.from_numpy(drawn) for drawn in self.fit.points],
            "history": self.fit.history,
        }  # fmt: skip

    def restore(self, saved: dict[str, Any]) -> None:
        """Take up a state that `dump` returned."""
        self.game.load_state_dict(saved["game"])
        for optimiser, state in zip(self.optimisers, saved["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        for name in ("step", "seconds", "sums", "since"):
            setattr(self, name, saved[name])
        drawn = [part.numpy() for part in saved["points"]]
        self.fit = Fit(points=drawn, history=saved["history"])
