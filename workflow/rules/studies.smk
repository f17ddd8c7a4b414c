"""Studies of models of images: `adversarial` (Tables 3 and 4, Figures 14 and 15), `autoencoders`.

REQUIRED INPUTS: results/{dataset}/data/{train,test}.npz, the main rows' samples and scores.
OUTPUTS: results/{dataset}/{model}/seed{seed}/{model.pt,history.csv,moments.npz,samples.npz,...},
    results/{study}/{scores,progress}.csv, results/tables/{study}.{csv,md,tex,html}.
"""


rule adversarial:
    """Build the study: the adversarial models and the VAE beside AE-OT."""
    input:
        study_files("adversarial"),


rule autoencoders:
    """Build the study: the autoencoder family, and other samplers of its codes, beside AE-OT."""
    input:
        study_files("autoencoders"),


rule train_model:
    """Train a registered model of images, and draw from it while it is trained."""
    input:
        train="results/{dataset}/data/train.npz",
    output:
        model="results/{dataset}/{model}/seed{seed}/model.pt",
        history="results/{dataset}/{model}/seed{seed}/history.csv",
        moments="results/{dataset}/{model}/seed{seed}/moments.npz",
        report="results/{dataset}/{model}/seed{seed}/report.json",
    log:
        "results/logs/train_model/{dataset}/{model}/seed{seed}.log",
    benchmark:
        "results/benchmarks/train_model/{dataset}/{model}/seed{seed}.tsv"
    wildcard_constraints:
        model="|".join(TRAINED) or "-",
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(6000),
        runtime=growing(1440),
    params:
        command=command("train_model.py"),
        code=trained_code("train_model.py"),
        model=trained_model,
        set=lambda wildcards: words(CONFIG.trained(wildcards.model, wildcards.dataset)),
        looks=lambda wildcards: CONFIG.study_of(wildcards.model).looks,
        diverge=lambda wildcards: ["--may-diverge"] if wildcards.model in DRAWN else [],
    shell:
        r"""
        {params.command:q} \
            --model {params.model:q} \
            --train {input.train:q} \
            --looks {params.looks} {params.diverge:q} \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-model {output.model:q} \
            --out-history {output.history:q} \
            --out-moments {output.moments:q} \
            --out-report {output.report:q} \
            2>&1 | tee {log:q}
        """


rule sample_model:
    """Draw images from a trained model of images."""
    input:
        weights="results/{dataset}/{model}/seed{seed}/model.pt",
    output:
        samples="results/{dataset}/{model}/seed{seed}/samples.npz",
    log:
        "results/logs/sample_model/{dataset}/{model}/seed{seed}.log",
    wildcard_constraints:
        model="|".join(TRAINED) or "-",
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("sample_model.py"),
        code=trained_code("sample_model.py"),
        model=trained_model,
        images=lambda wildcards: CONFIG.study_of(wildcards.model).count,
    shell:
        r"""
        {params.command:q} \
            --model {params.model:q} \
            --weights {input.weights:q} \
            --count {params.images} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-samples {output.samples:q} \
            2>&1 | tee {log:q}
        """


rule score_moments:
    """Score what a model drew at the moments of its training, beside the seconds until then."""
    input:
        images=training_images,
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
        code=lambda wildcards: code("score_moments.py", EXTRACTOR_MODULES[wildcards.extractor]),
        images=looked_at,
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


use rule collect_scores as collect_study with:
    """Gather the scores of a study and of the main rows into one tidy table."""
    input:
        rows=score_files,
        reports=drawn_reports,
    output:
        "results/{study}/scores.csv",
    log:
        "results/logs/collect_study/{study}.log",
    params:
        sources=lambda wildcards: case_sources(cases(wildcards.study)),
        reports=lambda wildcards, input: input.reports,


rule table_study:
    """Write Tables 3 and 4 with a study's rows: scores and training seconds beside published."""
    input:
        scores="results/{study}/scores.csv",
        progress="results/{study}/progress.csv",
    output:
        csv="results/tables/{study}.csv",
        md="results/tables/{study}.md",
        tex="results/tables/{study}.tex",
        html=report(
            "results/tables/{study}.html",
            caption="../report/study.rst",
            category="Tables",
            labels={"table": "3 and 4: {study}"},
        ),
    log:
        "results/logs/table_study/{study}.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("table_scores.py"),
        code=lambda wildcards: code(
            "table_scores.py",
            *[METRICS[name] for name in [*CONFIG.metrics, *CONFIG.metrics_of(wildcards.study)]],
        ),
        published=published_file,
        numbers=NUMBERS,
        seeds=len(SEEDS),
        models=lambda wildcards: [FLOOR, *compared(wildcards.study)],
        singular=lambda wildcards: singular_words(cases(wildcards.study)),
        metrics=lambda wildcards: [*CONFIG.metrics, *CONFIG.metrics_of(wildcards.study)],
    shell:
        r"""
        {params.command:q} \
            --scores {input.scores:q} \
            --progress {input.progress:q} \
            --models {params.models:q} \
            --singular {params.singular:q} \
            --metrics {params.metrics:q} \
            --published {params.published:q} \
            --out-csv {output.csv:q} \
            --out-md {output.md:q} \
            --out-tex {output.tex:q} \
            --out-html {output.html:q} \
            >{log:q} 2>&1
        """
