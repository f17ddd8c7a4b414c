"""Interactive plots: what Plotly draws, as the figures draw the same rows."""

from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import TYPE_CHECKING, Any

from aeot.charts.base import distance_axis
from aeot.charts.frontier import FrontierFigure
from aeot.charts.progress import ProgressFigure
from aeot.curves.frontier import AXES, places_of
from aeot.curves.frontier import COLUMNS as FRONTIER
from aeot.curves.progress import COLUMNS as PROGRESS
from aeot.explorer.parts import Context, Part, as_html, choices
from aeot.explorer.sheets import read_table
from aeot.figures import model_marks
from aeot.files import grouped, load_frame
from aeot.labels import distance_label, model_label
from aeot.layout import path_keys
from aeot.metrics.copying import Copying
from aeot.tables.scores import COLUMNS as SCORES
from aeot.tables.scores import DISTANCE
from aeot.tables.spread import fixed

if TYPE_CHECKING:
    from pandas import DataFrame

_DASHES = {"-": "solid", "--": "dash", "-.": "dashdot", ":": "dot"}
_SYMBOLS = {
    "o": "circle", "D": "diamond", "s": "square", "^": "triangle-up", "v": "triangle-down",
    "P": "cross", "<": "triangle-left", ">": "triangle-right", "X": "x", "*": "star",
    "p": "pentagon", "h": "hexagon", "d": "diamond-tall",
}  # fmt: skip
NOVELTY = "novelty"

Plot = dict[str, Any]


def trace(name: str, mark: Mapping[str, Any], points: "DataFrame") -> Plot:
    """Describe a method's curve, in its colour, dash and marker.

    Args:
        name: the method.
        mark: of `model_marks`.
        points: columns x, y, sd (NaN where there is none) and text, which a reader who points at a
            place sees.
    """
    drawn: Plot = {
        "type": "scatter", "mode": "lines+markers", "name": model_label(name),
        "x": points["x"].tolist(), "y": points["y"].tolist(), "text": points["text"].tolist(),
        "hovertemplate": "<b>%{fullData.name}</b><br>%{text}<extra></extra>",
        "line": {"color": mark["color"], "dash": _DASHES[mark["linestyle"]], "width": 1.5},
        "marker": {"symbol": _SYMBOLS[mark["marker"]], "size": 8, "color": mark["color"]},
    }  # fmt: skip
    if points["sd"].notna().any():
        spread = points["sd"].fillna(0).tolist()
        drawn["error_y"] = {"type": "data", "array": spread, "thickness": 1, "width": 2}
    return drawn


def layout(x: str, y: str, *, log_x: bool) -> Plot:
    """Describe the axes: their titles, and whether x is logarithmic, as y always is."""
    log = {"type": "log", "dtick": "D2", "exponentformat": "none"}
    return {
        "xaxis": {"title": {"text": x}, **(log if log_x else {"rangemode": "tozero"})},
        "yaxis": {"title": {"text": y}, **log},
    }


def plots_part(name: str, label: str, found: Iterable[tuple[str, str, Plot]]) -> Part:
    """Put plots into one part of which a reader chooses one.

    Args:
        name: of the part.
        label: of the choice.
        found: of each its name, its caption in HTML, and what Plotly draws.
    """
    plots = list(found)
    captions = "".join(f'<div class="choice">{caption}</div>' for _, caption, _ in plots)
    body = choices(name, label, [text for text, *_ in plots])
    body += f'<div class="plot" id="{name}-plot"></div>{captions}'
    return Part(body, [plot for *_, plot in plots])


def novelty_part(frontiers: list[str], scores: list[str], context: Context) -> Part:
    """Plot fidelity against novelty: the curves of sweeps, then the methods of the tables."""
    found = [plot for path in frontiers for plot in _frontier_plots(path, context)]
    found += [plot for path in scores for plot in _scored_plots(path, context)]
    return plots_part("novelty", "Show", found)


def has_novelty(path: str) -> bool:
    """Whether a table of scores, .../tables/STUDY/scores.csv, has novelties."""
    return NOVELTY in set(read_table(path, SCORES)["metric"])


def progress_part(paths: list[str], context: Context) -> Part:
    """Plot distances against training seconds."""
    found = [plot for path in paths for plot in _progress_plots(path, context)]
    return plots_part("progress", "Show", found)


def _frontier_plots(path: str, context: Context) -> Iterable[tuple[str, str, Plot]]:
    study = path_keys(path, "{study}/frontier.csv")["study"]
    for (dataset, extractor), own in grouped(load_frame(path, *FRONTIER), ["dataset", "extractor"]):
        keys = {"study": study, "dataset": dataset, "extractor": extractor}
        settings = own.groupby(["curve", "place"])["value"].first()
        places = places_of(own).assign(setting=settings)
        for axis, label in AXES.items():
            points = places.assign(x=places[axis], y=places["frechet_distance"])
            points["text"] = [
                f"{'' if place.setting != place.setting else f'setting: {place.setting}<br>'}"
                f"novelty {fixed(place.x, 3)}<br>distance {fixed(place.y, 2)}"
                for place in points.itertuples()
            ]
            drawn = [trace(n, m, points.loc[[n]]) for n, m in model_marks(own["curve"]).items()]
            text = f"{study}: {context.dataset(dataset)}, {extractor}, {label.lower()}"
            plot = {"data": drawn, "layout": layout(label, distance_axis(own), log_x=False)}
            yield text, context.caption(FrontierFigure, keys), plot


def _scored_plots(path: str, context: Context) -> Iterable[tuple[str, str, Plot]]:
    study = path_keys(path, "tables/{study}/scores.csv")["study"]
    for (dataset, extractor), own in grouped(read_table(path, SCORES), ["dataset", "extractor"]):
        wide = own.pivot(index="model", columns="metric", values=["mean", "sd"]).astype(float)
        if NOVELTY not in wide["mean"]:
            continue
        distance, spread = wide["mean"][DISTANCE], wide["sd"][DISTANCE]
        points = (
            distance.to_frame("y").assign(x=wide["mean"][NOVELTY], sd=spread).dropna(subset="x")
        )
        points["text"] = [
            f"novelty {fixed(place.x, 3)}<br>distance {fixed(place.y, 2)}"
            for place in points.itertuples()
        ]
        drawn = [trace(n, m, points.loc[[n]]) for n, m in model_marks(points.index).items()]
        axes = layout("Novelty", distance_label(extractor), log_x=False)
        text = f"{study}: {context.dataset(dataset)}, {extractor}, methods of the table"
        caption = f"{Copying.SHOWN[NOVELTY].note} Numbers: ``results/{study}/scores.csv``."
        yield text, as_html(caption), {"data": drawn, "layout": axes}


def _progress_plots(path: str, context: Context) -> Iterable[tuple[str, str, Plot]]:
    study = path_keys(path, "{study}/progress.csv")["study"]
    for (dataset, extractor), own in grouped(load_frame(path, *PROGRESS), ["dataset", "extractor"]):
        keys = {"study": study, "dataset": dataset, "extractor": extractor}
        groups = own.groupby(["model", "moment"])
        points = groups[["seconds", "frechet_distance"]].agg(fmean)
        points.columns = ["x", "y"]
        points = points.assign(sd=groups["frechet_distance"].std(), step=groups["step"].max())
        points["text"] = [
            f"{'' if place.step != place.step else f'step {place.step:,.0f}<br>'}"
            f"{fixed(place.x, 1)} s<br>distance {fixed(place.y, 2)}"
            for place in points.itertuples()
        ]
        drawn = [trace(n, m, points.loc[[n]]) for n, m in model_marks(own["model"]).items()]
        axes = layout("Training seconds", distance_axis(own), log_x=True)
        text = f"{study}: {context.dataset(dataset)}, {extractor}"
        yield text, context.caption(ProgressFigure, keys), {"data": drawn, "layout": axes}
