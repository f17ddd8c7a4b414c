"""Helpers only: the checked configuration, the code that a rule stands on, wildcard names."""

import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.current_basedir.join("../..").get_path_or_uri(secret_free=True)).resolve()
sys.path.insert(0, str(ROOT / "scripts"))

from aeot.config import FLOOR, Config, words
from aeot.datasets import DATASETS as SOURCES
from aeot.errors import InputError
from aeot.features import EXTRACTORS as EXTRACTOR_MODULES
from aeot.metrics import METRICS
from aeot.provenance import sources
from aeot.registry import resolve

try:
    CONFIG = Config.checked(config, "")
except InputError as error:
    raise WorkflowError(f"The configuration is wrong. {error}")

DATASETS, MODELS = CONFIG.datasets, CONFIG.models
EXTRACTORS, SEEDS = CONFIG.extractors, CONFIG.seeds
source_of = CONFIG.source_of


wildcard_constraints:
    source="|".join(SOURCES),
    dataset="|".join(DATASETS),
    model="|".join([*MODELS, FLOOR]),
    extractor="|".join(EXTRACTORS),
    split="train|test",
    seed="[0-9]+",


def from_root(path):
    """Name a file of the repository: relative where the run is in it, absolute elsewhere."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def code(script, *modules):
    """List a script and the modules it stands on; declared as inputs, an edit makes it stale."""
    return [from_root(path) for path in sources(ROOT / "scripts" / script, modules)]


def module_of(registry, name):
    """Name the module that a registry lists under a name."""
    return registry[name].partition(":")[0]


def settings(*path):
    """KEY=VALUE words of a section of the configuration, such as ("figures", "samples")."""
    section = CONFIG.section(path[0])
    for key in path[1:]:
        section = section.get(key, {})
    return words(section)


def case_settings(section):
    """KEY=VALUE words of a section, with what the wildcards' data set says laid over it."""
    return lambda wildcards: words(CONFIG.section(section, wildcards.dataset))
