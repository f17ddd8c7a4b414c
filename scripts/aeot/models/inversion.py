"""The distance of an image from the range of a generator, by inversion of the generator.

This follows the description of recall by Lucic et al. 2018 (arXiv 1711.10337), whose code was not
released.

For a test image x the distance is min over z of |x - G(z)|, by the Euclidean distance of pixels on
[0, 1], over codes z that the generator draws: Adam on z, starting at the nearest of some thousand
draws, with each step projected back to those codes. The smallest distance of all steps is used, so
it is never larger than that of the nearest draw, and never smaller than the distance to the range.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from aeot.errors import InputError
from aeot.files import Array
from aeot.models.base import ImageModel
from aeot.models.coder import Coder
from aeot.models.inversion_settings import InversionSettings
from aeot.pixels import unit
from aeot.seeding import torch_generator

Decode = Callable[[Tensor], Tensor]
Keep = Callable[[Tensor, Tensor], Tensor]
_TILE = 512  # number of simultaneous searches


class Inverted(NamedTuple):
    """Distances (m,) of test images: to the `nearest` draw, and to the range."""

    nearest: Array
    distance: Array


def invert(
    decode: Decode,
    codes: Tensor,
    images: Tensor,
    settings: InversionSettings,
    keep: Keep | None = None,
) -> Inverted:
    """Search the range of a generator for given images.

    Args:
        decode: differentiable map of codes (n, d) to images (n, c, h, w) in [0, 1].
        codes: (draws, d) float32, drawn as the generator draws them.
        images: float32 (m, c, h, w) in [0, 1], on the codes' device.
        settings: `starts`, `steps` and `learning_rate` are used.
        keep: maps codes (k, d), and the rows (k,) of the draws that their search started from, to
            the nearest codes that the generator can draw there; None: it draws all.
    """
    with torch.no_grad():
        drawn = torch.cat([decode(part).flatten(1) for part in codes.split(_TILE)]).float()
    found = [
        _search(decode, codes, drawn, part, settings, keep)
        for part in images.split(max(1, _TILE // settings.starts))
    ]
    return Inverted(*(torch.cat(parts).cpu().numpy() for parts in zip(*found, strict=True)))


def _search(
    decode: Decode,
    codes: Tensor,
    drawn: Tensor,
    images: Tensor,
    settings: InversionSettings,
    keep: Keep | None,
) -> tuple[Tensor, Tensor]:
    """Distances of a tile of images: to the nearest draw, and to the range."""
    starts = min(settings.starts, len(codes))
    flat = images.flatten(1)
    near, place = nearest_draws(flat, drawn, starts)
    goal = flat.repeat_interleave(starts, dim=0)
    z = codes[place.flatten()].clone().requires_grad_()
    adam = torch.optim.Adam([z], settings.learning_rate)
    best = near.flatten() ** 2
    for step in range(settings.steps + 1):
        square = ((decode(z).flatten(1).float() - goal) ** 2).sum(dim=1)
        best = torch.minimum(best, square.detach())
        if step == settings.steps:
            break
        (z.grad,) = torch.autograd.grad(square.sum(), z)
        adam.step()
        if keep is not None:
            with torch.no_grad():
                z.copy_(keep(z, place.flatten()))
    return near[:, 0], best.sqrt().unflatten(0, (-1, starts)).amin(dim=1)


def nearest_draws(images: Tensor, drawn: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Distances (m, count) and rows of the draws (n, D) that are nearest to images (m, D)."""
    squares = (drawn**2).sum(dim=1) - 2 * images @ drawn.T
    place = squares.topk(count, dim=1, largest=False).indices
    # In this form, the distance of equal images is exactly zero.
    return (images[:, None] - drawn[place]).norm(dim=2), place


def invert_model(
    model: Coder, images: Tensor, settings: InversionSettings, seed: int
) -> dict[str, Array]:
    """Search the range of a model of images.

    A Gaussian prior draws all codes, so the search has no bound; a uniform prior bounds it
    (`ImageModel.within`).

    Args:
        model: in eval mode; its weights have no gradients afterwards.
        images: uint8 (m, c, h, w), on its device.
        settings: of the search.
        seed: draws the codes.

    Returns:
        The arrays of `Inverted`.

    Raises:
        InputError: the model does not draw images by itself, or they have another shape.
    """
    if not isinstance(model, ImageModel):
        raise InputError(
            f"the model {model.name()} does not draw codes; give images of its sampler."
        )
    if images.shape[1:] != model.shape:
        raise InputError(f"the images have shape {tuple(images.shape[1:])}, not {model.shape}.")
    random = torch_generator(seed, "inversion", device=images.device)
    model.requires_grad_(False)
    codes = model.prior(settings.draws, random)
    keep = lambda z, _: model.within(z)  # noqa: E731
    return invert(model.generator, codes, unit(images), settings, keep)._asdict()


def invert_mixtures(
    decode: Decode, codes: Tensor, ends: Tensor, images: Tensor, settings: InversionSettings
) -> dict[str, Array]:
    """Search the range of a sampler of mixtures of two codes: the segments of its nearest draws.

    Each search stays on the segment between the two codes of which its draw is a mixture, and of
    which the sampler draws every point. Segments without a draw near an image are not searched.

    Args:
        decode: see `invert`.
        codes: (draws, d) float32, as they were drawn.
        ends: (draws, 2, d) float32, the two codes of each.
        images: uint8 (m, c, h, w), on the codes' device.
        settings: of the search; its step is in standard deviations of the codes.

    Returns:
        The arrays of `Inverted`.
    """
    scale = codes.std().clamp_min(1e-12)
    first, step = ends[:, 0] / scale, (ends[:, 1] - ends[:, 0]) / scale
    length = (step**2).sum(dim=1, keepdim=True).clamp_min(1e-12)

    def keep(z: Tensor, place: Tensor) -> Tensor:
        share = ((z - first[place]) * step[place]).sum(dim=1, keepdim=True) / length[place]
        return first[place] + share.clamp(0, 1) * step[place]

    def scaled(z: Tensor) -> Tensor:
        return decode(scale * z)

    return invert(scaled, codes / scale, unit(images), settings, keep)._asdict()


def among(drawn: Tensor, images: Tensor) -> dict[str, Array]:
    """Return the distances `nearest` (m,) of images to the nearest of some draws, both uint8."""
    flat, parts = unit(drawn).flatten(1), unit(images).flatten(1).split(_TILE)
    near = [nearest_draws(part, flat, 1)[0][:, 0] for part in parts]
    return {"nearest": torch.cat(near).cpu().numpy()}
