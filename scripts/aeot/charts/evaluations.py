"""Scores of flows against the number of function evaluations, for each way of training."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from aeot.charts.base import ChartSettings, distance_axis, scored_rows
from aeot.curves.base import Files
from aeot.curves.frontier import COLUMNS as SCORES
from aeot.curves.frontier import KEYS
from aeot.errors import InputError
from aeot.figures import label_log_axis, model_marks, new_figure
from aeot.files import frame_rows, load_frame, load_json
from aeot.labels import model_label
from aeot.layout import path_keys

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

LAYOUT = "{dataset}/{curve}/seed{seed}/report.json"
FITTED = ["straightness", "cost", "pair_cost"]  # of the report of a flow
SCORED = [
    "draw", "frechet_distance", "novelty_codes", "novelty_features", "authenticity", "test_recall",
    "n_real", "n_fake",
]  # fmt: skip
SPENT = ["steps", "seconds", "solve_seconds", "mass_error"]
COLUMNS = [*KEYS, "evaluations", *SCORED, *FITTED, *SPENT]
PANELS = {
    "frechet_distance": "",  # its label states the features and the number of images
    "novelty_features": "Novelty of decoded images",
    "authenticity": "Authenticity",
}


class EvaluationsFigure(ChartSettings):
    """Scores against the number of function evaluations, and straightness of the paths."""

    FILES = ("frontier", "evaluations_reports")
    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "scores against function evaluations ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}: flows whose samples are computed with more and more evaluations of the net (NFE), mean
    over draws and {seeds} seed(s); bars are one standard deviation. Novelty is the median distance
    to the nearest decoded training image, divided by that of test images: 0 copies. Authenticity is
    the share of samples that are farther from the nearest training image than that image is from
    its own nearest neighbour. Last panel: how far the paths are from straight lines at constant
    speed (Liu et al. 2023), relative to their mean squared length; 0 is straight.
    """
    SEEDS: ClassVar[bool] = True
    SWEPT: ClassVar[str] = "evaluations"
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    width: float = Field(11.0, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(3.6, ge=2, le=40, description="height of the figure, inches")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Join the scores of every point of the swept flows with the reports of their fits.

        Raises:
            InputError: no report is that of a flow, or a file has another form.
        """
        from pandas import DataFrame

        fits = [row for path in files["evaluations_reports"] if (row := fit_row(path))]
        if not fits:
            raise InputError("no report of a swept method is that of a flow; sweep one.")
        scores = scored_rows(load_frame(files["frontier"][0], *SCORES), where)
        rows = scores.drop(columns="seconds").merge(DataFrame(fits), on=KEYS[:3])
        rows["evaluations"] = rows["value"].astype(int)
        return frame_rows(rows[COLUMNS])

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw the scores against the evaluations, and a bar for the straightness of each flow.

        Raises:
            InputError: there is no such row.
        """
        own = scored_rows(rows, where)
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        panels, marks = figure.subplots(1, len(PANELS) + 1), model_marks(own["curve"])
        for axes, (column, label) in zip(panels[:-1], PANELS.items(), strict=True):
            for name, mark in marks.items():
                places = own[own["curve"] == name].groupby("evaluations")[column]
                mean, sd = places.mean(), places.std().fillna(0)
                axes.errorbar(mean.index, mean, yerr=sd, **mark, markersize=4, linewidth=1,
                              capsize=2, label=model_label(name))  # fmt: skip
            axes.set_xscale("log", base=2)
            ticks = sorted(set(own["evaluations"]))
            axes.set_xticks(ticks, map(str, ticks))
            axes.set(xlabel="Function evaluations", ylabel=label or distance_axis(own))
        panels[0].set_yscale("log")
        label_log_axis(panels[0].yaxis)
        panels[0].set_title(title, loc="left")
        for place, (name, mark) in enumerate(marks.items()):
            fits = own[own["curve"] == name].groupby("seed")["straightness"].first()
            spread = fits.std() if len(fits) > 1 else 0
            panels[-1].bar(place, fits.mean(), yerr=spread, color=mark["color"], capsize=2)
        panels[-1].set_xticks([])
        panels[-1].set_ylabel("Straightness (0: straight paths)")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(marks))
        return figure


def fit_row(path: str) -> dict[str, Any] | None:
    """Read the results in the report of a flow's fit, with the run's keys; None for other models.

    Raises:
        InputError: the path or the file has another form.
    """
    keys, report = path_keys(path, LAYOUT), load_json(path)
    fit = report.get("fit", {})
    if "straightness" not in fit:
        return None
    solve = fit.get("solve", {})
    return {
        **keys, "seed": int(keys["seed"]), **{name: fit[name] for name in [*FITTED, "steps"]},
        "seconds": report["seconds"], "solve_seconds": solve.get("seconds", 0.0),
        "mass_error": solve.get("mass_error_high", None),
    }  # fmt: skip
