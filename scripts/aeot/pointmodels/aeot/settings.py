"""Knobs of AE-OT on points; torch-free."""

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.models.aeot.settings import SamplingSettings
from aeot.pointmodels.trial_settings import PointSettings
from aeot.transport.settings import SourceName


class Settings(PointSettings):
    """As many training points as the paper takes, and how far to mix."""

    codes: PositiveInt = Field(512, ge=2, description="training points that are transported to")
    source: SourceName = Field("uniform", description="source measure")
    tolerance: PositiveFloat = Field(0.05, description="largest mean relative mass error")
    threshold: PositiveFloat | None = Field(
        None, description="largest dihedral angle to interpolate across, in radians"
    )
    threshold_quantile: float = Field(
        0.9, gt=0, le=1,
        description="the same as a quantile of the angles met; used where threshold is not given",
    )  # fmt: skip

    def sampling(self) -> SamplingSettings:
        """How codes are drawn."""
        names = ("count", "threshold", "threshold_quantile")
        return SamplingSettings(**{name: getattr(self, name) for name in names})
