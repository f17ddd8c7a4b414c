"""What an edit makes run again in the study of geometry; planned on a finished run."""

import pytest

SEGMENTS = {"trace_segments", "plot_segments"}
AFTER_CURVES = {"collect_frontier", "table_frontier", "plot_frontier"}
SWEPT = {"sweep_codes", "score_frontier", *AFTER_CURVES}


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        ({"figures": {"segments": {"dpi": 90}}}, {"plot_segments"}),
        ({"segments": {"count": 21}}, SEGMENTS),
        ({"transport": {"tolerance": 0.2}}, {"solve_transport", *SEGMENTS, *SWEPT}),
        ({"figures": {"frontier": {"dpi": 90}}}, {"plot_frontier"}),
        ({"studies": {"geometry": {"sweep": {"over": {"aekde": {"values": [0.3]}}}}}}, SWEPT),
        ({"studies": {"geometry": {"sweep": {"draws": 3}}}}, SWEPT),
        ({"studies": {"geometry": {"methods": ["aeot", "aekde"]}}}, AFTER_CURVES),
        # A curve starts from its method's settings, of which the swept one counts for nothing.
        ({"methods": {"aeot": {"set": {"weights": "inverse_distance"}}}}, SWEPT),
        ({"methods": {"aekde": {"set": {"held_out": 90}}}}, {"fit_codes", *SWEPT}),
        (
            {"dataset_settings": {"shapes": {"methods": {"aekde": {"held_out": 90}}}}},
            {"fit_codes", *SWEPT},
        ),
    ],
)
def test_an_edit_reruns_the_study_of_geometry(finished, edits, rules):
    assert set(finished.plan(edits, targets=["geometry"])) == rules


def test_an_edit_of_the_tracing_reruns_it_alone(finished):
    with finished.edited("scripts/aeot/models/aeot/singular.py"):
        assert set(finished.plan(targets=["geometry"])) == SEGMENTS
        assert set(finished.plan(targets=["all"])) == SEGMENTS | {"write_explorer"}


@pytest.mark.parametrize(
    ("edits", "swept", "scored"),
    [
        ({"studies": {"geometry": {"sweep": {"over": {"aekde": {"values": [0.3]}}}}}},
         {"aekde"}, {"aekde"}),
        ({"studies": {"geometry": {"sweep": {"over": {"aeot": {"set": {"redraws": 20}}}}}}},
         {"aeot"}, {"aeot"}),
        ({"methods": {"aeot": {"set": {"weights": "inverse_distance"}}}}, {"aeot"}, {"aeot"}),
        ({"methods": {"aekde": {"set": {"held_out": 90}}}}, {"aekde"}, {"aekde"}),
        ({"studies": {"geometry": {"methods": ["aeot", "aekde", "aeotvertex"]}}},
         {"aeotvertex"}, {"aeotvertex"}),
        ({"transport": {"tolerance": 0.2}}, {"aeot", "aeotchart"}, {"aeot", "aeotchart"}),
        ({"scored_images": 150}, {"aeot", "aeotchart", "aekde"},
         {"ae", "aeot", "aeotchart", "aekde"}),
    ],
)  # fmt: skip
def test_an_edit_sweeps_its_own_curves_only(finished, edits, swept, scored):
    jobs = finished.jobs(edits, targets=["geometry"])
    assert {w["method"] for rule, w in jobs if rule == "sweep_codes"} == swept
    assert {w["method"] for rule, w in jobs if rule == "score_frontier"} == scored


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("scripts/aeot/charts/frontier.py", {"plot_frontier"}),
        ("scripts/aeot/tables/frontier.py", {"table_frontier"}),
        ("scripts/aeot/curves/frontier.py", AFTER_CURVES),
        ("scripts/aeot/frontier/sweep.py", SWEPT),
        ("scripts/aeot/frontier/scores.py", {"score_frontier", *AFTER_CURVES}),
        ("scripts/aeot/models/aeot/chart.py", SWEPT),
        ("scripts/aeot/pointmodels/kde/model.py", {"fit_codes", *SWEPT}),
    ],
)
def test_an_edit_of_a_file_reruns_the_frontier(finished, name, rules):
    with finished.edited(name):
        assert set(finished.plan(targets=["geometry"])) == rules
