"""What is said before a run."""

from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from aeot.bounds import Bounds
from aeot.config import Config
from aeot.models.autoencoder.defaults import PICTURES, REGISTERED
from aeot.notices import memory_notices, notices
from aeot.tables.few import FEW

CONFIG = Path(__file__).resolve().parents[2] / "config"


def config(*edits, preset="smoke"):
    values = yaml.safe_load((CONFIG / "config.yaml").read_text())
    if preset:
        update_config(values, yaml.safe_load((CONFIG / "presets" / f"{preset}.yaml").read_text()))
    for edit in edits:
        update_config(values, edit)
    return Config.checked(values, "")


def shapes(**data):
    return {"dataset_settings": {"shapes": {"data": data}}}


def folder(tmp_path, count):
    for number in range(count):
        (tmp_path / f"{number}.jpg").write_bytes(b"%d" % number)
    mine = {"source": "imagefolder", "data": {"folder": str(tmp_path), "size": 64}}
    return {"datasets": ["cats"], "dataset_settings": {"cats": mine}}


def own(tmp_path, count, *edits):
    return notices(Bounds(config(folder(tmp_path, count), *edits, preset=None)))


def test_a_folder_is_scored_by_what_there_is(tmp_path):
    notice = own(tmp_path, 500)[-1]
    assert notice.startswith("cats: 50 images of each set are scored, not 1,000 (scored_images): ")
    assert "450 train, 50 test. That is too few to read a score by itself" in notice
    assert f"below {FEW:,}" in notice


def test_what_is_chosen_for_own_pictures_is_said_with_memory_and_disk(tmp_path):
    bounds = Bounds(config(folder(tmp_path, 500), preset=None))
    chosen, augment, _ = notices(bounds)
    assert chosen.startswith("cats: 450 training images of 64 x 64 pixels; chosen for them: ")
    for key, value in {**PICTURES[0][1], "extra_convs": 1}.items():
        assert f"{key}: {value}" in chosen
    assert f"about {bounds.training_mib('cats'):,} MiB of memory" in chosen
    assert f"about {bounds.files_mib('cats'):,} MiB of disk" in chosen
    assert "data.augment: 4" in augment


def test_what_is_set_is_not_said_to_be_chosen(tmp_path):
    said = own(tmp_path, 500, {"autoencoder": {"epochs": 7, "extra_convs": 0}})[0]
    said = said.partition("autoencoder: {")[2].partition("}")[0]
    assert "extra_convs" not in said and "decoder_epochs: 75" in said and ", epochs" not in said
    every = dict.fromkeys(["width", "extra_convs", "batch_size", "epochs", "patience"], 2)
    said = own(tmp_path, 500, {"autoencoder": every | {"decoder_epochs": 2}})[0]
    assert "of 64 x 64 pixels. Training takes" in said


def test_augmented_pictures_count_as_training_images(tmp_path):
    edit = {"dataset_settings": {"cats": {"data": {"augment": 4}}}}
    chosen, _ = own(tmp_path, 500, edit)
    assert chosen.startswith("cats: 1,800 training images") and "batch_size: 64" in chosen


def test_nothing_is_said_where_as_many_are_scored_as_were_asked_for_and_can_be_read():
    assert notices(Bounds(config(preset=None))) == []
    (notice,) = notices(Bounds(config()))  # the smoke preset scores 200 of 200
    assert notice.startswith("shapes: 200 images of each set are scored. That is too few")


def test_a_training_beyond_the_machines_memory_is_said():
    bounds = Bounds(config(shapes(size=128), {"autoencoder": {"width": 64, "extra_convs": 0}}))
    wanted = bounds.training_mib("shapes")
    assert memory_notices(bounds, wanted) == []
    (notice,) = memory_notices(bounds, wanted - 1)
    assert notice.startswith(f"shapes: training the autoencoder takes about {wanted:,} MiB")
    assert (
        f"this machine has {wanted - 1:,}" in notice and "raise autoencoder.extra_convs" in notice
    )
    spared = Bounds(config(shapes(size=128), {"autoencoder": {"width": 64, "extra_convs": None}}))
    assert spared.training_mib("shapes") < wanted / 2


@pytest.mark.parametrize("preset", [None, "paper", "workstation"])
def test_registered_data_sets_keep_their_settings(preset):
    """Null leaves them what they were before anything was chosen by number and size."""
    bounds = Bounds(config(preset=preset))
    for name in bounds.general:
        given = bounds.config.section("autoencoder", name)
        expected = {key: REGISTERED.get(key) if v is None else v for key, v in given.items()}
        assert bounds.autoencoder(name) == expected
