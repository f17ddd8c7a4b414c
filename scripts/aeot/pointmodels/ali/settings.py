"""Settings of ALI; torch-free."""

from aeot.pointmodels.trial_settings import StepSettings


class Settings(StepSettings):
    """PacGAN's protocol."""
