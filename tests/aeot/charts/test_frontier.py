"""The figure of the frontier: what a logarithm cannot show is left out."""

import pandas as pd

from aeot.charts.frontier import FrontierFigure
from aeot.curves.frontier import COLUMNS

WHERE = {"dataset": "grey", "extractor": "flat"}


def test_a_distance_of_0_to_rounding_is_left_out_and_stretches_no_axis():
    values = {"ae": 1e-11, "aekde": 90.0, "aegmm": 60.0}
    rows = [
        dict.fromkeys(COLUMNS, 1) | WHERE | {"curve": curve, "place": 0, "frechet_distance": value}
        for curve, value in values.items()
    ]
    figure = FrontierFigure().draw(pd.DataFrame(rows), "Grey", WHERE, {})
    assert len(figure.legends[0].get_texts()) == 2
    low, high = figure.axes[0].get_ylim()
    assert 1 < low < 60 and 90 < high < 1000
