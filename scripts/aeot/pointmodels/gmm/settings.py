"""Settings of the Gaussian mixture; torch-free."""

from pydantic import Field, PositiveInt

from aeot.pointmodels.trial_settings import PointSettings


class Settings(PointSettings):
    """The number of components is chosen by the Bayesian information criterion."""

    components: list[PositiveInt] = Field(
        [10, 25, 50, 100],
        min_length=1,
        description="numbers of components among which the criterion chooses",
    )
    fitted: PositiveInt = Field(10_000, description="number of training points used in each trial")

    def points_fault(self, points: int) -> tuple[str, str] | None:
        """See `PointSettings`."""
        used, most = min(points, self.fitted), max(self.components)
        return ("components", f"{most} components need as many points") if most > used else None
