"""Settings of the kernel density estimate; torch-free."""

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.pointmodels.trial_settings import PointSettings


class Settings(PointSettings):
    """The bandwidth maximises the likelihood of held-out points, unless it is set."""

    DRAWING = PointSettings.DRAWING | {"bandwidth"}

    bandwidth: PositiveFloat | None = Field(
        None,
        description="bandwidth of the kernel in standard deviations of the points "
        "(default: chosen by likelihood)",
    )
    held_out: PositiveInt = Field(
        1000, description="number of points held out to choose the bandwidth"
    )

    def points_fault(self, points: int) -> tuple[str, str] | None:
        """See `PointSettings`."""
        if self.bandwidth is None and self.held_out >= points:
            text = f"{self.held_out} held-out points leave none to fit: set fewer, or a bandwidth"
            return "held_out", text
        return None
