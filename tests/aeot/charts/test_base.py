"""Figure settings are checked without torch or matplotlib, and explain themselves."""

import re
import subprocess
import sys

import pytest

from aeot import charts
from aeot.charts import FIGURES
from aeot.errors import InputError
from aeot.registry import resolve


@pytest.mark.parametrize("name", FIGURES)
def test_defaults_are_valid_and_every_key_is_described(name):
    settings = resolve(FIGURES, name, "figure")
    assert settings.from_items([]).dpi == 200
    assert all(field.description for field in settings.model_fields.values())


@pytest.mark.parametrize("name", FIGURES)
def test_unknown_keys_and_wild_values_are_named(name):
    with pytest.raises(InputError, match="dpo"):
        resolve(FIGURES, name, "figure").from_items(["dpo=3"])
    with pytest.raises(InputError, match="dpi"):
        resolve(FIGURES, name, "figure").from_items(["dpi=5"])


@pytest.mark.parametrize("name", FIGURES)
def test_the_caption_takes_what_the_rules_give_it(name):
    figure = resolve(FIGURES, name, "figure")
    values = {key: f"<{key}>" for key in re.findall(r"{(\w+)}", figure.PLACE)}
    text = figure.caption(title="<title>", seeds=3, seed=7, **values)
    assert len(text) > 100 and not re.search(r"[{}]", text)
    assert max(map(len, text.splitlines())) <= 96 and not text.startswith(" ")  # one block of text
    # What depends on the run is in it: whose figure, and of which seeds.
    assert re.search("<(title|mixture|dataset)>", text) or "{dataset}" not in figure.PLACE
    assert ("3 seed(s)" in text) == figure.SEEDS


@pytest.mark.long
def test_the_figures_need_neither_torch_nor_matplotlib_before_they_draw():
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('torch', 'matplotlib', 'pandas')));"
        "from aeot.charts import FIGURES; from aeot.registry import resolve;"
        "[resolve(FIGURES, name, 'figure')() for name in FIGURES]"
    )
    path = str(charts.__file__).rsplit("/aeot/", 1)[0]
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": path})
