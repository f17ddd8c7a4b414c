"""Settings of implicit maximum likelihood; torch-free."""

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from aeot.pointmodels.trial_settings import TrainedSettings


class Settings(TrainedSettings):
    """Hoshen and Malik's, for the codes of GLANN on every data set."""

    epochs: PositiveInt = Field(50, description="passes over the points, each with a new matching")
    batch_size: PositiveInt = Field(128, ge=2, description="points per step")
    learning_rate: PositiveFloat = Field(1e-3, description="Adam's step size")
    weight_decay: NonNegativeFloat = Field(1e-5, description="of Adam")
    noise: PositiveInt = Field(32, description="dimension of the net's noise")
    width: PositiveInt = Field(128, description="units of each of its two hidden layers")
