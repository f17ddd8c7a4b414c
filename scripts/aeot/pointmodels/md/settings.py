"""Settings of minibatch discrimination; torch-free."""

from pydantic import Field, PositiveInt

from aeot.pointmodels.trial_settings import StepSettings


class Settings(StepSettings):
    """PacGAN's protocol, and the layer; the origin of the row in the paper's table is not known."""

    kernels: PositiveInt = Field(20, description="number of similarities that the layer adds, B")
    kernel_size: PositiveInt = Field(5, description="number of features that each compares, C")
