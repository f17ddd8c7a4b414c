"""Settings of mixtures of neighbours; torch-free."""

from pydantic import Field, PositiveInt

from aeot.pointmodels.trial_settings import PointSettings


class Settings(PointSettings):
    """The number of neighbours among which the second point is chosen."""

    DRAWING = PointSettings.DRAWING | {"neighbours"}

    neighbours: PositiveInt = Field(
        5, description="number of nearest other points, one of which is mixed in at random"
    )

    def points_fault(self, points: int) -> tuple[str, str] | None:
        """See `PointSettings`."""
        text = f"{self.neighbours} other points are mixed in"
        return ("neighbours", text) if self.neighbours >= points else None
