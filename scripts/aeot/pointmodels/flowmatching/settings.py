"""Settings of flow matching; torch-free."""

from typing import ClassVar, Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from aeot.pointmodels.trial_settings import TrainedSettings


class Settings(TrainedSettings):
    """A small net and Adam with a step size that falls to 0 along a cosine."""

    DRAWING = TrainedSettings.DRAWING | {"evaluations", "solver", "noise"}
    ORDER: ClassVar[dict[str, int]] = {"euler": 1, "midpoint": 2}  # evaluations per solver step

    steps: PositiveInt = Field(20_000, description="steps of the training")
    batch_size: PositiveInt = Field(256, description="samples per step")
    learning_rate: PositiveFloat = Field(1e-3, description="Adam's initial step size")
    width: PositiveInt = Field(128, description="units of each of the three hidden layers")
    coupling: Literal["independent", "minibatch", "semidiscrete", "shuffled"] = Field(
        "independent",
        description="how noise and training points are paired: independently; by the optimal "
        "assignment within a batch; by the semi-discrete optimal map to all points; or as a "
        "control by that map, each point given to the next noise sample of the batch",
    )
    tolerance: PositiveFloat = Field(
        0.05, description="mean relative mass error to which the semi-discrete map is certified"
    )
    solver: Literal["euler", "midpoint"] = Field(
        "midpoint", description="method of the solver: Euler's, or midpoint steps"
    )
    evaluations: PositiveInt = Field(
        100, description="evaluations of the net from noise to a sample: two per midpoint step"
    )
    noise: PositiveFloat = Field(
        1, description="standard deviation of the noise from which samples start"
    )

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
        if self.evaluations % self.ORDER[self.solver]:
            raise ValueError(
                f"evaluations: a midpoint step takes 2 of them, and {self.evaluations} is odd; "
                "give an even number, or solver: euler"
            )
        if self.coupling in ("minibatch", "shuffled") and self.batch_size < 2:
            raise ValueError(f"batch_size: the coupling {self.coupling} needs batches of 2 or more")
        return self

    @property
    def solver_steps(self) -> int:
        """Steps of the solver."""
        return self.evaluations // self.ORDER[self.solver]
