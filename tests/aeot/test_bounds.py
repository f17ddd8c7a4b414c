"""What a configuration asks for against the images that there are: every bound, with its key."""

from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from aeot.bounds import Bounds, refuse
from aeot.config import Config
from aeot.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
DEFAULT, PRESETS = ROOT / "config" / "config.yaml", ROOT / "config" / "presets"


def config(*edits, preset="smoke"):
    values = yaml.safe_load(DEFAULT.read_text())
    if preset:
        update_config(values, yaml.safe_load((PRESETS / f"{preset}.yaml").read_text()))
    for edit in edits:
        update_config(values, edit)
    return Config.checked(values, "")


def shapes(**data):
    """Edit the smoke preset's images: 400 train, 200 test, 16 x 16; 200 are scored."""
    return {"dataset_settings": {"shapes": {"data": data}}}


PLAIN = {"studies": {"main": {"metrics": [], "figures": ["samples"]}}}  # any number of images does


def fault_of(*edits):
    with pytest.raises(InputError) as caught:
        Bounds(config(*edits))
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.long
@pytest.mark.parametrize("preset", [None, *sorted(path.stem for path in PRESETS.glob("*.yaml"))])
def test_every_shipped_configuration_fits_its_images(preset):
    bounds = Bounds(config(preset=preset))
    asked = bounds.config.scored_images
    for name in bounds.config.cases:
        assert bounds.scored(name) == asked  # of published sets as many as the file says
    for study in bounds.config.studies:
        refuse(bounds.study_faults(study))


def test_the_published_numbers_of_images_are_known():
    cases = Bounds(config(preset="paper")).cases
    assert (cases["mnist"].train, cases["mnist"].test, cases["mnist"].shape) == (
        60_000, 10_000, (1, 28, 28),
    )  # fmt: skip
    assert (cases["cifar10"].train, cases["cifar10"].test, cases["cifar10"].shape) == (
        50_000, 10_000, (3, 32, 32),
    )  # fmt: skip
    assert (cases["celeba"].train, cases["celeba"].test, cases["celeba"].shape) == (
        162_770, 19_962, (3, 64, 64),
    )  # fmt: skip


def folder(tmp_path, count):
    tmp_path.mkdir(exist_ok=True)
    for number in range(count):
        (tmp_path / f"{number}.jpg").write_bytes(b"%d" % number)
    mine = {"source": "imagefolder", "data": {"folder": str(tmp_path), "size": 64}}
    return {"datasets": ["cats"], "dataset_settings": {"cats": mine}}


def test_a_folder_of_500_pictures_is_scored_by_what_there_is(tmp_path):
    """The README's recipe, laid over the default."""
    bounds = Bounds(config(folder(tmp_path, 500), preset=None))
    assert (bounds.cases["cats"].train, bounds.cases["cats"].test) == (450, 50)
    assert bounds.scored("cats") == 50


@pytest.mark.parametrize(
    ("data", "scored"),
    [
        ({"validation_count": 90}, 90),
        ({"test_count": 100}, 100),
        ({"train_count": 150}, 150),
        ({"test_count": 300}, 200),
    ],
)
def test_the_smallest_set_decides_how_many_are_scored(data, scored):
    assert Bounds(config(shapes(**data))).scored("shapes") == scored


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ([shapes(size=50)], "dataset_settings.shapes.data.size: images of 50 x 50 pixels cannot be "
                            "halved 2 times; use a size divisible by 4."),
        ([shapes(size=16), {"autoencoder": {"extra_convs": 3}}],
         "cannot be halved 5 times; use a size divisible by 32, or lower extra_convs."),
        ([shapes(test_count=2)], "dataset_settings.shapes: 400 training and 2 test images; "),
        ([shapes(train_count=1)], "dataset_settings.shapes: 1 training and 200 test images; "),
        ([shapes(test_count=9)], "metric_settings.prd.clusters: 20 clusters need as many images in "
                                 "two sets: lower it to 18, "),
        ([shapes(test_count=9)], "of shapes 9 are scored."),
        ([{"metric_settings": {"prd": {"clusters": 401}}}], "two sets: lower it to 400"),
        ([{"metrics": ["fid", "convexity"], "metric_settings": {"convexity": {"pairs": 101}}}],
         "metric_settings.convexity.pairs: 101 pairs need 202 scored test images: at most 100"),
        ([shapes(test_count=5), {"metrics": ["fid", "coverage"]}],
         "metrics: coverage: it needs at least 6 scored images; of shapes 5 are scored."),
        ([{"metrics": ["fid", "precision"]}],
         "metrics: precision: the manifold of shapes is not known; "
         "list this metric only in studies of polygons."),
        ([{"drawn_images": 199}],
         "drawn_images: 199 images are fewer than the 200 that are scored of shapes; raise it."),
        ([{"ranks": 9}], "ranks: 9 processes cannot share batches of 16 out of 400"),
    ],
)  # fmt: skip
def test_what_every_run_needs_is_checked_at_once(edits, words):
    assert words in fault_of(*edits)


def test_as_many_drawn_images_as_are_scored_suffice():
    Bounds(config(shapes(test_count=100), {"drawn_images": 100}))
    Bounds(config(shapes(test_count=10)))  # as many clusters as images


def test_more_images_than_there_are_are_named_with_their_case():
    data = {"datasets": ["mine"], "dataset_settings": {"mine": {"source": "mnist5k"}}}
    data["dataset_settings"]["mine"]["data"] = {"train_count": 4001, "test_count": 1000}
    text = fault_of(data)
    assert text == (
        "dataset_settings.mine.data: mnist5k: train_count asks for 4001 images, but there are 4000."
    )


def test_all_faults_are_said_together():
    text = fault_of(shapes(size=18), {"drawn_images": 1})
    assert "data.size" in text and "drawn_images" in text


def test_a_data_set_of_one_study_is_checked_as_those_of_all():
    cases = {"dataset_settings": {"small": {"source": "shapes", "data": {"test_count": 2}}}}
    text = fault_of(cases, {"studies": {"main": {"datasets": ["small"]}}})
    assert text.startswith("dataset_settings.small: ") and "2 test images" in text
    Bounds(config(cases))  # of no study


def test_a_data_set_of_a_study_that_is_not_run_is_checked_where_that_is_planned():
    small = {"dataset_settings": {"triangles": {"data": {"test_count": 2}}}}
    bounds = Bounds(config(small))
    assert "triangles" not in bounds.general
    with pytest.raises(InputError, match="dataset_settings.triangles: .* 2 test images"):
        refuse(bounds.study_faults("polygons"))
    assert "dataset_settings.triangles" in fault_of(small, {"run": ["polygons"]})


def methods(**entries):
    """Edit methods of the smoke preset."""
    return {"methods": entries}


STUDY = [
    ("autoencoders", {"metric_settings": {"convexity": {"pairs": 101}}},
     "metric_settings.convexity.pairs: 101 pairs need 202 scored test images: at most 100; of "
     "shapes 200 are scored."),
    ("autoencoders", shapes(test_count=60) | {"figures": {"interpolations": {"rows": 31}}},
     "figures.interpolations.rows: 31 pairs need 62 test images: at most 30; shapes has 60."),
    ("autoencoders", shapes(test_count=20) | {"figures": {"attributes": {"rows": 21}}},
     "figures.attributes.rows: 21 test images are moved: at most 20; shapes has 20."),
    ("autoencoders", methods(aekde={"set": {"held_out": 400}}),
     "methods.aekde.set.held_out: 400 held-out points leave none to fit: set fewer, or a "
     "bandwidth; there are 400 (training images of shapes)."),
    ("autoencoders", shapes(size=8) | methods(glo={"model": "gaia", "set": {"net": "gaia"}}),
     "studies.autoencoders.methods: 'glo' on shapes: net=gaia needs sides of at least 16 pixels"),
    ("adversarial", shapes(size=8) | methods(nsgan={"model": "gaia", "set": {"net": "gaia"}}),
     "studies.adversarial.methods: 'nsgan' on shapes: net=gaia needs sides of at least 16"),
    ("autoencoders", shapes(test_count=3) | {"metric_settings": {"prd": {"clusters": 2}}} | PLAIN,
     "metrics: coverage: it needs at least 6 scored images; of shapes 3 are scored."),
    ("geometry", shapes(test_count=3) | {"metric_settings": {"prd": {"clusters": 2}}} | PLAIN,
     "dataset_settings.shapes: the sweep of studies.geometry needs at least 4 scored images; "
     "there are 3."),
    ("certificate", shapes(test_count=9) | {"metric_settings": {"prd": {"clusters": 2}}},
     "dataset_settings.shapes: the figure certificate needs at least 10 scored images; there are "
     "9."),
    ("modes", methods(aeot512={"set": {"codes": 2001}}),
     "methods.aeot512.set.codes: 2001 codes need as many points; there are 2000 "
     "(mixtures.points)."),
    ("collapse", methods(gmm={"set": {"components": [8, 501]}}),
     "methods.gmm.set.components: 501 components need as many points"),
    ("adversarial", {"studies": {"adversarial": {"metrics": ["sharpness", "recall"]}}},
     "studies.adversarial.metrics: recall needs a data set whose manifold is known, and that of "
     "shapes is not: list it in a study of polygons, or remove it."),
    ("polygons", {"inversion": {"draws": 301}},
     "inversion.draws: 301 are more than the 300 images that are drawn (drawn_images); lower it."),
    ("collapse", {"mixtures": {"points": 99}}, "there are 99 (mixtures.points)"),
]  # fmt: skip


@pytest.mark.parametrize(("study", "edit", "words"), STUDY)
def test_what_a_study_needs_is_checked_for_that_study_alone(study, edit, words):
    bounds = Bounds(config(edit))  # a run without the study goes on
    with pytest.raises(InputError) as caught:
        refuse(bounds.study_faults(study))
    assert words in str(caught.value)
    refuse(bounds.study_faults("main"))


def test_what_is_encoded_is_needed_by_studies_that_encode_alone():
    """Without an encoder there are no midpoints, interpolations or moved attributes."""
    edit = {"metric_settings": {"convexity": {"pairs": 101}},
            "figures": {"interpolations": {"rows": 21}, "attributes": {"rows": 41}}}  # fmt: skip
    edit |= shapes(test_count=40)
    study = {"studies": {"autoencoders": {"methods": ["aeot", "aekde", "glo"]}}}
    bounds = Bounds(config(edit, study))
    assert list(bounds.study_faults("autoencoders")) == []
    assert not {"interpolations", "attributes"} & set(bounds.figures_of("autoencoders", "shapes"))
    able = Bounds(config()).figures_of("autoencoders", "shapes")
    assert {"interpolations", "attributes"} <= set(able)  # shapes have labels


def test_the_attributes_of_images_without_labels_are_not_moved(tmp_path):
    bounds = Bounds(config(folder(tmp_path, 500), preset=None))
    able = bounds.figures_of("autoencoders", "cats")
    assert "interpolations" in able and "attributes" not in able


def test_power_cells_are_drawn_of_mixtures_in_the_plane():
    study = {"studies": {"modes": {"datasets": ["ring", "hundred"]}}}
    bounds = Bounds(config(study))
    assert bounds.figures_of("modes", "ring") == ["cells"]
    assert bounds.figures_of("modes", "hundred") == []


def test_a_bandwidth_needs_no_points_left_out():
    bounds = Bounds(config(methods(aekde={"set": {"held_out": 400, "bandwidth": 0.2}})))
    assert list(bounds.study_faults("autoencoders")) == []


def test_places_of_a_sweep_that_take_more_codes_than_there_are_are_named():
    over = {"aekde": {"setting": "bandwidth", "values": [0.1]},
            "aegmm": {"values": [[399], [401], [800]]}, "aeot": {"values": [0.5]}}  # fmt: skip
    geometry = {"methods": ["aeotcodes", "aegmm", "aekde", "aeot"], "sweep": {"over": over}}
    edits = methods(aekde={"set": {"held_out": 400}}), {"studies": {"geometry": geometry}}
    faults = list(Bounds(config(*edits)).study_faults("geometry"))
    start = "studies.geometry.sweep.over."
    assert [fault.partition(":")[0] for fault in faults] == [
        *[f"{start}aeotcodes.values"] * 3, *[f"{start}aegmm.values"] * 2,
    ]  # fmt: skip
    assert faults[0].endswith("500 codes need as many points; there are 400 (training images of "
                              "shapes).")  # fmt: skip
    assert "401 components" in faults[3] and "800 components" in faults[4]


def test_what_is_not_swept_is_named_where_it_is_set():
    over = {"aekde": {"set": {"held_out": 401}, "setting": None, "values": []}}
    geometry = {"methods": ["aekde"], "sweep": {"over": over}}
    (fault,) = Bounds(config({"studies": {"geometry": geometry}})).study_faults("geometry")
    assert fault.startswith("studies.geometry.sweep.over.aekde.set.held_out: 401 held-out points")


def test_a_data_sets_own_settings_of_a_method_count():
    few = {"dataset_settings": {"shapes": {"methods": {"aekde": {"held_out": 400}}}}}
    with pytest.raises(InputError, match="aekde.*held_out: 400 held-out points"):
        refuse(Bounds(config(few)).study_faults("autoencoders"))
    enough = {"dataset_settings": {"shapes": {"methods": {"aekde": {"held_out": 10}}}}}
    edits = methods(aekde={"set": {"held_out": 400}}), enough
    assert list(Bounds(config(*edits)).study_faults("autoencoders")) == []


@pytest.mark.parametrize("who", ["pictures", "of"])
def test_what_a_study_needs_beside_its_methods_is_checked(who):
    """A picture of a method alone, or a model whose latent codes a sampler takes, is trained."""
    wide = {"model": "gaia", "set": {"net": "gaia"}}
    study = {"methods": ["aeot"], "pictures": ["aeot", "wide"], "figures": ["field"]}
    if who == "of":
        study = {"methods": ["aeot", "sampled"]}
    edits = methods(wide=wide, sampled={"sampler": "kde", "of": "wide", "set": {"held_out": 9}})
    bounds = Bounds(config(shapes(size=8), edits, {"studies": {"mine": study}}))
    with pytest.raises(InputError, match="'wide' on shapes: net=gaia needs sides of at least 16"):
        refuse(bounds.study_faults("mine"))


def test_the_autoencoder_cannot_train_on_more_images_than_there_are():
    for edit, where in (
        ({"autoencoder": {"training_images": 401}}, "autoencoder"),
        (
            {"dataset_settings": {"shapes": {"autoencoder": {"training_images": 401}}}},
            "dataset_settings.shapes.autoencoder",
        ),
    ):
        sentence = f"{where}.training_images: 401 are more than the 400 training images of 'shapes'"
        assert sentence in fault_of(edit)
    few = Bounds(config({"autoencoder": {"training_images": 300}}))
    assert (few.cases["shapes"].train, few.cases["shapes"].codes) == (400, 300)
    assert few.scored("shapes") == 200


def test_samplers_of_codes_have_those_of_the_autoencoders_images():
    edit = {"autoencoder": {"training_images": 90}}
    bounds = Bounds(config(edit))
    with pytest.raises(InputError, match=r"methods\.aekde\.set\.held_out: 100 .* there are 90 "):
        refuse(bounds.study_faults("autoencoders"))
    # A model of images is trained on all of them, and so are samplers of its latent codes.
    of_glo = methods(sampled={"sampler": "kde", "of": "glo", "set": {"held_out": 100}})
    listed = {"methods": ["aeot", "sampled"], "pictures": ["aeot"], "figures": []}
    study = {"studies": {"autoencoders": listed}}
    assert list(Bounds(config(edit, of_glo, study)).study_faults("autoencoders")) == []
