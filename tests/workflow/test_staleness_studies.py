"""What an edit makes run again in the studies beside the main job."""

import pytest

from aeot.metrics import METRICS

STUDY = {"compute_certificate", "plot_certificate"}

# Edits, of the configuration and of files, that make nothing of a study run again.
APART = {
    "certificate": [
        {"transport": {"tolerance": 0.2}},  # the study ends at a tolerance of its own
        {"methods": {"aeotvertex": {"set": {"spread": 0.9}}}},
        {"drawn_images": 250},  # it draws as many as are scored
        "scripts/solve_transport.py",
    ],
    "collapse": [
        {"methods": {"md": {"set": {"kernels": 9}}}},  # not listed
        {"figures": {"cells": {"dpi": 90}}},  # of the other study of mixtures
        {"transport": {"tolerance": 0.2}},
        {"training": {"steps": 25}},
        {"drawn_images": 250},
        "scripts/aeot/mixtures/grid.py",
        "scripts/aeot/pointmodels/md/model.py",
    ],
    "adversarial": [
        {"methods": {"dragan": {"set": {"width": 8}}}},  # not listed
        {"methods": {"aekde": {"set": {"held_out": 90}}}},
        {"mixtures": {"steps": 21}},
        {"gpu": True},
        "scripts/aeot/models/dragan/model.py",
        "scripts/aeot/methods.py",
        "scripts/aeot/models/__init__.py",
    ],
    "autoencoders": [
        {"methods": {"aegmm": {"set": {"fitted": 90}}}},  # not listed
        {"studies": {"adversarial": {"search": {"draws": 2}}}},
        "scripts/aeot/pointmodels/gmm/model.py",
    ],
    "geometry": [
        {"methods": {"aeot": {"set": {"threshold_quantile": 0.6}}}},
        {"drawn_images": 250},  # it draws as many as are scored
        {"methods": {"aeotvertex": {"set": {"spread": 0.9}}}},  # not listed
        "scripts/aeot/pointmodels/gmm/model.py",  # not listed
    ],
}


@pytest.mark.parametrize("study", APART)
def test_what_concerns_no_job_of_a_study_reruns_nothing_of_it(finished, study):
    assert finished.stale_by(APART[study], targets=[study]) == []


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({"figures": {"certificate": {"dpi": 90}}}, {"plot_certificate"}),
        ({"figures": {"certificate": {"tolerance": 0.2}}}, STUDY),
        ({"methods": {"aeot": {"set": {"threshold_quantile": 0.6}}}}, STUDY),
        ({"transport": {"source": "gaussian"}}, STUDY),
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
    ],
)
def test_an_edit_of_a_file_reruns_the_certificates_study(finished, name, rules):
    with finished.edited(name):
        assert set(finished.plan(targets=["certificate"])) == rules


AFTER_MODES = {"collect_modes", "table_modes", "plot_collapse"}
AFTER_FIT = {"compute_collapse", *AFTER_MODES, "collect_scatter", "plot_scatter"}
FIT = {"fit_points", *AFTER_FIT}


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({"figures": {"scatter": {"dpi": 90}}}, {"plot_scatter"}),
        ({"figures": {"collapse": {"dpi": 90}}}, {"plot_collapse"}),
        ({"mixtures": {"steps": 21}}, FIT),
        ({"methods": {"gan": {"set": {"batch_size": 50}}}}, FIT),
        ({"methods": {"aeot512": {"set": {"threshold": 0.3}}}}, FIT),
        ({"mixtures": {"trials": 3}}, FIT),
        ({"mixtures": {"points": 2001}}, {"draw_mixture"} | FIT),
    ],
)
def test_an_edit_reruns_the_study_of_collapse(finished, edits, rules):
    assert set(finished.plan(edits, targets=["collapse"])) == rules


def test_steps_count_for_the_rows_that_take_them_only(finished):
    jobs = finished.jobs({"mixtures": {"steps": 21}}, targets=["everything"])
    assert [w["method"] for rule, w in jobs if rule == "fit_points"] == ["gan"]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("scripts/aeot/charts/scatter.py", {"plot_scatter"}),
        ("scripts/aeot/mixtures/ring.py", {"draw_mixture", *FIT}),
        ("scripts/aeot/metrics/collapse.py", AFTER_FIT - {"collect_scatter", "plot_scatter"}),
        ("scripts/aeot/pointmodels/pacgan/model.py", FIT),
        ("scripts/aeot/tables/modes.py", {"table_modes"}),
        ("scripts/aeot/curves/modes.py", AFTER_MODES),
    ],
)
def test_an_edit_of_a_file_reruns_the_study_of_collapse(finished, name, rules):
    with finished.edited(name):
        assert set(finished.plan(targets=["collapse"])) == rules


@pytest.mark.parametrize(
    ("edits", "rows"),
    [
        ({"methods": {"aeot512": {"set": {"threshold": 0.3}}}}, {"aeot512"}),
        ({"methods": {"gan": {"set": {"batch_size": 50}}}}, {"gan"}),
        ({"mixtures": {"trials": 3}}, {"resampled", "aeot512", "gan", "gmm"}),
    ],
)
def test_a_method_of_two_studies_of_mixtures_is_fitted_once(finished, edits, rows):
    jobs = finished.jobs(edits, targets=["modes", "collapse"])
    fitted = [w["method"] for rule, w in jobs if rule == "fit_points"]
    assert len(fitted) == len(set(fitted)) and set(fitted) == rows


AFTER_FIELD = {"collect_scores", "table_scores", "collect_fscores", "plot_fscores",
               "collect_field", "plot_field"}  # fmt: skip
SCORED = {"compute_fid", "compute_kid", "compute_prd"}
AFTER_DRAWING = {"extract_features", *SCORED, *AFTER_FIELD}
AFTER_MOMENTS = {"score_moments", "collect_progress", "plot_progress", "table_scores"}
TRAINED = {
    "train_model", "sample_model", *AFTER_DRAWING, *AFTER_MOMENTS,
    "collect_moments", "plot_moments",
}  # fmt: skip

DRAWS_SHOWN = {
    f"{verb}_{name}" for verb in ("collect", "plot") for name in ("budget", "f1budget", "spread")
}
AFTER_SEARCH = {
    "rerun_model", "collect_draws", "collect_reruns", "table_reruns",
    *DRAWS_SHOWN,
}  # fmt: skip
SEARCHED = {"search_model", "collect_draws", "collect_fscores", "plot_fscores"}
GLANN = {"encode_model", "fit_codes", "sample_codes"}  # Figure 15 shows it
# What draws images after it was fitted.
REDRAWN = {"sample_model", "sample_aeot", "sample_codes"}


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({"figures": {"progress": {"dpi": 90}}}, {"plot_progress"}),
        ({"figures": {"fscores": {"dpi": 90}}}, {"plot_fscores"}),
        ({"figures": {"field": {"dpi": 90}}}, {"plot_field"}),
        ({"figures": {"field": {"rows": 3}}}, {"collect_field", "plot_field"}),
        ({"figures": {"moments": {"dpi": 90}}}, {"plot_moments"}),
        ({"figures": {"moments": {"columns": 3}}}, {"collect_moments", "plot_moments"}),
        # Of all models of images, which includes the one whose codes GLANN is fitted to.
        ({"training": {"steps": 25}}, TRAINED | GLANN | SEARCHED),
        ({"training": {"hyperparameters": "published"}}, TRAINED | GLANN),
        ({"training": {"snapshot_images": 50}}, TRAINED | GLANN),
        ({"dataset_settings": {"shapes": {"steps": 25}}}, TRAINED | GLANN | SEARCHED),
        ({"drawn_images": 250}, {*REDRAWN, *AFTER_DRAWING, *AFTER_MOMENTS}),
        (
            {"studies": {"adversarial": {"search": {"ranges": "narrow"}}}},
            SEARCHED,
        ),
        ({"studies": {"adversarial": {"search": {"reruns": 3}}}}, set()),
        (
            {"methods": {"glo": {"set": {"code_rate": 0.02}}}},
            {"train_model", *GLANN, "collect_field", "plot_field"},
        ),
        (
            {"studies": {"adversarial": {"pictures": ["ae", ["nsgan", "vae"], "aeot"]}}},
            {"collect_field", "plot_field"},
        ),
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
    assert {w["method"] for rule, w in jobs if rule == "fit_codes"} == {"aekde"}  # not glann


def test_a_rows_setting_trains_that_row_only(finished):
    jobs = finished.jobs({"methods": {"vae": {"set": {"batch_size": 8}}}}, ["adversarial"])
    assert {w["method"] for _, w in jobs if "method" in w} == {"vae"}


def test_a_draw_is_trained_beside_its_row_and_leaves_it_alone(finished):
    edits = {"studies": {"adversarial": {"search": {"draws": 3}}}}
    assert set(finished.plan(edits, targets=["adversarial"])) == SEARCHED


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({"figures": {"budget": {"resamples": 60}}}, {"collect_budget", "plot_budget"}),
        ({"figures": {"spread": {"dpi": 90}}}, {"plot_spread"}),
        ({"training": {"steps": 25, "hyperparameters": "published"}}, set()),
        ({"studies": {"largescale": {"search": {"draws": 4}}}}, {"search_model", *AFTER_SEARCH}),
        (
            {"studies": {"largescale": {"search": {"reruns": 3}}}},
            {"rerun_model", "collect_reruns", "table_reruns"},
        ),
        (
            {"studies": {"largescale": {"search": {"inversion": {"steps": 4}}}}},
            {"search_model", "invert_reference", "score_reference", *AFTER_SEARCH},
        ),
        ({"inversion": {"steps": 4}}, set()),  # the study has its own
        (
            {"methods": {"aeot": {"set": {"threshold_quantile": 0.4}}}},
            {
                "sample_aeot",
                "invert_reference",
                "score_reference",
                "collect_draws",
                *DRAWS_SHOWN,
            },
        ),
        ({"studies": {"adversarial": {"search": {"draws": 3}}}}, set()),
    ],
)
def test_an_edit_reruns_the_large_scale_study(finished, edits, rules):
    assert set(finished.plan(edits, targets=["largescale"])) == rules


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("scripts/aeot/charts/progress.py", {"plot_progress"}),
        ("scripts/aeot/charts/fscores.py", {"collect_fscores", "plot_fscores"}),
        ("scripts/aeot/models/training.py", TRAINED | GLANN | SEARCHED),
    ],
)
def test_an_edit_of_a_file_reruns_the_study_of_models_of_images(finished, name, rules):
    with finished.edited(name):
        assert set(finished.plan(targets=["adversarial"])) == rules


def test_an_edit_of_a_model_trains_its_rows_only(finished):
    with finished.edited("scripts/aeot/models/nsgan/model.py"):
        jobs = finished.jobs(targets=["adversarial"])
    assert {w["method"] for _, w in jobs if "method" in w} == {"nsgan"}


def test_an_edit_of_the_autoencoder_trains_no_other_model(finished):
    with finished.edited("scripts/aeot/models/autoencoder/model.py"):
        plan = finished.plan(targets=["adversarial"])
    assert plan["train_autoencoder"] == 1 and not plan["train_model"]


def test_an_edit_of_the_autoencoder_leaves_the_codes_of_other_models_alone(finished):
    with finished.edited("scripts/aeot/models/autoencoder/model.py"):
        jobs = finished.jobs(targets=["autoencoders"])
    rules = {
        "encode_model",
        "sample_codes",
        "interpolate_codes",
        "interpolate_midpoints",
        "move_attributes",
    }
    assert {w["method"] for rule, w in jobs if rule in rules} == {"ae", "aekde"}


# Scores that the study has beside those of every row; convexity needs an encoder, and two metrics
# a manifold that is known.
KNOWN = {"compute_precision", "compute_recall"}
BEYOND = {f"compute_{name}" for name in METRICS} - {*SCORED, *KNOWN, "compute_convexity"}
NEIGHBOURS = {"collect_neighbours", "plot_neighbours"}
SAMPLED = {"fit_codes", "sample_codes", *NEIGHBOURS, *BEYOND, *AFTER_DRAWING, *AFTER_MOMENTS}
GLO = {"train_model", "sample_model", "encode_model", *SAMPLED, "collect_moments", "plot_moments"}
INTERPOLATED = {"interpolate_codes", "collect_interpolations", "plot_interpolations"}
CONVEXITY = {"interpolate_midpoints", "extract_midpoints", "compute_convexity", *AFTER_FIELD}
ATTRIBUTES = {"move_attributes", "collect_attributes", "plot_attributes"}


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({"training": {"steps": 25}}, {*GLO, *INTERPOLATED, *CONVEXITY, *ATTRIBUTES}),
        ({"methods": {"glo": {"set": {"code_rate": 0.02}}}}, GLO),
        ({"methods": {"aekde": {"set": {"held_out": 90}}}}, SAMPLED),
        ({"methods": {"glann": {"set": {"epochs": 3}}}}, SAMPLED),
        ({"drawn_images": 250}, {*REDRAWN, *NEIGHBOURS, *BEYOND, *AFTER_DRAWING, *AFTER_MOMENTS}),
        ({"studies": {"autoencoders": {"metrics": ["coverage"]}}}, {
            "collect_scores", "table_scores", "collect_fscores", "plot_fscores", "collect_field",
            "plot_field",
        }),
        ({"transport": {"tolerance": 0.2}}, {
            "solve_transport", "sample_aeot", *NEIGHBOURS, *BEYOND, *AFTER_DRAWING, *AFTER_MOMENTS,
        }),
    ],
)  # fmt: skip
def test_an_edit_reruns_the_study_of_autoencoders(finished, edits, rules):
    assert set(finished.plan(edits, targets=["autoencoders"])) == rules


def test_a_sampler_reruns_alone(finished):
    edits = {"methods": {"aekde": {"set": {"held_out": 90}}}}
    jobs = finished.jobs(edits, targets=["autoencoders"])
    assert {w["method"] for _, w in jobs if "method" in w} == {"aekde"}


@pytest.mark.parametrize(
    ("name", "models"),
    [
        ("scripts/aeot/pointmodels/kde/model.py", {"aekde"}),
        ("scripts/aeot/pointmodels/imle/model.py", {"glann"}),
        ("scripts/aeot/models/glo/model.py", {"glo", "glann"}),
        ("scripts/aeot/models/vae/model.py", {"vae"}),
    ],
)
def test_an_edit_of_a_model_reruns_what_stands_on_it(finished, name, models):
    with finished.edited(name):
        jobs = finished.jobs(targets=["autoencoders"])
    assert {w["method"] for _, w in jobs if "method" in w} == models


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({"figures": {"interpolations": {"dpi": 90}}}, {"plot_interpolations"}),
        ({"figures": {"interpolations": {"columns": 4}}}, INTERPOLATED),
        ({"figures": {"attributes": {"dpi": 90}}}, {"plot_attributes"}),
        ({"figures": {"attributes": {"rows": 3}}}, ATTRIBUTES),
        ({"metric_settings": {"convexity": {"pairs": 30}}}, CONVEXITY),
    ],
)
def test_an_edit_reruns_the_interpolations(finished, edits, rules):
    assert set(finished.plan(edits, targets=["autoencoders"])) == rules


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("scripts/aeot/models/interpolations.py",
         {*INTERPOLATED, *CONVEXITY}),
        ("scripts/aeot/models/attributes.py", ATTRIBUTES),
        ("scripts/aeot/metrics/convexity.py", {"compute_convexity", *AFTER_FIELD}),
        ("scripts/aeot/metrics/sharpness.py", {"compute_sharpness", *AFTER_FIELD}),
        ("scripts/aeot/metrics/copying.py", {"compute_copying", *AFTER_FIELD}),
    ],
)  # fmt: skip
def test_an_edit_of_a_file_reruns_the_interpolations(finished, name, rules):
    with finished.edited(name):
        assert set(finished.plan(targets=["autoencoders"])) == rules


AFTER_RECALL = {
    "compute_recall", "collect_scores", "table_scores", "collect_manifold", "plot_manifold",
    "collect_manifoldscores", "plot_manifoldscores",
}  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({"inversion": {"steps": 6}}, {"invert_generator", *AFTER_RECALL}),
        ({"metric_settings": {"recall": {"delta": 1.0}}}, AFTER_RECALL),
        ({"figures": {"manifold": {"delta": 1.0}}}, {"collect_manifold", "plot_manifold"}),
        ({"figures": {"manifoldscores": {"dpi": 90}}}, {"plot_manifoldscores"}),
        ("scripts/aeot/models/inversion.py", {"invert_generator", *AFTER_RECALL}),
        ("scripts/aeot/metrics/recall.py", AFTER_RECALL | {"table_scores"}),
    ],
)
def test_an_edit_reruns_the_study_of_polygons(finished, edits, rules):
    if isinstance(edits, dict):
        assert set(finished.plan(edits, targets=["polygons"])) == rules
        return
    with finished.edited(edits):
        assert set(finished.plan(targets=["polygons"])) == rules
