"""Scores against function evaluations: the sweep joined with what the fits report."""

import numpy as np
import pytest

from aeot.charts.evaluations import COLUMNS, EvaluationsFigure, fit_row
from aeot.curves.frontier import COLUMNS as SCORES
from aeot.errors import InputError
from aeot.files import load_frame, save_json, save_rows

WHERE = {"dataset": "grey", "extractor": "flat"}


def score(curve, seed, value, distance, dataset="grey", extractor="flat"):
    values = {"dataset": dataset, "curve": curve, "seed": seed, "extractor": extractor,
              "value": value, "frechet_distance": distance}  # fmt: skip
    return dict.fromkeys(SCORES, 1) | values


def report(folder, curve, seed, **fit):
    path = folder / "grey" / curve / f"seed{seed}" / "report.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    save_json(path, {"model": "some", "seconds": 20.5, "fit": fit})
    return str(path)


@pytest.fixture
def files(tmp_path):
    """Two flows on two seeds, one of which solved a transport, beside samplers that are no flow."""
    flow = {"straightness": 0.5, "cost": 1.5, "pair_cost": 1.7, "steps": 300}
    solve = {"solve": {"seconds": 4.5, "mass_error_high": 0.09}}
    rows = [
        score(curve, seed, value, 10 * value + seed)
        for curve in ("bent", "straight") for seed in (0, 1) for value in (1, 4)
    ]  # fmt: skip
    rows += [score("ae", 0, "", 3), score("aeparzen", 0, 0.4, 4), score("bent", 0, 1, 9, "other")]
    save_rows(tmp_path / "frontier.csv", rows, SCORES)
    reports = [report(tmp_path, "bent", seed, **flow) for seed in (0, 1)]
    reports += [report(tmp_path, "straight", s, **flow | solve | {"straightness": 0.1 + s / 10})
                for s in (0, 1)]  # fmt: skip
    reports.append(report(tmp_path, "aeparzen", 0))
    return {"frontier": [str(tmp_path / "frontier.csv")], "evaluations_reports": reports}


def test_every_place_of_a_flow_has_what_its_own_fit_reports(files):
    rows = EvaluationsFigure().collect(files, WHERE)
    assert all(list(row) == COLUMNS for row in rows)
    found = {(row["curve"], row["seed"], row["evaluations"]): row for row in rows}
    assert set(found) == {(c, s, v) for c in ("bent", "straight") for s in (0, 1) for v in (1, 4)}
    one = found["straight", 1, 4]
    assert (one["frechet_distance"], one["straightness"], one["seconds"]) == (41, 0.2, 20.5)
    assert (one["solve_seconds"], one["mass_error"], one["steps"]) == (4.5, 0.09, 300)
    other = found["bent", 1, 4]
    assert (other["solve_seconds"], other["mass_error"]) == (0, None)


def test_reports_of_other_models_are_none_of_a_flow(files):
    assert fit_row(files["evaluations_reports"][-1]) is None
    with pytest.raises(InputError, match="no report of a swept method is that of a flow"):
        EvaluationsFigure().collect(files | {"evaluations_reports": []}, WHERE)
    with pytest.raises(InputError, match="no score for grey"):
        EvaluationsFigure().collect(files, WHERE | {"extractor": "other"})


def test_means_over_seeds_are_drawn_and_a_bar_for_each_flow(files, tmp_path):
    save_rows(tmp_path / "rows.csv", EvaluationsFigure().collect(files, WHERE), COLUMNS)
    rows = load_frame(tmp_path / "rows.csv", *COLUMNS)
    figure = EvaluationsFigure().draw(rows, "Grey", WHERE, {})
    lines = figure.axes[0].lines
    means = {tuple(line.get_ydata()) for line in lines if len(line.get_xdata()) == 2}
    assert (10.5, 40.5) in means
    heights = [bar.get_height() for bar in figure.axes[-1].patches]
    np.testing.assert_allclose(heights, [0.5, 0.15])
