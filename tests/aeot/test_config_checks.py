"""Every name leads somewhere and every setting is valid, or one sentence says which is not."""

import pytest

from aeot.datasets import DATASETS
from aeot.features import EXTRACTORS
from aeot.metrics import METRICS
from aeot.models import IMAGE_MODELS
from aeot.names import END
from aeot.pointmodels import POINT_MODELS
from aeot.registry import resolve_part

METHODS = {
    "ae": {"sampler": "reconstruction"},
    "aeot": {"sampler": "transport"},
    "aekde": {"sampler": "kde"},
    "vae": {"model": "vae"},
    "glo": {"model": "glo"},
    "nsgan": {"model": "nsgan"},
    "glann": {"sampler": "imle", "of": "glo"},
    "gmm": {"sampler": "gmm", "of": "points"},
    "aeot512": {"sampler": "aeot", "of": "points", "set": {"codes": 512}},
}
BASE = {"methods": METHODS, "studies": {"main": {"methods": ["ae", "aeot", "vae"]}}}


def study(**keys):
    return {"studies": {"mine": {"methods": ["aeot"]} | keys}}


def swept(name="aekde", **place):
    return study(methods=[name], sweep={"over": {name: place}})


def test_the_base_of_these_tests_is_right(configured):
    configured(BASE)
    configured(BASE, study(datasets=["grid", "ring"], methods=["gmm", "aeot512"]))
    configured(BASE, swept(setting="bandwidth", values=[0.1, 0.2]))
    configured(
        BASE, study(datasets=["mnist"], methods=["glann", "vae"], pictures=["aeot", ["vae"]])
    )


@pytest.mark.parametrize(
    ("edit", "start", "known"),
    [
        ({"datasets": ["mnits"]}, "datasets: 'mnits'", DATASETS),
        ({"dataset_settings": {"mine": {"source": "nist"}}},
         "datasets: 'mine' has the source 'nist'", DATASETS),
        ({"extractors": ["vgg"]}, "extractors: 'vgg'", EXTRACTORS),
        ({"extractor_settings": {"vgg": {}}}, "extractor_settings: 'vgg'", EXTRACTORS),
        ({"metrics": ["fidd"]}, "metrics: 'fidd'", METRICS),
        ({"metric_settings": {"fidd": {}}}, "metric_settings: 'fidd'", METRICS),
        ({"methods": {"mine": {"model": "kde"}}}, "methods.mine.model: 'kde'", IMAGE_MODELS),
        ({"methods": {"mine": {"sampler": "vae"}}}, "methods.mine.sampler: 'vae'",
         [*POINT_MODELS, "transport", "reconstruction"]),
        ({"methods": {"mine": {"sampler": "vae", "of": "points"}}}, "methods.mine.sampler: 'vae'",
         POINT_MODELS),
        ({"sources": {"shapes": {"root": "/x"}}}, "sources: 'shapes'", ["mnist", "celeba"]),
        ({"run": ["mian"]}, "run: 'mian'", ["main"]),
        ({"methods": {"mine": {"sampler": "kde", "of": "gloo"}}}, "methods.mine.of: 'gloo'",
         ["autoencoder", "points", "glo", "vae"]),
        ({"dataset_settings": {"mnist5k": {"methods": {"vaee": {}}}}},
         "dataset_settings.mnist5k.methods: 'vaee'", METHODS),
        (study(datasets=["mnits"]), "datasets: 'mnits'", DATASETS),
        (study(methods=["aeto"]), "studies.mine.methods: 'aeto'", METHODS),
        (study(pictures=["aeto"]), "studies.mine.pictures: 'aeto'", METHODS),
        (study(pictures=["ae", ["vae", "aeto"]]), "studies.mine.pictures: 'aeto'", METHODS),
        (study(metrics=["fidd"]), "studies.mine.metrics: 'fidd'", METRICS),
        (study(figures=["pdr"]), "studies.mine.figures: 'pdr'", ["prd", "interpolations", "cells"]),
        (study(sweep={"over": {"aeto": {}}}), "studies.mine.sweep.over: 'aeto'", METHODS),
    ],
)  # fmt: skip
def test_an_unknown_name_is_answered_with_the_known_ones(refused, edit, start, known):
    text = refused(BASE, edit)
    assert text.startswith(f"{start} is not ")
    said = text.partition("known: ")[2].rstrip(".").split(", ")
    assert said == sorted(said) and set(known) <= set(said)


@pytest.mark.parametrize("of", ["nsgan", "aekde", "ae", "mine", "glann", "gmm"])
def test_latent_codes_are_those_of_a_model_that_has_them(refused, of):
    text = refused(BASE, {"methods": {"mine": {"sampler": "kde", "of": of}}})
    assert text == f"methods.mine.of: '{of}' is not known; known: autoencoder, glo, points, vae."


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (
            study(methods=["aeot", "aeot"]),
            "studies.mine.methods: every entry may be listed only once",
        ),
        (study(datasets=["grid", "grid"], methods=["gmm"]), "studies.mine.datasets"),
        (study(datasets=["mnist", "mnist"]), "studies.mine.datasets"),
        ({"run": ["main", "main"]}, "run: every entry may be listed only once"),
        ({"datasets": ["mnist", "mnist"]}, "datasets: every entry may be listed only once"),
        ({"metrics": ["fid", "fid"]}, "metrics: every entry may be listed only once"),
        (study(pictures=["ae", ["ae", "vae"]]), "studies.mine.pictures"),
    ],
)
def test_what_is_listed_twice_is_refused(refused, edit, sentence):
    text = refused(BASE, edit)
    assert text.startswith(sentence) and "listed only once" in text


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (study(datasets=["mnist5k", "grid"]), "studies.mine.datasets: 'grid' is a mixture: give it "
                                              "its own study"),
        (study(datasets=["grid", "mnist5k"], methods=["gmm"]), "'grid' is a mixture: give it"),
        (study(methods=["aeot", "gmm"]),
         "studies.mine: 'gmm' is a method of points, but the study is of images"),
        (study(datasets=["grid"], methods=["gmm", "vae"]),
         "studies.mine: 'vae' is a method of images, but the study is of a mixture"),
        (study(datasets=["grid"], methods=["gmm", "aekde"]), "studies.mine: 'aekde' is a method"),
        (study(datasets=["grid"], methods=["aeot"]), "studies.mine: 'aeot' is a method of images"),
        (study(pictures=["aeot512"]), "studies.mine: 'aeot512' is a method of points"),
        (study(datasets=["grid"], methods=["gmm"], pictures=["gmm", ["ae"]]), "studies.mine: 'ae'"),
        ({"datasets": ["mnist5k", "grid"]}, "'grid' is a mixture"),
        ({"datasets": ["grid"]}, "studies.main: 'ae' is a method of images, but the study is of a"),
    ],
)  # fmt: skip
def test_images_and_mixtures_have_studies_and_methods_of_their_own(refused, edit, sentence):
    assert sentence in refused(BASE, edit)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (swept(setting="bandwidth"), "studies.mine.sweep.over.aekde: setting and values belong"),
        (swept(values=[1]), "studies.mine.sweep.over.aekde: setting and values belong together"),
        (swept(setting="bandwidth", values=[0.1, 0.1]),
         "studies.mine.sweep.over.aekde.values: every value may be listed only once"),
        (swept(set={"count": 5}),
         "studies.mine.sweep.over.aekde: count is set by scored_images, for"),
        (swept(setting="count", values=[5]),
         "studies.mine.sweep.over.aekde: count is set by scored_images"),
        (swept(setting="bandwidth", values=[0.1, -1]), "studies.mine.sweep.over.aekde.bandwidth: "),
        (swept(setting="bandwith", values=[0.1]),
         "studies.mine.sweep.over.aekde.bandwith is not a known key; known here: bandwidth, count"),
        (swept("aeot", setting="threshold_quantile", values=[0.5, 7]),
         "studies.mine.sweep.over.aeot.threshold_quantile: input should be less than or equal"),
        (swept("aeot", setting="bandwidth", values=[7]), "studies.mine.sweep.over.aeot.bandwidth"),
        (swept("ae"), "studies.mine.sweep.over.ae: 'ae' is not a sampler of the autoencoder's"),
        (swept("vae"), "studies.mine.sweep.over.vae: 'vae' is not a sampler of the autoencoder's"),
        (swept("glann"), "studies.mine.sweep.over.glann: 'glann' is not a sampler of the"),
        (study(methods=["gmm"], datasets=["grid"], sweep={}),
         "studies.mine.sweep.over.gmm: 'gmm' is not a sampler of the autoencoder's"),
        (study(methods=["aekde", "vae"], sweep={}),
         "studies.mine.sweep.over.vae: 'vae' is not a sampler of the autoencoder's"),
        (swept("aeot", set={"variant": "reconstruction"}), "studies.mine.sweep.over.aeot"),
        (swept("aeot", setting="variant", values=["vertex", "reconstruction"]),
         "studies.mine.sweep.over.aeot"),
    ],
)  # fmt: skip
def test_a_fault_of_a_sweep_names_the_method_that_is_swept(refused, edit, sentence):
    assert refused(BASE, edit).startswith(sentence)


def test_the_end_of_every_frontier_is_no_curve(refused):
    """Test images, encoded and decoded, are a place of every frontier, under a name of its own."""
    methods = {"methods": {END: {"sampler": "transport"}}}
    text = refused(BASE, methods, swept(END, setting="threshold", values=[1]))
    assert f"the name '{END}' is reserved" in text


def test_a_place_is_checked_with_its_methods_own_settings(configured, refused):
    both = {"methods": {"flow": {"sampler": "flowmatching", "set": {"width": 8}}}}
    configured(BASE, both, swept("flow", setting="noise", values=[0.9]))
    two = {"methods": {"gmm5": {"sampler": "gmm", "set": {"components": [5]}}}}
    text = refused(BASE, two, swept("gmm5", setting="components", values=[[1], []]))
    assert text.startswith("studies.mine.sweep.over.gmm5.components")


def test_a_figure_of_a_sweep_needs_that_of_its_setting(configured, refused):
    flow = {"methods": {"flow": {"sampler": "flowmatching"}}}
    over = {"flow": {"set": {"solver": "euler"}, "setting": "evaluations", "values": [1, 2]}}
    both = {"methods": ["flow"], "sweep": {"over": over}, "figures": ["evaluations"]}
    configured(BASE, flow, study(**both))
    other = {"flow": {"setting": "noise", "values": [1, 2]}}
    text = refused(BASE, flow, study(**both | {"sweep": {"over": other}}))
    assert "'evaluations' shows a sweep over evaluations; define one in the study" in text
    over["flow"] = {"setting": "evaluations", "values": [1, 2]}  # by midpoint steps
    assert "1 is odd" in refused(BASE, flow, study(**both))


def test_what_is_swept_may_be_laid_over_and_its_method_not_listed(configured):
    """A file whose methods replace those of another inherits how the others are swept."""
    edit = study(methods=["aekde"], sweep={"over": {"aeot": {"setting": "threshold",
                                                             "values": [1]}}})  # fmt: skip
    assert len(configured(BASE, edit).studies["mine"].swept("aekde").places({})) == 1


@pytest.mark.parametrize(
    ("methods", "where"),
    [
        ({"vae": {"widht": 8}}, "dataset_settings.mnist5k.methods.vae.widht is not a known key"),
        ({"vae": {"width": 0}}, "dataset_settings.mnist5k.methods.vae.width: input should be"),
        ({"aekde": {"bandwidth": -1}}, "dataset_settings.mnist5k.methods.aekde.bandwidth: "),
        ({"aeot": {"threshold_quantile": 2}}, "dataset_settings.mnist5k.methods.aeot.threshold_qu"),
        ({"glann": {"epoch": 2}}, "dataset_settings.mnist5k.methods.glann.epoch is not a known"),
        ({"gmm": {"components": [3]}}, "dataset_settings.mnist5k.methods: 'gmm' is a method of po"),
        ({"ae": {"thresholds": 1}}, "dataset_settings.mnist5k.methods.ae.thresholds is not a"),
    ],
)
def test_a_data_sets_settings_of_a_method_are_checked(refused, methods, where):
    assert where in refused(BASE, {"dataset_settings": {"mnist5k": {"methods": methods}}})


def test_a_data_sets_settings_are_checked_together_with_the_methods_own(refused):
    edit = {
        "methods": {"vae": {"set": {"epochs": 3}}},
        "dataset_settings": {"mnist5k": {"methods": {"vae": {"steps": 2}}}},
    }
    text = refused(BASE, edit)
    assert text.startswith("dataset_settings.mnist5k.methods.vae")
    assert "give steps or epochs, not both" in text


@pytest.mark.parametrize("ranges", ["wide", "narrow"])
def test_the_settings_of_a_draw_must_be_valid(monkeypatch, configured, refused, ranges):
    class Wrong:
        def draw(self, random):
            return -1.0

    kind = resolve_part(IMAGE_MODELS, "nsgan", "settings:Settings", "model")
    monkeypatch.setattr(kind, ranges.upper(), {"learning_rate": Wrong()})
    edit = study(methods=["nsgan"], search={"draws": 2, "ranges": ranges})
    text = refused(BASE, edit)
    assert text.startswith(
        "studies.mine.search, draw1 of nsgan on mnist5k.learning_rate: input should be greater "
    )
    configured(BASE, study(methods=["nsgan"], search={"draws": 1, "ranges": ranges}))


SEARCH = {"draws": 2, "metrics": ["prd"]}


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (study(methods=["nsgan"], search=SEARCH | {"metrics": ["pdr"]}),
         "studies.mine.search.metrics: 'pdr' is not known; known: "),
        (study(methods=["nsgan"], search=SEARCH | {"metrics": ["copying"]}),
         "studies.mine.search.metrics: 'copying' needs train, which a search does not compute"),
        (study(methods=["nsgan"], search=SEARCH | {"set": {"wide": 8}}),
         "studies.mine.search.set, nsgan on mnist5k.wide is not a known key"),
        (study(methods=["nsgan"], search={"draws": 2}, figures=["fscores"]),
         "studies.mine.search.metrics: the figure fscores shows prd; list it here"),
        (study(methods=["nsgan"], figures=["budget"]),
         "studies.mine.figures: 'budget' shows a search; set studies.mine.search.draws, and list"),
        (study(methods=["aeot"], search=SEARCH, figures=["spread"]),
         "studies.mine.figures: 'spread' shows a search"),
        (study(methods=["nsgan"], tables=["reruns"]), "studies.mine.tables: 'reruns' shows a sea"),
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_shown_or_scored_is_one_sentence(
    configured, refused, edit, sentence
):
    assert refused(BASE, edit).startswith(sentence)
    shown = {"tables": ["reruns"], "figures": ["budget", "spread", "fscores"]}
    configured(BASE, study(methods=["nsgan", "aeot"], search=SEARCH, **shown))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mnist5k", "studies: 'mnist5k' is the name of a data set; choose another"),
        ("digits", "studies: 'digits' is the name of a data set; choose another"),
        ("grid", "studies: 'grid' is the name of a data set; choose another"),
        ("My", "studies: 'My' does not consist of lower-case letters and digits"),
        ("../up", "studies: '../up' does not consist of lower-case letters and digits"),
    ],
)
def test_the_name_of_a_study_is_its_own(refused, name, words):
    digits = {"digits": {"source": "mnist"}}
    cases = {"datasets": ["mnist5k", "digits"], "dataset_settings": digits}
    assert words in refused(BASE, cases, {"studies": {name: {}}})


def test_no_data_set_of_images_is_called_as_a_mixture(refused):
    case = {"datasets": ["mnist5k"], "dataset_settings": {"ring": {"source": "mnist5k"}}}
    assert "'ring'" in refused(BASE, case, study(datasets=["ring"]))


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        (study(tables=["modes"]), "modes"),
        (study(tables=["frontier"]), "frontier"),
        (study(datasets=["grid"], methods=["gmm"], tables=["scores"]), "scores"),
        (study(datasets=["grid"], methods=["gmm"], tables=["losses"]), "losses"),
        (study(figures=["scatter"]), "scatter"),
        (study(figures=["collapse"]), "collapse"),
        (study(figures=["frontier"]), "frontier"),
        (study(figures=["evaluations"]), "evaluations"),
        (study(datasets=["grid"], methods=["gmm"], figures=["prd"]), "prd"),
        (study(datasets=["grid"], methods=["gmm"], figures=["samples"]), "samples"),
    ],
)
def test_tables_and_figures_fit_what_the_study_is_of(refused, edit, word):
    text = refused(BASE, edit)
    assert text.startswith("studies.mine") and repr(word) in text


@pytest.mark.parametrize(
    ("edit", "needed"),
    [
        (study(methods=["ae", "vae"], figures=["certificate"]), "sampler: transport"),
        (study(methods=["ae", "aeot"], figures=["moments"]), "a model of images"),
        (study(datasets=["grid"], methods=["gmm"], figures=["cells"]), "sampler: aeot"),
    ],
)
def test_a_figure_says_which_method_it_needs(refused, edit, needed):
    (figure,) = edit["studies"]["mine"]["figures"]
    text = refused(BASE, edit)
    assert text.startswith(f"studies.mine.figures: {figure!r} needs ") and needed in text


def test_rivals_are_methods_of_the_study_that_have_scores(refused):
    text = refused(BASE, study(methods=["aeot"], pictures=["aeot", ["vae", "nsgan"]]))
    assert text.startswith("studies.mine.pictures") and "'vae'" in text
