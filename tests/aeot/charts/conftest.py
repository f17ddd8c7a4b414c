"""How the tests of the charts write rows and read figures."""

import pytest

from aeot.curves.search import COLUMNS
from aeot.files import load_frame, save_rows

# Model, draw, step, distance, whether it diverged.
SEARCH = (
    ("vae", 0, 5, 9.0, 0), ("vae", 0, 10, 7.0, 0), ("vae", 1, 5, 8.0, 0), ("vae", 2, 5, 3.0, 0),
    ("nsgan", 0, 5, 50.0, 0), ("nsgan", 1, 2, 31337, 1), ("nsgan", 2, 5, 40, 0),
    ("nsgan", 2, 7, 31337, 1),
)  # fmt: skip


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


@pytest.fixture
def draws(tmp_path):
    """Write a study's rows of draws; return what a figure takes."""

    def write(entries=SEARCH):
        rows = [
            dict.fromkeys(COLUMNS, 1)
            | {"dataset": "grey", "extractor": "flat", "model": model, "draw": draw, "run": 0,
               "hyperparameters": f"learning_rate={10.0 ** -(draw + 2)}", "step": step,
               "metric": "frechet_distance", "value": value, "diverged": diverged}
            for model, draw, step, value, diverged in entries
        ]  # fmt: skip
        save_rows(tmp_path / "draws.csv", rows, COLUMNS)
        return {"draws": [str(tmp_path / "draws.csv")]}

    write.search = SEARCH
    return write
