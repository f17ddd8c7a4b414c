"""Time the training of many trials together and one after the other, alternately."""

import argparse
import statistics

import numpy as np
import torch

from aeot import files
from aeot.compute import device_name, select
from aeot.mixtures.grid import grid
from aeot.pointmodels import POINT_MODELS
from aeot.pointmodels.trial_settings import StepSettings
from aeot.registry import resolve_part

COLUMNS = [
    "model", "pack", "trials", "steps", "together_seconds", "alone_seconds", "ratio",
    "seconds_a_published_run", "device",
]  # fmt: skip
CASES = [("pacgan", 1), ("pacgan", 2), ("pacgan", 3), ("pacgan", 4), ("ali", 1), ("md", 1)]
_PUBLISHED = 400_000  # steps


def main(argv: list[str] | None = None) -> None:
    """Parse, time, write and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trials", description=__doc__)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3, help="alternations; medians are taken")
    parser.add_argument("--out-rows", required=True, metavar="FILE", help=".csv")
    args = parser.parse_args(argv)
    device = select(args.device, args.threads)
    points = grid().sample(100_000, np.random.default_rng(0))
    rows = []
    for model, pack in CASES:
        together, alone = _times(model, pack, points, args, device)
        ahead = together / args.steps * _PUBLISHED
        values = (model, pack, args.trials, args.steps, f"{together:.3f}", f"{alone:.3f}",
                  f"{alone / together:.2f}", f"{ahead:.0f}", device_name(device))  # fmt: skip
        rows.append(dict(zip(COLUMNS, values, strict=True)))
        print("  ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
    files.save_rows(args.out_rows, rows, COLUMNS)


def _times(
    model: str, pack: int, points: files.Array, args: argparse.Namespace, device: torch.device
) -> tuple[float, float]:
    """Median seconds of all trials together, and one after the other, without drawing."""
    fit = resolve_part(POINT_MODELS, model, "model:Model", "model").fit
    kind: type[StepSettings] = resolve_part(POINT_MODELS, model, "settings:Settings", "model")
    given = {"steps": args.steps, "count": 10} | ({"pack": pack} if model == "pacgan" else {})
    settings = kind.model_validate(given)

    def seconds(trials: int) -> float:
        taken = fit(points, settings, trials, 0, device).history[-1]["seconds"]
        return float(taken)

    seconds(1)
    together, alone = [], []
    for _ in range(args.rounds):
        together.append(seconds(args.trials))
        alone.append(sum(seconds(1) for _ in range(args.trials)))
    return statistics.median(together), statistics.median(alone)


if __name__ == "__main__":
    main()
