"""Scores against the mass error: each sampler a line, the reconstructions a level."""

import pytest

from aeot.charts.certificate import CertificateFigure
from aeot.errors import InputError


def rows_of(model, *points):
    names = ("mass_error", "fd", "f8", "novelty")
    return [dict(zip(names, point, strict=True), model=model) for point in points]


def test_each_sampler_is_a_line_and_the_reconstructions_a_level(frame, line, legend):
    rows = [
        *rows_of("vertex", (0.5, 90, 0.9, 0), (0.01, 50, 0.99, 0)),
        *rows_of("extended", (0.5, 95, 0.8, 0.4), (0.01, 70, 0.9, 0.5)),
        *rows_of("ae", (None, 40, 0.97, 0.7)),
    ]
    figure = CertificateFigure().draw(frame(rows), "a title", {}, {})
    assert line(figure, "plain map: training codes") == ([50, 1], [90, 50])
    assert line(figure, "between two cells") == ([50, 1], [95, 70])
    assert line(figure, "test images, reconstructed")[1] == [40, 40]
    assert len(figure.axes) == 3
    assert len(legend(figure)) == 3
    left, right = figure.axes[0].get_xlim()
    assert left > right  # the better maps stand on the right


def test_no_evaluation_is_said(frame):
    with pytest.raises(InputError, match="have no evaluation"):
        CertificateFigure().draw(frame(rows_of("ae", (None, 40, 0.97, 0.7))), "a", {}, {})
