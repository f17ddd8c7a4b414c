"""Names that the workflow keeps: refused in a sentence that names the key; and names it has not.

The rules and their helpers know methods and studies from the configuration alone.
"""

import ast
import re
from pathlib import Path

import pytest
import yaml

from aeot import names
from aeot.charts import FIGURES
from aeot.metrics import METRICS

ROOT = Path(__file__).resolve().parents[2]
VALUES = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
TAKEN = "the name '{}' is reserved for files of the workflow; choose another name."


@pytest.mark.parametrize("name", names.METHODS)
def test_no_method_is_called_as_a_folder_or_a_part_of_a_rule(refused, name):
    for entry in ({"model": "vae"}, {"sampler": "kde"}, {"sampler": "pacgan", "of": "points"}):
        assert refused({"methods": {name: entry}}) == f"methods: {TAKEN.format(name)}"


def test_folders_beside_a_methods_are_kept():
    folders = {"data", "autoencoder", "transport", "points", names.FLOOR}
    parts = {"sort", "index", "append", "get", "items", "keys"}  # of the input of a rule
    assert folders | parts | {"real"} <= set(names.METHODS)


@pytest.mark.parametrize("name", names.CASES)
def test_no_data_set_is_called_as_a_folder_beside_it(refused, name):
    edit = {"dataset_settings": {name: {"source": "shapes"}}}
    assert refused(edit) == f"datasets: {TAKEN.format(name)}"
    study = {"studies": {"mine": {"datasets": [name]}}}
    assert TAKEN.format(name) in refused(study)


@pytest.mark.parametrize("name", [*names.CASES, *names.STUDIES])
def test_no_study_is_called_as_a_folder_or_a_target(refused, name):
    assert refused({"studies": {name: {}}}) == f"studies: {TAKEN.format(name)}"


# What a rule and the configuration both call by a name, because it is something else, too.
ALSO = {
    **dict.fromkeys(FIGURES, "a figure"),
    **dict.fromkeys(METRICS, "a metric"),
    "modes": "a table and a collection",
    "md": "a format of tables",
}
REGISTERED = {"common.smk": {"aeot"}}  # the package
RULES = sorted([ROOT / "Snakefile", *(ROOT / "workflow").rglob("*.smk")])
HELPERS = [
    ROOT / "scripts" / "aeot" / f"{name}.py"
    for name in ("bounds", "config", "config_checks", "methods", "studies", "layout", "comparison")
]
HELPERS += sorted((ROOT / "scripts" / "aeot" / "plan").glob("*.py"))


def quoted(text):
    """Texts in quotes but those that document: of Python as it is parsed, of rules as written."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        code = re.sub(r'"""(?s:.*?)"""|#.*', "", text)
        return [found[2] for found in re.finditer(r"""(["'])((?:(?!\1).)*)\1""", code)]
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef)
    documents = [ast.get_docstring(n, False) for n in ast.walk(tree) if isinstance(n, owners)]
    return [text for text in texts if isinstance(text, str) and text not in documents]


def named(text):
    """Names that a text in quotes is, or that are a folder of a path of results in it."""
    folders = text.split("/") if text.startswith("results/") else []
    return {text, *folders}


@pytest.mark.parametrize("path", [*RULES, *HELPERS], ids=lambda path: path.name)
def test_no_rule_and_no_helper_knows_a_method_or_a_study_by_name(path):
    known = {*VALUES["methods"], *VALUES["studies"]} - ALSO.keys()
    known -= REGISTERED.get(path.name, set())
    found = {name for text in quoted(path.read_text()) for name in named(text) & known}
    assert not found, f"{path.name} names {sorted(found)} of config/config.yaml"


def test_names_in_quotes_are_found_where_they_are():
    rules = 'rule a:\n    """Makes "gan"."""\n    input: "vae", f"results/{x}/ae/{y}.npz"  # "md"\n'
    assert {"vae", "ae"} <= {name for text in quoted(rules) for name in named(text)}
    assert not {"gan", "md"} & {name for text in quoted(rules) for name in named(text)}
    python = '"""About "gan"."""\nx = f("vae", "a b")  # "md"\n'
    assert set(quoted(python)) == {"vae", "a b"}
