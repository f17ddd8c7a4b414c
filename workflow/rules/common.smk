"""Helpers only: the checked configuration, and the parts that all rules with a script share."""

import os
import shutil
import sys
from functools import cache, partial
from pathlib import Path

from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.utils import update_config

ROOT = Path(workflow.current_basedir.join("../..").get_path_or_uri(secret_free=True)).resolve()
if set("{}") & set(str(ROOT)):
    raise WorkflowError(
        f"{ROOT} contains a brace, which Snakemake interprets as the name of a wildcard; "
        "move the repository to a folder without one."
    )
sys.path.insert(0, str(ROOT / "scripts"))

import aeot

if Path(aeot.__file__).resolve().parent != ROOT / "scripts" / "aeot":
    raise WorkflowError(
        f"aeot was imported from {Path(aeot.__file__).parent} before this workflow was read, which "
        f"needs its own in {ROOT / 'scripts'}; do not import another one in the same Snakefile."
    )

from aeot.bounds import Bounds
from aeot.charts import FIGURES
from aeot.config import Config, words
from aeot.datasets import DATASETS as SOURCES
from aeot.datasets.fingerprints import fingerprint
from aeot.errors import InputError
from aeot.files import file_digest
from aeot.methods import AUTOENCODER
from aeot.metrics import METRICS
from aeot.mixtures import MIXTURES
from aeot.models import TRAININGS
from aeot.names import END, FLOOR
from aeot.notices import memory_notices, notices
from aeot.plan.data import DataPlan
from aeot.plan.explorer import ExplorerPlan
from aeot.plan.figures import CLASSES, FigurePlan
from aeot.plan.files import all_files, named_files
from aeot.plan.methods import FROZEN, MethodPlan
from aeot.plan.options import evaluated, option_words
from aeot.plan.scores import METRIC_CLASSES, ScorePlan
from aeot.plan.search import SearchPlan
from aeot.plan.studies import StudyPlan
from aeot.plan.tables import FORMS, TITLES, TablePlan
from aeot.provenance import code_hash

GIVEN = config
if workflow.modifier.skip_configfile:
    # A module with `config:` reads no configfile, so it is laid over the default here.
    if not isinstance(config, dict):
        raise WorkflowError(f"`config:` of the module must be a mapping of keys, not {config!r}.")
    GIVEN = load_configfile(ROOT / "config" / "config.yaml")
    update_config(GIVEN, config)
try:
    CONFIG = Config.checked(GIVEN, "")
    BOUNDS = Bounds(CONFIG)
    # Contents of the users' folders of pictures: a new picture makes the images stale.
    FOLDERS = {
        case: fingerprint(folder, Path(".snakemake/aeot/pictures"))
        for case in CONFIG.cases
        if (folder := CONFIG.case(case).data.get("folder"))
    }
except InputError as error:
    raise WorkflowError(f"The configuration is wrong. {error}")

SEEDS, SEED = CONFIG.seeds, CONFIG.seeds[0]
# Files and options of jobs, as they follow from the configuration.
DATA, METHOD, STUDY = DataPlan(CONFIG), MethodPlan(CONFIG), StudyPlan(CONFIG, BOUNDS)
SEARCH = SearchPlan(CONFIG, BOUNDS)
SCORE, TABLE, FIGURE = ScorePlan(CONFIG, BOUNDS, METHOD), TablePlan(STUDY), FigurePlan(STUDY)
EXPLORER = ExplorerPlan(FIGURE)
# GPUs that a job requests. Without a GPU, such jobs share the cores, and the many jobs with small
# networks, which gain little from threads, run side by side.
GPUS = int(shutil.which("nvidia-smi") is not None if CONFIG.gpu == "auto" else CONFIG.gpu)
NETWORK_THREADS = 8 if GPUS else 1
if workflow.is_main_process:
    MACHINE = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    for notice in notices(BOUNDS) + ([] if GPUS else memory_notices(BOUNDS, MACHINE)):
        logger.warning(notice)
# Arguments of Python where several processes share a script.
RANKS = CONFIG.ranks
LAUNCH = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={RANKS}"]
LAUNCH = LAUNCH if RANKS > 1 else []
# Jobs use the Python that runs Snakemake, or that of the environment that Snakemake gives them.
PYTHON = "python" if workflow.deployment_settings.deployment_method else sys.executable
NUMBERS = file_digest(ROOT / "config" / "published.csv")
ENVIRONMENT = "../../envs/aeot.yaml"
# The command of every rule; `job` provides its words.
SCRIPT = "{params.command:q} {params.arguments:q} 2>&1 | tee {log:q}"


def either(names):
    """A constraint that matches these names; without names, it matches nothing that is a name."""
    return "|".join(names) or "-"


wildcard_constraints:
    source=either(SOURCES),
    dataset=either(CONFIG.cases),
    mixture=either(MIXTURES),
    method=either([*CONFIG.needed_of(*CONFIG.studies), FLOOR]),
    extractor=either(CONFIG.used_extractors()),
    split="train|test",
    seed="[0-9]+",
    study=either(CONFIG.studies),


def from_root(path):
    """Name a file of the repository: relative if the run is inside it, otherwise absolute."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


PUBLISHED = from_root(ROOT / "config" / "published.csv")


@cache
def code(script, *entries):
    """Digest the code of a job: a script, and the entries of registries that it uses.

    An edit that changes more than comments, docstrings or formatting makes the job's files stale.
    """
    modules = [entry.partition(":")[0] for entry in entries]
    return [code_hash(ROOT / "scripts" / script, modules), *entries]


# Snakemake compares the parameters of a job with those of its files, except parameters that take
# `input`. Those that depend on the location of the checkout take it, so that moving reruns nothing.


def job(script, names="", launch=(), modules=(), **options):
    """Parameters of a rule that runs a script; the rule's own names are the script's options.

    They are `--KEY VALUE` for every wildcard or `threads` in `names`, `--KEY FILE` for every input
    (unless an option has its name, or `files`), `--KEY VALUE` for every option, and `--out-KEY
    FILE` for every output. A parameter cannot have the name of a method of a list: such an option
    gets an underscore, `count_`. An option is a value or a function of the wildcards, and of
    `input` if it is not to be compared. None, False and an empty list give no option, True a flag.
    `launch` has Python's arguments before the script, `modules` further modules of the job.
    """

    def start(wildcards, input):
        return [from_root(PYTHON), *launch, from_root(ROOT / "scripts" / script)]

    def digest(wildcards):
        return code(script, *(modules(wildcards) if callable(modules) else modules))

    def arguments(wildcards, input, output, threads):
        given = {"threads": threads, **wildcards}
        found = {name: given[name] for name in names.split()}
        if "files" not in options:
            found |= {name: file for name, file in input.items() if name not in options}
        found |= {name: evaluated(option, wildcards, input) for name, option in options.items()}
        found |= {f"out_{name}": file for name, file in output.items()}
        return [word for name, value in found.items() for word in option_words(name, value)]

    return {"command": start, "code": digest, **options, "arguments": arguments}


def growing(amount):
    """The amount that a job requests, and as much again for every retry (none locally)."""
    return lambda wildcards, attempt: amount * attempt


def asks(gpu=GPUS, mem_mb=growing(6000), **more):
    """Resources of a job that can use a GPU; `more` are minutes (`runtime`) and the like."""
    grown = {name: growing(amount) for name, amount in more.items()}
    return {"gpu": gpu, "mem_mb": mem_mb, **grown}


def training_memory(wildcards, attempt):
    """The memory that the autoencoder's training requests: its estimate, at least that of others."""
    return max(4000, BOUNDS.training_mib(wildcards.dataset)) * attempt


def study_files(*studies):
    """Tables and figures of studies; an error if their data sets do not allow them."""

    def files(wildcards):
        for study in studies:
            STUDY.checked(study)
        return [path for study in studies for path in TABLE.files(study) + FIGURE.files(study)]

    return files
