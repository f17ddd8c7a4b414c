"""Interactive plots for Plotly, in the style of the figures of the same rows."""

import math
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
_ALIKE = 3.0

Plot = dict[str, Any]


def trace(name: str, mark: Mapping[str, Any], points: "DataFrame") -> Plot:
    """Describe a method's curve, in its colour, dash and marker.

    Args:
        name: the method.
        mark: of `model_marks`.
        points: columns x, y, sd (NaN if there is none) and text, which is shown when a reader
            points at a point.
    """
    drawn: Plot = {
        "type": "scatter", "cliponaxis": False, "mode": "lines+markers", "name": model_label(name),
        "x": points["x"].tolist(), "y": points["y"].tolist(), "text": points["text"].tolist(),
        "hovertemplate": "<b>%{fullData.name}</b><br>%{text}<extra></extra>",
        "line": {"color": mark["color"], "dash": _DASHES[mark["linestyle"]], "width": 1.5},
        "marker": {"symbol": _SYMBOLS[mark["marker"]], "size": 8, "color": mark["color"]},
    }  # fmt: skip
    if points["sd"].notna().any():
        spread = points["sd"].fillna(0).tolist()
        drawn["error_y"] = {"type": "data", "array": spread, "thickness": 1, "width": 2}
    return drawn


def axis(title: str, values: Iterable[float], *, log: bool) -> Plot:
    """Describe an axis: its title, and its ticks if it is logarithmic.

    If all values are within a factor of `_ALIKE`, the axis is linear in any case.
    """
    found = [value for value in values if value > 0]
    if not log:
        return {"title": {"text": title}, "rangemode": "tozero"}
    if not found or max(found) < _ALIKE * min(found):
        return {"title": {"text": title}}
    ticks = log_ticks(found)
    texts = [f"{tick:,.10g}" for tick in ticks]
    return {"title": {"text": title}, "type": "log", "tickvals": ticks, "ticktext": texts}


def plot(x: str, y: str, points: "DataFrame", marks: Mapping[str, Mapping[str, Any]], *,
         log_x: bool) -> Plot:  # fmt: skip
    """Describe a plot of methods, whose y is logarithmic.

    Args:
        x: title of the axis.
        y: title of the axis.
        points: those of `trace`; the methods are the first level of the index.
        marks: of `model_marks`.
        log_x: whether x is logarithmic, too.
    """
    axes = {"xaxis": axis(x, points["x"], log=log_x), "yaxis": axis(y, points["y"], log=True)}
    drawn = [trace(name, mark, points.loc[[name]]) for name, mark in marks.items()]
    return {"data": drawn, "layout": axes}


def _texts(points: "DataFrame", extra: str | None, of_x: str, digits: int) -> list[str]:
    """Write the text of each point: its distance, its x and another column."""
    found = []
    for place in points.to_dict("records"):
        lines = [f"distance {fixed(place['y'], 2)}", f"{of_x} {fixed(place['x'], digits)}"]
        if extra and place[extra] == place[extra]:  # no NaN
            lines.append(f"{extra} {_whole(place[extra])}")
        found.append("<br>".join(lines))
    return found


def _whole(value: object) -> str:
    return f"{value:,.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def log_ticks(values: Iterable[float]) -> list[float]:
    """Choose 1, 2 and 5 of every decade of positive values, or all digits of a single decade."""
    places = list(values)
    low, high = math.floor(math.log10(min(places))), math.ceil(math.log10(max(places)))
    digits = (1, 2, 5) if high - low > 1 else range(1, 10)
    return [digit * 10.0**decade for decade in range(low, high + 1) for digit in digits]


def plots_part(name: str, label: str, found: Iterable[tuple[str, str, Plot]]) -> Part:
    """Combine plots in one part with a selection.

    Args:
        name: of the part.
        label: of the choice.
        found: of each its name, its caption in HTML, and what Plotly draws.
    """
    plots = list(found)
    captions = "".join(f'<div class="choice">{caption}</div>' for _, caption, _ in plots)
    body = choices(name, label, [text for text, *_ in plots])
    body += f'<div class="plot" id="{name}-plot"></div>{captions}'
    return Part(body, [drawn for *_, drawn in plots])


def novelty_part(frontiers: list[str], scores: list[str], context: Context) -> Part:
    """Plot fidelity against novelty: the curves of sweeps, then the methods of the tables."""
    found = [one for path in frontiers for one in _frontier_plots(path, context)]
    found += [one for path in scores for one in _scored_plots(path, context)]
    return plots_part("novelty", "Show", found)


def has_novelty(path: str) -> bool:
    """Whether a table of scores, .../tables/STUDY/scores.csv, has novelties."""
    return NOVELTY in set(read_table(path, SCORES)["metric"])


def progress_part(paths: list[str], context: Context) -> Part:
    """Plot distances against training seconds."""
    found = [one for path in paths for one in _progress_plots(path, context)]
    return plots_part("progress", "Show", found)


def _frontier_plots(path: str, context: Context) -> Iterable[tuple[str, str, Plot]]:
    study = path_keys(path, "{study}/frontier.csv")["study"]
    for (dataset, extractor), own in grouped(load_frame(path, *FRONTIER), ["dataset", "extractor"]):
        keys = {"study": study, "dataset": dataset, "extractor": extractor}
        settings = own.groupby(["curve", "place"])["value"].first()
        places = places_of(own).assign(setting=settings)
        for column, label in AXES.items():
            points = places.assign(x=places[column], y=places["frechet_distance"])
            points["text"] = _texts(points, "setting", "novelty", 3)
            text = f"{study}: {context.dataset(dataset)}, {extractor}, {label.lower()}"
            marks = model_marks(own["curve"])
            drawn = plot(label, distance_axis(own), points, marks, log_x=False)
            yield text, context.caption(FrontierFigure, keys), drawn


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
        points["text"] = _texts(points, None, "novelty", 3)
        marks = model_marks(points.index)
        drawn = plot("Novelty", distance_label(extractor), points, marks, log_x=False)
        text = f"{study}: {context.dataset(dataset)}, {extractor}, methods of the table"
        caption = f"{Copying.SHOWN[NOVELTY].note} Numbers: ``results/{study}/scores.csv``."
        yield text, as_html(caption), drawn


def _progress_plots(path: str, context: Context) -> Iterable[tuple[str, str, Plot]]:
    study = path_keys(path, "{study}/progress.csv")["study"]
    for (dataset, extractor), own in grouped(load_frame(path, *PROGRESS), ["dataset", "extractor"]):
        keys = {"study": study, "dataset": dataset, "extractor": extractor}
        groups = own.groupby(["model", "moment"])
        points = groups[["seconds", "frechet_distance"]].agg(fmean)
        points.columns = ["x", "y"]
        points = points.assign(sd=groups["frechet_distance"].std(), step=groups["step"].max())
        points["text"] = _texts(points, "step", "seconds", 1)
        marks = model_marks(own["model"])
        drawn = plot("Training seconds", distance_axis(own), points, marks, log_x=True)
        text = f"{study}: {context.dataset(dataset)}, {extractor}"
        yield text, context.caption(ProgressFigure, keys), drawn
