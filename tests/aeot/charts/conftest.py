"""How the tests of the charts write rows and read figures."""

import pytest


@pytest.fixture
def text():
    """Rows as a CSV file gives them back."""
    return lambda rows: [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]


@pytest.fixture
def legend():
    """The entries of a figure's one legend."""
    return lambda figure: [entry.get_text() for entry in figure.legends[0].get_texts()]


@pytest.fixture
def line():
    """The data of the one line with a label."""

    def find(figure, label):
        (found,) = (entry for entry in figure.axes[0].lines if entry.get_label() == label)
        return list(found.get_xdata()), list(found.get_ydata())

    return find
