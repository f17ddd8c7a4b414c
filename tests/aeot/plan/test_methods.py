"""Files and options of the jobs of one method."""

import pytest
from snakemake.iocontainers import Wildcards

from aeot.config import Config
from aeot.plan.methods import MethodPlan

METHODS = {
    "ae": {"sampler": "reconstruction"},
    "sharp": {"sampler": "transport", "set": {"threshold_quantile": 0.25}},
    "kde": {"sampler": "kde", "set": {"bandwidth": 0.3}},
    "mine": {"model": "glo"},
    "imle": {"sampler": "imle", "of": "mine"},
    "wide": {"sampler": "gmm", "of": "points"},
    "small": {"sampler": "aeot", "of": "points", "set": {"codes": 64}},
    "plain": {"sampler": "aeot", "of": "points", "set": {"codes": 64, "singular": "plain"}},
    "large": {"sampler": "aeot", "of": "points", "set": {"codes": 65}},
    "pairs": {"sampler": "pacgan", "of": "points", "set": {"pack": 2}},
    "early": {"sampler": "pacgan", "of": "points", "set": {"pack": 2, "moments": 3}},
}
STUDIES = {
    "images": {"methods": ["ae", "sharp", "kde", "mine", "imle"], "search": {"draws": 1}},
    "points": {
        "datasets": ["ring"],
        "methods": ["wide", "small", "plain", "large", "pairs", "early"],
    },
    "swept": {
        "methods": ["sharp", "kde"],
        "sweep": {"over": {"kde": {"setting": "bandwidth", "values": [0.1, 0.2]}}},
    },
}
CODES = "results/shapes/{}/seed2/codes.npz"


@pytest.fixture
def plan():
    values = {"datasets": ["shapes"], "seeds": [2], "extractors": ["efficientnetlite0"]}
    return MethodPlan(Config.checked(values | {"methods": METHODS, "studies": STUDIES}, ""))


def of(method, **more):
    return Wildcards(fromdict={"dataset": "shapes", "method": method, "seed": "2"} | more)


def test_methods_are_told_apart_by_their_kind(plan):
    assert (plan.mapped, plan.reconstructed) == (["sharp"], ["ae"])
    assert plan.trained == ["mine"]
    assert plan.fitted == ["kde", "imle"]
    assert plan.on_points == STUDIES["points"]["methods"]
    assert plan.swept == ["sharp", "kde"]
    assert plan.searched == ["mine"]


def test_a_sampler_is_fitted_to_the_codes_of_what_it_is_of(plan):
    assert plan.latents(of("kde")) == CODES.format("autoencoder")
    assert plan.latents(of("imle")) == CODES.format("mine")


def test_the_decoder_is_that_of_the_codes(plan):
    frozen = "results/shapes/autoencoder/seed2/autoencoder.pt"
    trained = "results/shapes/mine/seed2/model.pt"
    files = {name: plan.decoder_file(of(name)) for name in ("ae", "kde", "imle", "mine")}
    assert files == {"ae": frozen, "kde": frozen, "imle": trained, "mine": trained}
    assert plan.decoder_modules(of("kde")) == ["aeot.models.autoencoder.model"]
    assert plan.decoder_modules(of("imle")) == plan.modules(of("mine"))
    assert plan.sampler_modules(of("imle"))[0] == "aeot.pointmodels.imle.model"


def test_the_seconds_of_a_method_are_those_of_all_its_trainings(plan):
    def trained(name):
        return [path.split("/")[2] for path in plan.training_reports(of(name))]

    assert trained("ae") == ["autoencoder"]
    assert trained("sharp") == ["autoencoder", "transport"]
    assert trained("kde") == ["autoencoder", "kde"]
    assert trained("imle") == ["mine", "imle"]
    assert trained("mine") == ["mine"]


def test_the_settings_of_a_fit_are_those_without_drawing(plan):
    assert plan.words(of("kde")) == ["bandwidth=0.3", "count=10000"]
    assert plan.fit_words(of("kde")) == []  # the bandwidth is one of drawing
    ring = Wildcards(fromdict={"mixture": "ring", "method": "wide", "seed": "2"})
    assert plan.words(ring) == []


def test_a_curve_draws_from_the_fit_and_sweeps_its_setting(plan):
    kde = of("kde", study="swept")
    folder = "results/shapes/kde/seed2"
    wanted = {"fitted": f"{folder}/fitted.pt", "report": f"{folder}/report.json"}
    assert plan.sweep_inputs(kde) == wanted
    assert (plan.sweep_setting(kde), plan.sweep_values(kde)) == ("bandwidth", ["0.1", "0.2"])
    assert plan.sweep_words(kde) == [] and plan.sweep_model(kde) == "kde"
    sharp = of("sharp", study="swept")
    assert set(plan.sweep_inputs(sharp)) == {"transport", "report"}
    assert plan.sweep_setting(sharp) is None and plan.sweep_model(sharp) is None
    assert plan.sweep_words(sharp) == ["threshold_quantile=0.25"]


def test_methods_on_points_share_a_fit_where_drawing_alone_differs(plan):
    def shared(name):
        return plan.shared_fit(Wildcards(fromdict={"mixture": "ring", "method": name, "seed": "2"}))

    folder = "results/ring/small/seed2"
    names = ["fitted.pt", "history.csv", "report.json", "points.npz"]
    assert shared("plain") == [f"{folder}/{name}" for name in names]
    # What is trained draws while it is trained, at moments of its own.
    assert [shared(n) for n in ("wide", "small", "large", "pairs", "early")] == [[]] * 5


def test_the_floor_is_scored_by_training_images(plan):
    assert plan.samples(of("floor")) == "results/shapes/data/train.npz"
    features = plan.features(of("floor", extractor="lite"))
    assert features == "results/shapes/data/lite/train.npz"
    assert plan.samples(of("kde")) == "results/shapes/kde/seed2/samples.npz"
    assert plan.snapshots(of("kde")).endswith("/kde/seed2/samples.npz")
    assert plan.snapshots(of("mine")).endswith("/mine/seed2/moments.npz")
