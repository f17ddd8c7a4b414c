"""Settings that every data set shares."""

from pydantic import Field, PositiveInt

from aeot.settings import Settings


class DatasetSettings(Settings):
    """How many images of a data set are used, and the seed that picks them."""

    train_count: PositiveInt | None = Field(
        None, description="number of training images, a random subset; null uses all"
    )
    test_count: PositiveInt | None = Field(
        None, description="number of test images, a random subset; null uses all"
    )
    validation_count: PositiveInt | None = Field(
        None,
        description="number of images that are split off the training images and replace the "
        "test images, for choosing settings; null scores against the test images",
    )
    seed: int = Field(0, description="seed of the subsets, of their order, and of any splitting")
