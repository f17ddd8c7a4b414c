"""Figures of the studies of models of images (Figures 14 and 15).

REQUIRED INPUTS: the models' moments, samples and scores, results/{study}/{scores,progress}.csv.
OUTPUTS: results/figures/{study}/{extractor}/fscores.{csv,png},
    results/figures/{study}/{dataset}/moments.{csv,png},
    results/figures/{study}/{dataset}/{extractor}/{field.csv,field.png,progress.png}.
"""


rule data_moments:
    """List what every model drew from the same noise at the moments of its training."""
    input:
        moments=first_files("moments", rows_of),
    output:
        rows="results/figures/{study}/{dataset}/moments.csv",
    log:
        "results/logs/{study}/{dataset}/data_moments.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("list_moments.py"),
        code=code("list_moments.py"),
        images=lambda wildcards, input: named_files(rows_of(wildcards.study), input.moments),
        looks=lambda wildcards: study_of(wildcards).looks,
        set=grid_places("moments"),
    shell:
        r"""
        {params.command:q} \
            --images {params.images:q} \
            --looks {params.looks} \
            --set {params.set:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule data_field:
    """List the test images and samples of a study's models, of GANs the best, side by side."""
    input:
        real="results/{dataset}/data/test.npz",
        scores="results/{study}/scores.csv",
        samples=first_files("samples", field),
    output:
        rows="results/figures/{study}/{dataset}/{extractor}/field.csv",
    log:
        "results/logs/{study}/{dataset}/{extractor}/data_field.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("list_samples.py"),
        code=code("list_samples.py"),
        images=lambda wildcards, input: named_files(
            ["real", *field(wildcards.study)], [input.real, *input.samples]
        ),
        among=lambda wildcards: gans(wildcards.study),
        set=grid_places("field"),
    shell:
        r"""
        {params.command:q} \
            --images {params.images:q} \
            --among {params.among:q} \
            --scores {input.scores:q} \
            --dataset {wildcards.dataset:q} \
            --extractor {wildcards.extractor:q} \
            --set {params.set:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """
