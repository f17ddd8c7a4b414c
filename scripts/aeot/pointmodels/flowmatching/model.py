"""Conditional flow matching on points (Lipman et al. 2023; Liu et al. 2023).

With x_0 ~ N(0, I), x_1 from the data and t uniform, the net v(x_t, t) at x_t = (1 - t) x_0 + t x_1
is fitted to x_1 - x_0; samples follow dx/dt = v from x_0. All trials are trained at once.
"""

import logging
import math
import time

import torch
from torch import Tensor, nn

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.pointmodels.base import Fit, Points, moments
from aeot.pointmodels.flowmatching.settings import Settings
from aeot.pointmodels.stacked import Generators, Linear
from aeot.seeding import torch_generator

log = logging.getLogger("aeot")

_BLOCK = 100  # steps whose random numbers are drawn together
_WAVES = 8  # frequencies that tell the net the time


class Velocity(nn.Module):
    """v(x, t): (T, n, d) and (T, n, 1) -> (T, n, d)."""

    def __init__(self, generators: Generators, dimension: int, width: int) -> None:
        super().__init__()
        widths = [dimension + 2 * _WAVES, width, width, width, dimension]
        layers: list[nn.Module] = []
        for inputs, outputs in zip(widths, widths[1:], strict=False):
            layers += [Linear(generators, inputs, outputs, deviation=inputs**-0.5), nn.SiLU()]
        self.net = nn.Sequential(*layers[:-1])

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        """Evaluate."""
        angle = math.pi * t * 2 ** torch.arange(_WAVES, device=x.device) / 4
        out: Tensor = self.net(torch.cat([x, angle.sin(), angle.cos()], dim=-1))
        return out


@torch.no_grad()
def transport(velocity: Velocity, x: Tensor, steps: int) -> Tensor:
    """Follow the flow from t = 0 to 1 by midpoint steps."""
    for k in range(steps):
        t = torch.full_like(x[..., :1], k / steps)
        middle = x + velocity(x, t) / (2 * steps)
        x = x + velocity(middle, t + 1 / (2 * steps)) / steps
    return x


def fit(
    points: Points,
    settings: Settings,
    trials: int,
    seed: int,
    device: torch.device,
    checkpoint: Checkpoint | None = None,
) -> Fit:
    """Train all trials, and draw from them at several moments.

    Args:
        points: (N, d) training points.
        settings: net, Adam, solver.
        trials: how many; trial t is the same whatever their number.
        seed: with the trial's number makes its weights, batches and noise.
        device: where it is trained.
        checkpoint: keeps the run while it lasts.

    Raises:
        InputError: the loss is not finite.
    """
    data = torch.from_numpy(points).to(device)
    mean, scale = data.mean(dim=0), data.std()
    generators = [torch_generator(seed, "weights", trial) for trial in range(trials)]
    velocity = Velocity(generators, points.shape[1], settings.width).to(device)
    adam = torch.optim.Adam(velocity.parameters(), settings.learning_rate, fused=True)
    result, step, seconds, loss = Fit(), 0, 0.0, math.nan
    if checkpoint and (saved := checkpoint.load()):
        velocity.load_state_dict(saved["velocity"])
        adam.load_state_dict(saved["adam"])
        step, seconds, loss = saved["step"], saved["seconds"], saved["loss"]
        result = Fit([part.numpy() for part in saved["points"]], saved["history"])
    for moment in moments(settings.steps):
        while step < moment:
            start = time.monotonic()
            block, first = divmod(step, _BLOCK)
            stop = min(moment, step - first + _BLOCK)
            x0, x1, t = _block(data, settings, trials, seed, block)
            for k in range(first, first + stop - step):
                adam.param_groups[0]["lr"] = settings.learning_rate * _share(
                    block * _BLOCK + k, settings.steps
                )
                target = (x1[k] - mean) / scale - x0[k]
                error = velocity(x0[k] + t[k] * target, t[k]) - target
                losses = error.square().mean(dim=(1, 2))
                adam.zero_grad()
                losses.sum().backward()
                adam.step()
            step, loss = stop, float(losses.detach().mean())
            seconds += time.monotonic() - start
            if not math.isfinite(loss):
                raise InputError(f"the loss is not finite at step {step}; lower learning_rate.")
            if checkpoint and checkpoint.due():
                checkpoint.save({
                    "velocity": velocity.state_dict(), "adam": adam.state_dict(), "step": step,
                    "seconds": seconds, "loss": loss, "history": result.history,
                    "points": [torch.from_numpy(part) for part in result.points],
                })  # fmt: skip
        if len(result.points) <= moments(settings.steps).index(moment):
            draw = [torch_generator(seed, "draw", trial) for trial in range(trials)]
            noise = torch.stack(
                [torch.randn(settings.count, points.shape[1], generator=g) for g in draw]
            )
            drawn = mean + scale * transport(velocity, noise.to(device), settings.solver_steps)
            result.add(drawn.cpu().numpy(), step, seconds, (loss, loss))
            log.info("step %d of %d, %.0f s, loss %.4f", step, settings.steps, seconds, loss)
    parameters = sum(p.numel() for p in velocity.parameters()) // trials
    result.report = {"steps": settings.steps, "parameters": {"velocity": parameters}}
    return result


def _share(step: int, steps: int) -> float:
    """Share of the first step size: a half cosine."""
    return 0.5 * (1 + math.cos(math.pi * step / steps))


def _block(
    data: Tensor, settings: Settings, trials: int, seed: int, block: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Noise and points (steps, T, n, d) and times (steps, T, n, 1) of a block of steps."""
    size, dimension = settings.batch_size, data.shape[1]
    streams = [torch_generator(seed, "block", trial, block) for trial in range(trials)]
    rows = torch.stack([torch.randint(len(data), (_BLOCK, size), generator=g) for g in streams], 1)
    noise = torch.stack([torch.randn(_BLOCK, size, dimension, generator=g) for g in streams], 1)
    times = torch.stack([torch.rand(_BLOCK, size, 1, generator=g) for g in streams], 1)
    return noise.to(data.device), data[rows.to(data.device)], times.to(data.device)
