"""Figure settings are checked without torch or matplotlib, and explain themselves."""

import subprocess
import sys

import pytest

from aeot import figure_settings
from aeot.errors import InputError
from aeot.figure_settings import FIGURES


@pytest.mark.parametrize("name", FIGURES)
def test_defaults_are_valid_and_every_key_is_described(name):
    settings = FIGURES[name]
    assert settings.from_items([]).dpi == 200
    assert all(field.description for field in settings.model_fields.values())


@pytest.mark.parametrize("name", FIGURES)
def test_unknown_keys_and_wild_values_are_named(name):
    with pytest.raises(InputError, match="dpo"):
        FIGURES[name].from_items(["dpo=3"])
    with pytest.raises(InputError, match="dpi"):
        FIGURES[name].from_items(["dpi=5"])


def test_the_module_needs_neither_torch_nor_matplotlib():
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('torch', 'matplotlib', 'numpy', 'pandas')));"
        "import aeot.figure_settings"
    )
    path = str(figure_settings.__file__).rsplit("/aeot/", 1)[0]
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": path})
