"""Our own solver, which has nothing to tune, so its variants differ in the method.

`exact` solves the unit square without samples, as `solve` does by default; `descent` disables
this, so that its points show the descent in two dimensions.
"""

from contextlib import nullcontext
from typing import Any
from unittest.mock import patch

from benchmarks.watch import SpentError, Watch

from aeot.transport import TransportMap, TransportSettings, solve
from aeot.transport.problem import Matrix

VARIANTS: dict[str, list[dict[str, Any]]] = {
    "grid": [{}, {"method": "descent"}],
    "mixture16": [{}],
    "mixture64": [{}],
    "fashion": [{}],
}


def run(codes: Matrix, seed: int, watch: Watch, tolerance: float = 0.05, method: str = "") -> None:
    """Solve to the tolerance.

    Args:
        codes: (N, d) as given.
        seed: of the run.
        watch: clock and recorder; the clock runs through our own held-out evaluations.
        tolerance: of the certificate.
        method: `descent` for no exact answers.

    Raises:
        SpentError: solved.
    """

    def on_evaluation(transport: TransportMap, row: dict[str, Any]) -> None:
        watch.record(row["source_samples"], transport.heights)

    settings, sampled = TransportSettings(tolerance=tolerance), method == "descent"
    with patch("aeot.transport.solver.exact", return_value=None) if sampled else nullcontext():
        # Compiled code is loaded before the clock starts, as JAX compiles before it does.
        solve(codes[:100], settings=TransportSettings(tolerance=1.0), seed=seed)
        watch.start()
        solve(codes, settings=settings, seed=seed, on_evaluation=on_evaluation)
    raise SpentError
