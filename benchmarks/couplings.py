"""How many steps of flow matching fit into the same seconds, by coupling.

    python -m benchmarks.couplings --codes CODES.npz --seconds 60 --set width=256 --out steps.csv

Trains a flow with each coupling on the same codes, one block of 100 steps after the other in turn,
so that other work on the machine slows all of them down alike. Seconds are those of the process on
one core. The solve of the semi-discrete map is part of the budget. Rows: `coupling`, `solve` and
`step` (median of the blocks) in seconds, and `steps`, how many fit, in hundreds.
"""

import argparse
import time
from statistics import median
from typing import get_args

import numpy as np
import torch

from aeot import files
from aeot.pointmodels.flowmatching.model import FlowTraining
from aeot.pointmodels.flowmatching.settings import Settings
from aeot.settings import parse_items
from aeot.training import BLOCK

COLUMNS = ["coupling", "solve", "step", "steps"]


def measure(codes: np.ndarray, values: dict, budget: float, blocks: int) -> list[dict]:
    """Time all couplings in turn; see the module."""
    flows, solves, steps = {}, {}, {}
    for coupling in get_args(Settings.model_fields["coupling"].annotation):
        settings = Settings(**values, coupling=coupling, steps=BLOCK * (blocks + 1), moments=1)
        flow = flows[coupling] = FlowTraining(codes, settings, 1, 0, torch.device("cpu"))
        begin = time.process_time()
        flow.start()
        solves[coupling], steps[coupling] = time.process_time() - begin, []
    for _ in range(blocks):
        for coupling, flow in flows.items():
            begin = time.process_time()
            flow._advance()
            steps[coupling].append((time.process_time() - begin) / BLOCK)
    rows = []
    for coupling, spent in steps.items():
        each, left = median(spent), budget - solves[coupling]
        rows.append((coupling, solves[coupling], each, BLOCK * round(left / each / BLOCK)))
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--codes", required=True, metavar="FILE", help="latent codes, .npz")
    parser.add_argument("--seconds", type=float, required=True, help="budget of every coupling")
    parser.add_argument("--blocks", type=int, default=3, help="blocks of 100 steps (default: 3)")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="of the flow")
    parser.add_argument("--out", required=True, metavar="FILE", help="rows, .csv")
    args = parser.parse_args()
    torch.set_num_threads(1)
    codes = files.load_matrix(args.codes, "codes").astype(np.float32)
    rows = measure(codes, parse_items(args.set), args.seconds, args.blocks)
    files.save_rows(args.out, rows, COLUMNS)


if __name__ == "__main__":
    main()
