"""How the tests of the charts write rows and read figures."""

import pytest

from aeot.files import load_frame, save_rows


@pytest.fixture
def frame(tmp_path):
    """Rows as a CSV file gives them back."""

    def read(rows):
        save_rows(tmp_path / "rows.csv", rows, list(rows[0]))
        return load_frame(tmp_path / "rows.csv")

    return read


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
