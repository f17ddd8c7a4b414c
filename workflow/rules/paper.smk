"""The paper's figures: nothing here computes a score.

REQUIRED INPUTS: results/{dataset}/autoencoder|transport/seed{seed}/..., the models' samples and
    PRD curves.
OUTPUTS: results/figures/{dataset}/{samples,training,transport}.{csv,png},
    results/figures/{dataset}/{extractor}/prd.{csv,png}.

Each figure is two rules: data_<figure> writes all numbers as tidy CSV, plot_<figure> draws them.
"""

from aeot.labels import ordered_models

# The tables' rows that have pictures, from left to right in the grid of samples.
PICTURED = ordered_models(MODELS)
FIGURE_FILES = expand(
    "results/figures/{dataset}/{figure}.png",
    dataset=DATASETS,
    figure=["samples", "training", "transport"],
) + expand("results/figures/{dataset}/{extractor}/prd.png", dataset=DATASETS, extractor=EXTRACTORS)


rule data_samples:
    """List which test images, reconstructions and samples the grid shows."""
    input:
        real="results/{dataset}/data/test.npz",
        samples=expand(
            "results/{{dataset}}/{model}/seed{seed}/samples.npz", model=PICTURED, seed=SEEDS[:1]
        ),
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


rule plot_samples:
    """Draw the grid real | AE | AE-OT."""
    input:
        rows="results/figures/{dataset}/samples.csv",
        real="results/{dataset}/data/test.npz",
        samples=expand(
            "results/{{dataset}}/{model}/seed{seed}/samples.npz", model=PICTURED, seed=SEEDS[:1]
        ),
    output:
        figure=report(
            "results/figures/{dataset}/samples.png",
            caption="../report/samples.rst",
            category="Figures",
            subcategory="{dataset}",
            labels={"data set": "{dataset}", "figure": "real, reconstructed, generated"},
        ),
    log:
        "results/logs/{dataset}/plot_samples.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("plot_samples.py"),
        code=code("plot_samples.py"),
        set=grid_look("samples"),
        seed=SEEDS[0],
        title=case_title,
    shell:
        r"""
        {params.command:q} \
            --rows {input.rows:q} \
            --set {params.set:q} \
            --out-figure {output.figure:q} \
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


rule plot_training:
    """Draw the autoencoder's losses against epochs, with the freeze marked."""
    input:
        rows="results/figures/{dataset}/training.csv",
    output:
        figure=report(
            "results/figures/{dataset}/training.png",
            caption="../report/training.rst",
            category="Figures",
            subcategory="{dataset}",
            labels={"data set": "{dataset}", "figure": "training of the autoencoder"},
        ),
    log:
        "results/logs/{dataset}/plot_training.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("plot_training.py"),
        code=code("plot_training.py"),
        seeds=len(SEEDS),
        set=settings("figures", "training"),
        title=case_title,
    shell:
        r"""
        {params.command:q} \
            --rows {input.rows:q} \
            --title {params.title:q} \
            --set {params.set:q} \
            --out-figure {output.figure:q} \
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


rule plot_transport:
    """Draw the transport's held-out error against source samples."""
    input:
        rows="results/figures/{dataset}/transport.csv",
    output:
        figure=report(
            "results/figures/{dataset}/transport.png",
            caption="../report/transport.rst",
            category="Figures",
            subcategory="{dataset}",
            labels={"data set": "{dataset}", "figure": "convergence of the transport"},
        ),
    log:
        "results/logs/{dataset}/plot_transport.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("plot_transport.py"),
        code=code("plot_transport.py"),
        seeds=len(SEEDS),
        set=settings("figures", "transport"),
        title=case_title,
    shell:
        r"""
        {params.command:q} \
            --rows {input.rows:q} \
            --title {params.title:q} \
            --set {params.set:q} \
            --out-figure {output.figure:q} \
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


rule plot_prd:
    """Draw precision against recall of all models."""
    input:
        rows="results/figures/{dataset}/{extractor}/prd.csv",
    output:
        figure=report(
            "results/figures/{dataset}/{extractor}/prd.png",
            caption="../report/prd.rst",
            category="Figures",
            subcategory="{dataset}",
            labels={"data set": "{dataset}", "figure": "precision and recall ({extractor})"},
        ),
    log:
        "results/logs/{dataset}/{extractor}/plot_prd.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("plot_prd.py"),
        code=code("plot_prd.py"),
        seeds=len(SEEDS),
        set=settings("figures", "prd"),
        title=lambda wildcards: f"{case_title(wildcards)}, features of {wildcards.extractor}",
    shell:
        r"""
        {params.command:q} \
            --rows {input.rows:q} \
            --title {params.title:q} \
            --set {params.set:q} \
            --out-figure {output.figure:q} \
            >{log:q} 2>&1
        """
