"""Knobs of AE-OT's sampler; torch-free."""

from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.settings import Settings


class SamplingSettings(Settings):
    """How source samples become codes, and codes images."""

    variant: Literal["extended", "chart", "vertex"] = Field(
        "extended",
        description="extended map between cells; chart: an affine map on every cell, spanned by "
        "its code's neighbours; vertex: the plain map, which returns training codes",
    )
    count: PositiveInt = Field(10000, description="images to draw")
    weights: Literal["uniform", "inverse_distance"] = Field(
        "uniform",
        description="uniform: a uniform random point between the two nearest cells' codes; "
        "inverse_distance: several codes weighted by 1 / distance to their mass centres",
    )
    neighbours: int | None = Field(
        None,
        ge=2,
        description="cells that inverse_distance looks at (default: dimension + 1); of chart: "
        "codes that span it (default: 5)",
    )
    spread: PositiveFloat = Field(
        1.0, description="of a chart, in standard deviations of the codes that span it"
    )
    balance: float = Field(
        0.5,
        ge=0,
        le=1,
        description="of a chart: how much of its variance the code's own distance from the mean "
        "of the codes that span it gives up",
    )
    singular: Literal["redraw", "reject", "plain"] = Field(
        "redraw",
        description="a source sample on the singular set: draw it again within its power cell, "
        "which keeps the cells' masses; reject it, which does not; or map it by the plain map, "
        "which copies its code",
    )
    redraws: PositiveInt = Field(
        30,
        description="of singular=redraw: source samples per code (or per image, where there are "
        "more images than codes) after which what is still singular returns its cell's code",
    )
    threshold: PositiveFloat | None = Field(
        None,
        description="largest dihedral angle to interpolate across, in radians; of chart: to codes "
        "that span it (default: none)",
    )
    threshold_quantile: float = Field(
        0.5,
        gt=0,
        le=1,
        description="of extended: the same as a quantile of the angles met, where threshold is not "
        "given",
    )
    centre_samples: PositiveInt = Field(
        32,
        description="source samples per cell that find the centres, of inverse_distance and chart",
    )

    @property
    def mixes_two(self) -> bool:
        """Whether every code drawn is one of the transport's, or a mixture of two of them."""
        return self.variant == "vertex" or (
            self.variant == "extended" and self.weights == "uniform"
        )

    @property
    def needs_centres(self) -> bool:
        """Whether the cells' mass centres are needed."""
        mixes = self.variant == "extended" and self.weights == "inverse_distance"
        return mixes or self.variant == "chart"
