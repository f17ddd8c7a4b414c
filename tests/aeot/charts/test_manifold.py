"""Precision and recall on a known manifold: from the files of metrics to rows and pictures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aeot.charts.manifold import ManifoldFigure
from aeot.charts.manifoldscores import ManifoldScoresFigure
from aeot.errors import InputError

WHERE = {"dataset": "tri", "extractor": "lite", "source": "polygons"}


@pytest.fixture
def files(tmp_path):
    """Curves of a GAN of two seeds, of a sampler that was not inverted, and of the floor."""
    found = {"precision_curves": [], "recall_curves": []}

    def write(model, seed, metric, text):
        path = tmp_path / "tri" / model / f"seed{seed}" / "lite" / f"{metric}_curve.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        found[f"{metric}_curves"].append(str(path))

    for seed, share in ((0, 0.4), (1, 0.8)):
        write("nsgan", seed, "precision", f"delta,precision\n0.0,0.0\n1.0,{share}\n")
        write("nsgan", seed, "recall", "delta,precision,recall,nearest_recall\n"
              f"0.0,0.0,0.0,0.0\n1.0,{share},{share / 2},0.1\n")  # fmt: skip
    write("aekde", 0, "precision", "delta,precision\n0.0,0.0\n1.0,0.5\n")
    write("aekde", 0, "recall", "delta,precision,recall,nearest_recall\n"
          "0.0,0.0,,0.0\n1.0,0.5,,0.3\n")  # fmt: skip
    write("floor", 0, "precision", "delta,precision\n0.0,0.0\n1.0,1.0\n")
    return found


def test_curves_are_averaged_over_seeds_and_missing_ones_have_no_rows(files):
    rows = pd.DataFrame(ManifoldFigure().collect(files, WHERE))
    ends = rows[rows["delta"] == 1].set_index(["model", "curve"])
    gan = ends.loc[("nsgan", "precision")]
    assert (gan["mean"], gan["low"], gan["high"], gan["seeds"]) == (pytest.approx(0.6), 0.4, 0.8, 2)
    assert ends.loc[("nsgan", "recall"), "mean"] == pytest.approx(0.3)
    assert ends.loc[("floor", "precision"), "mean"] == 1
    assert set(ends.index) == {
        ("floor", "precision"), ("aekde", "precision"), ("aekde", "nearest_recall"),
        ("nsgan", "precision"), ("nsgan", "recall"), ("nsgan", "nearest_recall"),
    }  # fmt: skip


def test_the_lines_of_a_panel_are_the_models_that_have_the_curve(files):
    rows = pd.DataFrame(ManifoldFigure().collect(files, WHERE))
    figure = ManifoldFigure().draw(rows, "Triangles", WHERE, {})
    curves = [len(axes.lines) - 1 for axes in figure.axes]  # without that of delta
    assert curves == [3, 1, 2]
    assert all(axes.lines[-1].get_xdata()[0] == 0.75 for axes in figure.axes)


def test_seeds_of_other_deltas_are_refused(files):
    path = files["precision_curves"][0]
    Path(path).write_text("delta,precision\n0.0,0.0\n2.0,0.5\n")
    with pytest.raises(InputError, match="nsgan have different deltas in precision"):
        ManifoldFigure().collect(files, WHERE)


def scores(path, *lines):
    head = "dataset,model,seed,extractor,metric,value\n"
    path.write_text(head + "".join(f"{line}\n" for line in lines))
    return {"scores": [str(path)]}


def test_marks_are_means_over_seeds_of_what_was_scored(tmp_path):
    files = scores(
        tmp_path / "scores.csv",
        *(f"tri,nsgan,{seed},lite,manifold_precision,{0.4 + seed / 5}" for seed in (0, 1)),
        *(f"tri,nsgan,{seed},lite,manifold_recall,{0.2 + seed / 5}" for seed in (0, 1)),
        *(f"tri,nsgan,{seed},lite,nearest_recall,0.1" for seed in (0, 1)),
        "tri,aekde,0,lite,manifold_precision,0.9", "tri,aekde,0,lite,nearest_recall,0.3",
        "tri,floor,0,lite,manifold_precision,1", "other,vae,0,lite,manifold_precision,1",
        "tri,nsgan,0,lite,frechet_distance,7",
    )  # fmt: skip
    rows = pd.DataFrame(ManifoldScoresFigure().collect(files, WHERE)).set_index("model")
    assert list(rows.index) == ["aekde", "nsgan"]
    assert rows.loc["nsgan"].tolist() == pytest.approx([0.5, 0.3, 0.1])
    assert np.isnan(float(rows.loc["aekde", "manifold_recall"] or np.nan))
    figure = ManifoldScoresFigure().draw(
        pd.DataFrame(ManifoldScoresFigure().collect(files, WHERE)).astype(
            {"manifold_recall": float}
        ), "Triangles", WHERE, {},
    )  # fmt: skip
    marks = [line for line in figure.axes[0].lines if line.get_marker() not in ("None", None)]
    places = sorted((float(m.get_xdata()[0]), float(m.get_ydata()[0])) for m in marks)
    assert np.allclose(places, [(0.5, 0.1), (0.5, 0.3), (0.9, 0.3)])
    for line in figure.axes[0].lines[:4]:  # lines of equal F1
        x, y = np.array(line.get_xdata()), np.array(line.get_ydata())
        assert np.ptp(2 * x * y / (x + y)) < 1e-12


def test_a_study_without_the_metrics_is_told_to_list_them(tmp_path):
    files = scores(tmp_path / "scores.csv", "tri,nsgan,0,lite,manifold_precision,0.5")
    with pytest.raises(InputError, match="list both in the study's metrics"):
        ManifoldScoresFigure().collect(files, WHERE)
