"""Settings of AE-OT's sampler; torch-free."""

from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.settings import Settings


class SamplingSettings(Settings):
    """Settings that determine how source samples are mapped to codes, and codes to images."""

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
        description="number of cells that inverse_distance mixes (default: dimension + 1); for "
        "chart, number of codes that span it (default: 5)",
    )
    spread: PositiveFloat = Field(
        1.0, description="for chart: its extent in standard deviations of the codes that span it"
    )
    balance: float = Field(
        0.5,
        ge=0,
        le=1,
        description="for chart: share of its variance that the code's own distance from the mean "
        "of the codes that span it gives up",
    )
    singular: Literal["redraw", "reject", "plain"] = Field(
        "redraw",
        description="treatment of a source sample on the singular set: redraw it within its "
        "power cell, which keeps the cells' masses; reject it, which does not; or "
        "use the plain map, which copies its code",
    )
    redraws: PositiveInt = Field(
        30,
        description="for singular=redraw: source samples per code (or per image, if there are "
        "more images than codes) after which samples that are still singular return "
        "their cell's code",
    )
    threshold: PositiveFloat | None = Field(
        None,
        description="largest dihedral angle across which to interpolate, in radians; for chart: "
        "largest angle to codes that span it (default: none)",
    )
    threshold_quantile: float = Field(
        0.5,
        gt=0,
        le=1,
        description="for extended: the threshold as a quantile of the observed angles, used if "
        "threshold is not given",
    )
    centre_samples: PositiveInt = Field(
        32,
        description="source samples per cell from which the centres are estimated, for "
        "inverse_distance and chart",
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
