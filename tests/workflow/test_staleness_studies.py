"""What an edit makes run again in the studies beside the main job."""

import pytest

from aeot.metrics import METRICS

STUDY = {"compute_certificate", "plot_certificate"}


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({}, set()),
        ({"figures": {"certificate": {"dpi": 90}}}, {"plot_certificate"}),
        ({"model_settings": {"aeot": {"threshold_quantile": 0.6}}}, STUDY),
        ({"transport": {"source": "gaussian"}}, STUDY),
        ({"transport": {"tolerance": 0.2}}, set()),  # the study ends at a tolerance of its own
        ({"model_settings": {"aeotvertex": {"count": 250}}}, set()),
    ],
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
AFTER_FIT = {"compute_collapse", *AFTER_COLLAPSE_SCORES, "collect_scatter", "plot_scatter"}
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
        ("scripts/aeot/mixtures/ring.py", {"draw_mixture", "collect_scatter", *FIT, *CELLS}),
        ("scripts/aeot/mixtures/grid.py", set()),
        ("scripts/aeot/metrics/collapse.py", AFTER_FIT - {"collect_scatter", "plot_scatter"}),
        ("scripts/aeot/pointmodels/pacgan/model.py", FIT),
        ("scripts/aeot/pointmodels/md/model.py", set()),
        ("scripts/aeot/tables/collapse.py", {"table_collapse"}),
    ],
)
def test_an_edit_of_a_file_reruns_the_study_of_collapse(finished, name, rules):
    with finished.edited(name):
        assert set(finished.plan(targets=["collapse"])) == rules


AFTER_FIELD = {"collect_study", "table_study", "collect_fscores", "plot_fscores",
               "collect_field", "plot_field"}  # fmt: skip
SCORED = {"compute_fid", "compute_kid", "compute_prd"}
AFTER_DRAWING = {"extract_features", *SCORED, *AFTER_FIELD}
AFTER_MOMENTS = {"score_moments", "collect_progress", "plot_progress", "table_study"}
TRAINED = {
    "train_model", "sample_model", *AFTER_DRAWING, *AFTER_MOMENTS,
    "collect_moments", "plot_moments",
}  # fmt: skip

GLANN = {"encode_model", "fit_codes", "decode_codes"}  # Figure 15 shows it


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({}, set()),
        ({"figures": {"progress": {"dpi": 90}}}, {"plot_progress"}),
        ({"figures": {"fscores": {"dpi": 90}}}, {"plot_fscores"}),
        ({"figures": {"field": {"dpi": 90}}}, {"plot_field"}),
        ({"figures": {"field": {"rows": 3}}}, {"collect_field", "plot_field"}),
        ({"figures": {"moments": {"dpi": 90}}}, {"plot_moments"}),
        ({"figures": {"moments": {"columns": 3}}}, {"collect_moments", "plot_moments"}),
        ({"adversarial": {"steps": 25}}, TRAINED),
        ({"adversarial": {"count": 250}}, {"sample_model", *AFTER_DRAWING}),
        ({"adversarial": {"search": "narrow"}}, {"train_model", "sample_model", *AFTER_DRAWING}),
        ({"dataset_settings": {"shapes": {"steps": 25}}}, TRAINED | GLANN),
        ({"adversarial": {"hyperparameters": "published"}}, TRAINED),
        ({"adversarial": {"row_settings": {"dragan": {"model": "dragan"}}}}, set()),
        ({"autoencoders": {"steps": 25}}, {"train_model", *GLANN, "collect_field", "plot_field"}),
        ({"collapse": {"steps": 21}}, set()),
        ({"gpu": True}, set()),
    ],
)
def test_an_edit_reruns_the_study_of_models_of_images(finished, edits, rules):
    assert set(finished.plan(edits, targets=["adversarial"])) == rules


def test_the_autoencoders_number_of_images_trains_no_other_model(finished):
    edits = {"autoencoder": {"training_images": 300}}
    jobs = finished.jobs(edits, ["adversarial", "autoencoders", "geometry"])
    rules = {rule for rule, _ in jobs}
    assert {"train_autoencoder", "encode_latents", "fit_codes", "decode_split"} <= rules
    assert not {"train_model", "sample_model", "encode_model", "prepare_dataset"} & rules
    assert {w["model"] for rule, w in jobs if rule == "fit_codes"} == {"aekde"}  # not glann


def test_a_rows_setting_trains_that_row_only(finished):
    wanted = {"model": "vae", "set": {"width": 8, "batch_size": 8}}
    jobs = finished.jobs({"adversarial": {"row_settings": {"vae": wanted}}}, ["adversarial"])
    assert {w["model"] for _, w in jobs if "model" in w} == {"vae", "vaedraw1"}


def test_a_draw_is_trained_beside_its_row_and_leaves_it_alone(finished):
    jobs = finished.jobs({"adversarial": {"draws": 2}}, targets=["adversarial"])
    drawn = {"nsgandraw2", "vaedraw2"}
    assert {w["model"] for rule, w in jobs if rule == "train_model"} == drawn
    assert {w["model"] for _, w in jobs if "model" in w} == drawn
    assert "score_moments" not in {rule for rule, _ in jobs}


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("scripts/aeot/charts/progress.py", {"plot_progress"}),
        ("scripts/aeot/charts/fscores.py", {"plot_fscores"}),
        ("scripts/aeot/curves/fscores.py", {"collect_fscores", "plot_fscores"}),
        ("scripts/aeot/models/training.py", TRAINED | GLANN),
        ("scripts/aeot/models/dragan/model.py", set()),
        ("scripts/aeot/models/config.py", set()),
        ("scripts/aeot/models/__init__.py", set()),
    ],
)
def test_an_edit_of_a_file_reruns_the_study_of_models_of_images(finished, name, rules):
    with finished.edited(name):
        assert set(finished.plan(targets=["adversarial"])) == rules


def test_an_edit_of_a_model_trains_its_rows_only(finished):
    with finished.edited("scripts/aeot/models/nsgan/model.py"):
        jobs = finished.jobs(targets=["adversarial"])
    assert {w["model"] for _, w in jobs if "model" in w} == {"nsgan", "nsgandraw1"}


def test_an_edit_of_the_autoencoder_trains_no_other_model(finished):
    with finished.edited("scripts/aeot/models/autoencoder/model.py"):
        plan = finished.plan(targets=["adversarial"])
    assert plan["train_autoencoder"] == 1 and not plan["train_model"]


# Scores that the study has beside those of every row; convexity needs an encoder.
BEYOND = {f"compute_{name}" for name in METRICS} - {*SCORED, "compute_convexity"}
SAMPLED = {"fit_codes", "decode_codes", *BEYOND, *AFTER_DRAWING, *AFTER_MOMENTS}
GLO = {"train_model", "sample_model", "encode_model", *SAMPLED, "collect_moments", "plot_moments"}


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({}, set()),
        ({"autoencoders": {"steps": 25}}, GLO),
        ({"autoencoders": {"row_settings": {"glo": {"set": {"code_rate": 0.02}}}}}, GLO),
        ({"samplers": {"row_settings": {"aekde": {"set": {"held_out": 90}}}}}, SAMPLED),
        ({"samplers": {"row_settings": {"glann": {"set": {"epochs": 3}}}}}, SAMPLED),
        ({"samplers": {"row_settings": {"aegmm": {"set": {"fitted": 90}}}}}, set()),  # not listed
        ({"transport": {"tolerance": 0.2}}, {
            "solve_transport", "sample_aeot", *BEYOND, *AFTER_DRAWING, *AFTER_MOMENTS,
        }),
    ],
)  # fmt: skip
def test_an_edit_reruns_the_study_of_autoencoders(finished, edits, rules):
    assert set(finished.plan(edits, targets=["autoencoders"])) == rules


def test_a_sampler_reruns_alone(finished):
    edits = {"samplers": {"row_settings": {"aekde": {"set": {"held_out": 90}}}}}
    jobs = finished.jobs(edits, targets=["autoencoders"])
    assert {w["model"] for _, w in jobs if "model" in w} == {"aekde"}


@pytest.mark.parametrize(
    ("name", "models"),
    [
        ("scripts/aeot/pointmodels/kde/model.py", {"aekde"}),
        ("scripts/aeot/pointmodels/imle/model.py", {"glann"}),
        ("scripts/aeot/models/glo/model.py", {"glo", "glann"}),
        ("scripts/aeot/models/vae/model.py", {"vae"}),
        ("scripts/aeot/pointmodels/gmm/model.py", set()),
    ],
)
def test_an_edit_of_a_model_reruns_what_stands_on_it(finished, name, models):
    with finished.edited(name):
        jobs = finished.jobs(targets=["autoencoders"])
    assert {w["model"] for _, w in jobs if "model" in w} == models


WALKS = {"walk_codes", "collect_walks", "plot_walks"}
CONVEXITY = {"walk_midpoints", "extract_midpoints", "compute_convexity", *AFTER_FIELD}
ATTRIBUTES = {"move_attributes", "collect_attributes", "plot_attributes"}


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({"figures": {"walks": {"dpi": 90}}}, {"plot_walks"}),
        ({"figures": {"walks": {"columns": 4}}}, WALKS),
        ({"figures": {"attributes": {"dpi": 90}}}, {"plot_attributes"}),
        ({"figures": {"attributes": {"rows": 3}}}, ATTRIBUTES),
        ({"convexity": {"pairs": 30}}, CONVEXITY),
    ],
)
def test_an_edit_reruns_the_walks_between_codes(finished, edits, rules):
    assert set(finished.plan(edits, targets=["autoencoders"])) == rules


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("scripts/aeot/models/walks.py",
         {*WALKS, *CONVEXITY}),
        ("scripts/aeot/models/attributes.py", ATTRIBUTES),
        ("scripts/aeot/metrics/convexity.py", {"compute_convexity", *AFTER_FIELD}),
        ("scripts/aeot/metrics/sharpness.py", {"compute_sharpness", *AFTER_FIELD}),
        ("scripts/aeot/metrics/copying.py", {"compute_copying", *AFTER_FIELD}),
    ],
)  # fmt: skip
def test_an_edit_of_a_file_reruns_the_walks_between_codes(finished, name, rules):
    with finished.edited(name):
        assert set(finished.plan(targets=["autoencoders"])) == rules
