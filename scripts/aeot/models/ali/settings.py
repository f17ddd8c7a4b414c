"""Knobs of adversarially learned inference; torch-free."""

from typing import Any, ClassVar

from pydantic import Field

from aeot.models.search import Choice, Law
from aeot.models.step_settings import StepSettings


class Settings(StepSettings):
    """Dumoulin et al.'s Adam, on the networks of Lucic et al."""

    ENCODES: ClassVar[bool] = True
    WIDE: ClassVar[dict[str, Law]] = {**StepSettings.WIDE, "critic_norm": Choice(True, False)}
    NARROW: ClassVar[dict[str, Law]] = {**StepSettings.NARROW, "critic_norm": Choice(True, False)}
    SHORT: ClassVar[dict[str, Any]] = {**StepSettings.SHORT, "critic_norm": False}

    critic_norm: bool = Field(True, description="batch norm in the critic")
