"""Methods: what each is, and with what it is trained or fitted on a data set."""

import pytest

from aeot.errors import InputError
from aeot.methods import Method, Training, check_name
from aeot.models import IMAGE_MODELS
from aeot.models.aeot.settings import SamplingSettings
from aeot.pointmodels import POINT_MODELS
from aeot.registry import resolve_part

CODED = {"vae", "glo", "waemmd", "waegan", "aae", "ali", "gaia"}  # images have latent codes in them


def compared(methods, **sections):
    """Methods, and a study of all of them."""
    study = {"methods": list(methods)} | sections.pop("study", {})
    return {"methods": methods, "studies": {"main": study}} | sections


def settings_of(model):
    return resolve_part(IMAGE_MODELS, model, "settings:Settings", "model of images")


# What a method is


@pytest.mark.parametrize(
    ("entry", "kind", "name", "registry"),
    [
        ({"model": "wgan"}, "images", "wgan", IMAGE_MODELS),
        ({"sampler": "transport"}, "map", "transport", {}),
        ({"sampler": "reconstruction", "of": "autoencoder"}, "map", "reconstruction", {}),
        ({"sampler": "kde"}, "latents", "kde", POINT_MODELS),
        ({"sampler": "imle", "of": "glo"}, "latents", "imle", POINT_MODELS),
        ({"sampler": "pacgan", "of": "points"}, "points", "pacgan", POINT_MODELS),
    ],
)
def test_a_method_is_of_images_of_the_map_of_latents_or_of_points(entry, kind, name, registry):
    method = Method(**entry)
    assert (method.kind, method.name, method.registry) == (kind, name, registry)
    own = {"transport": "aeot.models.aeot", "reconstruction": "aeot"} | registry
    assert method.settings_class().__module__ == f"{own[name]}.settings"
    assert method.draws() == (name != "reconstruction")


def test_which_methods_encode_and_have_latent_codes():
    methods = {name: Method(model=name) for name in IMAGE_MODELS}
    assert {name for name, method in methods.items() if method.has_latents()} == CODED
    assert {name for name, method in methods.items() if method.encodes()} == CODED - {"glo"}
    assert Method(sampler="reconstruction").encodes()
    others = [Method(sampler="transport"), Method(sampler="kde"), Method(sampler="ali", of="glo")]
    assert not any(method.encodes() or method.has_latents() for method in others)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({}, "methods.mine: give a model of images, or a sampler, but not both"),
        ({"model": "vae", "sampler": "kde"}, "methods.mine: give a model of images, or a sampler"),
        ({"model": "autoencoder"}, "methods.mine: the autoencoder is trained once per data set, "
                                   "with the settings of the section autoencoder; "
                                   "the method that uses it is sampler: reconstruction"),
        ({"model": "vae", "of": "points"},
         "methods.mine: only samplers have the key of; a model of images"),
        ({"sampler": "transport", "of": "points"},
         "methods.mine: the sampler transport always uses the autoencoder; leave out of"),
        ({"sampler": "reconstruction", "of": "glo"},
         "methods.mine: the sampler reconstruction always"),
        ({"sampler": "kde", "on": "points"}, "methods.mine.on is not a known key; known here: "
                                             "model, of, sampler, set."),
        ({"model": "vae", "set": {"critic_steps": 2}},
         "methods.mine.set.critic_steps is not a known key; known here: averaging"),
        ({"sampler": "kde", "set": {"bandwidth": 0}}, "methods.mine.set.bandwidth: input should be "
                                                      "greater than 0"),
        ({"sampler": "transport", "set": {"variant": "x"}}, "'chart' or 'vertex'"),
        ({"sampler": "pacgan", "of": "points", "set": {"pack": 0}}, "methods.mine.set.pack: "),
    ],
)  # fmt: skip
def test_a_wrong_method_is_one_sentence(refused, entry, sentence):
    assert sentence in refused({"methods": {"mine": entry}})  # of no study: checked all the same


@pytest.mark.parametrize("entry", [{"sampler": "transport"}, {"sampler": "reconstruction"},
                                   {"sampler": "kde"}, {"model": "vae"}])  # fmt: skip
def test_how_many_images_are_drawn_is_said_once_for_all(refused, entry):
    text = refused({"methods": {"mine": entry | {"set": {"count": 5}}}})
    assert text == "methods.mine.set: count is set by drawn_images, for every method."
    text = refused(
        {"methods": {"mine": entry}},
        {"dataset_settings": {"mnist5k": {"methods": {"mine": {"count": 5}}}}},
    )
    assert text.startswith("dataset_settings.mnist5k.methods.mine") and "count" in text


def test_the_reconstruction_is_no_variant_of_the_map_and_has_no_settings(refused):
    variant = {"variant": "reconstruction"}
    text = refused({"methods": {"a": {"sampler": "transport", "set": variant}}})
    assert text.startswith("methods.a.set.variant: ")
    text = refused(
        {"methods": {"a": {"sampler": "transport"}}},
        {"dataset_settings": {"mnist5k": {"methods": {"a": variant}}}},
    )
    assert "dataset_settings.mnist5k.methods.a.variant" in text
    text = refused({"methods": {"a": {"sampler": "reconstruction", "set": {"weights": "uniform"}}}})
    assert text.startswith("methods.a.set.weights is not a known key")


# Names of methods


@pytest.mark.parametrize("name", ["Vae", "va_e", "../vae", "vae\n", "vaé", "", "va e"])
def test_a_name_is_lower_case_letters_and_digits(name):
    with pytest.raises(
        ValueError, match=r"^methods: .* does not consist of lower-case letters and digits"
    ):
        check_name(name, "methods")


# Models of images: steps


@pytest.mark.parametrize(
    ("own", "special", "case", "training", "wanted"),
    [
        ({}, {}, None, None, {}),
        ({}, {}, None, 7, {"steps": 7}),
        ({}, {}, 9, None, {"steps": 9}),
        ({}, {}, 9, 7, {"steps": 9}),
        ({"steps": 5}, {}, 9, 7, {"steps": 5}),
        ({"epochs": 3}, {}, 9, 7, {"epochs": 3}),
        ({"steps": 5}, {"steps": 4}, 9, 7, {"steps": 4}),
        ({}, {"epochs": 2}, 9, 7, {"epochs": 2}),
        ({}, {}, None, "published", {"steps": 15_625}),
        ({}, {}, "published", 7, {"steps": 15_625}),
        ({}, {}, 9, "published", {"steps": 9}),
        ({"epochs": 3}, {}, "published", "published", {"epochs": 3}),
    ],
)
def test_steps_are_a_methods_own_or_a_data_sets_or_those_of_all(
    configured, own, special, case, training, wanted
):
    digits = {"source": "mnist", "methods": {"mine": special}}
    config = configured(
        compared(
            {"mine": {"model": "nsgan", "set": own}, "other": {"model": "nsgan"}},
            datasets=["digits", "images"],
            dataset_settings={
                "digits": digits | ({"steps": case} if case else {}),
                "images": {"source": "cifar10", "methods": {"mine": special}},
            },
            training={"steps": training},
        )
    )
    assert config.method_settings("mine", "digits") == wanted
    if not own and not special:
        # A data set's steps are its own.
        published = {"steps": 78_125} if training == "published" else None
        elsewhere = published or ({"steps": training} if training else {})
        assert config.method_settings("mine", "images") == elsewhere
        assert config.method_settings("other", "digits") == wanted


def test_other_methods_than_models_of_images_take_no_steps_of_trainings(configured):
    config = configured(
        compared(
            {"ae": {"sampler": "reconstruction"}, "aeot": {"sampler": "transport"},
             "aekde": {"sampler": "kde"}, "aeflow": {"sampler": "flowmatching"}},
            training={"steps": 7}, mixtures={"steps": 8},
            dataset_settings={"mnist5k": {"steps": 9}},
        )
    )  # fmt: skip
    for name in config.methods:
        assert "steps" not in config.method_settings(name, "mnist5k")


# Models of images: published budgets and hyper-parameters


def published(source, methods, **sections):
    """A case of a source, whose trainings have published budgets."""
    training = {"steps": "published", "hyperparameters": "published"}
    case = {"case": {"source": source}}
    return compared(
        methods, datasets=["case"], dataset_settings=case, training=training, **sections
    )


AUTHORS = [
    ("glo", "mnist", {"net": "glo", "epochs": 200}),
    ("glo", "cifar10", {"net": "glo", "generator_norm": False, "epochs": 500}),
    ("waemmd", "mnist", {"net": "wae", "codes": 8, "batch_size": 100, "epochs": 100}),
    ("aae", "mnist", {"net": "wae", "codes": 8, "batch_size": 100, "epochs": 100}),
    ("waegan", "fashionmnist", {"batch_size": 100, "epochs": 100}),
    ("waemmd", "celeba", {"net": "wae", "batch_size": 100, "prior_deviation": 2**0.5,
                          "decay": "smooth", "penalty": 100, "epochs": 55}),
    ("waegan", "celeba", {"net": "wae", "batch_size": 100, "prior_deviation": 2**0.5,
                          "decay": "smooth", "penalty": 1, "learning_rate": 3e-4,
                          "adversary_rate": 1e-3, "adversary_units": 1024, "epochs": 55}),
    ("gaia", "mnist", {"steps": 15_625}),
    ("gaia", "celeba", {"net": "gaia", "codes": 1024, "batch_size": 8, "steps": 101_250}),
    ("ali", "fashionmnist", {"steps": 15_625}),
    ("ali", "cifar10", {"batch_size": 100, "epochs": 6475}),
    ("nsgan", "celeba", {"steps": 101_250}),
]  # fmt: skip


@pytest.mark.parametrize(("model", "source", "wanted"), AUTHORS)
def test_published_is_what_a_models_authors_set_on_the_source_of_a_case(
    configured, model, source, wanted
):
    config = configured(published(source, {"mine": {"model": model}}))
    assert config.method_settings("mine", "case") == wanted


def test_a_methods_own_settings_go_before_its_authors(configured):
    own = {"model": "glo", "set": {"net": "infogan", "width": 8}}
    config = configured(published("cifar10", {"mine": own}))
    assert config.method_settings("mine", "case") == {
        "net": "infogan", "width": 8, "generator_norm": False, "epochs": 500,
    }  # fmt: skip


def test_a_model_states_its_budget_for_all_other_data_sets(monkeypatch, configured):
    budgets = {"mnist": {"steps": 2}, "default": {"epochs": 7}}
    monkeypatch.setattr(settings_of("nsgan"), "PUBLISHED", budgets)
    methods = {"nsgan": {"model": "nsgan"}}
    other = configured(published("cifar10", methods)).method_settings("nsgan", "case")
    assert other["epochs"] == 7 and "steps" not in other
    assert configured(published("mnist", methods)).method_settings("nsgan", "case")["steps"] == 2


WITHOUT = {
    "of the study": {"mine": {"model": "mmgan"}},
    "whose latent codes are sampled": {"mine": {"sampler": "imle", "of": "coded"},
                                       "coded": {"model": "vae"}},
    "of the pictures alone": {"mine": {"sampler": "kde"}, "pictured": {"model": "nsgan"}},
}  # fmt: skip


@pytest.mark.parametrize("who", WITHOUT)
def test_a_data_set_without_a_published_budget_is_one_sentence(refused, who):
    methods = WITHOUT[who]
    study = {"methods": ["mine"], "pictures": [name for name in methods if name != "coded"]}
    text = refused(published("shapes", methods, study=study))
    assert "training.steps: published: " in text
    assert "has no published budget for the data set 'shapes' (only for mnist, " in text
    assert "dataset_settings.CASE.steps" in text


def test_hyper_parameters_for_short_trainings_lie_under_a_methods_own(configured):
    methods = {"wgan": {"model": "wgan", "set": {"critic_steps": 3}}}
    short = configured(compared(methods, training={"hyperparameters": "short", "steps": 4}))
    assert short.method_settings("wgan", "mnist5k") == {
        **settings_of("wgan").SHORT, "critic_steps": 3, "steps": 4,
    }  # fmt: skip
    long = configured(compared(methods, training={"hyperparameters": "published", "steps": 4}))
    assert long.method_settings("wgan", "mnist5k") == {"critic_steps": 3, "steps": 4}


def test_trainings_are_the_published_ones_unless_the_configuration_says_otherwise():
    assert (Training().hyperparameters, Training().steps) == ("published", None)


@pytest.mark.parametrize("hyperparameters", ["published", "short"])
@pytest.mark.parametrize("name", ["lsgan", "dragan", "began", "vae"])
def test_without_a_word_the_variant_is_that_of_the_published_numbers(
    configured, name, hyperparameters
):
    training = {"hyperparameters": hyperparameters}
    methods, study = {name: {"model": name}}, {"search": {"draws": 1}}
    config = configured(compared(methods, training=training, study=study))
    kind = settings_of(name)
    searched = config.search_settings("main", name, "mnist5k")
    for values in (config.method_settings(name, "mnist5k"), searched):
        assert kind(**values).variant == "lucic_v1"


# Searches of hyper-parameters


def searched(**search):
    methods = {"mine": {"model": "wgan", "set": {"clip": 7.0}}, "kde": {"sampler": "kde"}}
    return compared(
        methods,
        training={"steps": 7, "hyperparameters": "short"},
        study={"search": {"draws": 2} | search},
    )


def test_a_search_starts_from_the_published_hyper_parameters_and_its_own_settings(configured):
    config = configured(searched(set={"width": 8}))
    short = config.method_settings("mine", "mnist5k")
    assert short["steps"] == 7 and short["learning_rate"] == 2e-3 and "width" not in short
    found = config.search_settings("main", "mine", "mnist5k")
    assert found == {"clip": 7.0, "width": 8, "steps": 7}
    assert config.searched("main") == ["mine"]
    assert configured(searched(draws=0)).searched("main") == []


@pytest.mark.parametrize(
    ("search", "case", "steps"),
    [({"steps": 5}, 9, 5), ({}, 9, 9), ({"set": {"steps": 4}}, 9, 4), ({"steps": "published"}, 9,
      15_625), ({"set": {"epochs": 3}}, 9, None)],
)  # fmt: skip
def test_the_steps_of_a_search_are_its_own_before_others(configured, search, case, steps):
    digits = {"mnist5k": {"source": "mnist", "steps": case}}
    config = configured(searched(**search), {"dataset_settings": digits})
    assert config.search_settings("main", "mine", "mnist5k").get("steps") == steps


def test_published_checkpoints_are_those_of_the_data_set(configured, refused):
    cifar = {"datasets": ["mine"], "dataset_settings": {"mine": {"source": "cifar10"}}}
    config = configured(searched(checkpoints="published"), cifar)
    assert config.checkpoints("main", "mine") == 20
    assert configured(searched(checkpoints=3)).checkpoints("main", "mnist5k") == 3
    text = refused(searched(checkpoints="published"))
    assert "published: there is no published number for the data set 'mnist5k'" in text


# Models of points


def test_the_steps_of_mixtures_are_those_of_gans(configured):
    methods = {f"my{name}": {"sampler": name, "of": "points"} for name in POINT_MODELS}
    methods["own"] = {"sampler": "pacgan", "of": "points", "set": {"pack": 2, "steps": 3}}
    study = {"datasets": ["grid"]}
    config = configured(compared(methods, mixtures={"steps": 20}, study=study))
    counted = {
        name: values["steps"]
        for name in methods
        if "steps" in (values := config.method_settings(name, "grid"))
    }
    assert counted == {"mypacgan": 20, "myali": 20, "mymd": 20, "own": 3}
    config = configured(compared(methods, mixtures={"steps": "published"}, study=study))
    assert config.method_settings("mymd", "grid") == {"steps": 400_000}
    assert config.method_settings("own", "grid") == {"pack": 2, "steps": 3}
    assert config.method_settings("myflowmatching", "grid") == {}


def test_a_model_of_points_draws_as_many_as_its_own_settings_say(configured):
    gmm = {"sampler": "gmm", "of": "points", "set": {"count": 5}}
    config = configured(compared({"gmm": gmm}, study={"datasets": ["grid"]}))
    assert config.method_settings("gmm", "grid") == {"count": 5}


# Samplers of latent codes


def test_a_sampler_of_latent_codes_draws_the_images_of_all_and_once(configured):
    methods = {"aekde": {"sampler": "kde", "set": {"held_out": 10}},
               "aeflow": {"sampler": "flowmatching", "set": {"steps": 3}}}  # fmt: skip
    config = configured(compared(methods, drawn_images=1234))
    assert config.method_settings("aekde", "mnist5k") == {"held_out": 10, "count": 1234}
    assert config.method_settings("aeflow", "mnist5k") == {
        "steps": 3, "count": 1234, "moments": 1,
    }  # fmt: skip
    default = configured(compared(methods)).method_settings("aekde", "mnist5k")
    assert default == {"held_out": 10, "count": 10_000}


def test_a_map_draws_the_images_of_all_and_the_reconstruction_none(configured):
    vertex = {"sampler": "transport", "set": {"variant": "vertex"}}
    methods = {"ae": {"sampler": "reconstruction"}, "vertex": vertex}
    config = configured(compared(methods, drawn_images=1234))
    assert config.method_settings("ae", "mnist5k") == {}
    assert config.method_settings("vertex", "mnist5k") == {"variant": "vertex", "count": 1234}
    SamplingSettings.checked(config.method_settings("vertex", "mnist5k"), "vertex")


SPECIAL = [
    ({"model": "vae", "set": {"width": 8, "codes": 16}}, {"width": 9}),
    ({"sampler": "transport", "set": {"threshold": 0.5}}, {"threshold": 0.7, "singular": "plain"}),
    ({"sampler": "kde", "set": {"held_out": 7}}, {"bandwidth": 0.1}),
    ({"sampler": "imle", "of": "glo"}, {"epochs": 2}),
]


@pytest.mark.parametrize(("entry", "special"), SPECIAL)
def test_what_a_data_set_says_of_a_method_goes_before_what_the_method_says(
    configured, entry, special
):
    methods = {"mine": entry, "glo": {"model": "glo"}}
    cases = {"few": {"source": "mnist5k", "methods": {"mine": special}}}
    config = configured(compared(methods, datasets=["few", "mnist5k"], dataset_settings=cases))
    general = config.method_settings("mine", "mnist5k")
    assert config.method_settings("mine", "few") == general | special != general


def test_an_unknown_model_is_refused_when_its_settings_are_wanted():
    with pytest.raises(InputError, match="'nope' is not a known model of images; known: aae"):
        Method(model="nope").settings_class()
