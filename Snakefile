"""AE-OT from a data set to its tables and figures.

`snakemake --cores all` runs config/config.yaml; `--configfile config/presets/NAME.yaml` lays a
preset over it; `--directory DIR` keeps another run's results apart.
"""

from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

min_version("9.19")

SOURCE = workflow.current_basedir.get_path_or_uri(secret_free=True)
if not Path(SOURCE).is_dir():
    raise WorkflowError(
        f"The workflow cannot run from {SOURCE}: of a remote source Snakemake fetches the rules "
        "alone, without the scripts; clone the repository and name the Snakefile of the clone."
    )


configfile: workflow.current_basedir.join("config/config.yaml").get_path_or_uri(secret_free=True)


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/common_studies.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/aeot.smk"
include: "workflow/rules/metrics.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/certificate.smk"
include: "workflow/rules/collapse.smk"
include: "workflow/rules/collapse_figures.smk"
include: "workflow/rules/samplers.smk"
include: "workflow/rules/studies.smk"
include: "workflow/rules/encoders.smk"
include: "workflow/rules/frontier.smk"
include: "workflow/rules/geometry.smk"
include: "workflow/rules/collect.smk"
include: "workflow/rules/figures.smk"


rule all:
    """Build every table and figure of the configuration."""
    input:
        TABLE_FILES,
        FIGURE_FILES,
        COLLAPSE_QUICK,


rule everything:
    """Build all studies."""
    input:
        rules.all.input,
        rules.certificate.input,
        rules.collapse.input,
        rules.adversarial.input,
        rules.autoencoders.input,
        rules.geometry.input,
