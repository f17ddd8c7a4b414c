"""Settings of adversarially learned inference; torch-free."""

from typing import Any, ClassVar

from pydantic import Field

from aeot.models.search import Choice, Ranges
from aeot.models.step_settings import LUCIC, Budget, StepSettings


class Settings(StepSettings):
    """Dumoulin et al.'s Adam, on the networks of Lucic et al.

    Their budgets are those of larger networks. They did not train on grey images, for which
    `published` means the budget of Lucic et al.
    """

    ENCODES: ClassVar[bool] = True
    PUBLISHED: ClassVar[dict[str, Budget]] = {
        **LUCIC, "cifar10": {"epochs": 6475}, "celeba": {"epochs": 123}
    }  # fmt: skip
    AUTHORS: ClassVar[dict[str, dict[str, Any]]] = {
        "cifar10": {"batch_size": 100},
        "celeba": {"batch_size": 100, "codes": 256},
    }
    WIDE: ClassVar[Ranges] = {**StepSettings.WIDE, "critic_norm": Choice(True, False)}
    NARROW: ClassVar[Ranges] = {**StepSettings.NARROW, "critic_norm": Choice(True, False)}
    SHORT: ClassVar[dict[str, Any]] = {**StepSettings.SHORT, "critic_norm": False}

    critic_norm: bool = Field(True, description="batch norm in the critic")
