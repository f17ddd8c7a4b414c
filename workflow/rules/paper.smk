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


rule data_training:
    """Merge the training histories of all seeds with the freeze and the published losses."""
    input:
        histories=expand("results/{{dataset}}/autoencoder/seed{seed}/history.csv", seed=SEEDS),
    output:
        rows="results/figures/{dataset}/training.csv",
    log:
        "results/logs/{dataset}/data_training.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("collect_training.py"),
        code=code("collect_training.py"),
        published=published_file,
        numbers=NUMBERS,
        source=lambda wildcards: source_of(wildcards.dataset),
    shell:
        r"""
        {params.command:q} \
            --histories {input.histories:q} \
            --published {params.published:q} \
            --source {params.source:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule data_transport:
    """Merge the transport's looks at its held-out error with what chance alone gives."""
    input:
        histories=expand("results/{{dataset}}/transport/seed{seed}/history.csv", seed=SEEDS),
        reports=expand("results/{{dataset}}/transport/seed{seed}/report.json", seed=SEEDS),
        transports=expand("results/{{dataset}}/transport/seed{seed}/transport.npz", seed=SEEDS),
    output:
        rows="results/figures/{dataset}/transport.csv",
    log:
        "results/logs/{dataset}/data_transport.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("collect_transport.py"),
        code=code("collect_transport.py"),
    shell:
        r"""
        {params.command:q} \
            --histories {input.histories:q} \
            --reports {input.reports:q} \
            --transports {input.transports:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule data_prd:
    """Average the precision-recall curves of all models over their seeds."""
    input:
        curves=expand(
            "results/{{dataset}}/{model}/seed{seed}/{{extractor}}/prd_curve.csv",
            model=[FLOOR, *PICTURED],
            seed=SEEDS,
        ),
        scores=expand(
            "results/{{dataset}}/{model}/seed{seed}/{{extractor}}/prd.csv",
            model=[FLOOR, *PICTURED],
            seed=SEEDS,
        ),
    output:
        rows="results/figures/{dataset}/{extractor}/prd.csv",
    log:
        "results/logs/{dataset}/{extractor}/data_prd.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("collect_prd.py"),
        code=code("collect_prd.py"),
    shell:
        r"""
        {params.command:q} \
            --curves {input.curves:q} \
            --scores {input.scores:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """
