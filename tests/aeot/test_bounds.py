"""What a configuration asks for against the images that there are: every bound, with its key."""

from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from aeot.bounds import Bounds, refuse
from aeot.config import Config
from aeot.errors import InputError
from aeot.tables.few import FEW

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


def fault_of(*edits):
    with pytest.raises(InputError) as caught:
        Bounds(config(*edits))
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize("preset", [None, *sorted(path.stem for path in PRESETS.glob("*.yaml"))])
def test_every_shipped_configuration_fits_its_images(preset):
    bounds = Bounds(config(preset=preset))
    asked = bounds.config.scored_images
    for name in bounds.config.datasets:
        assert bounds.scored(name) == asked  # of published sets as many as the file says
        for study in bounds.config.studies:
            refuse(bounds.study_faults(study, name))
        refuse(bounds.frontier_faults(name))
        refuse(bounds.certificate_faults(name))


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
    (notice,) = bounds.notices()
    assert notice.startswith("cats: 50 images of each set are scored, not 1,000 (scored_images): ")
    assert "450 train, 50 test. That is too few to read a score by itself" in notice
    assert f"below {FEW:,}" in notice


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


def test_nothing_is_said_where_as_many_are_scored_as_were_asked_for_and_can_be_read():
    assert Bounds(config(preset=None)).notices() == []
    (notice,) = Bounds(config()).notices()  # the smoke preset scores 200 of 200
    assert notice.startswith("shapes: 200 images of each set are scored. That is too few")


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ([shapes(size=50)], "dataset_settings.shapes.data.size: images of 50 x 50 pixels cannot be "
                            "halved 2 times; use a size divisible by 4."),
        ([shapes(size=16), {"autoencoder": {"extra_convs": 3}}],
         "cannot be halved 5 times; use a size divisible by 32, or lower extra_convs."),
        ([shapes(test_count=2)], "dataset_settings.shapes: 400 training and 2 test images; "),
        ([shapes(train_count=1)], "dataset_settings.shapes: 1 training and 200 test images; "),
        ([shapes(test_count=9)], "prd.clusters: 20 clusters need as many images in two sets; "
                                 "shapes has 9 to score in each: lower it to 18, "),
        ([{"prd": {"clusters": 401}}], "shapes has 200 to score in each: lower it to 400"),
        ([{"model_settings": {"aeot": {"count": 150}}}],
         "model_settings.aeot.count: 150 images are fewer than the 200 that are scored of shapes"),
        ([{"dataset_settings": {"shapes": {"model_settings": {"aeot": {"count": 199}}}}}],
         "dataset_settings.shapes.model_settings.aeot.count: 199 images are fewer"),
        ([{"ranks": 9}], "ranks: 9 processes cannot share batches of 16 out of 400"),
        ([{"collapse": {"row_settings": {"aeot": {"set": {"codes": 2001}}}}}],
         "collapse.row_settings.aeot.set.codes: 2001 codes take as many points; there are 2000 "
         "(collapse.training_points)"),
        ([{"collapse": {"row_settings": {"gmm": {"set": {"components": [8, 501]}}}}}],
         "collapse.row_settings.gmm.set.components: 501 components take as many points"),
    ],
)  # fmt: skip
def test_what_every_run_needs_is_checked_at_once(edits, words):
    assert words in fault_of(*edits)


def test_a_count_that_suffices_for_what_is_scored_is_no_fault():
    Bounds(config(shapes(test_count=100), {"model_settings": {"aeot": {"count": 150}}}))
    Bounds(config(shapes(test_count=10)))  # as many clusters as images


def test_more_images_than_there_are_are_named_with_their_case():
    data = {"datasets": ["mine"], "dataset_settings": {"mine": {"source": "mnist5k"}}}
    data["dataset_settings"]["mine"]["data"] = {"train_count": 4001, "test_count": 1000}
    text = fault_of(data)
    assert text == (
        "dataset_settings.mine.data: mnist5k: train_count asks for 4001 images, but there are 4000."
    )


def test_all_faults_are_said_together():
    text = fault_of(shapes(size=18), {"model_settings": {"aeot": {"count": 1}}})
    assert "data.size" in text and "model_settings.aeot.count" in text


STUDY = [
    ({"convexity": {"pairs": 101}}, "convexity.pairs: 101 pairs need 202 scored test images; "
                                    "shapes has 200: at most 100."),
    (shapes(test_count=60) | {"figures": {"walks": {"rows": 31}}},
     "figures.walks.rows: 31 pairs need 62 test images; shapes has 60: at most 30."),
    (shapes(test_count=20) | {"figures": {"attributes": {"rows": 21}}},
     "figures.attributes.rows: 21 test images are moved; shapes has 20: at most 20."),
    ({"samplers": {"rows": ["aesmote"], "row_settings": {"aesmote": {"set": {"neighbours": 400}}}}},
     "samplers.row_settings.aesmote.set.neighbours: 400 other points are mixed in; there are 400"),
    ({"samplers": {"count": 199}}, "samplers.count: 199 images are fewer than the 200"),
    ({"autoencoders": {"count": 199}}, "autoencoders.count: 199 images are fewer than the 200"),
    ({"samplers": {"row_settings": {"aekde": {"set": {"held_out": 400}}}}},
     "samplers.row_settings.aekde.set.held_out: 400 points left out leave none to fit"),
    (shapes(size=8) | {"autoencoders": {"rows": ["glo", "gaia"], "row_settings": {
        "gaia": {"model": "gaia", "set": {"net": "gaia"}}}}},
     "autoencoders.rows: 'gaia' on shapes: net=gaia takes sides of at least 16 pixels"),
    ({"dataset_settings": {"shapes": {"data": {"test_count": 3}}}, "prd": {"clusters": 2}},
     "autoencoders needs 6 scored images at least; there are 3."),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "words"), STUDY)
def test_what_a_study_needs_is_checked_for_that_study_alone(edit, words):
    bounds = Bounds(config(edit))  # the run without the study goes on
    with pytest.raises(InputError) as caught:
        refuse(bounds.study_faults("autoencoders", "shapes"))
    assert words in str(caught.value)


def test_a_bandwidth_needs_no_points_left_out():
    row = {"aekde": {"set": {"held_out": 400, "bandwidth": 0.2}}}
    bounds = Bounds(config({"samplers": {"row_settings": row}}))
    assert list(bounds.study_faults("autoencoders", "shapes")) == []


def test_places_of_the_frontier_that_take_more_codes_than_there_are_are_named():
    curves = {
        "curves": ["aeotcodes", "aegmm", "aekde", "aeot"],
        "curve_settings": {"aekde": {"model": "kde", "over": "bandwidth", "values": [0.1]}},
    }
    bounds = Bounds(config({"frontier": curves}))
    faults = list(bounds.frontier_faults("shapes"))
    start = "frontier.curve_settings."
    assert [fault.partition(":")[0] for fault in faults] == [
        f"{start}aeotcodes.values", f"{start}aeotcodes.values", f"{start}aeotcodes.values",
        f"{start}aegmm.values",
    ]  # fmt: skip
    assert faults[0].endswith("500 codes take as many points; there are 400 (training images of "
                              "shapes).")  # fmt: skip
    assert "800 components" in faults[3]


def test_the_certificates_clusters_are_fixed():
    bounds = Bounds(config(shapes(test_count=9), {"prd": {"clusters": 2}}))
    assert "certificate needs 10 scored images" in next(bounds.certificate_faults("shapes"))


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
    with pytest.raises(InputError, match="samplers.row_settings.aekde.set.*90"):
        refuse(Bounds(config(edit)).study_faults("autoencoders", "shapes"))


def test_a_training_beyond_the_machines_memory_is_said():
    bounds = Bounds(config(shapes(size=128), {"autoencoder": {"width": 64, "extra_convs": 0}}))
    wanted = bounds.training_mib("shapes")
    assert bounds.memory_notices(wanted) == []
    (notice,) = bounds.memory_notices(wanted - 1)
    assert notice.startswith(f"shapes: training the autoencoder takes some {wanted:,} MiB")
    assert (
        f"this machine has {wanted - 1:,}" in notice and "raise autoencoder.extra_convs" in notice
    )
    spared = Bounds(config(shapes(size=128), {"autoencoder": {"width": 64, "extra_convs": None}}))
    assert spared.training_mib("shapes") < wanted / 2
