"""Recall across, precision up: curves are drawn as given, and every line is named."""

import pandas as pd
import pytest

from aeot.charts.prd import PrdFigure
from aeot.errors import InputError

WHERE = {"extractor": "inception"}


def prd(model, seeds, points, f8_sd=None):
    return [
        {"model": model, "angle": 0, "precision": p, "recall": r, "precision_low": p / 2,
         "recall_low": r / 2, "precision_high": p, "recall_high": r, "f8": 0.9, "f8_sd": f8_sd,
         "f1_8": 0.8, "f1_8_sd": f8_sd, "seeds": seeds, "n_real": 1000, "n_fake": 1000}
        for p, r in points
    ]  # fmt: skip


def test_prd_draws_recall_across_and_precision_up(frame, line):
    figure = PrdFigure().draw(frame(prd("aeot", 1, [(1.0, 0.2), (0.1, 0.7)])), "a title", WHERE, {})
    assert line(figure, "AE-OT: 1 seed, n = 1,000\n0.900, 0.800") == ([0.2, 0.7], [1.0, 0.1])
    assert (figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()) == ("Recall", "Precision")
    assert not figure.axes[0].patches


def test_prd_of_many_seeds_has_a_band_and_spreads(frame, legend):
    points = [(1.0, 0.2), (0.1, 0.7)]
    rows = prd("zeta", 1, points) + prd("floor", 3, points, f8_sd=0.01)
    figure = PrdFigure().draw(frame(rows), "a title", WHERE, {})
    assert legend(figure) == [
        "Training images (floor): 3 seeds, n = 1,000\n0.900 ± 0.010, 0.800 ± 0.010",
        "zeta: 1 seed, n = 1,000\n0.900, 0.800",
    ]
    assert len(figure.axes[0].patches) == 1


def test_no_rows_is_said():
    with pytest.raises(InputError, match=r"are empty"):
        PrdFigure().draw(pd.DataFrame(), "a title", WHERE, {})
