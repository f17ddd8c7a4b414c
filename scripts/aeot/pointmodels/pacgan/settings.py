"""Settings of PacGAN; torch-free."""

from pydantic import Field, PositiveInt

from aeot.pointmodels.trial_settings import StepSettings


class Settings(StepSettings):
    """PacGAN's protocol."""

    pack: PositiveInt = Field(
        1, le=16, description="number of samples that the critic sees together"
    )
