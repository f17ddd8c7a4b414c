"""Time trainings of models of images against the bare arithmetic of the same networks.

Bare arithmetic consists of the forward and backward passes of a step on given images and noise,
without optimiser, data or bookkeeping. All three are run in turn in one process; medians are
compared.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch

from aeot import files
from aeot.compute import device_name, select
from aeot.models import IMAGE_MODELS
from aeot.models.base import ImageModel
from aeot.models.training import ImageTraining
from aeot.nets import Shape
from aeot.registry import resolve_part
from aeot.seeding import torch_generator

COLUMNS = [
    "model", "shape", "steps", "loop_images_a_second", "with_adam_images_a_second",
    "bare_images_a_second", "share_of_bare", "share_of_bare_with_adam", "device",
]  # fmt: skip
SHAPES = {"mnist": (1, 28, 28), "cifar10": (3, 32, 32), "celeba": (3, 64, 64)}


class _Still(torch.optim.Optimizer):
    """An optimiser that discards the gradients and does not change the parameters."""

    def __init__(self, other: torch.optim.Optimizer) -> None:
        super().__init__(other.param_groups, {})

    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Do nothing."""


def main(argv: list[str] | None = None) -> None:
    """Parse, time, write and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.images", description=__doc__)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--models", nargs="+", choices=IMAGE_MODELS, default=list(IMAGE_MODELS))
    parser.add_argument("--shape", choices=SHAPES, default="mnist")
    parser.add_argument("--steps", type=int, default=20, help="of a turn")
    parser.add_argument("--rounds", type=int, default=5, help="turns; medians are taken")
    parser.add_argument("--out-rows", required=True, metavar="FILE", help=".csv")
    args = parser.parse_args(argv)
    device = select(args.device, args.threads)
    rows = []
    for name in args.models:
        batch, turns = times(name, SHAPES[args.shape], args.steps, args.rounds, device)
        loop, adam, bare = (statistics.median(part) for part in zip(*turns, strict=True))
        size = batch * args.steps
        values = (name, args.shape, args.steps, f"{size / loop:.0f}", f"{size / adam:.0f}",
                  f"{size / bare:.0f}", f"{bare / loop:.2f}", f"{adam / loop:.2f}",
                  device_name(device))  # fmt: skip
        rows.append(dict(zip(COLUMNS, values, strict=True)))
        print("  ".join(f"{column} {value}" for column, value in rows[-1].items()), flush=True)
    files.save_rows(args.out_rows, rows, COLUMNS)


def build(name: str, shape: Shape, device: torch.device, **settings: int) -> ImageModel:
    """Make a model with fresh weights; `settings` differ from its defaults."""
    kind = resolve_part(IMAGE_MODELS, name, "model:Model", "model")
    chosen = resolve_part(IMAGE_MODELS, name, "settings:Settings", "model")(**settings)
    model: ImageModel = kind(chosen, shape)
    model.initialise(torch_generator(0, "weights"))
    return model.place(device).train()


def times(
    name: str, shape: Shape, steps: int, rounds: int, device: torch.device, **settings: int
) -> tuple[int, list[tuple[float, float, float]]]:
    """Images per step, and seconds of every round: the loop, steps with Adam, bare steps.

    `settings` differ from the model's defaults.
    """
    generator = torch_generator(0, "benchmark")
    images = torch.randint(0, 256, (2048, *shape), dtype=torch.uint8, generator=generator)
    images = images.to(device)

    def fresh() -> ImageModel:
        return build(name, shape, device, steps=steps, **settings)

    model = fresh()
    training = ImageTraining(model, images, 0, snapshot_images=1)
    batch = next(iter(training.batches(0)))
    adam = training.optimisers
    still: dict[str, torch.optim.Optimizer] = {key: _Still(one) for key, one in adam.items()}

    def loop() -> float:
        run = ImageTraining(fresh(), images, 0, snapshot_images=1)
        run.snapshot_steps = [steps]
        run.run(None)
        return run.seconds

    def plain(optimisers: dict[str, torch.optim.Optimizer]) -> float:
        _wait(device)
        start = time.perf_counter()
        for step in range(steps):
            model.take(step, optimisers, *batch)
        _wait(device)
        return time.perf_counter() - start

    plain(adam), loop()
    return training.size, [(loop(), plain(adam), plain(still)) for _ in range(rounds)]


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    main()
