"""Settings of mixtures of neighbours; torch-free."""

from pydantic import Field, PositiveInt

from aeot.pointmodels.trial_settings import PointSettings


class Settings(PointSettings):
    """With how near a point each is mixed."""

    neighbours: PositiveInt = Field(
        5, description="nearest other points, one of which is mixed in at random"
    )
