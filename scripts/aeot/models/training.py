"""Train a model of images: one loop for all models."""

import time
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from aeot.compute import warn_of_slow_bfloat16
from aeot.errors import DivergedError, InputError
from aeot.models.base import ImageModel
from aeot.pixels import unit
from aeot.ranks import Ranks
from aeot.seeding import torch_generator
from aeot.training import BLOCK, StepTraining

SNAPSHOTS = ["moment", "step", "seconds"]
_SNAPSHOTS = 5  # at 1/16, 1/8, 1/4, 1/2 and all of the steps


class ImageTraining(StepTraining):
    """The state of a model's training.

    Args:
        model: on its device, with initialised weights.
        images: uint8 (n, c, h, w), n >= 2, on the model's device.
        seed: seed of the batches and the noise.
        snapshot_images: images drawn at every snapshot, from the same noise.

    Attributes:
        history: rows of `HISTORY`, one per block of steps: the mean losses (of the VAE the
            cross-entropy and the divergence, of a GAN the critic's and the generator's; the second
            cell is empty where there is one loss).
        snapshots: rows of `SNAPSHOTS`, one per snapshot.
        images_drawn: uint8 (snapshot_images, c, h, w), one per snapshot.

    Raises:
        InputError: fewer than two images, or of another shape than the model's; no image per
            snapshot; or several processes.
    """

    HISTORY = ("step", "seconds", "loss_1", "loss_2")
    KEPT = (*StepTraining.KEPT, "history", "snapshots", "images_drawn")

    def __init__(self, model: ImageModel, images: Tensor, seed: int, snapshot_images: int) -> None:
        super().__init__(model.settings.steps, seed, images.device, _SNAPSHOTS)
        if snapshot_images < 1:
            raise InputError(f"--snapshot-images must be at least 1, not {snapshot_images}.")
        if Ranks().size > 1:
            raise InputError("only the autoencoder's training can be shared by several processes.")
        if model.settings.precision == "bfloat16":
            warn_of_slow_bfloat16(images.device)
        if len(images) < 2:
            raise InputError("a model of images needs at least 2 training images (batch norm).")
        if tuple(images.shape[1:]) != model.shape:
            raise InputError(
                f"the training images have shape {tuple(images.shape[1:])}; the model was made "
                f"for {model.shape}."
            )
        self.model, self.images = model, images
        model.begin(images, torch_generator(seed, "begin"))
        self.optimisers = model.optimisers()
        self.averaged: AveragedModel | None = None
        if model.settings.averaging:
            average = get_ema_multi_avg_fn(model.settings.averaging)
            self.averaged = AveragedModel(model.generator, multi_avg_fn=average, use_buffers=True)
        self.size = min(model.settings.batch_size, len(images))
        self._epoch, self._order = -1, torch.empty(0)
        # The stream keeps its old name, because another name would change the images.
        random = torch_generator(seed, "looks", device=self.device)
        self._z = model.prior(snapshot_images, random)
        self.history: list[dict[str, Any]] = []
        self.snapshots: list[dict[str, Any]] = []
        self.images_drawn: list[Tensor] = []
        model.train()

    def start(self) -> None:
        """See `Training`: training before the first step counts, too."""
        begin = time.monotonic()
        self.model.pretrain(self.images, torch_generator(self.seed, "pretraining"))
        self.seconds += time.monotonic() - begin

    @property
    def generator(self) -> torch.nn.Module:
        """The generator used for sampling: the averaged one if there is one."""
        return self.model.generator if self.averaged is None else self.averaged.module

    def trained(self) -> ImageModel:
        """Return the model, whose generator is now the one used for sampling."""
        self.model.generator.load_state_dict(self.generator.state_dict())
        return self.model

    def parts(self) -> dict[str, Any]:
        """See `Training`."""
        averaged = {} if self.averaged is None else {"averaged": self.averaged}
        return {"model": self.model, **self.optimisers, **averaged}

    def batches(self, block: int) -> Iterable[tuple[Tensor, ...]]:
        """See `StepTraining`: images, then the model's noise, drawn on the device."""
        random = torch_generator(self.seed, "noise", block, device=self.device)
        for step in range(block * BLOCK, (block + 1) * BLOCK):
            rows = self._rows(step)
            known = (rows,) if self.model.indexed else ()
            yield unit(self.images[rows]), *known, *self.model.noise(len(rows), random)

    def _rows(self, step: int) -> Tensor:
        """Rows of a batch: every epoch shuffles all images and drops an incomplete last batch."""
        per_epoch = len(self.images) // self.size
        epoch, place = divmod(step, per_epoch)
        if epoch != self._epoch:
            random = torch_generator(self.seed, "epoch", epoch)
            self._order = torch.randperm(len(self.images), generator=random).to(self.device)
            self._epoch = epoch
        return self._order[place * self.size : (place + 1) * self.size]

    def take(self, step: int, *batch: Tensor) -> Tensor:
        """See `Training`."""
        # Weights are rounded once per step; the critic's once more after its own step, because the
        # generator's takes them as constants, which are not kept.
        half = self.model.settings.precision == "bfloat16"
        with torch.autocast(self.device.type, torch.bfloat16, enabled=half):
            losses = self.model.take(step, self.optimisers, *batch)
        if self.averaged is not None:
            self.averaged.update_parameters(self.model.generator)
        return losses

    def record(self, losses: list[float], taken: int) -> None:
        """See `Training`."""
        means = [value / taken for value in losses]
        row = dict.fromkeys(self.HISTORY, "") | {"step": self.step, "seconds": self.seconds}
        self.history.append(row | dict(zip(self.HISTORY[2:], means, strict=False)))

    def note(self) -> None:
        """See `StepTraining`.

        Raises:
            DivergedError: a weight is not finite after the last step.
        """
        if not all(torch.isfinite(p).all() for p in self.generator.parameters()):
            raise DivergedError(
                f"a weight of the generator is not finite after step {self.step}; lower "
                "learning_rate."
            )
        self.model.fit_prior(self.generator, self.images)
        self.images_drawn.append(self.model.draw_images(self.generator, self._z).cpu())
        self.model.train()
        row = (len(self.snapshots), self.step, self.seconds)
        self.snapshots.append(dict(zip(SNAPSHOTS, row, strict=True)))

    def drawn(self) -> NDArray[np.uint8]:
        """Return all images drawn, snapshot by snapshot: (snapshots * snapshot_images, c, h, w)."""
        none = torch.empty((0, *self.model.shape), dtype=torch.uint8)
        return torch.cat([none, *self.images_drawn]).numpy()

    def report(self) -> dict[str, Any]:
        """Return the report of the run; its seconds do not include drawing."""
        nets = self.model.named_children()
        return {
            "steps": self.step,
            "seconds": self.seconds,
            "images_a_second": self.step * self.size / self.seconds,
            "parameters": {name: sum(p.numel() for p in net.parameters()) for name, net in nets},
            "moments": self.snapshots,
        }
