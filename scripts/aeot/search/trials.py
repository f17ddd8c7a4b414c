"""The trainings of a search: draws of hyper-parameters, and the best draw again; torch-free."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from aeot.errors import InputError
from aeot.models.search import draw_settings
from aeot.models.step_settings import StepSettings
from aeot.search.rows import best_draw, read_items

if TYPE_CHECKING:
    from pandas import DataFrame

RangesName = Literal["wide", "narrow"]


@dataclass(frozen=True)
class Trial:
    """One training of a search.

    Attributes:
        name: determines its seed, independently of the number of trials.
        draw: number of the draw whose hyper-parameters it has; 0 has the authors' own.
        run: index of the training among those of that draw, from 0.
        values: the hyper-parameters that the search draws.
    """

    name: str
    draw: int
    run: int
    values: dict[str, Any]

    def settings(self, base: StepSettings) -> StepSettings:
        """Return the model's settings with these hyper-parameters."""
        return type(base)(**base.model_dump(exclude_unset=True) | self.values)


def draw_trials(base: StepSettings, ranges: RangesName, count: int) -> list[Trial]:
    """Draw hyper-parameters, independently of data set, seed and number of draws.

    Args:
        base: the model's settings; draw 0 keeps them.
        ranges: the distributions of its class, `WIDE` or `NARROW`.
        count: draws, at least 1.
    """
    distributions = getattr(base, ranges.upper())
    own = {name: getattr(base, name) for name in sorted(distributions)}
    drawn = [own, *(draw_settings(distributions, number) for number in range(1, count))]
    return [Trial(f"draw{number}", number, 0, values) for number, values in enumerate(drawn)]


def rerun_trials(draws: "DataFrame", count: int) -> list[Trial]:
    """Define trainings of the best draw of a search, each with another seed.

    Args:
        draws: rows of `aeot.search.rows.COLUMNS` of one model.
        count: trainings, at least 1.

    Raises:
        InputError: the search has no draw.
    """
    if draws.empty:
        raise InputError("the search has no draws; search with at least one.")
    best = best_draw(draws)
    values = read_items(best["hyperparameters"])
    return [Trial(f"rerun{run}", int(best["draw"]), run, values) for run in range(count)]
