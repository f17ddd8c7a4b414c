"""Error, band, tolerance and chance are drawn as given, and every line is named."""

import pandas as pd
import pytest

from aeot.charts.transport import TransportFigure
from aeot.errors import InputError


def transport(seed, converged, *evaluations):
    names = ("source_samples", "mass_error", "mass_error_low", "mass_error_high")
    return [
        dict(zip(names, entry, strict=True), seed=seed, monte_carlo=0.01 / place, tolerance=0.05,
             converged=int(converged))
        for place, entry in enumerate(evaluations, start=1)
    ]  # fmt: skip


def test_transport_draws_error_tolerance_and_chance(frame, line):
    rows = transport(0, True, (100, 0.5, 0.0, 0.6), (200, 0.04, 0.03, 0.045))
    figure = TransportFigure().draw(frame(rows), "a title", {}, {})
    assert line(figure, "seed 0, held out (converged)") == ([100, 200], [0.5, 0.04])
    assert line(figure, "an exact map, masses counted on as many samples")[1] == [0.01, 0.005]
    assert line(figure, "tolerance 0.05")[1] == [0.05, 0.05]
    assert figure.axes[0].get_ylim()[0] > 0


def test_transport_says_which_seed_did_not_converge(frame, legend):
    rows = transport(0, True, (100, 0.5, 0.4, 0.6)) + transport(7, False, (100, 0.5, 0.4, 0.6))
    labels = legend(TransportFigure().draw(frame(rows), "a title", {}, {}))
    assert labels[:2] == ["seed 0, held out (converged)", "seed 7, held out (not converged)"]


def exact(seed, *entry):
    return [row | {"monte_carlo": ""} for row in transport(seed, True, (0, *entry))]


def test_an_exact_transport_is_a_level_beside_the_curves(frame, line):
    rows = exact(0, 0.001, 0.0, 0.002) + transport(1, True, (100, 0.5, 0.4, 0.6))
    figure = TransportFigure().draw(frame(rows), "a title", {}, {})
    assert line(figure, "seed 0, held out (exact)")[1] == [0.001, 0.001]
    assert line(figure, "an exact map, masses counted on as many samples")[0] == [100]
    figure.canvas.draw()  # a log axis meets the bound 0


def test_where_all_are_exact_no_source_samples_are_promised(frame, legend):
    figure = TransportFigure().draw(frame(exact(0, 0.001, 0.0, 0.002)), "a title", {}, {})
    assert legend(figure) == ["seed 0, held out (exact)", "tolerance 0.05"]
    axes = figure.axes[0]
    assert axes.get_xlabel() == "Exact: no source samples drawn"
    figure.canvas.draw()
    assert not axes.get_xticks().size and axes.get_ylim()[0] > 0


def test_no_rows_is_said():
    with pytest.raises(InputError, match=r"are empty"):
        TransportFigure().draw(pd.DataFrame(), "a title", {}, {})
