"""Largest F1 on a known manifold against the budget of a search (Figure 6 of Lucic et al. 2018)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from aeot.charts.budget import BudgetFigure

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class F1BudgetFigure(BudgetFigure):
    """The largest F1 of k draws of hyper-parameters, for every k."""

    LABEL: ClassVar[str] = "largest F1 against budget"
    CAPTION: ClassVar[str] = """
    {title}: the largest F1 on the known manifold achieved by a budget of k trainings with randomly
    drawn hyper-parameters, for each model of the study {study} (Figure 6 of Lucic et al. 2018):
    mean and middle 95 % of bootstrap resamples of the draws, each with its best checkpoint. F1 is
    the harmonic mean of the share of samples near the manifold and the share of test images near an
    image that the generator can draw. A dotted line is a method that is not searched, at its own
    settings; methods whose range is not known have none.
    """
    METRIC: ClassVar[str] = "manifold_f1"
    MOST: ClassVar[bool] = True
    TAKES = "manifold"
    SEARCHED = ("recall",)

    def label_scores(self, axes: "Axes", where: Mapping[str, str], count: str) -> None:
        """See `BudgetFigure`."""
        axes.set(ylim=(0, 1), ylabel=f"Largest F1 (manifold), {count}")
