"""Train the autoencoder: both parts until the loss stops falling, then only the decoder."""

import logging
import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.models.autoencoder.model import Model
from aeot.models.autoencoder.watch import Watch
from aeot.models.shared_training import share_norms, sum_gradients
from aeot.pixels import unit
from aeot.ranks import Ranks
from aeot.seeding import torch_generator
from aeot.training import Training

log = logging.getLogger("aeot")

_PHASES = {1: "before", 2: "after"}  # freezing; the losses at the end of each phase are reported


class AutoencoderTraining(Training):
    """The state of the autoencoder's training; a block is an epoch.

    Phase 1 minimises the L2 loss over encoder and decoder until it stops falling. Then the
    encoder is frozen, its batch-norm statistics included: the codes are computed once, in eval
    mode, and phase 2 trains the decoder on them (AE-OT, section on training).

    Under `torchrun`, all ranks share the work of a batch and end with the same weights.

    Args:
        model: on its device, with initialised weights.
        images: training images, uint8 (n, c, h, w), n >= 2, on the model's device.
        test_images: uint8 (m, c, h, w), on the same device; they are only evaluated.
        seed: seed of the batches.

    Attributes:
        phase: 1 or 2; 3 when the training has ended.
        history: one row per epoch (`HISTORY`); losses are mean squared errors per pixel on [0, 1].
        losses: `before` and `after` freezing, each `train` and `test`, all in eval mode.
        stops: why phase 1 and phase 2 ended.

    Raises:
        InputError: fewer than two training images (or than ranks), or images of another shape than
            the model's.
    """

    EVALUATES = True
    HISTORY = ("phase", "epoch", "train_loss", "test_loss")
    KEPT = (*Training.KEPT, "phase", "history", "losses", "stops")

    def __init__(self, model: Model, images: Tensor, test_images: Tensor, seed: int) -> None:
        super().__init__(seed, images.device)
        self.model, self.images, self.test_images = model, images, test_images
        self.ranks, settings = Ranks(), model.settings
        if len(images) < 2:
            raise InputError("the autoencoder needs at least 2 training images (batch norm).")
        if min(settings.batch_size // 2, len(images)) < self.ranks.size:  # the smallest batch
            raise InputError(
                f"{self.ranks.size} processes cannot share batches of {settings.batch_size} out of "
                f"{len(images)} images; start fewer."
            )
        for kind, given in (("training", images), ("test", test_images)):
            if tuple(given.shape[1:]) != model.shape:
                raise InputError(
                    f"the {kind} images have shape {tuple(given.shape[1:])}; the autoencoder was "
                    f"made for {model.shape}: prepare both with the same settings."
                )
        if self.ranks.size > 1:
            share_norms(model)
        self.history: list[dict[str, Any]] = []
        self.losses: dict[str, dict[str, float]] = {}
        self.stops: list[str] = []
        self.codes: Tensor | None = None  # (n, codes) of the training images, in phase 2
        self.watch: Watch | None = None
        self.begin(1)

    def run(self, checkpoint: Checkpoint | None) -> None:
        """See `Training`; a picture beside the checkpoint shows the progress of the training."""
        if checkpoint and self.ranks.rank == 0:
            self.watch = Watch(f"{checkpoint.path}.png", self.images, self.test_images)
        super().run(checkpoint)
        if self.watch:
            self.watch.remove()

    def begin(self, phase: int) -> None:
        """Begin a phase, with a new Adam for what it trains; a frozen encoder gets no gradient."""
        self.phase, settings = phase, self.model.settings
        self.model.encoder.requires_grad_(phase == 1)
        parameters = [p for p in self.model.parameters() if p.requires_grad]
        betas = (settings.beta1, settings.beta2)
        group = {"params": parameters}  # empty where the networks have no weights
        self.adam = torch.optim.Adam([group], settings.learning_rate, betas, fused=True)

    def parts(self) -> dict[str, Any]:
        """See `Training`."""
        return {"model": self.model, "adam": self.adam}

    def restore(self, saved: dict[str, Any]) -> None:
        """See `Training`."""
        self.begin(saved["phase"])
        super().restore(saved)

    def goes_on(self) -> bool:
        """See `Training`: ends a phase whose loss has stopped falling."""
        if self.watch and self.history:
            self.watch.show(self.model)
        while self.phase in _PHASES and (stop := self.stop()):
            self.stops.append(stop)
            log.info("phase %d ends: %s", self.phase, stop)
            both = {"train": self.images, "test": self.test_images}
            evaluated = {name: self.model.loss(images) for name, images in both.items()}
            self.losses[_PHASES[self.phase]] = evaluated
            self.begin(self.phase + 1)
        return self.phase in _PHASES

    def stop(self) -> str | None:
        """State why the phase ends here, if it does: the plateau rule or the limit.

        The loss has stopped falling when the best epoch of the last `patience` is not lower, by
        the share `min_improvement`, than the best one before them.
        """
        settings, limit = self.model.settings, self.limit
        if not any(p.requires_grad for p in self.model.parameters()):
            return "there is nothing to train"
        losses = [row["train_loss"] for row in self.history if row["phase"] == self.phase]
        recent, earlier = losses[-settings.patience :], losses[: -settings.patience]
        if earlier and min(recent) >= (1 - settings.min_improvement) * min(earlier):
            return f"no improvement by {settings.min_improvement:.1%} in {settings.patience} epochs"
        return f"the limit of {limit} epochs" if len(losses) >= limit else None

    @property
    def limit(self) -> int:
        """Maximum number of epochs of the phase."""
        settings = self.model.settings
        return settings.epochs if self.phase == 1 else settings.decoder_epochs

    def block(self) -> Iterable[tuple[Tensor, ...]]:
        """See `Training`: rows of every batch of an epoch, which has its own order of the images.

        The order is a named stream of the epoch, so that a resumed run draws the same one.
        """
        if self.phase == 2 and self.codes is None:
            self.codes = self.model.encode(self.images)
        self.model.train()
        random = torch_generator(self.seed, "batches", len(self.history) + 1)
        order = torch.randperm(len(self.images), generator=random).to(self.device)
        # Batches of nearly equal size, never of one image: batch norm needs two.
        size = self.model.settings.batch_size
        count = min(math.ceil(len(self.images) / size), len(self.images) // 2)
        return zip(order.tensor_split(count), strict=True)

    def take(self, step: int, *batch: Tensor) -> Tensor:
        """See `Training`; the loss is summed over the images of a batch, given as rows (n,)."""
        (rows,) = batch
        own = rows[slice(*self.ranks.part(0, len(rows)))]
        x = unit(self.images[own])
        mixed = self.model.settings.mixed_precision and self.device.type == "cuda"
        with torch.autocast(self.device.type, torch.bfloat16, enabled=mixed):
            codes = self.model.encoder(x) if self.codes is None else self.codes[own]
            output = self.model.decoder(codes)
        loss = mse_loss(output.float(), x) * (len(own) / len(rows))
        self.adam.zero_grad()
        loss.backward()
        if self.ranks.size > 1:
            sum_gradients(self.model.parameters())
        self.adam.step()
        return self.ranks.total(loss.detach()[None]) * len(rows)

    def record(self, losses: list[float], taken: int) -> None:
        """See `Training`; the test images are evaluated once per epoch.

        Raises:
            DivergedError: their loss is not finite.
        """
        mean, test_loss = losses[0] / len(self.images), self.model.loss(self.test_images)
        self.check(test_loss)
        row = (self.phase, len(self.history) + 1, mean, test_loss)
        self.history.append(dict(zip(self.HISTORY, row, strict=True)))

    def where(self) -> str:
        """See `Training`."""
        return f"in epoch {len(self.history) + 1} of the autoencoder"

    def progress(self) -> str:
        """See `Training`."""
        row, done = self.history[-1], len(self.history)
        left = self.limit - sum(row["phase"] == self.phase for row in self.history)
        later = self.model.settings.decoder_epochs if self.phase == 1 else 0
        return (
            f"phase {row['phase']} epoch {row['epoch']} (at most {done + left}) train "
            f"{row['train_loss']:.5f} test {row['test_loss']:.5f}, {self.seconds:.0f} s, "
            f"at most {self.seconds / done * (left + later):.0f} s left"
        )

    def trained(self) -> Model:
        """See `Training`."""
        return self.model

    def report(self) -> dict[str, Any]:
        """Return the report of the run; its seconds do not include evaluations."""
        return {
            "losses": self.losses,
            "stops": self.stops,
            "freeze_epoch": sum(row["phase"] == 1 for row in self.history),
            "epochs": len(self.history),
            "seconds": self.seconds,
            "parameters": sum(p.numel() for p in self.model.parameters()),
            "codes": self.model.settings.codes,
        }
