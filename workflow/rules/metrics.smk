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


for name, metric in METRIC_CLASSES.items():

    rule:
        """Compute a metric of a model's samples."""
        name:
            f"compute_{name}"
        input:
            unpack(metric_inputs(metric)),
        output:
            **metric_outputs(name, metric),
        log:
            f"results/logs/compute_{name}/{{dataset}}/{{model}}/seed{{seed}}/{{extractor}}.log",
        conda:
            "../../envs/aeot.yaml"
        threads: NETWORK_THREADS if metric.GPU else 1
        resources:
            **({"gpu": GPUS} if metric.GPU else {}),
            mem_mb=growing(4000),
        params:
            command=command("compute_metric.py"),
            code=code("compute_metric.py", METRICS[name]),
            metric=name,
            files=metric_options,
            images=image_count(metric),
            set=settings(name) if metric.model_fields else [],
        shell:
            r"""
            {params.command:q} \
                --metric {params.metric:q} \
                {params.files:q} {params.images:q} \
                --set {params.set:q} \
                --seed {wildcards.seed} \
                --threads {threads} \
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
            metric=CONFIG.metrics,
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
