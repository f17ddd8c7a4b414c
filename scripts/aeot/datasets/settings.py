"""Settings that every data set shares."""

from pydantic import Field, PositiveInt

from aeot.settings import Settings


class DatasetSettings(Settings):
    """How many images of a data set are used, and the seed that picks them."""

    train_count: PositiveInt | None = Field(
        None, description="training images, a random subset; null takes all there are"
    )
    test_count: PositiveInt | None = Field(
        None, description="test images, a random subset; null takes all there are"
    )
    validation_count: PositiveInt | None = Field(
        None,
        description="split so many images off the training images in the place of the test images, "
        "to choose settings on; null scores against the test images",
    )
    seed: int = Field(0, description="seed of the subsets, of their order, and of any splitting")
