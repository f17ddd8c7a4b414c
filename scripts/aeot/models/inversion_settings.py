"""Settings of the search for test images in a generator's range; torch-free."""

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from aeot.settings import Settings


class InversionSettings(Settings):
    """How the nearest image of a generator is searched for every test image."""

    images: PositiveInt = Field(
        1024, description="number of test images: the first ones, or all if there are fewer"
    )
    draws: PositiveInt = Field(
        2048, description="number of draws, the nearest of which are the starting points"
    )
    starts: PositiveInt = Field(
        4, description="number of searches per test image, each from one of the nearest draws"
    )
    steps: NonNegativeInt = Field(100, description="Adam's steps on the code")
    learning_rate: PositiveFloat = Field(0.05, description="Adam's step size")
