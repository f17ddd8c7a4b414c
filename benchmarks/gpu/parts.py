"""What is measured: parts, their cases, and the share of the time that each may take."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from aeot import syntax
from aeot.models import IMAGE_MODELS
from aeot.pointmodels import POINT_MODELS
from aeot.provenance import code_hash

ROOT = Path(__file__).resolve().parents[2]
IMAGE_CASES = (
    "mmgan", "nsgan", "lsgan", "wgan", "wgansoft", "wgangp", "dragan", "began", "vae",
)  # fmt: skip
POINT_CASES = {  # of a study's methods: model and pack
    "gan": ("pacgan", 1), "pacgan2": ("pacgan", 2), "pacgan3": ("pacgan", 3),
    "pacgan4": ("pacgan", 4), "alimlp": ("ali", 1), "md": ("md", 1),
}  # fmt: skip
SHAPES = (  # d, N
    (64, 60_000), (64, 1_000_000), (100, 200_000), (128, 60_000), (512, 20_000), (3072, 20_000),
)  # fmt: skip
_SHARDS = 8  # of the tests: compiling takes most of their time


@dataclass(frozen=True)
class Case:
    """One result.

    Attributes:
        weight: share of its part's time, beside the others' weights.
        needs: packages without which it is skipped.
        modules: modules of `aeot` that it finds through a registry.
    """

    weight: float = 1.0
    needs: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()

    def missing(self) -> list[str]:
        """Return the packages that it needs and that are not installed."""
        return [name for name in self.needs if find_spec(name) is None]


@dataclass(frozen=True)
class Part:
    """Cases that are measured in the same way.

    Attributes:
        module: measures it.
        title: of its table.
        note: below its table.
        seconds: its share of eight minutes.
        cases: by name; the argument says whether all sizes are tiny.
        together: whether the cases run side by side, each in a process.
        images: whether it needs images.
    """

    module: str
    title: str
    note: str
    seconds: float
    cases: Callable[[bool], Mapping[str, Case]]
    together: bool = False
    images: bool = False


def _tests(tiny: bool) -> dict[str, Case]:
    count = 1 if tiny else _SHARDS
    tested = ("aeot.transport.fused", "aeot.transport.cells", "aeot.compute")
    return {f"{n + 1}/{count}": Case(1, ("pytest",), tested) for n in range(count)}


def _compiled(tiny: bool) -> dict[str, Case]:
    dimensions = dict.fromkeys(dimension for dimension, _ in SHAPES)
    return {f"d={d}, {name}": Case() for d in dimensions for name in ("float32", "TF32")}


def _kernels(tiny: bool) -> dict[str, Case]:
    names = [f"d={dimension}, N={count:,}" for dimension, count in SHAPES]
    peers = {"flash-sinkhorn": "flash_sinkhorn", "KeOps": "pykeops"}
    return {name: Case() for name in names} | {
        f"{peer}, {name}": Case(2, (package,))
        for peer, package in peers.items() for name in names[:2]
    }  # fmt: skip


def _solves(tiny: bool) -> dict[str, Case]:
    jax = ("jax", "optax", "ott")
    return {
        "latents": Case(2), "latents, uncrossed": Case(2), "latents, OTT-JAX": Case(0.7, jax),
        "gaussian": Case(3.5), "gaussian, OTT-JAX": Case(1, jax),
    }  # fmt: skip


def _networks(tiny: bool) -> dict[str, Case]:
    return {name: Case(1, (), _parts(IMAGE_MODELS[name])) for name in IMAGE_CASES}


def _mixtures(tiny: bool) -> dict[str, Case]:
    return {
        name: Case(1, (), _parts(POINT_MODELS[model])) for name, (model, _) in POINT_CASES.items()
    }


def _parts(folder: str) -> tuple[str, ...]:
    return f"{folder}.model", f"{folder}.settings"


_MEASURE = "benchmarks.gpu.measure"
PARTS = {
    "compiled": Part(
        f"{_MEASURE}.compiled",
        "The fused kernel's first call",
        "Seconds of the first call of a dimension on a large and on a small problem, in which "
        "Triton compiles and tries its tilings (less where Triton's cache has them from an earlier "
        "call), and of the next ones; several processes at once.",
        60, _compiled, together=True,
    ),
    "tests": Part(
        f"{_MEASURE}.tests",
        "The tests that need a GPU", "By pytest, `-m gpu`.", 45, _tests, together=True
    ),
    "kernel": Part(
        f"{_MEASURE}.kernel",
        "The fused kernel against matrix products",
        "Nanoseconds per score <x, y> + h of 2 d operations, medians. Products: torch's, in tiles, "
        "nothing else. torch: its products and the two highest of each tile, the path without the "
        "fused kernel. best_two: the fused kernel. crossed: as many pairs of half samples, each of "
        "which meets 16 others. agree: share of samples whose highest plane is that of scores in "
        "double precision.",
        40, _kernels,
    ),
    "transport": Part(
        f"{_MEASURE}.transport",
        "The transport",
        "Seconds until the error, measured on the solver's own held-out samples, falls to the "
        "tolerance and stays, and until its bound is certified; preparations included, compiling "
        "not. Uncrossed: our solver, on whole samples only. Efficiency: root mean square error "
        "over sqrt(N / n) after n samples; of a solve that was cut, mean error over "
        "sqrt(2 N / (pi n)), the same for Gaussian errors. Checked: the error on samples of "
        "another seed. OTT-JAX has one setting, not tuned here; its error is measured on those "
        "samples, outside its clock.",
        150, _solves,
    ),
    "steps": Part(
        f"{_MEASURE}.steps",
        "Steps of the models of images, one model alone",
        "Training steps per second: the loop; steps on a batch that is ready; the same without "
        "Adam. Products alone: what the step's matrix products and convolutions, counted, would "
        "take at the rate of a large product in float32 and in TF32.",
        35, _networks,
    ),
    "images": Part(
        f"{_MEASURE}.images",
        "Trainings of models of images, side by side on one device",
        "The published budget, a process per model, all at once. FD: Fréchet distance to the test "
        "images in features of the extractor named; not the FID of the literature.",
        105, _networks, together=True, images=True,
    ),
    "mixtures": Part(
        f"{_MEASURE}.mixtures",
        "Models of points, ten trials in one stack",
        "The published budget; the projection takes the rate after the first seconds.",
        40, _mixtures,
    ),
}  # fmt: skip


def marked() -> list[Path]:
    """Return the files of tests that have the mark `gpu`."""
    tests = sorted((ROOT / "tests" / "aeot").rglob("test_*.py"))
    return [path for path in tests if "mark.gpu" in path.read_text(encoding="utf-8")]


@cache
def code(module: str, modules: tuple[str, ...]) -> str:
    """Digest of all source files that make a case's result, the runner's own left out.

    Args:
        module: measures the case.
        modules: of `aeot`, which the case finds through a registry.
    """
    paths = _benchmarks(module)
    paths += marked() if module == PARTS["tests"].module else []
    text = "".join(code_hash(path, modules) for path in paths)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _benchmarks(module: str) -> list[Path]:
    """Follow imports among the modules of `benchmarks`."""
    found: list[Path] = []
    queue = [module]
    while queue:
        path = ROOT.joinpath(*queue.pop().split(".")).with_suffix(".py")
        if path not in found and path.is_file():
            found.append(path)
            queue += [name for name in syntax.read(path).imports if name.startswith("benchmarks.")]
    return sorted(found)
