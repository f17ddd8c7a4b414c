"""Images from a transport map and an autoencoder."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from aeot.errors import InputError
from aeot.metrics.base import Row, row
from aeot.models.aeot.extension import Drawn, draw_codes
from aeot.models.aeot.masses import drawn_masses
from aeot.models.aeot.settings import SamplingSettings
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.transport.map import TransportMap

log = logging.getLogger("aeot")

Arrays = dict[str, NDArray[Any]]
Result = tuple[Arrays, dict[str, Any]]


def sample(
    autoencoder: Autoencoder,
    transport_path: str | Path,
    settings: SamplingSettings,
    seed: int,
    device: torch.device,
) -> Result:
    """Draw images through the transport and the decoder.

    Args:
        autoencoder: the autoencoder whose codes were transported, on `device`.
        transport_path: the `.npz` of the transport.
        settings: variant `extended`, `chart` or `vertex`, and its settings.
        seed: seed of the draws.
        device: where planes and decoder are evaluated.

    Returns:
        Arrays `images`, uint8 (count, c, h, w), their `codes`, float32 (count, d), and `cells`,
        int64 (count,), the power cell behind each; and the report of `drawing_report`.

    Raises:
        InputError: the transport is unreadable, its codes are not the autoencoder's, or nearly all
            draws are rejected.
    """
    transport = load_transport(autoencoder, transport_path)
    drawn = draw_codes(transport, settings, seed, device)
    images = autoencoder.decode(torch.from_numpy(drawn.codes).to(device)).cpu().numpy()
    log.info("drew %d images with %d source samples", len(images), drawn.drawn)
    arrays = {"images": images, "codes": drawn.codes, "cells": drawn.cells}
    return arrays, drawing_report(transport, drawn)


def load_transport(autoencoder: Autoencoder, path: str | Path) -> TransportMap:
    """Read a transport to an autoencoder's codes.

    Raises:
        InputError: the file is unreadable, or its codes are not the autoencoder's.
    """
    transport = TransportMap.load(path)
    wanted, found = autoencoder.settings.codes, transport.support.shape[1]
    if wanted != found:
        raise InputError(
            f"{path} maps to codes of dimension {found}; the autoencoder decodes {wanted}: use "
            "the transport that was solved for this autoencoder's codes."
        )
    return transport


def draw_mixtures(
    autoencoder: Autoencoder,
    transport_path: str | Path,
    settings: SamplingSettings,
    seed: int,
    device: torch.device,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw codes (n, d) that are mixtures of two, and these two: (n, 2, d), both on the device.

    Raises:
        InputError: as for `sample`, or the settings mix more than two codes, or use charts.
    """
    if not settings.mixes_two:
        raise InputError(
            f"variant={settings.variant}, weights={settings.weights} does not draw mixtures of "
            "two codes; give images of the sampler instead."
        )
    drawn = draw_codes(load_transport(autoencoder, transport_path), settings, seed, device)
    assert drawn.ends is not None
    return torch.from_numpy(drawn.codes).to(device), torch.from_numpy(drawn.ends).to(device)


def drawing_report(transport: TransportMap, drawn: Drawn) -> dict[str, Any]:
    """Report on a draw.

    Returns:
        `drawn`, the total number of source samples; `cells` of the transport; `singular`, of all or
        of the first samples (`Drawn`); `copies`, draws that returned an unchanged code, and
        `copies_share`; `threshold` in radians; `distinct_cells`; and the relative error of the
        masses of the drawn cells, `mass_error_rms`, with its standard error.
    """
    return {
        "drawn": drawn.drawn,
        "cells": len(transport.support),
        "singular": drawn.singular,
        "copies": drawn.copies,
        "copies_share": drawn.copies / len(drawn.codes),
        "threshold": drawn.threshold,
        "distinct_cells": len(np.unique(drawn.cells)),
        **drawn_masses(transport, drawn.cells).report(),
    }


def mass_rows(report: Mapping[str, Any]) -> list[Row]:
    """Convert the masses and copies of a report into scores, if it has them.

    `n_real` is the number of power cells, `n_fake` the number of draws.
    """
    names = ("mass_error_rms", "mass_error_rms_se", "copies_share")
    known = [name for name in names if report.get(name) is not None]
    return [row(name, report[name], report["cells"], report["images"]) for name in known]
