"""The study of mode collapse in the configuration; torch-free."""

from typing import ClassVar

from pydantic import Field, PositiveInt

from aeot.mixtures import MIXTURES
from aeot.pointmodels import POINT_MODELS
from aeot.rows import Rows, check_listed


class Collapse(Rows):
    """What is compared on which mixtures."""

    REGISTRY: ClassVar[dict[str, str]] = POINT_MODELS
    KIND: ClassVar[str] = "model of points"
    TAKEN: ClassVar[tuple[str, ...]] = ("code", "real")

    mixtures: list[str] = Field(["grid"], min_length=1, description="registered mixtures")
    trials: PositiveInt = Field(10, description="trainings of each model")
    training_points: PositiveInt = Field(100_000, description="points drawn, once a seed")

    def check(self, name: str) -> None:
        """See `Rows`; the mixtures, too."""
        check_listed(self.mixtures, list(MIXTURES), f"{name}.mixtures")
        super().check(name)
