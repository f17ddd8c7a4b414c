"""Names that the workflow keeps: refused in a sentence that names the key."""

import copy
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from aeot import names
from aeot.config import Config
from aeot.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
VALUES = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())


def refused(where, name, **sections):
    values = copy.deepcopy(VALUES)
    update_config(values, sections)
    with pytest.raises(InputError, match=rf"{where}: '{name}' is taken by the workflow, for files"):
        Config.checked(values, "")


@pytest.mark.parametrize("name", names.ROWS)
def test_no_row_is_called_as_a_folder_beside_it(name):
    refused("models", name, model_settings={name: {}})
    for section, model in (("adversarial", "vae"), ("autoencoders", "glo"), ("samplers", "kde")):
        key = f"{section}.row_settings"
        refused(key, name, **{section: {"row_settings": {name: {"model": model}}}})


@pytest.mark.parametrize("name", names.CASES)
def test_no_data_set_is_called_as_a_folder_beside_it(name):
    refused("datasets", name, dataset_settings={name: {"source": "shapes"}})


@pytest.mark.parametrize("name", ["points", "real", "sort", "index"])
def test_no_row_of_points_is_called_as_a_folder_or_a_part_of_a_rule(name):
    refused("collapse.row_settings", name, collapse={"row_settings": {name: {"model": "gan"}}})


def test_a_row_is_not_called_as_a_draw_of_another():
    values = copy.deepcopy(VALUES)
    values["adversarial"] |= {"rows": ["vae"], "draws": 1}
    values["models"] = [*values["models"], "vaedraw1"]
    values["model_settings"]["vaedraw1"] = {}
    with pytest.raises(InputError, match="'vaedraw1' is listed in models too"):
        Config.checked(values, "")
