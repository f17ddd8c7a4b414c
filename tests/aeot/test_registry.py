"""Registries of strings: what an unknown name is told; none imports torch by being listed."""

import subprocess
import sys
from pathlib import Path

import pytest

from aeot.datasets import DATASETS
from aeot.errors import InputError
from aeot.features import EXTRACTORS
from aeot.metrics import METRICS
from aeot.registry import resolve

REGISTRIES = {"data set": DATASETS, "extractor": EXTRACTORS, "metric": METRICS}
SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.mark.parametrize("kind", REGISTRIES)
def test_an_unknown_name_is_answered_with_the_known_ones(kind):
    known = ", ".join(sorted(REGISTRIES[kind]))
    with pytest.raises(InputError) as caught:
        resolve(REGISTRIES[kind], "nope", kind)
    assert str(caught.value) == f"'nope' is not a known {kind}; known: {known}."


@pytest.mark.long
def test_the_whole_configuration_is_checked_without_torch():
    """The parse of the workflow must not cost the seconds that torch takes to import."""
    code = """
import sys
for name in ("torch", "torchvision", "sklearn", "matplotlib", "pandas", "mlxtend"):
    sys.modules[name] = None
from aeot.bounds import Bounds, refuse
from aeot.config import Config, words
from aeot.datasets import DATASETS
from aeot.features import EXTRACTORS
from aeot.metrics import METRICS
from aeot.models import IMAGE_MODELS
from aeot.pointmodels import POINT_MODELS
methods = {"ae": {"sampler": "reconstruction"}, "aeot": {"sampler": "transport"}}
methods |= {name: {"model": name} for name in IMAGE_MODELS}
methods |= {f"of{name}": {"sampler": name} for name in POINT_MODELS}
images = list(methods)
methods |= {f"points{name}": {"sampler": name, "of": "points"} for name in POINT_MODELS}
studies = {
    "images": {"methods": images, "metrics": "all", "search": {"draws": 1}},
    "points": {"methods": [f"points{name}" for name in POINT_MODELS], "datasets": ["grid"]},
    "swept": {"methods": ["aeot", "ofkde"], "datasets": ["mnist5k"], "sweep": {"over": {
        "ofkde": {"setting": "bandwidth", "values": [0.1, 0.2]}}}},
}
config = Config.checked({
    "datasets": [name for name in DATASETS if name != "imagefolder"], "seeds": [0],
    "extractors": list(EXTRACTORS), "extractor_settings": {name: {} for name in EXTRACTORS},
    "metrics": ["fid"], "metric_settings": {name: {} for name in METRICS},
    "methods": methods, "studies": studies}, "")
bounds = Bounds(config)
for study in studies:
    list(bounds.study_faults(study))
    for place in config.datasets_of(study):
        for name in studies[study]["methods"]:
            words(config.method_settings(name, place))
print("checked")
"""
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(SCRIPTS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stdout == "checked\n", answer.stderr
