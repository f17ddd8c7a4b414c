"""What the page of a run reads, and which studies would fill what it lacks."""

import pytest

from aeot.bounds import Bounds
from aeot.config import Config
from aeot.plan.explorer import ExplorerPlan
from aeot.plan.figures import FigurePlan
from aeot.plan.studies import StudyPlan

METHODS = {
    "aeot": {"sampler": "transport"},
    "mine": {"model": "vae"},
    "small": {"sampler": "aeot", "of": "points"},
}
STUDIES = {
    "main": {
        "methods": ["aeot", "mine"], "metrics": ["copying"], "tables": ["losses", "scores"],
        "figures": ["samples", "neighbours", "segments"],
    },
    "timed": {"methods": ["mine"], "tables": ["scores"], "figures": ["progress"]},
    "swept": {"methods": ["aeot"], "tables": ["frontier"], "sweep": {}},
    "points": {"datasets": ["ring"], "methods": ["small"], "tables": ["modes"]},
}  # fmt: skip
VALUES = {
    "datasets": ["other"], "seeds": [3, 4], "extractors": ["efficientnetlite0"],
    "metrics": ["fid"], "scored_images": 100, "drawn_images": 120,
    "dataset_settings": {"other": {"source": "shapes"}}, "methods": METHODS,
}  # fmt: skip


@pytest.fixture
def planned():
    """A function of the studies to run that gives the plan of the page."""

    def plan(*run, studies=None, **general):
        values = {**VALUES, **general, "run": list(run), "studies": STUDIES | (studies or {})}
        config = Config.checked(values, "")
        return ExplorerPlan(FigurePlan(StudyPlan(config, Bounds(config))))

    return plan


def test_it_reads_what_the_studies_of_the_run_have(planned):
    found = planned("main", "timed", "swept", "points").inputs(None)
    transport = "results/other/transport/seed3"
    assert found == {
        "scores": ["results/tables/main/scores.csv", "results/tables/timed/scores.csv"],
        "modes": ["results/tables/points/modes.csv"],
        "neighbours": ["results/figures/main/other/efficientnetlite0/neighbours.csv"],
        "pictures": [
            "results/other/data/train.npz", "results/other/aeot/seed3/samples.npz",
            "results/other/mine/seed3/samples.npz",
        ],
        "trace": [f"{transport}/trace.csv"],
        "segment_images": [f"{transport}/segments.npz"],
        "progress": ["results/timed/progress.csv"],
        "frontier": ["results/swept/frontier.csv"],
    }  # fmt: skip


def test_a_study_that_does_not_run_is_not_read(planned):
    assert set(planned("timed").inputs(None)) == {"scores", "progress"}
    assert planned().inputs(None) == {}


def settings(plan):
    return dict(word.partition("=")[::2] for word in plan.words(None))


def test_studies_are_named_for_the_parts_that_the_run_lacks_only(planned):
    assert settings(planned("timed"))["fills"] == (
        '{"modes": ["points"], "novelty": ["main", "swept"], "samples": ["main"], '
        '"segments": ["main"]}'
    )
    assert "fills" not in settings(planned(*STUDIES))
    # Another study that fills what is filled already is no reason to write the page again.
    more = planned("timed", studies={"more": {"methods": ["aeot"], "tables": ["scores"]}})
    assert settings(more) == settings(planned("timed"))


def test_novelty_may_be_a_score_of_every_study(planned):
    assert "novelty" not in settings(planned("timed", metrics=["fid", "copying"]))["fills"]


def test_it_knows_the_seeds_the_sources_and_the_metrics(planned):
    found = settings(planned("main"))
    assert (found["seeds"], found["seed"]) == ("2", "3")
    assert found["sources"] == '{"other": "shapes"}'
    assert found["metrics"] == '["fid", "copying"]'
    assert "metrics" not in settings(planned("points"))


def test_it_depends_on_the_registered_modules_of_its_tables(planned):
    assert planned("main").modules(None) == [
        "aeot.metrics.fid:Fid", "aeot.metrics.copying:Copying",
    ]  # fmt: skip
    assert planned("points").modules(None) == ["aeot.mixtures.ring:ring"]


def test_its_template_is_digested(planned):
    assert len(set(planned().template)) == 4
