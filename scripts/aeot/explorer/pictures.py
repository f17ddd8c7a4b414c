"""Samples, each beside its nearest training image, as pictures in the page."""

import base64
import html
import io
from typing import Any

from aeot.charts.samples import NeighboursFigure
from aeot.curves.samples import COLUMNS
from aeot.errors import InputError
from aeot.explorer.parts import Context, Part, choices
from aeot.files import Array, grouped, load_frame, load_images
from aeot.labels import model_label, ordered_models
from aeot.layout import path_keys

LAYOUT = "{study}/{dataset}/{extractor}/neighbours.csv"

_KEY = "<p class='key'>Left: a sample. Right, <b>framed</b>: the training image nearest to it.</p>"

Pairs = list[tuple[str, str]]


def data_uri(image: Array) -> str:
    """Write an image, uint8 (c, h, w) with 1 or 3 channels, as the data URI of a PNG."""
    from PIL import Image

    pixels = image[0] if len(image) == 1 else image.transpose(1, 2, 0)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def read_pairs(path: str) -> dict[str, Pairs]:
    """Load the pictures that rows of the figure `neighbours` list.

    Args:
        path: rows of `aeot.curves.neighbours`; the files that they name are read.

    Returns:
        By method: pairs of a sample and its nearest training image, as `data_uri` writes them.

    Raises:
        InputError: a file is missing, or has fewer images than a row asks for.
    """
    rows = (
        load_frame(path, *COLUMNS)
        .astype({"row": int})
        .sort_values(["block", "row", "column"], kind="stable")
    )
    files = {file: load_images(file) for file in rows["file"].unique()}
    found: dict[str, Pairs] = {}
    for method, own in grouped(rows, "block"):
        uris = [_uri(files, file, int(index)) for file, index in own[["file", "index"]].to_numpy()]
        found[method] = list(zip(uris[::2], uris[1::2], strict=True))
    return found


def _uri(files: dict[str, Array], file: str, index: int) -> str:
    if index >= len(files[file]):
        raise InputError(f"{file} has no image {index}; list the neighbours again.")
    return data_uri(files[file][index])


def samples_part(paths: list[str], context: Context) -> Part:
    """Show every method's samples beside their nearest training images, by data set and extractor.

    Samples do not depend on the study, so a method that several studies list is shown once.
    """
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for path in paths:
        keys = path_keys(path, LAYOUT)
        group = groups.setdefault((keys["dataset"], keys["extractor"]), {"keys": keys, "of": {}})
        group["of"] = read_pairs(path) | group["of"]
    labels, blocks = [], []
    for (dataset, extractor), group in groups.items():
        labels.append(f"{context.dataset(dataset)}, {extractor}")
        methods = "".join(_method(m, group["of"][m]) for m in ordered_models(group["of"]))
        caption = context.caption(NeighboursFigure, group["keys"])
        blocks.append(f'<div class="choice"><div class="methods">{methods}</div>{caption}</div>')
    return Part(choices("samples", "Data set and features", labels) + _KEY + "".join(blocks))


def _method(method: str, pairs: Pairs) -> str:
    label = html.escape(model_label(method))
    figures = "".join(
        f'<span class="pair"><img src="{sample}" alt="{label}, sample {number}">'
        f'<img src="{near}" alt="nearest training image to sample {number}"></span>'
        for number, (sample, near) in enumerate(pairs, start=1)
    )
    return f'<article class="method"><h3>{label}</h3><div class="pairs">{figures}</div></article>'
