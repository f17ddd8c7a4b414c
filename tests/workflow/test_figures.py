"""Figures in the rules: their classes say of which files they are made; nothing runs here."""

import re
import shutil
from pathlib import Path

import pytest

from aeot.bounds import Bounds
from aeot.charts import FIGURES
from aeot.config import Config
from aeot.plan.figures import FigurePlan
from aeot.plan.files import as_list
from aeot.plan.studies import StudyPlan
from aeot.registry import resolve

FIGURE = '''\
from typing import ClassVar

from aeot.charts.base import FigureSettings


class Stripes(FigureSettings):
    """Stripes."""

    {what}
    PLACE: ClassVar[str] = "{{study}}/{{dataset}}"
    CAPTION: ClassVar[str] = """
    Stripes of {{title}}.
    """
    bright: bool = False
'''
GEOMETRY = {"over": {"aekde": {"setting": "bandwidth", "values": [0.1, 0.2]}}}


def plan(dry_run, folder, study, edits=None):
    """Jobs that a study of the smoke preset's data takes, by rule."""
    edits = {"studies": {"mine": study}, **(edits or {})}
    smoke = folder / "config" / "presets" / "smoke.yaml"
    with dry_run(folder, smoke, edits=edits, targets=["mine"]) as workflow:
        jobs = workflow.dag.needrun_jobs(exclude_finished=False)
        return {job.rule.name: job for job in jobs if job.is_shell}


@pytest.fixture
def stripes(fresh, tmp_path):
    """A copy of the repository with one more figure: a module and a line of the registry."""

    def added(what):
        folder = shutil.copytree(fresh, tmp_path / "aeot")
        charts = folder / "scripts" / "aeot" / "charts"
        (charts / "stripes.py").write_text(FIGURE.format(what=what))
        registry = charts / "__init__.py"
        line = '    "stripes": "aeot.charts.stripes:Stripes",\n}'
        registry.write_text(registry.read_text().replace("\n}", f"\n{line}"))
        return folder

    return added


@pytest.mark.parametrize("name", ["scores", "progress", "frontier"])
def test_a_new_figure_of_a_file_of_the_study_takes_no_rule(stripes, dry_run, name):
    study = {"methods": ["aekde"], "figures": ["stripes"], "sweep": GEOMETRY}
    jobs = plan(dry_run, stripes(f'ROWS = "{name}"'), study)
    plot = jobs["plot_stripes"]
    assert list(plot.input) == [f"results/mine/{name}.csv"]
    assert list(plot.output) == ["results/figures/mine/shapes/stripes.png"]
    assert "collect_stripes" not in jobs and f"collect_{name}" in jobs
    assert plot.params.caption == "Stripes of Shapes (synthetic)."


def test_a_new_figure_with_rows_of_its_own_gathers_them_of_the_files_that_it_names(
    stripes, dry_run
):
    study = {"methods": ["aekde"], "figures": ["stripes"]}
    settings = {"figures": {"stripes": {"bright": True, "dpi": 80}}}
    jobs = plan(dry_run, stripes('FILES = ("scores", "training_histories")'), study, settings)
    collect, plot = jobs["collect_stripes"], jobs["plot_stripes"]
    assert dict(collect.input.items()) == {
        "scores": "results/mine/scores.csv",
        "training_histories": ["results/shapes/autoencoder/seed0/history.csv"],
    }
    rows = "results/figures/mine/shapes/stripes.csv"
    assert list(collect.output) == list(plot.input) == [rows]
    # What concerns the picture alone, such as the resolution, gathers nothing again.
    assert collect.params.set == ["bright=true"]
    assert sorted(plot.params.set) == ["bright=true", "dpi=80"]
    assert collect.params.where == ["dataset=shapes", "source=shapes"]
    assert collect.params.code[1:] == ["aeot.charts.stripes:Stripes"]


def test_a_caption_is_no_parameter_that_is_compared(fresh, dry_run):
    study = {"methods": ["aeot"], "figures": ["samples"]}
    plot = plan(dry_run, fresh, study)["plot_samples"]
    assert plot.params.caption.startswith("Shapes (synthetic): test images,")
    assert not [value for value in plot.non_derived_params if value == plot.params.caption]


@pytest.mark.parametrize("name", FIGURES)
def test_what_a_class_names_is_a_file_that_its_place_can_have(name):
    """`results/{study}/scores.csv` is a file of no figure whose place has no study."""
    figure = resolve(FIGURES, name, "figure")
    config = Config.checked(
        {"datasets": ["shapes"], "seeds": [0], "extractors": ["efficientnetlite0"]}, ""
    )
    figures = FigurePlan(StudyPlan(config, Bounds(config)))
    for file in {figure.ROWS, *figure.FILES} - {None, "published"}:
        files = figures.file(file)
        if callable(files):
            assert "{extractor}" in figure.PLACE
            continue
        wildcards = set(re.findall(r"{(\w+)}", " ".join(as_list(files))))
        assert wildcards <= set(re.findall(r"{(\w+)}", figure.PLACE)), file


def test_every_figure_has_its_caption_in_its_class_and_no_file(fresh):
    kept = {path.stem for path in Path(fresh, "workflow", "report").glob("*.rst")}
    assert kept == {"workflow", "figure", "losses", "scores", "modes", "frontier", "reruns"}
