"""The paper's figures: nothing here computes a score.

REQUIRED INPUTS: results/{dataset}/autoencoder|transport/seed{seed}/..., the models' samples and
    PRD curves.
OUTPUTS: results/figures/{dataset}/{samples,training,transport}.{csv,png},
    results/figures/{dataset}/{extractor}/prd.{csv,png}.

Each figure is two rules: data_<figure> writes all numbers as tidy CSV, plot_<figure> draws them.
"""

FIGURE_FILES = expand(
    "results/figures/{dataset}/{figure}.png",
    dataset=DATASETS,
    figure=["samples", "training", "transport"],
) + expand("results/figures/{dataset}/{extractor}/prd.png", dataset=DATASETS, extractor=EXTRACTORS)


rule data_samples:
    """List which test images, reconstructions and samples the grid shows."""
    input:
        real="results/{dataset}/data/test.npz",
        samples=sample_files,
    output:
        rows="results/figures/{dataset}/samples.csv",
    log:
        "results/logs/{dataset}/data_samples.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("list_samples.py"),
        code=code("list_samples.py"),
        images=lambda wildcards, input: [
            f"{name}={file}"
            for name, file in zip(["real", *PICTURED], [input.real, *input.samples])
        ],
        set=grid_places("samples"),
    shell:
        r"""
        {params.command:q} \
            --images {params.images:q} \
            --set {params.set:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """
