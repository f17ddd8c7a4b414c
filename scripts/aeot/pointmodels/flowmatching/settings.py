"""Settings of flow matching; torch-free."""

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.pointmodels.trial_settings import TrainedSettings


class Settings(TrainedSettings):
    """A small net and Adam with a step size that falls to 0 along a cosine."""

    DRAWING = TrainedSettings.DRAWING | {"solver_steps", "noise"}

    steps: PositiveInt = Field(20_000, description="steps of the training")
    batch_size: PositiveInt = Field(256, description="samples a step")
    learning_rate: PositiveFloat = Field(1e-3, description="Adam's initial step size")
    width: PositiveInt = Field(128, description="units of each of the three hidden layers")
    solver_steps: PositiveInt = Field(50, description="midpoint steps from noise to a sample")
    noise: PositiveFloat = Field(
        1, description="standard deviation of the noise from which samples start"
    )
