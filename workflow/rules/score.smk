"""Scores: features of images, and what sets of features, of images or of points say of each other.

REQUIRED INPUTS: results/{dataset}/data/{train,test}.npz, what train.smk and sample.smk made.
OUTPUTS: features beside the images, results/{dataset}/{model}/seed{seed}/{extractor}/METRIC.csv,
    .../{moments,frontier}.csv, results/{mixture}/{row}/seed{seed}/scores.csv.
"""


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
        code=extractor_code("extract_features.py"),
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


use rule extract_features as extract_midpoints with:
    """Run a feature extractor over the midpoints, for the convexity score."""
    input:
        images="results/{dataset}/{model}/seed{seed}/midpoints.npz",
    output:
        features="results/{dataset}/{model}/seed{seed}/{extractor}/midpoints.npz",
    log:
        "results/logs/extract_midpoints/{dataset}/{model}/seed{seed}/{extractor}.log",
    params:
        limit=[],
        set=extractor_words,


use rule extract_features as extract_training_features with:
    """Run a feature extractor over all training images, which samples may copy."""
    input:
        images="results/{dataset}/data/train.npz",
    output:
        features="results/{dataset}/data/{extractor}/all.npz",
    log:
        "results/logs/extract_training_features/{dataset}/{extractor}.log",
    params:
        limit=[],
        set=extractor_words,


use rule extract_features as extract_decoded_features with:
    """Run a feature extractor over the decoded training or test images."""
    input:
        images="results/{dataset}/autoencoder/seed{seed}/decoded/{split}.npz",
    output:
        features="results/{dataset}/autoencoder/seed{seed}/decoded/{extractor}/{split}.npz",
    log:
        "results/logs/extract_decoded_features/{dataset}/{split}/seed{seed}/{extractor}.log",
    params:
        limit=[],
        set=extractor_words,


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
            set=words(CONFIG.metric_settings.get(name, {})),
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


rule score_moments:
    """Score what a model drew at the moments of its training, beside the seconds until then."""
    input:
        images=snapshots,
        reports=training_reports,
        real="results/{dataset}/data/{extractor}/test.npz",
    output:
        rows="results/{dataset}/{model}/seed{seed}/{extractor}/moments.csv",
    log:
        "results/logs/score_moments/{dataset}/{model}/seed{seed}/{extractor}.log",
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("score_moments.py"),
        code=extractor_code("score_moments.py"),
        images=snapshot_count,
        set=extractor_words,
    shell:
        r"""
        {params.command:q} \
            --images {input.images:q} \
            --reports {input.reports:q} \
            --real-features {input.real:q} \
            --extractor {wildcards.extractor:q} \
            --set {params.set:q} \
            --count {params.images} \
            --threads {threads} \
            --out-rows {output.rows:q} \
            2>&1 | tee {log:q}
        """


rule score_frontier:
    """Score fidelity and novelty at every place of a curve."""
    input:
        unpack(sweep_drawn),
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
        train="results/{dataset}/autoencoder/seed{seed}/codes.npz",
        train_features="results/{dataset}/autoencoder/seed{seed}/decoded/{extractor}/train.npz",
        test="results/{dataset}/autoencoder/seed{seed}/decoded/test_codes.npz",
        test_features="results/{dataset}/autoencoder/seed{seed}/decoded/{extractor}/test.npz",
        real="results/{dataset}/data/{extractor}/test.npz",
    output:
        rows="results/{study}/{dataset}/{model}/seed{seed}/{extractor}/frontier.csv",
    log:
        "results/logs/score_frontier/{study}/{dataset}/{model}/seed{seed}/{extractor}.log",
    wildcard_constraints:
        model=either([*SWEPT, END]),
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(6000),
    params:
        command=command("score_frontier.py"),
        code=extractor_code("score_frontier.py"),
        places=lambda wildcards: sweep_values(wildcards)[3:],
        images=scored_count,
        set=extractor_words,
        seconds=lambda wildcards, input: (
            ["--seconds", input.seconds] if "seconds" in input.keys() else []
        ),
    shell:
        r"""
        {params.command:q} \
            --codes {input.codes:q} \
            {params.seconds:q} \
            --values {params.places:q} \
            --count {params.images} \
            --autoencoder {input.autoencoder:q} \
            --train-codes {input.train:q} \
            --train-features {input.train_features:q} \
            --test-codes {input.test:q} \
            --test-features {input.test_features:q} \
            --real-features {input.real:q} \
            --extractor {wildcards.extractor:q} \
            --set {params.set:q} \
            --threads {threads} \
            --out-rows {output.rows:q} \
            2>&1 | tee {log:q}
        """


rule compute_collapse:
    """Count modes, quality and reverse KL of a model's points, at every moment."""
    input:
        points="results/{mixture}/{row}/seed{seed}/points.npz",
        training="results/{mixture}/points/seed{seed}.npz",
    output:
        rows="results/{mixture}/{row}/seed{seed}/scores.csv",
    log:
        "results/logs/compute_collapse/{mixture}/{row}/seed{seed}.log",
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("compute_collapse.py"),
        code=mixture_code("compute_collapse.py"),
    shell:
        r"""
        {params.command:q} \
            --points {input.points:q} \
            --training-points {input.training:q} \
            --mixture {wildcards.mixture:q} \
            --seed {wildcards.seed} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule compute_certificate:
    """Score samples of one transport at every look on its way to a mass error of 1 %."""
    input:
        codes=certificate_codes,
        autoencoder=f"results/{{dataset}}/autoencoder/seed{SEEDS[0]}/autoencoder.pt",
        images="results/{dataset}/data/test.npz",
        real="results/{dataset}/data/{extractor}/test.npz",
    output:
        rows="results/figures/{study}/{dataset}/{extractor}/certificate.csv",
    log:
        "results/logs/compute_certificate/{study}/{dataset}/{extractor}.log",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
        runtime=growing(360),
    params:
        command=command("compute_certificate.py"),
        seed=SEEDS[0],
        code=extractor_code("compute_certificate.py"),
        set=certificate_words,
        extractor=extractor_words,
        source=lambda wildcards: CONFIG.section("transport", wildcards.dataset).get(
            "source", "uniform"
        ),
    shell:
        r"""
        {params.command:q} \
            --codes {input.codes:q} \
            --autoencoder {input.autoencoder:q} \
            --images {input.images:q} \
            --real-features {input.real:q} \
            --extractor {wildcards.extractor:q} \
            --extractor-set {params.extractor:q} \
            --source {params.source:q} \
            --set {params.set:q} \
            --seed {params.seed} \
            --threads {threads} \
            --out-rows {output.rows:q} \
            2>&1 | tee {log:q}
        """
