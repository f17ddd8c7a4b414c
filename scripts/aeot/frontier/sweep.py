"""Codes of a sampler at several values of one of its settings."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from aeot.checkpoint import Checkpoint
from aeot.files import Array
from aeot.models.aeot.centres import MassCentres, mass_centres
from aeot.models.aeot.extension import draw_codes
from aeot.models.aeot.settings import SamplingSettings
from aeot.pointmodels import POINT_MODELS
from aeot.registry import resolve_part
from aeot.seeding import stream_seed
from aeot.settings import Settings
from aeot.transport.map import TransportMap


def sweep_transport(
    transport: TransportMap,
    places: Sequence[SamplingSettings],
    draws: int,
    seed: int,
    device: torch.device,
) -> Array:
    """Draw codes through a solved transport: float32 (places, draws, count, d).

    Every place sees the same source samples; mass centres, most of the work, are found once.

    Args:
        transport: the map to the training codes.
        places: `SamplingSettings` of every place, of one count.
        draws: independent draws of every place.
        seed: makes them.
        device: where the planes are evaluated.

    Raises:
        InputError: by `singular: reject` next to every draw is rejected.
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


def sweep_points(
    codes: Array,
    model: str,
    places: Sequence[Settings],
    draws: int,
    seed: int,
    device: torch.device,
    checkpoint_of: Callable[[int], Checkpoint],
) -> tuple[Array, list[float]]:
    """Fit a model of points to codes at every place, and draw.

    Args:
        codes: (N, d) float32 training codes.
        model: its registered name.
        places: its settings at every place, of one count, which is that of all draws together.
        draws: parts that the points of a place are split into.
        seed: makes the fits and the draws.
        device: where it is fitted.
        checkpoint_of: the checkpoint of a place, by number.

    Returns:
        Codes, float32 (places, draws, count / draws, d), and the seconds that each fit took.

    Raises:
        InputError: a fit fails.
    """
    fit = resolve_part(POINT_MODELS, model, "model:fit", "model of points")
    fits = [
        fit(codes, place, 1, seed, device, checkpoint_of(number))
        for number, place in enumerate(places)
    ]
    codes = np.stack([np.stack(np.split(found.points[-1][0], draws)) for found in fits])
    return codes, [float(found.history[-1]["seconds"]) for found in fits]
