"""Codes of a sampler for several values of one of its settings."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from aeot.checkpoint import Checkpoint
from aeot.files import Array
from aeot.models.aeot.centres import MassCentres, mass_centres
from aeot.models.aeot.extension import draw_codes
from aeot.models.aeot.settings import SamplingSettings
from aeot.pointmodels import POINT_MODELS
from aeot.pointmodels.base import PointModel
from aeot.pointmodels.trial_settings import PointSettings, drawn_once
from aeot.registry import resolve_part
from aeot.seeding import stream_seed
from aeot.settings import format_items
from aeot.transport.map import TransportMap


def swept_places(
    model: str | None, words: Sequence[str], over: str | None, values: Sequence[str], count: int
) -> list[Any]:
    """Read the settings of every point of a sweep.

    Args:
        model: registered name of a model of points; None: AE-OT's own sampler.
        words: `KEY=VALUE` of all points.
        over: the setting that is swept; None: a single point.
        values: values of that setting, as words.
        count: number of codes that are drawn at each point.

    Raises:
        InputError: the model is not registered, or a setting is wrong.
    """
    kind: Any = SamplingSettings
    once: dict[str, Any] = {}
    if model:
        kind = resolve_part(POINT_MODELS, model, "settings:Settings", "model of points")
        once = drawn_once(kind)
    fixed = [*words, *format_items(once | {"count": count})]
    return [kind.from_items([*fixed, f"{over}={v}"]) for v in values] or [kind.from_items(fixed)]


def sweep_transport(
    transport: TransportMap,
    places: Sequence[SamplingSettings],
    draws: int,
    seed: int,
    device: torch.device,
) -> Array:
    """Draw codes through a solved transport: float32 (places, draws, count, d).

    All points use the same source samples; the mass centres, most of the work, are computed once.

    Args:
        transport: the map to the training codes.
        places: `SamplingSettings` of every point, with the same count.
        draws: number of independent draws of every point.
        seed: seed of the draws.
        device: where the planes are evaluated.

    Raises:
        InputError: nearly all draws are rejected (`singular: reject`).
    """
    own = stream_seed(seed, "frontier")
    found: dict[int, MassCentres] = {}
    for place in places:
        samples = place.centre_samples
        if place.needs_centres and samples not in found and len(transport.support) > 1:
            found[samples] = mass_centres(transport, samples, own, device)
    seeds = [own, *(stream_seed(seed, "frontier", draw) for draw in range(1, draws))]
    drawn = [
        [draw_codes(transport, place, s, device, found.get(place.centre_samples)) for s in seeds]
        for place in places
    ]
    return np.stack([np.stack([draw.codes for draw in place]) for place in drawn])


def sweep_fitted(
    model: PointModel[Any], places: Sequence[PointSettings], draws: int, seed: int
) -> Array:
    """Draw codes from a fitted model of points: float32 (places, draws, count / draws, d).

    All points use the same random numbers.

    Args:
        model: fitted; its first trial draws.
        places: settings of every point, which differ only in sampling, with the same count for all
            draws together.
        draws: number of parts into which the samples of a point are split.
        seed: seed of the draws.

    Raises:
        InputError: the model does not allow the settings of a point.
    """
    return np.stack([np.stack(np.split(model.sample(p, seed)[0], draws)) for p in places])


def sweep_points(
    codes: Array,
    model: str,
    places: Sequence[PointSettings],
    draws: int,
    seed: int,
    device: torch.device,
    checkpoints: Sequence[Checkpoint | None],
) -> tuple[Array, list[float]]:
    """Fit a model of points to codes at every point, and draw like `sweep_fitted`.

    Args:
        codes: (N, d) float32 training codes.
        model: its registered name.
        places: settings of every point, with the same count.
        draws: see `sweep_fitted`.
        seed: seed of the fits and the draws.
        device: where it is fitted.
        checkpoints: one for every point, or None.

    Returns:
        Codes, float32 (places, draws, count / draws, d), and the seconds of each fit.

    Raises:
        InputError: a fit fails.
    """
    kind = resolve_part(POINT_MODELS, model, "model:Model", "model of points")
    drawn, seconds = [], []
    for place, checkpoint in zip(places, checkpoints, strict=True):
        fit = kind.fit(codes, place, 1, seed, device, checkpoint)
        drawn.append(sweep_fitted(fit.model, [place], draws, seed))
        seconds.append(float(fit.history[-1]["seconds"]))
    return np.concatenate(drawn), seconds
