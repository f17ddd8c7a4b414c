"""Settings of drawing training points; torch-free."""

from aeot.pointmodels.trial_settings import PointSettings


class Settings(PointSettings):
    """How many."""
