"""Settings of the transport solver; torch-free."""

from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.settings import Settings

SourceName = Literal["uniform", "gaussian"]


class TransportSettings(Settings):
    """Source and accuracy of the transport; the solver itself has no parameters to tune."""

    source: SourceName = Field(
        "uniform", description="source measure: uniform on [0, 1]^d, or N(0, I)"
    )
    tolerance: PositiveFloat = Field(
        0.05, description="largest mean relative mass error, as an upper confidence bound"
    )
    confidence: float = Field(
        0.95, gt=0.5, lt=1, description="confidence level of the interval of the mass error"
    )
    samples_per_code: PositiveInt = Field(
        5000,
        description="budget: maximum number of source samples per code before the solver gives up",
    )
