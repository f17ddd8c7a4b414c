"""Train the autoencoder: both halves until the loss stops falling, then the decoder alone."""

import logging
import math
import time
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.models.autoencoder.model import Autoencoder
from aeot.models.autoencoder.settings import AutoencoderSettings
from aeot.models.shared_training import share_norms, sum_gradients
from aeot.pixels import unit
from aeot.ranks import Ranks
from aeot.seeding import torch_generator

log = logging.getLogger("aeot")

Row = dict[str, Any]
HISTORY = ["phase", "epoch", "train_loss", "test_loss"]


@dataclass
class Trained:
    """A trained autoencoder and the record of its training.

    Attributes:
        model: the autoencoder, in eval mode.
        history: one row per epoch (`HISTORY`); losses are mean squared errors per pixel on [0, 1].
        losses: `before` and `after` freezing, each `train` and `test`, all in eval mode.
        stops: why phase 1 and phase 2 ended.
        seconds: spent in epochs, those before a resumed run's interruption included.
    """

    model: Autoencoder
    history: list[Row]
    losses: dict[str, dict[str, float]]
    stops: list[str]
    seconds: float


@dataclass
class _Run:
    """The state of a training that a checkpoint holds beside the weights."""

    phase: int = 1
    history: list[Row] = field(default_factory=list)
    losses: dict[str, dict[str, float]] = field(default_factory=dict)
    stops: list[str] = field(default_factory=list)
    seconds: float = 0.0


def train(
    train_images: Tensor,
    test_images: Tensor,
    settings: AutoencoderSettings,
    seed: int,
    checkpoint: Checkpoint,
) -> Trained:
    """Train on `train_images`; the test images are only evaluated.

    Phase 1 minimises the L2 loss over encoder and decoder until it stops falling. Then the
    encoder is frozen, its batch-norm statistics included: the codes are computed once, in eval
    mode, and phase 2 trains the decoder on them (AE-OT, section on training).

    Under `torchrun` all ranks share the work of a batch and return the same.

    Args:
        train_images: uint8 (n, c, h, w), n >= 2, on the device that trains.
        test_images: uint8 (m, c, h, w), on the same device.
        settings: the network and its training.
        seed: makes the weights and the batches.
        checkpoint: stores the run's state while it lasts; a later call resumes from it.

    Raises:
        InputError: fewer than two training images (or than ranks), images that cannot be halved
            often enough, test images of another shape, or a loss that is not finite.
    """
    ranks = Ranks()
    if len(train_images) < 2:
        raise InputError("the autoencoder needs at least 2 training images (batch norm).")
    if min(settings.batch_size // 2, len(train_images)) < ranks.size:  # the smallest batch
        raise InputError(
            f"{ranks.size} processes cannot share batches of {settings.batch_size} out of "
            f"{len(train_images)} images; start fewer."
        )
    if test_images.shape[1:] != train_images.shape[1:]:
        raise InputError(
            f"test images have shape {tuple(test_images.shape[1:])} and training images "
            f"{tuple(train_images.shape[1:])}; prepare both with the same settings."
        )
    channels, height, width = train_images.shape[1:]
    model = Autoencoder(settings, (channels, height, width))
    model.initialise(torch_generator(seed, "weights"))
    if ranks.size > 1:
        share_norms(model)
    model.place(train_images.device)
    run, saved = _Run(), checkpoint.load()
    if saved:
        run = _Run(**saved["run"])
        model.load_state_dict(saved["weights"])
    for phase in range(run.phase, 3):
        optimiser = _optimiser(model, settings, phase)
        if saved:  # the optimiser of the phase that was interrupted, and of no later one
            optimiser.load_state_dict(saved["optimiser"])
            saved = None
        _train_phase(model, optimiser, run, train_images, test_images, seed, checkpoint, ranks)
        moment = "before" if phase == 1 else "after"
        run.losses[moment] = {
            "train": model.loss(train_images),
            "test": model.loss(test_images),
        }
        run.phase = phase + 1
    return Trained(model.eval(), run.history, run.losses, run.stops, run.seconds)


def _optimiser(
    model: Autoencoder, settings: AutoencoderSettings, phase: int
) -> torch.optim.Optimizer:
    """Adam over what the phase trains; freezing is complete: the encoder needs no gradient."""
    model.encoder.requires_grad_(phase == 1)
    parameters = [p for p in model.parameters() if p.requires_grad]
    betas = (settings.beta1, settings.beta2)
    return torch.optim.Adam(parameters, settings.learning_rate, betas, fused=True)


def _train_phase(
    model: Autoencoder,
    optimiser: torch.optim.Optimizer,
    run: _Run,
    train_images: Tensor,
    test_images: Tensor,
    seed: int,
    checkpoint: Checkpoint,
    ranks: Ranks,
) -> None:
    """Run the epochs of `run.phase` until its loss stops falling."""
    settings, phase = model.settings, run.phase
    codes = model.encode(train_images) if phase == 2 else None
    limit = settings.epochs if phase == 1 else settings.decoder_epochs
    while (stop := _stop(run, settings, limit)) is None:
        start = time.monotonic()
        epoch = len(run.history) + 1
        loss = _train_epoch(model, optimiser, train_images, codes, seed, epoch, ranks)
        test_loss = model.loss(test_images)
        if not math.isfinite(loss + test_loss):
            raise InputError(
                f"the loss is not finite in epoch {epoch}; lower the autoencoder's learning_rate."
            )
        row = {"phase": phase, "epoch": epoch, "train_loss": loss, "test_loss": test_loss}
        run.history.append(row)
        seconds = time.monotonic() - start
        run.seconds += seconds
        log.info(
            "phase %d epoch %d (at most %d) train %.5f test %.5f, %.1f s",
            phase, epoch, limit + epoch - _count(run, phase), loss, test_loss, seconds,
        )  # fmt: skip
        if ranks.rank == 0 and checkpoint.due():
            weights, state = model.state_dict(), optimiser.state_dict()
            checkpoint.save({"run": vars(run), "weights": weights, "optimiser": state})
    run.stops.append(stop)
    log.info("phase %d ends: %s", phase, stop)


def _count(run: _Run, phase: int) -> int:
    return sum(row["phase"] == phase for row in run.history)


def _stop(run: _Run, settings: AutoencoderSettings, limit: int) -> str | None:
    """Say why the phase ends here, or None: the plateau rule and the limit.

    The loss has stopped falling when the best epoch of the last `patience` is not lower, by the
    share `min_improvement`, than the best one before them.
    """
    losses = [row["train_loss"] for row in run.history if row["phase"] == run.phase]
    recent, earlier = losses[-settings.patience :], losses[: -settings.patience]
    if earlier and min(recent) >= (1 - settings.min_improvement) * min(earlier):
        return f"no fall of {settings.min_improvement:.1%} in {settings.patience} epochs"
    return f"the limit of {limit} epochs" if len(losses) >= limit else None


def _train_epoch(
    model: Autoencoder,
    optimiser: torch.optim.Optimizer,
    images: Tensor,
    codes: Tensor | None,
    seed: int,
    epoch: int,
    ranks: Ranks,
) -> float:
    """One pass over every image in an order of its own; returns the mean training loss.

    With `codes` the decoder is trained on them; without, the whole autoencoder.
    The order is a named stream of the epoch, so that a resumed run draws the same one.
    """
    model.train()
    settings, device = model.settings, images.device
    order = torch.randperm(len(images), generator=torch_generator(seed, "batches", epoch))
    # Batches of nearly equal size, never of one image: batch norm needs two.
    count = min(math.ceil(len(images) / settings.batch_size), len(images) // 2)
    batches = order.to(device).tensor_split(count)
    total = torch.zeros((), dtype=torch.float64, device=device)
    mixed = settings.mixed_precision and device.type == "cuda"
    for batch in batches:
        own = batch[slice(*ranks.part(0, len(batch)))]
        x = unit(images[own])
        with torch.autocast(device.type, torch.bfloat16, enabled=mixed):
            output = model(x) if codes is None else model.decoder(codes[own])
        loss = torch.nn.functional.mse_loss(output.float(), x) * (len(own) / len(batch))
        optimiser.zero_grad()
        loss.backward()
        if ranks.size > 1:
            sum_gradients(model.parameters())
        optimiser.step()
        total += ranks.total(loss.detach()) * len(batch)
    return total.item() / len(images)
