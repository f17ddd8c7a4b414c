"""What a study collects, tabulates and draws."""

import pytest
from snakemake.iocontainers import Wildcards

from aeot.bounds import Bounds
from aeot.config import Config
from aeot.errors import InputError
from aeot.models.aeot.settings import SamplingSettings
from aeot.plan.figures import FigurePlan
from aeot.plan.methods import MethodPlan
from aeot.plan.scores import ScorePlan
from aeot.plan.studies import StudyPlan
from aeot.plan.tables import TablePlan

METHODS = {
    "ae": {"sampler": "reconstruction"},
    "sharp": {"sampler": "transport"},
    "kde": {"sampler": "kde"},
    "mine": {"model": "vae"},
    "small": {"sampler": "aeot", "of": "points", "set": {"codes": 64, "singular": "plain"}},
    "wide": {"sampler": "gmm", "of": "points"},
}
STUDIES = {
    "main": {
        "methods": ["sharp", "ae", "kde", "mine"],
        "metrics": ["convexity"],
        "search": {"draws": 1},
        "tables": ["losses", "scores"],
        "figures": ["samples", "progress", "interpolations", "prd"],
    },
    "points": {
        "datasets": ["ring"], "methods": ["wide", "small"],
        "tables": ["modes"], "figures": ["cells"],
    },
    "greedy": {"methods": ["many"]},
}  # fmt: skip
MANY = {"many": {"sampler": "aeot", "set": {"codes": 10**6}}}
VALUES = {
    "datasets": ["other"], "seeds": [1, 2], "extractors": ["efficientnetlite0"],
    "metrics": ["fid"], "scored_images": 100, "drawn_images": 120,
    "dataset_settings": {"other": {"source": "shapes"}},
    "methods": METHODS | MANY, "studies": STUDIES, "training": {"snapshot_images": 50},
    "metric_settings": {"convexity": {"pairs": 20}},
}  # fmt: skip


@pytest.fixture(scope="module")
def study():
    config = Config.checked(VALUES, "")
    return StudyPlan(config, Bounds(config))


def of(name, **more):
    return Wildcards(fromdict={"study": name} | more)


def scored(files, metric):
    return [path.split("/")[2] for path in files if path.endswith(f"/seed1/{metric}.csv")]


def test_scores_are_of_every_method_and_a_metric_of_what_has_its_files(study):
    files = [path.replace("efficientnetlite0/", "") for path in study.scores(of("main"))]
    assert scored(files, "fid") == ["floor", "sharp", "ae", "kde", "mine"]
    assert scored(files, "convexity") == ["ae", "mine"]  # those with an encoder
    assert scored(files, "masses") == ["sharp"]
    assert len(files) == 2 * (5 + 2 + 1) == len(set(files))


def test_a_study_that_asks_for_too_much_is_refused(study):
    with pytest.raises(InputError, match="methods.many.set.codes"):
        study.scores(of("greedy"))


def test_the_cells_are_those_of_the_first_transport(study):
    ring = of("points", mixture="ring")
    assert study.cells_fit(ring) == "results/ring/small/seed1/fitted.pt"
    assert study.cells_words(ring) == ["codes=64", "singular=plain"]


def test_a_case_that_is_called_otherwise_names_its_source(study):
    assert study.sources("main") == {"other": "shapes"}


def test_tables_have_all_forms_and_name_what_is_of_ae_ot(study):
    table = TablePlan(study)
    assert table.files("points") == [
        f"results/tables/points/modes.{form}" for form in ("csv", "md", "tex", "html")
    ]
    assert table.words(of("points"), "modes") == ['singular={"small": "plain"}']
    assert 'singular={"other/sharp": "redraw"}' in table.words(of("main"), "scores")
    ours, sources = table.words(of("main"), "frontier")
    assert (ours, sources) == ('ours=["sharp"]', 'sources={"other": "shapes"}')
    assert table.inputs("scores")["progress"](of("main")) == "results/main/progress.csv"
    assert table.inputs("modes") == {"rows": "results/{study}/modes.csv"}
    assert [name.split(":")[0] for name in table.modules(of("points"), "modes")] == [
        "aeot.tables.modes",
        "aeot.mixtures.ring",
    ]
    assert table.modules(of("main"), "losses") == ["aeot.tables.losses:Losses"]


def test_figures_are_of_every_data_set_and_extractor_of_a_study(study):
    figure = FigurePlan(study)
    assert figure.files("points") == ["results/figures/points/ring/cells.png"]
    names = [path.split("/")[-1].removesuffix(".png") for path in figure.files("main")]
    assert names == ["samples", "progress", "interpolations", "prd"]
    at = of("main", dataset="other", extractor="efficientnetlite0")
    assert figure.where(at) == ["dataset=other", "extractor=efficientnetlite0", "source=shapes"]
    assert figure.title(of("points", mixture="ring")) != figure.title(at)


def test_a_grid_lists_real_images_first_and_then_its_methods(study):
    figure = FigurePlan(study)
    at = of("main", dataset="other")
    files = figure.pictures("samples")(at)
    assert files[0] == "results/other/data/test.npz"
    assert [path.split("/")[2] for path in files[1:]] == study.pictured("main")
    words = figure.collection_words("samples")(at)
    assert words == [
        f'names=["real", {", ".join(repr(n) for n in study.pictured("main"))}]'.replace("'", '"')
    ]
    assert figure.log("field") == "results/logs/collect_field/{study}/{dataset}/{extractor}.log"


def test_a_metric_is_given_the_files_that_it_needs(study):
    score = ScorePlan(study.config, study.bounds, MethodPlan(study.config))
    at = of("main", dataset="other", method="kde", seed="1", extractor="lite")
    fid = score.metric_inputs("fid")(at)
    assert fid == {
        "real_features": "results/other/data/lite/test.npz",
        "fake_features": "results/other/kde/seed1/lite/features.npz",
    }
    assert set(score.metric_inputs("sharpness")(at)) == {"images"}
    assert set(score.metric_outputs("prd")) == {"rows", "curve"}
    assert score.metric_count("fid") is None and score.metric_count("sharpness")(at) == 100
    assert score.snapshot_count(at) == 50


def test_a_metric_on_a_manifold_is_of_data_sets_and_methods_that_have_what_it_needs():
    cases = {"other": {"source": "shapes"},
             "five": {"source": "polygons", "data": {"corners": 5, "test_count": 300}}}  # fmt: skip
    at = {"datasets": ["other", "five"], "methods": ["sharp", "ae", "kde", "mine"]}
    values = VALUES | {
        "dataset_settings": cases, "datasets": ["other"], "inversion": {"draws": 100},
        "studies": {"main": at | {"metrics": "all", "figures": ["manifold", "samples"]}},
    }  # fmt: skip
    config = Config.checked(values, "")
    study = StudyPlan(config, Bounds(config))
    files = [path for path in study.scores(of("main")) if "/seed1/" in path]
    places = {name: [path.split("/")[1:3] for path in files if path.endswith(f"/{name}.csv")]
              for name in ("precision", "recall", "coverage")}  # fmt: skip
    rows = ["floor", "sharp", "ae", "kde", "mine"]
    assert places["precision"] == [["five", name] for name in rows]
    assert places["recall"] == [["five", name] for name in ("sharp", "kde", "mine")]
    assert len(places["coverage"]) == 2 * len(rows)
    figures = [path.split("/")[3:] for path in FigurePlan(study).files("main")]
    assert [path[0] for path in figures if path[-1] == "manifold.png"] == ["five"]
    score = ScorePlan(config, study.bounds, MethodPlan(config))
    wildcards = of("main", dataset="five", method="mine", seed="1", extractor="lite")
    options = score.metric_named("recall")
    assert options["manifold"](wildcards) == "polygons"
    assert options["manifold_set"](wildcards) == ["corners=5"]  # and no counts
    assert score.metric_named("fid") == {}
    assert set(score.metric_inputs("recall")(wildcards)) == {"images", "range"}
    assert score.metric_modules("precision")(wildcards) == [
        "aeot.metrics.precision:Precision",
        "aeot.datasets.polygons:Polygons",
    ]
    assert score.methods.range_inputs(wildcards) == {"weights": "results/five/mine/seed1/model.pt"}
    sampler = of("main", dataset="five", method="kde", seed="1")
    assert score.methods.range_inputs(sampler) == {"samples": "results/five/kde/seed1/samples.npz"}
    assert score.methods.range_modules(wildcards) == score.methods.modules(wildcards)
    assert score.methods.range_modules(sampler) == []  # its images are given
    aeot = of("main", dataset="five", method="sharp", seed="1")
    assert score.methods.range_inputs(aeot) == {
        "transport": "results/five/transport/seed1/transport.npz",
        "autoencoder": "results/five/autoencoder/seed1/autoencoder.pt",
    }
    assert score.methods.range_words(aeot) == score.methods.range_words(sampler) == []
    assert not SamplingSettings(variant="chart").mixes_two
    assert not SamplingSettings(weights="inverse_distance").mixes_two


def test_a_figure_of_evaluations_takes_the_reports_of_the_flows_swept_over_them():
    flow = {"sampler": "flowmatching", "set": {"solver": "euler"}}
    over = {"one": {"setting": "evaluations", "values": [1, 2]},
            "two": {"setting": "noise", "values": [1, 2]}}  # fmt: skip
    flows = {"methods": ["sharp", "one", "two", "kde"], "sweep": {"over": over},
             "figures": ["evaluations"]}  # fmt: skip
    methods = METHODS | {"one": flow, "two": flow}
    values = {**VALUES, "methods": methods, "studies": {"flows": flows}}
    config = Config.checked(values, "")
    figures = FigurePlan(StudyPlan(config, Bounds(config)))
    files = figures.file("evaluations_reports")(of("flows", dataset="other"))
    assert files == [f"results/other/one/seed{seed}/report.json" for seed in (1, 2)]
