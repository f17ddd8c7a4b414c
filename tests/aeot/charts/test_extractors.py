"""The order of the methods by two extractors: correlations by hand, one sentence for a fault."""

import pandas as pd
import pytest

from aeot.charts.extractors import ExtractorsFigure, extractor_rows
from aeot.errors import InputError
from aeot.files import save_rows

WHERE = {"dataset": "grey"}
# One pair of methods of six changes places, the floor is none of them.
TABLE = pd.DataFrame(
    {"deep": [1.0, 10, 20, 30, 40], "flat": [99.0, 5, 7, 6, 8]},
    index=["floor", "ae", "aeot", "vae", "nsgan"],
)


def test_ranks_are_correlated_without_the_floor():
    rows = extractor_rows(TABLE)
    assert [row["model"] for row in rows] == ["floor", "ae", "aeot", "vae", "nsgan"]
    # Spearman: 1 - 6 sum d^2 / (n (n^2 - 1)) with two differences of one place
    assert [row["correlation"] for row in rows] == [pytest.approx(1 - 6 * 2 / (4 * 15))] * 5
    assert {(row["flipped"], row["pairs"], row["x"], row["y"]) for row in rows} == {
        (1, 6, "deep", "flat")
    }


def test_every_two_extractors_have_a_panel(tmp_path, frame):
    table = TABLE.assign(third=TABLE["deep"])
    scores = [
        {"dataset": "grey", "model": model, "seed": seed, "extractor": extractor,
         "metric": "frechet_distance", "value": value + (1 if seed else -1)}
        for model, line in table.iterrows() for extractor, value in line.items()
        for seed in (0, 1)
    ]  # fmt: skip
    save_rows(tmp_path / "scores.csv", scores, list(scores[0]))
    rows = frame(ExtractorsFigure().collect({"scores": [str(tmp_path / "scores.csv")]}, WHERE))
    assert rows[rows["model"] == "aeot"]["x_distance"].tolist() == [20, 20, 7]
    figure = ExtractorsFigure().draw(rows, "Grey", WHERE, {})
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["Rank correlation 0.80, 1 of 6 pairs flip",
                      "Rank correlation 1.00, 0 of 6 pairs flip",
                      "Rank correlation 0.80, 1 of 6 pairs flip"]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "fault"),
    [(TABLE[["deep"]], "one extractor cannot be compared"),
     (TABLE.replace(7, float("nan")), "aeot has no Fréchet distance on flat")],
)  # fmt: skip
def test_what_cannot_be_compared_is_one_sentence(table, fault):
    with pytest.raises(InputError, match=fault):
        extractor_rows(table)
