"""Training times of the flows in the study `couplings`, and the steps that take equal time.

    python -m benchmarks.couplings --case digitcodes --codes FILE --seconds 30 --out-rows rows.csv

The flows of the shipped study are trained with each coupling on the same codes, in alternating
blocks of 100 steps, so that other work on the machine slows down all of them equally. Seconds are
CPU seconds of the process on one core, including the solve of the semi-discrete map.
"""

import argparse
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
import yaml

from aeot import files
from aeot.config import Config
from aeot.pointmodels.flowmatching.model import FlowTraining
from aeot.pointmodels.flowmatching.settings import Settings
from aeot.settings import format_items
from aeot.training import BLOCK

COLUMNS = ["case", "method", "steps", "solve", "step", "seconds", "equal_steps"]
SHIPPED = Path(__file__).parents[1] / "config" / "config.yaml"


def shipped(case: str) -> dict[str, Settings]:
    """Read the settings of the study's flows on a data set."""
    config = Config.checked(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")), "")
    names = [name for name in config.studies["couplings"].methods
             if config.method(name).name == "flowmatching"]  # fmt: skip
    values = {name: config.method_settings(name, case) for name in names}
    return {name: Settings.from_items(format_items(own)) for name, own in values.items()}


def measure(
    codes: np.ndarray, methods: dict[str, Settings], budget: float, blocks: int
) -> list[dict[str, Any]]:
    """Time all flows in turn; return rows of `COLUMNS` without the case."""
    flows, solves, spent = {}, {}, {}
    for name, settings in methods.items():
        flow = flows[name] = FlowTraining(codes, settings, 1, 0, torch.device("cpu"))
        begin = time.process_time()
        flow.start()
        solves[name], spent[name] = time.process_time() - begin, []
    for block in range(blocks):
        for name, flow in flows.items():
            begin = time.process_time()
            for batch in flow.batches(block):
                flow.take(0, *batch)
            spent[name].append((time.process_time() - begin) / BLOCK)
    rows = []
    for name, settings in methods.items():
        step, solve = median(spent[name]), solves[name]
        total, equal = solve + step * settings.steps, round((budget - solve) / step)
        values = (name, settings.steps, f"{solve:.2f}", f"{step:.5f}", f"{total:.1f}", equal)
        rows.append(dict(zip(COLUMNS[1:], values, strict=True)))
    return rows


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.couplings", description=__doc__)
    parser.add_argument("--case", required=True, help="data set of the study")
    parser.add_argument("--codes", required=True, metavar="FILE", help="its latent codes, .npz")
    parser.add_argument("--seconds", type=float, required=True, help="for which steps are counted")
    parser.add_argument("--blocks", type=int, default=3, help="blocks of 100 steps (default: 3)")
    parser.add_argument("--out-rows", required=True, metavar="FILE", help=".csv")
    args = parser.parse_args()
    torch.set_num_threads(1)
    codes = files.load_matrix(args.codes, "codes").astype(np.float32)
    rows = measure(codes, shipped(args.case), args.seconds, args.blocks)
    files.save_rows(args.out_rows, [{"case": args.case, **row} for row in rows], COLUMNS)


if __name__ == "__main__":
    main()
