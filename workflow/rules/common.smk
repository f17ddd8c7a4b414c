"""Helpers only: the checked configuration, the code that a rule stands on, wildcard names."""

import os
import shutil
import sys
from functools import cache
from pathlib import Path

from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.utils import update_config

ROOT = Path(workflow.current_basedir.join("../..").get_path_or_uri(secret_free=True)).resolve()
if set("{}") & set(str(ROOT)):
    raise WorkflowError(
        f"{ROOT} has a brace in it, which Snakemake reads as the name of a wildcard; "
        "move the repository to a folder without one."
    )
sys.path.insert(0, str(ROOT / "scripts"))

import aeot

if Path(aeot.__file__).resolve().parent != ROOT / "scripts" / "aeot":
    raise WorkflowError(
        f"aeot was imported from {Path(aeot.__file__).parent} before this workflow was read, which "
        f"needs its own in {ROOT / 'scripts'}; import no other one in the same Snakefile."
    )

from aeot.bounds import Bounds, refuse
from aeot.charts import FIGURES
from aeot.config import Config, words
from aeot.curves import COLLECTIONS
from aeot.datasets import DATASETS as SOURCES
from aeot.datasets.fingerprints import fingerprint
from aeot.errors import InputError
from aeot.features import EXTRACTORS as EXTRACTOR_MODULES
from aeot.files import file_digest
from aeot.frontier.settings import END as FRONTIER_END
from aeot.labels import dataset_label, mixture_label, ordered_models
from aeot.metrics import METRICS
from aeot.mixtures import MIXTURES
from aeot.models import IMAGE_MODELS
from aeot.names import FLOOR
from aeot.pointmodels import POINT_MODELS
from aeot.provenance import code_hash
from aeot.registry import resolve

GIVEN = config
if workflow.modifier.skip_configfile:
    # A module that is given `config:` reads no configfile, so the default is laid below it here.
    if not isinstance(config, dict):
        raise WorkflowError(f"`config:` of the module takes a mapping of keys, not {config!r}.")
    GIVEN = load_configfile(ROOT / "config" / "config.yaml")
    update_config(GIVEN, config)
try:
    CONFIG = Config.checked(GIVEN, "")
    BOUNDS = Bounds(CONFIG)
    # What the users' folders of pictures hold: a new picture makes the images stale.
    FOLDERS = {
        case: fingerprint(folder, Path(".snakemake/aeot/pictures"))
        for case in CONFIG.datasets
        if (folder := CONFIG.case(case).data.get("folder"))
    }
except InputError as error:
    raise WorkflowError(f"The configuration is wrong. {error}")

DATASETS, MODELS = CONFIG.datasets, CONFIG.models
EXTRACTORS, SEEDS = CONFIG.extractors, CONFIG.seeds
STUDIES = CONFIG.studies  # of models of images
SAMPLERS = CONFIG.samplers  # of codes, beside AE-OT
FRONTIER = CONFIG.frontier
TRAINED = list(dict.fromkeys(row for study in STUDIES.values() for row in study.trained_rows()))
# Trainings with hyper-parameters drawn at random, which may diverge.
DRAWN = [row for study in STUDIES.values() for row in study.drawn_rows()]
source_of = CONFIG.source_of
# What a job that can use a GPU asks for. Without one, such jobs share the cores, and those of small
# networks, many and with little to gain from threads, run side by side.
GPUS = int(shutil.which("nvidia-smi") is not None if CONFIG.gpu == "auto" else CONFIG.gpu)
NETWORK_THREADS = 8 if GPUS else 1
if workflow.is_main_process:
    MACHINE = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    for notice in BOUNDS.notices() + ([] if GPUS else BOUNDS.memory_notices(MACHINE)):
        logger.warning(notice)
# What Python is told where several processes share a script.
RANKS = CONFIG.ranks
LAUNCH = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={RANKS}"]
LAUNCH = LAUNCH if RANKS > 1 else []
# Jobs run the Python that runs Snakemake; where Snakemake gives them an environment, its own.
PYTHON = "python" if workflow.deployment_settings.deployment_method else sys.executable
PUBLISHED = ROOT / "config" / "published.csv"
NUMBERS = file_digest(PUBLISHED)


wildcard_constraints:
    source="|".join(SOURCES),
    dataset="|".join(DATASETS),
    model="|".join([*MODELS, *TRAINED, *SAMPLERS.rows, FLOOR]),
    extractor="|".join(EXTRACTORS),
    split="train|test",
    seed="[0-9]+",
    study="|".join(STUDIES),


def from_root(path):
    """Name a file of the repository: relative where the run is in it, absolute elsewhere."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


# Snakemake compares the parameters of a job with those that made its files, except parameters that
# take `input`: what says where the checkout lies takes it, so that another place reruns nothing.


def command(script, *launch):
    """The words that start a script: Python, what it is told, and the script."""

    def start(wildcards, input):
        return [from_root(PYTHON), *launch, from_root(ROOT / "scripts" / script)]

    return start


def published_file(wildcards, input):
    """The published numbers; NUMBERS says whether they changed."""
    return from_root(PUBLISHED)


@cache
def code(script, *entries):
    """Digest what a job stands on: a script, and the registries' entries that it uses.

    An edit that changes more than comments, docstrings or formatting makes the job's files stale.
    """
    modules = [entry.partition(":")[0] for entry in entries]
    return [code_hash(ROOT / "scripts" / script, modules), *entries]


def growing(amount):
    """What a job asks for, and as much again for every retry; locally nothing is retried."""
    return lambda wildcards, attempt: amount * attempt


def training_memory(wildcards, attempt):
    """What the autoencoder's training asks for: its estimate, and no less than other jobs."""
    return max(4000, BOUNDS.training_mib(wildcards.dataset)) * attempt


def settings(*path):
    """KEY=VALUE words of a section of the configuration, such as ("figures", "samples")."""
    section = CONFIG.section(path[0])
    for key in path[1:]:
        section = section.get(key, {})
    return words(section)


def case_settings(section):
    """KEY=VALUE words of a section, with what the wildcards' data set says laid over it."""
    return lambda wildcards: words(CONFIG.section(section, wildcards.dataset))


# Data


def dataset_code(wildcards):
    """The loader of the wildcards' case makes its images stale, the other loaders do not."""
    return code("prepare_dataset.py", SOURCES[source_of(wildcards.dataset)])


def raw_files(wildcards):
    """The list of raw files of a data set that has any."""
    source = source_of(wildcards.dataset)
    fetched = resolve(SOURCES, source, "data set").fetched
    return f"results/raw/{source}/files.json" if fetched else []


def data_words(dataset):
    """KEY=VALUE words of a case's images; apart from them, where its pictures lie."""
    data = CONFIG.case(dataset).data
    place = {key: value for key, value in data.items() if key == "folder"}
    return words({key: data[key] for key in data if key not in place}), words(place)


def root_words(wildcards):
    """--root FOLDER, where the configuration names one."""
    root = CONFIG.sources[wildcards.source].root if wildcards.source in CONFIG.sources else None
    return ["--root", root] if root else []


# Models


def first_words(option, wildcards):
    """An option with the number of the autoencoder's training images, where it is not all."""
    count = CONFIG.section("autoencoder", wildcards.dataset).get("training_images")
    return [option, count] if count else []


def sampler_words(wildcards):
    """KEY=VALUE words of the wildcards' model on the wildcards' data set."""
    return words(CONFIG.model(wildcards.model, wildcards.dataset))


def drawn_rows(cases):
    """The files that say what AE-OT's samplers did to the cells' masses."""
    return [
        f"results/{case}/{row}/seed{seed}/masses.csv"
        for case in cases
        for row in MODELS
        for seed in SEEDS
        if CONFIG.model(row, case).get("variant") != "reconstruction"
    ]


def singular_words(datasets):
    """DATASET/ROW=HOW of AE-OT's rows that have singular source samples."""
    return [
        f"{dataset}/{row}={how}"
        for dataset in datasets
        for row in MODELS
        if (how := CONFIG.singular(row, dataset))
    ]


def sampler_inputs(wildcards):
    """A sampler needs the transport; a reconstruction the test images instead."""
    if CONFIG.model(wildcards.model, wildcards.dataset).get("variant") == "reconstruction":
        return {"images": "results/{dataset}/data/test.npz".format(**wildcards)}
    path = "results/{dataset}/transport/seed{seed}/transport.npz"
    return {"transport": path.format(**wildcards)}


def sampler_options(wildcards, input):
    """The same as options of the script."""
    name = "images" if "images" in input.keys() else "transport"
    return [f"--{name}", input[name]]


def trained_code(script):
    """The registered model of the wildcards' row makes its files stale, the others do not."""
    return lambda wildcards: code(script, *model_parts(trained_model(wildcards)))


def model_parts(name):
    """The modules of a registered model of images: not every model imports its settings."""
    return [f"{IMAGE_MODELS[name]}.{part}" for part in ("model", "settings")]


def trained_model(wildcards):
    """The registered model of the wildcards' row."""
    return CONFIG.study_of(wildcards.model).model_of(wildcards.model)


def training_reports(wildcards):
    """Reports that say how long a model was trained; a sampler's own setup is no training."""
    names = [wildcards.model]
    if wildcards.model in SAMPLERS.rows:
        names.insert(0, SAMPLERS.row_settings[wildcards.model].of)
    elif wildcards.model in MODELS:
        variant = CONFIG.model(wildcards.model, wildcards.dataset).get("variant")
        names = ["autoencoder"] + (["transport"] if variant != "reconstruction" else [])
    paths = [f"results/{{dataset}}/{name}/seed{{seed}}/report.json" for name in names]
    return [path.format(**wildcards) for path in paths]


# Scores


def scored_count(wildcards):
    """How many images of each set of the wildcards' data set are scored."""
    return BOUNDS.scored(wildcards.dataset)


def extractor_code(wildcards):
    """The extractor of the wildcards makes its features stale, the others do not."""
    return code("extract_features.py", EXTRACTOR_MODULES[wildcards.extractor])


def extractor_words(wildcards):
    """KEY=VALUE words of the wildcards' extractor."""
    return words(CONFIG.extractor_settings.get(wildcards.extractor, {}))


METRIC_CLASSES = {name: resolve(METRICS, name, "metric") for name in METRICS}
# Where what a metric may need (aeot.metrics.base.SETS) lies.
SETS = {
    "real": "results/{dataset}/data/{extractor}/test.npz",
    "fake": lambda wildcards: fake_features(wildcards),
    "train": "results/{dataset}/data/{extractor}/all.npz",
    "midpoints": "results/{dataset}/{model}/seed{seed}/{extractor}/midpoints.npz",
    "images": lambda wildcards: scored_images(wildcards),
}


def metric_inputs(metric):
    """The files that a metric needs, by name."""

    def files(wildcards):
        paths = {name: SETS[name] for name in metric.NEEDS}
        return {
            name: path(wildcards) if callable(path) else path.format(**wildcards)
            for name, path in paths.items()
        }

    return files


def metric_outputs(name, metric):
    """A metric's rows, and its curve, if it has one."""
    path = f"results/{{dataset}}/{{model}}/seed{{seed}}/{{extractor}}/{name}"
    return {"rows": f"{path}.csv"} | ({"curve": f"{path}_curve.csv"} if metric.CURVE else {})


def metric_options(wildcards, input, output):
    """The same as options of the script."""
    files = {name if name == "images" else f"{name}-features": file for name, file in input.items()}
    files |= {f"out-{name}": file for name, file in output.items()}
    return [word for name, file in files.items() for word in (f"--{name}", file)]


def image_count(metric):
    """How many images a metric looks at, of one that does not compare features."""
    if "images" not in metric.NEEDS:
        return []
    return lambda wildcards: ["--count", scored_count(wildcards)]


def fake_features(wildcards):
    """Features of a model's samples; the floor scores training images instead."""
    path = "results/{dataset}/{model}/seed{seed}/{extractor}/features.npz"
    if wildcards.model == FLOOR:
        path = "results/{dataset}/data/{extractor}/train.npz"
    return path.format(**wildcards)


# Figures


# The tables' rows that have pictures, from left to right in the grid of samples.
PICTURED = ordered_models(MODELS)


def sample_files(wildcards):
    """The samples of the first seed of every row that has pictures."""
    path = f"results/{wildcards.dataset}/{{model}}/seed{SEEDS[0]}/samples.npz"
    return expand(path, model=PICTURED)


# Collections that put published numbers beside ours.
PRINTED = [
    name for name in COLLECTIONS if "published" in resolve(COLLECTIONS, name, "collection").FILES
]


def collected_log(name, place):
    """Where a collection's log goes: a folder of its name, below it the wildcards of its place."""
    keys = [part for part in Path(place).parts if "{" in part]
    return str(Path("results/logs", f"collect_{name}", *keys)).removesuffix(".csv") + ".log"


def collection_code(name):
    """A collection stands on its own module; on a mixture, where its place names one."""

    def parts(wildcards):
        mixture = [MIXTURES[wildcards.mixture]] if "mixture" in wildcards.keys() else []
        return code("collect_rows.py", COLLECTIONS[name], *mixture)

    return parts


def collection_files(name):
    """NAME=FILE words of a collection's input, and of the published numbers, where it takes them."""

    def files(wildcards, input):
        printed = [f"published={from_root(PUBLISHED)}"] if name in PRINTED else []
        return [f"{key}={file}" for key in input.keys() for file in as_list(input[key])] + printed

    return files


def as_list(files):
    """Snakemake gives the only file of a name as a string."""
    return [files] if isinstance(files, str) else list(files)


def collection_words(values):
    """KEY=VALUE words of what follows the wildcards."""
    return (lambda wildcards: words(values(wildcards))) if values else []


FIGURE_CLASSES = {name: resolve(FIGURES, name, "figure") for name in FIGURES}


def of_what(place):
    """The wildcard of a figure's place that says what it is of."""
    return next((f"{{{key}}}" for key in ("dataset", "mixture") if f"{{{key}}}" in place), "all")


def figure_title(wildcards):
    """The name of the wildcards' case or mixture for readers."""
    if "mixture" in wildcards.keys():
        return mixture_label(wildcards.mixture)
    return case_title(wildcards) if "dataset" in wildcards.keys() else "All data sets"


def figure_where(wildcards):
    """KEY=NAME words of the wildcards that rows may be of."""
    keys = [key for key in ("dataset", "extractor", "mixture") if key in wildcards.keys()]
    return [f"{key}={wildcards[key]}" for key in keys]


def figure_files(wildcards, input):
    """NAME=FILE words of what a figure shows beside its rows; the list names the pictures."""
    return [f"{name}={file}" for name, file in input.items() if name not in ("rows", "pictures")]


def grid_size(figure):
    """How many pictures a grid shows: what concerns its list."""
    values = CONFIG.section("figures").get(figure, {})
    return {key: value for key, value in values.items() if key in ("rows", "columns")}


def grid_look(figure):
    """KEY=VALUE words of the rest, which concerns the picture alone."""
    values = CONFIG.section("figures").get(figure, {})
    return words({key: value for key, value in values.items() if key not in grid_size(figure)})


def training_images(wildcards):
    """What a model drew while it was trained; AE-OT's rows have their samples only."""
    name = "moments" if wildcards.model in TRAINED else "samples"
    return f"results/{{dataset}}/{{model}}/seed{{seed}}/{name}.npz".format(**wildcards)


def case_sources(names):
    """CASE=SOURCE of every case that is called otherwise than its source."""
    return [f"{name}={source_of(name)}" for name in names if source_of(name) != name]


def case_title(wildcards):
    """The name of the wildcards' case for readers."""
    return dataset_label(wildcards.dataset, source_of(wildcards.dataset))


# Mode collapse

COLLAPSE = CONFIG.collapse
# AE-OT's rows take seconds and belong to `all`.
PARTS = {
    "aeot": [row for row in COLLAPSE.rows if COLLAPSE.model_of(row) in ("data", "aeot")],
    "all": COLLAPSE.rows,
}


def collapse_tables(part):
    """The table's files, where it has a row."""
    return expand(
        "results/tables/collapse_{part}.{form}",
        part=part if PARTS[part] else [],
        form=["csv", "md", "tex", "html"],
    )


def mixture_code(script):
    """The wildcards' mixture makes its files stale, the others do not."""
    return lambda wildcards: code(script, MIXTURES[wildcards.mixture])


def part_files(name):
    """A file of every run of the wildcards' part."""
    return lambda wildcards: expand(
        "results/collapse/{mixture}/{row}/seed{seed}/{name}.csv",
        mixture=COLLAPSE.mixtures,
        row=PARTS[wildcards.part],
        seed=SEEDS,
        name=name,
    )


def scatter_files(wildcards):
    """The training points, and the first seed's points of every row, by name."""
    rows = {
        row: f"results/collapse/{wildcards.mixture}/{row}/seed{SEEDS[0]}/points.npz"
        for row in COLLAPSE.rows
    }
    return {"real": f"results/collapse/{wildcards.mixture}/points/seed{SEEDS[0]}.npz"} | rows
