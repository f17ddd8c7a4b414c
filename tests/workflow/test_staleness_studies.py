"""What an edit makes run again in the studies beside the main job."""

import pytest

STUDY = {"compute_certificate", "plot_certificate"}


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({}, set()),
        ({"figures": {"certificate": {"dpi": 90}}}, {"plot_certificate"}),
        ({"model_settings": {"aeot": {"threshold_quantile": 0.6}}}, STUDY),
        ({"transport": {"source": "gaussian"}}, STUDY),
        ({"transport": {"tolerance": 0.2}}, set()),  # the study ends at a tolerance of its own
        ({"model_settings": {"aeotvertex": {"count": 7}}}, set()),
    ],
    ids=str,
)
def test_an_edit_reruns_the_certificates_study(finished, edits, rules):
    assert set(finished.plan(edits, targets=["certificate"])) == rules


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("scripts/aeot/charts/certificate.py", {"plot_certificate"}),
        ("scripts/aeot/curves/certificate.py", STUDY),
        ("scripts/aeot/transport/newton.py", STUDY),
        ("scripts/solve_transport.py", set()),
    ],
)
def test_an_edit_of_a_file_reruns_the_certificates_study(finished, name, rules):
    with finished.edited(name):
        assert set(finished.plan(targets=["certificate"])) == rules


AFTER_COLLAPSE_SCORES = {"collect_collapse", "table_collapse", "plot_collapse"}
AFTER_FIT = {"compute_collapse", *AFTER_COLLAPSE_SCORES, "data_scatter", "plot_scatter"}
FIT = {"fit_points", *AFTER_FIT}
CELLS = {"map_cells", "plot_cells"}


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({}, set()),
        ({"figures": {"scatter": {"dpi": 90}}}, {"plot_scatter"}),
        ({"figures": {"collapse": {"dpi": 90}}}, {"plot_collapse"}),
        ({"figures": {"cells": {"dpi": 90}}}, {"plot_cells"}),
        ({"collapse": {"steps": 21}}, FIT),
        ({"collapse": {"row_settings": {"gan": {"set": {"batch_size": 50}}}}}, FIT),
        ({"collapse": {"row_settings": {"aeot": {"set": {"threshold": 0.3}}}}}, FIT | CELLS),
        ({"collapse": {"trials": 3}}, FIT),
        ({"collapse": {"training_points": 2001}}, {"draw_mixture"} | FIT | CELLS),
        ({"collapse": {"row_settings": {"md": {"set": {"kernels": 9}}}}}, set()),  # not listed
        ({"transport": {"tolerance": 0.2}}, set()),
    ],
    ids=str,
)
def test_an_edit_reruns_the_study_of_collapse(finished, edits, rules):
    assert set(finished.plan(edits, targets=["collapse"])) == rules


def test_steps_count_for_the_rows_that_take_them_only(finished):
    jobs = finished.jobs({"collapse": {"steps": 21}}, targets=["collapse"])
    assert [w["row"] for rule, w in jobs if rule == "fit_points"] == ["gan"]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("scripts/aeot/charts/scatter.py", {"plot_scatter"}),
        ("scripts/aeot/mixtures/ring.py", {"draw_mixture", "data_scatter", *FIT, *CELLS}),
        ("scripts/aeot/mixtures/grid.py", set()),
        ("scripts/aeot/metrics/collapse.py", AFTER_FIT - {"data_scatter", "plot_scatter"}),
        ("scripts/aeot/pointmodels/pacgan/model.py", FIT),
        ("scripts/aeot/pointmodels/md/model.py", set()),
        ("scripts/aeot/tables/collapse.py", {"table_collapse"}),
    ],
)
def test_an_edit_of_a_file_reruns_the_study_of_collapse(finished, name, rules):
    with finished.edited(name):
        assert set(finished.plan(targets=["collapse"])) == rules
