"""Settings of the search for test images in a generator's range; torch-free."""

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from aeot.settings import Settings


class InversionSettings(Settings):
    """How the nearest image of a generator is searched for every test image."""

    images: PositiveInt = Field(1024, description="test images, the first ones; or all there are")
    draws: PositiveInt = Field(2048, description="draws of which the nearest is where it starts")
    starts: PositiveInt = Field(4, description="searches, each from one of the nearest draws")
    steps: NonNegativeInt = Field(100, description="Adam's steps on the code")
    learning_rate: PositiveFloat = Field(0.05, description="Adam's step size")
