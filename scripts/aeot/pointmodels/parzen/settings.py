"""Settings of the manifold Parzen windows; torch-free."""

from pydantic import Field, PositiveFloat

from aeot.pointmodels.trial_settings import PointSettings


class Settings(PointSettings):
    """Those of AE-OT's charts, with the same defaults."""

    DRAWING = PointSettings.DRAWING | {"neighbours", "spread", "balance"}

    neighbours: int = Field(
        5,
        ge=2,
        description="number of points that span a window: the nearest ones, including its own",
    )
    spread: PositiveFloat = Field(
        1.0, description="extent of a window in standard deviations of the points that span it"
    )
    balance: float = Field(
        0.5,
        ge=0,
        le=1,
        description="share of its variance that the point's own distance from the mean of the "
        "points that span it gives up",
    )
