"""Settings of AE-OT on points; torch-free."""

from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.models.aeot.settings import SamplingSettings
from aeot.pointmodels.trial_settings import PointSettings
from aeot.transport.settings import SourceName


class Settings(PointSettings):
    """The paper's number of training points, and the settings of the extended map."""

    TRANSPORT = True
    DRAWING = PointSettings.DRAWING | {"threshold", "weights", "singular"}

    codes: PositiveInt = Field(
        512, ge=2, description="number of training points to which the transport maps"
    )
    source: SourceName = Field("uniform", description="source measure")
    tolerance: PositiveFloat = Field(0.05, description="largest mean relative mass error")
    threshold: PositiveFloat = Field(
        0.15,
        description="largest dihedral angle across which to interpolate, in radians, for points "
        "of unit variance; a quantile would reject more in the middle, where equal "
        "steps bend more",
    )
    weights: Literal["uniform", "inverse_distance"] = Field(
        "uniform",
        description="uniform: a uniform random point between the two nearest cells' points; "
        "inverse_distance, as in the paper: d + 1 points weighted by 1 / distance to their mass "
        "centres",
    )
    singular: Literal["redraw", "reject", "plain"] = Field(
        "redraw",
        description="treatment of a source sample beyond the threshold: redraw it within its "
        "power cell, reject it, or use the plain map",
    )

    def points_fault(self, points: int) -> tuple[str, str] | None:
        """See `PointSettings`."""
        text = f"{self.codes} codes need as many points"
        return ("codes", text) if self.codes > points else None

    def sampling(self) -> SamplingSettings:
        """How codes are drawn."""
        names = ("count", "threshold", "weights", "singular")
        return SamplingSettings(**{name: getattr(self, name) for name in names})
