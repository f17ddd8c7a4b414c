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
from aeot.charts.base import ChartSettings
from aeot.config import Config, words
from aeot.curves import COLLECTIONS
from aeot.datasets import DATASETS as SOURCES
from aeot.datasets.fingerprints import fingerprint
from aeot.errors import InputError
from aeot.features import EXTRACTORS as EXTRACTOR_MODULES
from aeot.files import file_digest
from aeot.labels import dataset_label, mixture_label, ordered_models
from aeot.methods import fit_settings
from aeot.metrics import METRICS
from aeot.mixtures import MIXTURES
from aeot.names import END, FLOOR
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
        for case in CONFIG.cases
        if (folder := CONFIG.case(case).data.get("folder"))
    }
except InputError as error:
    raise WorkflowError(f"The configuration is wrong. {error}")

DATASETS, STUDIES = CONFIG.cases, CONFIG.studies
EXTRACTORS, SEEDS = CONFIG.extractors, CONFIG.seeds
# Methods that a study needs: models of images (with draws of their hyper-parameters), samplers
# through AE-OT's map, other samplers of latent codes, models of points.
TRAINED, MAPPED = CONFIG.used("images"), CONFIG.used("map")
FITTED, POINT_METHODS = CONFIG.used("latents"), CONFIG.used("points")
DRAWN = [name for study in STUDIES for name in CONFIG.drawn_of(study)]
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


def either(names):
    """A constraint that lets names through; of none, nothing that could be a name."""
    return "|".join(names) or "-"


wildcard_constraints:
    source=either(SOURCES),
    dataset=either(DATASETS),
    mixture=either(MIXTURES),
    model=either([*MAPPED, *TRAINED, *FITTED, FLOOR]),
    row=either(POINT_METHODS),
    extractor=either(EXTRACTORS),
    split="train|test",
    seed="[0-9]+",
    study=either(STUDIES),


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


# Methods


def first_words(option, wildcards):
    """An option with the number of the autoencoder's training images, where it is not all."""
    count = CONFIG.section("autoencoder", wildcards.dataset).get("training_images")
    return [option, count] if count else []


def method_of(wildcards):
    """The method that the wildcards name, or draw."""
    return CONFIG.method(wildcards.row if "row" in wildcards.keys() else wildcards.model)


def model_name(wildcards):
    """The registered name of its model or sampler."""
    return method_of(wildcards).name


def method_words(wildcards):
    """KEY=VALUE words of the wildcards' method on the wildcards' data set or mixture."""
    place = wildcards.mixture if "mixture" in wildcards.keys() else wildcards.dataset
    name = wildcards.row if "row" in wildcards.keys() else wildcards.model
    return words(CONFIG.method_settings(name, place))


def fit_words(wildcards):
    """Of these words those that make the fit of a sampler of latent codes."""
    values = CONFIG.method_settings(wildcards.model, wildcards.dataset)
    return words(fit_settings(method_of(wildcards), values))


def method_code(script):
    """The registered model of the wildcards' method makes its files stale, the others do not."""
    return lambda wildcards: code(script, *parts(method_of(wildcards)))


def parts(method):
    """The modules of a method: not every model of images imports its settings."""
    names = ("model", "settings") if method.kind == "images" else ("model",)
    return [f"{method.registry[method.name]}.{name}" for name in names if method.registry]


def map_inputs(wildcards):
    """A sampler needs the transport; a reconstruction the test images instead."""
    if not method_of(wildcards).draws():
        return {"images": "results/{dataset}/data/test.npz".format(**wildcards)}
    path = "results/{dataset}/transport/seed{seed}/transport.npz"
    return {"transport": path.format(**wildcards)}


def map_options(wildcards, input):
    """The same as options of the script."""
    name = "images" if "images" in input.keys() else "transport"
    return [f"--{name}", input[name]]


def training_reports(wildcards):
    """Reports that say how long a method was trained; a sampler's own setup is no training."""
    method = method_of(wildcards)
    names = {
        "images": [wildcards.model],
        "latents": [method.of, wildcards.model],
        "map": ["autoencoder", "transport"] if method.draws() else ["autoencoder"],
    }
    path = "results/{dataset}/{name}/seed{seed}/report.json"
    return [path.format(name=name, **wildcards) for name in names[method.kind]]


def latents_of(wildcards):
    """The latent codes that a sampler is fitted to: the frozen autoencoder's, or a model's."""
    path = "results/{dataset}/{of}/seed{seed}/codes.npz"
    return path.format(of=method_of(wildcards).of, **wildcards)


def decoder(wildcards):
    """The frozen autoencoder, or the trained model, that decodes for the wildcards' method."""
    method = method_of(wildcards)
    return wildcards.model if method.kind == "images" else method.of


def decoder_file(wildcards):
    """Its weights."""
    name = "model" if decoder(wildcards) in TRAINED else "autoencoder"
    path = "results/{dataset}/{decoder}/seed{seed}/{name}.pt"
    return path.format(decoder=decoder(wildcards), name=name, **wildcards)


def decoder_words(wildcards, option="--model"):
    """--model NAME, where it is not the autoencoder."""
    name = decoder(wildcards)
    return [option, CONFIG.method(name).name] if name in TRAINED else []


def decoder_code(script):
    """Its registered model makes what it decodes stale."""

    def files(wildcards):
        name = decoder(wildcards)
        return code(script, *(parts(CONFIG.method(name)) if name in TRAINED else []))

    return files


def sampler_code(wildcards):
    """A sampler's own module makes its samples stale, and that of its decoder."""
    name = decoder(wildcards)
    modules = parts(CONFIG.method(name)) if name in TRAINED else []
    return code("sample_codes.py", *parts(method_of(wildcards)), *modules)


# Sweeps


def swept(wildcards):
    """What is swept of the wildcards' method in the wildcards' study."""
    return STUDIES[wildcards.study].swept(wildcards.model)


SWEPT = list(dict.fromkeys(m for study in STUDIES.values() if study.sweep for m in study.methods))


def sweep_inputs(wildcards):
    """AE-OT's sampler needs the transport; a model of points its fit, or the training codes."""
    name, file = "transport", "transport.npz"
    if method_of(wildcards).kind == "latents":
        if not CONFIG.one_fit(wildcards.study, wildcards.model, wildcards.dataset):
            return {"codes": latents_of(wildcards)}
        name, file = wildcards.model, "fitted.pt"
    folder = "results/{dataset}/{name}/seed{seed}".format(name=name, **wildcards)
    key = "transport" if name == "transport" else "fitted"
    return {key: f"{folder}/{file}", "report": f"{folder}/report.json"}


def sweep_options(wildcards, input):
    """The same as options of the script."""
    found = [word for key in input.keys() for word in (f"--{key}", input[key])]
    return found + (["--model", model_name(wildcards)] if "transport" not in input.keys() else [])


def sweep_words(wildcards):
    """KEY=VALUE words of what is not swept."""
    own = CONFIG.own_settings(wildcards.model, wildcards.dataset) | swept(wildcards).set
    return words({key: value for key, value in own.items() if key != swept(wildcards).setting})


def sweep_values(wildcards):
    """--over KEY, --values, and the values; nothing where nothing is swept."""
    place = swept(wildcards)
    return ["--over", place.setting, "--values", *place.words()] if place.setting else []


def sweep_drawn(wildcards):
    """The codes of a curve and the seconds of its fits; the test images' codes at its end."""
    if wildcards.model == END:
        path = "results/{dataset}/autoencoder/seed{seed}/decoded/test_codes.npz"
        return {"codes": path.format(**wildcards)}
    folder = "results/{study}/{dataset}/{model}/seed{seed}".format(**wildcards)
    return {"codes": f"{folder}/codes.npz", "seconds": f"{folder}/seconds.csv"}


# Scores


def scored_count(wildcards):
    """How many images of each set of the wildcards' data set are scored."""
    return BOUNDS.scored(wildcards.dataset)


def snapshot_count(wildcards):
    """Images scored of every snapshot; of methods without snapshots as many."""
    return min(CONFIG.training.snapshot_images, scored_count(wildcards))


def extractor_code(script):
    """The extractor of the wildcards makes its features stale, the others do not."""
    return lambda wildcards: code(script, EXTRACTOR_MODULES[wildcards.extractor])


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


def scored_images(wildcards):
    """A method's samples; of the floor the training images."""
    path = "results/{dataset}/{model}/seed{seed}/samples.npz"
    if wildcards.model == FLOOR:
        path = "results/{dataset}/data/train.npz"
    return path.format(**wildcards)


def snapshots(wildcards):
    """What a model drew while it was trained; other methods have their samples only."""
    name = "moments" if wildcards.model in TRAINED else "samples"
    return f"results/{{dataset}}/{{model}}/seed{{seed}}/{name}.npz".format(**wildcards)


def mixture_code(script):
    """The wildcards' mixture makes its files stale, the others do not."""
    return lambda wildcards: code(script, MIXTURES[wildcards.mixture])
