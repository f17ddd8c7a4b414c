"""Scores: features of images, and what two sets of features say of each other.

REQUIRED INPUTS: results/{dataset}/data/{train,test}.npz, results/{dataset}/{model}/seed{seed}/samples.npz.
OUTPUTS: results/scores.csv, and each model's features, rows and PRD curves.
"""

SCORED = [FLOOR, *MODELS]


rule extract_features:
    """Run a feature extractor over a model's samples."""
    input:
        images="results/{dataset}/{model}/seed{seed}/samples.npz",
    output:
        features="results/{dataset}/{model}/seed{seed}/{extractor}/features.npz",
    log:
        "results/logs/extract_features/{dataset}/{model}/seed{seed}/{extractor}.log",
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("extract_features.py"),
        code=extractor_code,
        limit=lambda wildcards: ["--count", str(scored_count(wildcards))],
        set=extractor_words,
    shell:
        r"""
        {params.command:q} \
            --extractor {wildcards.extractor:q} \
            --images {input.images:q} \
            {params.limit:q} \
            --set {params.set:q} \
            --threads {threads} \
            --out-features {output.features:q} \
            2>&1 | tee {log:q}
        """


use rule extract_features as extract_data_features with:
    """Run a feature extractor over the training or the test images."""
    input:
        images="results/{dataset}/data/{split}.npz",
    output:
        features="results/{dataset}/data/{extractor}/{split}.npz",
    log:
        "results/logs/extract_data_features/{dataset}/{split}/{extractor}.log",


rule compute_fid:
    """Compute the Fréchet distance of a model's features to those of the test images."""
    input:
        real="results/{dataset}/data/{extractor}/test.npz",
        fake=fake_features,
    output:
        rows="results/{dataset}/{model}/seed{seed}/{extractor}/fid.csv",
    log:
        "results/logs/compute_fid/{dataset}/{model}/seed{seed}/{extractor}.log",
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("compute_fid.py"),
        code=code("compute_fid.py"),
    shell:
        r"""
        {params.command:q} \
            --real-features {input.real:q} \
            --fake-features {input.fake:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


use rule compute_fid as compute_kid with:
    """Compute the kernel distance of a model's features to those of the test images."""
    input:
        real="results/{dataset}/data/{extractor}/test.npz",
        fake=fake_features,
    output:
        rows="results/{dataset}/{model}/seed{seed}/{extractor}/kid.csv",
    log:
        "results/logs/compute_kid/{dataset}/{model}/seed{seed}/{extractor}.log",
    params:
        command=command("compute_kid.py"),
        code=code("compute_kid.py"),


rule compute_prd:
    """Compute the precision-recall curve of a model, averaged over clusterings."""
    input:
        real="results/{dataset}/data/{extractor}/test.npz",
        fake=fake_features,
    output:
        rows="results/{dataset}/{model}/seed{seed}/{extractor}/prd.csv",
        curve="results/{dataset}/{model}/seed{seed}/{extractor}/prd_curve.csv",
    log:
        "results/logs/compute_prd/{dataset}/{model}/seed{seed}/{extractor}.log",
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("compute_prd.py"),
        code=code("compute_prd.py"),
        set=settings("prd"),
    shell:
        r"""
        {params.command:q} \
            --real-features {input.real:q} \
            --fake-features {input.fake:q} \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --out-rows {output.rows:q} \
            --out-curve {output.curve:q} \
            >{log:q} 2>&1
        """


rule collect_scores:
    """Gather every score into one tidy table."""
    input:
        rows=expand(
            "results/{dataset}/{model}/seed{seed}/{extractor}/{metric}.csv",
            dataset=DATASETS,
            model=SCORED,
            seed=SEEDS,
            extractor=EXTRACTORS,
            metric=METRICS,
        )
        + drawn_rows(DATASETS),
    output:
        "results/scores.csv",
    log:
        "results/logs/collect_scores.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("collect_scores.py"),
        code=code("collect_scores.py"),
        sources=case_sources(DATASETS),
        reports=[],
    shell:
        r"""
        {params.command:q} \
            --rows {input.rows:q} \
            --sources {params.sources:q} \
            --reports {params.reports:q} \
            --out-scores {output:q} \
            >{log:q} 2>&1
        """
