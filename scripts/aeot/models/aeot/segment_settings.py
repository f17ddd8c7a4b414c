"""How segments of the source are traced; torch-free."""

from pydantic import Field, PositiveInt

from aeot.settings import Settings


class SegmentSettings(Settings):
    """How many segments are traced, and how densely."""

    count: PositiveInt = Field(500, description="number of segments between source samples")
    points: int = Field(1000, ge=2, description="number of samples along each, including its ends")
