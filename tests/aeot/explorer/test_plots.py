"""What Plotly draws."""

import pytest
from plotly.graph_objects import Figure

from aeot.explorer.parts import Context
from aeot.explorer.plots import log_ticks, novelty_part, progress_part
from aeot.figures import VERMILLION
from aeot.labels import model_label

CONTEXT = Context({}, 2, 0)


@pytest.fixture
def parts(run_files):
    novelty = novelty_part(run_files["frontier"], run_files["scores"], CONTEXT)
    return novelty, progress_part(run_files["progress"], CONTEXT)


def test_plotly_knows_every_key(parts):
    for part in parts:
        for plot in part.data:
            assert Figure(plot).data  # it refuses what it does not know


def test_curves_of_a_sweep_have_both_novelties_and_tables_have_one(parts):
    novelty, _ = parts
    # Of the sweep two axes; of two studies the data sets of their tables.
    titles = [plot["layout"]["xaxis"]["title"]["text"] for plot in novelty.data]
    assert titles == ["Novelty of codes", "Novelty of decoded images", *["Novelty"] * 3]
    ae, aeot = novelty.data[0]["data"]
    assert (ae["x"], aeot["x"]) == ([0.2], [0.2, 0.7])
    assert aeot["y"] == [5.5, 6.5]  # means of two draws
    assert aeot["name"] == "AE-OT" and aeot["line"]["color"] == VERMILLION
    assert aeot["error_y"]["array"] == pytest.approx([0.5**0.5] * 2)
    assert "setting 0.5" in aeot["text"][0] and "setting" not in ae["text"][0]


def test_methods_of_a_table_stand_at_their_scores(parts):
    novelty, _ = parts
    found = {trace["name"]: (trace["x"], trace["y"]) for trace in novelty.data[-1]["data"]}
    assert found[model_label("floor")] == ([0.0], [1.5])
    assert found[model_label("vae")] == ([1.4], [10.0])
    assert novelty.data[-1]["layout"]["yaxis"]["type"] == "log"


def test_a_training_is_a_curve_over_its_seconds(parts):
    _, progress = parts
    (plot,) = progress.data
    aeot, vae = plot["data"]
    assert (aeot["x"], vae["x"]) == ([2.0], [2.0, 8.0, 32.0])
    assert vae["y"] == [300.0, 75.0, 18.75]
    assert "step 24" in vae["text"][-1] and "step" not in aeot["text"][0]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [([15, 80], [10, 20, 30, 40, 50, 60, 70, 80, 90]), ([0.3, 20], [0.1, 0.2, 0.5, 1, 2, 5, 10])],
)
def test_ticks_enclose_the_values_at_round_numbers(values, ticks):
    assert log_ticks(values)[: len(ticks)] == pytest.approx(ticks)
    assert min(log_ticks(values)) <= min(values) and max(log_ticks(values)) >= max(values)
