"""AE-OT from a data set to its tables and figures.

`snakemake --cores all` runs config/config.yaml; `--configfile config/presets/NAME.yaml` lays a
preset over it; `--directory DIR` keeps the results of another run apart.
"""

from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

min_version("9.19")

SOURCE = workflow.current_basedir.get_path_or_uri(secret_free=True)
if not Path(SOURCE).is_dir():
    raise WorkflowError(
        f"The workflow cannot run from {SOURCE}: from a remote source Snakemake fetches only the "
        "rules, not the scripts; clone the repository and name the Snakefile of the clone."
    )


configfile: workflow.current_basedir.join("config/config.yaml").get_path_or_uri(secret_free=True)


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/bases.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/sample.smk"
include: "workflow/rules/score.smk"
include: "workflow/rules/publish.smk"


rule all:
    """Build the studies that the configuration's `run` names, and the page that shows them."""
    default_target: True
    input:
        study_files(*CONFIG.run),
        "results/explore.html",


rule everything:
    """Build all studies, and the page."""
    input:
        study_files(*CONFIG.studies),
        "results/explore.html",
