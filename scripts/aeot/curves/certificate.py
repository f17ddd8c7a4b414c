"""Scores of the samples at every evaluation of one solve, against the mass error."""

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from aeot.files import Array
from aeot.metrics.fid import frechet_distance
from aeot.metrics.prd import BETA, Prd, f_beta
from aeot.models.aeot.extension import draw_codes
from aeot.models.aeot.settings import SamplingSettings
from aeot.names import END
from aeot.transport.cells import Planes
from aeot.transport.map import TransportMap
from aeot.transport.problem import standardisation
from aeot.transport.settings import TransportSettings
from aeot.transport.solver import solve

log = logging.getLogger("aeot")

COLUMNS = [
    "model", "source_samples", "mass_error", "mass_error_low", "mass_error_high",
    "fd", "f8", "f1_8", "novelty", "n", "converged",
]  # fmt: skip
VARIANTS = ("vertex", "extended")


def certificate_rows(
    codes: Array,
    settings: TransportSettings,
    sampling: SamplingSettings,
    seed: int,
    device: torch.device,
    features_of: Callable[[Array], Array],
    real: Array,
    test_codes: Array,
    prd: Prd,
) -> list[dict[str, Any]]:
    """Solve once, and at every evaluation draw, decode and score samples of the current map.

    The same source samples are drawn every time, so only the map differs.

    Args:
        codes: (N, d) float32, the training codes.
        settings: settings of the transport, whose tolerance ends the path.
        sampling: settings of `extended`; `vertex`, the plain map, draws the same number.
        seed: seed of the solve and the draws.
        device: where planes are evaluated.
        features_of: codes (n, d) -> features (n, k) of their decoded images.
        real: (m, k) features of the test images.
        test_codes: (m, d) codes of the test images; their row `END`, which has no mass error, is
            the reference for all samplers.
        prd: the metric that computes precision and recall.

    Returns:
        Rows of `COLUMNS`: two per evaluation, and one for the reconstructions of test images.
        `novelty` is the median distance to the nearest training code, in codes of unit variance.
    """
    rows: list[dict[str, Any]] = []

    def score(model: str, drawn: Array) -> dict[str, Any]:
        features = features_of(drawn)
        curve, _ = prd.curve(real, features)
        return {
            "model": model,
            "fd": frechet_distance(real, features),
            "f8": f_beta(curve.precision, curve.recall, BETA),
            "f1_8": f_beta(curve.precision, curve.recall, 1 / BETA),
            "novelty": float(np.median(nearest_distance(drawn, codes))),
            "n": len(drawn),
        }

    def on_evaluation(transport: TransportMap, measured: dict[str, Any]) -> None:
        for variant in VARIANTS:
            chosen = sampling.model_copy(update={"variant": variant})
            drawn = draw_codes(transport, chosen, seed, device)
            rows.append({**measured, **score(variant, drawn.codes)})
        log.info("scored the map at mass error %.2f%%", 100 * measured["mass_error"])

    solution = solve(
        codes, settings=settings, seed=seed, device=device, on_evaluation=on_evaluation
    )
    rows.append(score(END, test_codes))
    for row in rows:
        row["converged"] = int(solution.report["converged"])
    return [{name: row.get(name, "") for name in COLUMNS} for row in rows]


def nearest_distance(points: Array, codes: Array) -> Array:
    """Distance of each point (n, d) to the nearest of the codes (N, d), both scaled by the codes'.

    |x - y_j|^2 is smallest where <x, y_j> - |y_j|^2 / 2 is largest.
    """
    mean, scale = standardisation(codes)
    x, y = ((a - mean) / scale for a in (points, codes))
    planes = Planes(torch.from_numpy(y))
    planes.set_heights(torch.from_numpy(-np.square(y).sum(axis=1) / 2))
    return np.linalg.norm(x - y[planes.best(torch.from_numpy(x)).numpy()], axis=1)
