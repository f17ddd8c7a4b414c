"""Study: the adversarial models and the VAE on images (Table 3, Figures 14 and 15).

REQUIRED INPUTS: results/{dataset}/data/{train,test}.npz, the main rows' samples and scores.
OUTPUTS: results/{dataset}/{model}/seed{seed}/{model.pt,history.csv,moments.npz,samples.npz,...},
    results/adversarial/{scores,progress}.csv, results/tables/adversarial.{csv,md,tex,html},
    results/figures/adversarial/{extractor}/fscores.{csv,png},
    results/figures/{dataset}/moments.{csv,png},
    results/figures/{dataset}/{extractor}/{field.csv,field.png,progress.png}.
"""

COMPARED = [*MODELS, *ADVERSARIAL.rows]  # rows of the study's table, beside the floor
GANS = [row for row in ADVERSARIAL.rows if ADVERSARIAL.model_of(row) != "vae"]
# Figure 15 from left to right; of the GANs, the best is shown.
FIELD = [name for name in ("ae", *GANS, "glann", "aeot") if name in [*PICTURED, *ADVERSARIAL.rows]]


rule adversarial:
    """Build the study: the adversarial models and the VAE beside AE-OT."""
    input:
        expand(
            "results/tables/adversarial.{form}",
            form=["csv", "md", "tex", "html"] if CASES else [],
        ),
        expand(
            "results/figures/adversarial/{extractor}/fscores.png",
            extractor=EXTRACTORS if CASES else [],
        ),
        expand("results/figures/{dataset}/moments.png", dataset=CASES),
        expand(
            "results/figures/{dataset}/{extractor}/{figure}.png",
            dataset=CASES,
            extractor=EXTRACTORS,
            figure=["field", "progress"],
        ),


rule train_model:
    """Train a registered model of images, and draw from it while it is trained."""
    input:
        code=trained_code("train_model.py"),
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
    threads: 8
    resources:
        gpu=1,
        mem_mb=6000,
        runtime=1440,
    params:
        model=lambda wildcards: ADVERSARIAL.model_of(wildcards.model),
        set=lambda wildcards: words(CONFIG.trained(wildcards.model, wildcards.dataset)),
        looks=ADVERSARIAL.looks,
    shell:
        r"""
        python {input.code[0]:q} \
            --model {params.model:q} \
            --train {input.train:q} \
            --looks {params.looks} \
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
        code=trained_code("sample_model.py"),
        weights="results/{dataset}/{model}/seed{seed}/model.pt",
    output:
        samples="results/{dataset}/{model}/seed{seed}/samples.npz",
    log:
        "results/logs/sample_model/{dataset}/{model}/seed{seed}.log",
    wildcard_constraints:
        model="|".join(TRAINED) or "-",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=1,
        mem_mb=4000,
    params:
        model=lambda wildcards: ADVERSARIAL.model_of(wildcards.model),
        images=ADVERSARIAL.count,
    shell:
        r"""
        python {input.code[0]:q} \
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
        code=lambda wildcards: code(
            "score_moments.py", module_of(EXTRACTOR_MODULES, wildcards.extractor)
        ),
        images=training_images,
        reports=training_reports,
        real="results/{dataset}/data/{extractor}/test.npz",
    output:
        rows="results/{dataset}/{model}/seed{seed}/{extractor}/moments.csv",
    log:
        "results/logs/score_moments/{dataset}/{model}/seed{seed}/{extractor}.log",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=1,
        mem_mb=4000,
    params:
        images=min(ADVERSARIAL.looks, CONFIG.scored_images),
        set=extractor_words,
    shell:
        r"""
        python {input.code[0]:q} \
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


use rule collect_scores as collect_adversarial with:
    """Gather the scores of the study and of the main rows into one tidy table."""
    input:
        code=code("collect_scores.py"),
        rows=expand(
            "results/{dataset}/{model}/seed{seed}/{extractor}/{metric}.csv",
            dataset=CASES,
            model=[FLOOR, *MODELS, *TRAINED],
            seed=SEEDS,
            extractor=EXTRACTORS,
            metric=METRICS,
        ),
    output:
        "results/adversarial/scores.csv",
    log:
        "results/logs/collect_adversarial.log",
    params:
        sources=case_sources(),


rule collect_progress:
    """Gather the scores of all moments into one tidy table."""
    input:
        code=code("collect_progress.py"),
        rows=expand(
            "results/{dataset}/{model}/seed{seed}/{extractor}/moments.csv",
            dataset=CASES,
            model=COMPARED,
            seed=SEEDS,
            extractor=EXTRACTORS,
        ),
    output:
        rows="results/adversarial/progress.csv",
    log:
        "results/logs/collect_progress.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    shell:
        r"""
        python {input.code[0]:q} \
            --rows {input.rows:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule table_adversarial:
    """Write Tables 3 and 4 with the study's rows: scores and training seconds beside published."""
    input:
        code=code("table_scores.py"),
        published=PUBLISHED,
        scores="results/adversarial/scores.csv",
        progress="results/adversarial/progress.csv",
    output:
        csv="results/tables/adversarial.csv",
        md="results/tables/adversarial.md",
        tex="results/tables/adversarial.tex",
        html=report(
            "results/tables/adversarial.html",
            caption="../report/adversarial.rst",
            category="Tables",
            labels={"table": "3 and 4: the field"},
        ),
    log:
        "results/logs/table_adversarial.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        seeds=len(SEEDS),
        models=[FLOOR, *COMPARED],
    shell:
        r"""
        python {input.code[0]:q} \
            --scores {input.scores:q} \
            --progress {input.progress:q} \
            --models {params.models:q} \
            --published {input.published:q} \
            --out-csv {output.csv:q} \
            --out-md {output.md:q} \
            --out-tex {output.tex:q} \
            --out-html {output.html:q} \
            >{log:q} 2>&1
        """


rule data_fscores:
    """Take F8 and F1/8 of every model and of every draw of its hyper-parameters."""
    input:
        code=code("collect_fscores.py"),
        scores="results/adversarial/scores.csv",
    output:
        rows="results/figures/adversarial/{extractor}/fscores.csv",
    log:
        "results/logs/{extractor}/data_fscores.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    shell:
        r"""
        python {input.code[0]:q} \
            --scores {input.scores:q} \
            --extractor {wildcards.extractor:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule plot_fscores:
    """Draw F8 against F1/8 (Figure 14)."""
    input:
        code=code("plot_fscores.py"),
        rows="results/figures/adversarial/{extractor}/fscores.csv",
    output:
        figure=report(
            "results/figures/adversarial/{extractor}/fscores.png",
            caption="../report/fscores.rst",
            category="Figures",
            subcategory="the field",
            labels={"data set": "all", "figure": "F8 against F1/8 ({extractor})"},
        ),
    log:
        "results/logs/{extractor}/plot_fscores.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        set=settings("figures", "fscores"),
        draws=ADVERSARIAL.draws,
    shell:
        r"""
        python {input.code[0]:q} \
            --rows {input.rows:q} \
            --set {params.set:q} \
            --out-figure {output.figure:q} \
            >{log:q} 2>&1
        """


rule plot_progress:
    """Draw the Fréchet distance against training seconds."""
    input:
        code=code("plot_progress.py"),
        rows="results/adversarial/progress.csv",
    output:
        figure=report(
            "results/figures/{dataset}/{extractor}/progress.png",
            caption="../report/progress.rst",
            category="Figures",
            subcategory="{dataset}",
            labels={"data set": "{dataset}", "figure": "distance against seconds ({extractor})"},
        ),
    log:
        "results/logs/{dataset}/{extractor}/plot_progress.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        set=settings("figures", "progress"),
        seeds=len(SEEDS),
        title=case_title,
    shell:
        r"""
        python {input.code[0]:q} \
            --rows {input.rows:q} \
            --dataset {wildcards.dataset:q} \
            --extractor {wildcards.extractor:q} \
            --title {params.title:q} \
            --set {params.set:q} \
            --out-figure {output.figure:q} \
            >{log:q} 2>&1
        """


rule data_moments:
    """List what every model drew from the same noise at the moments of its training."""
    input:
        code=code("list_moments.py"),
        moments=expand(
            "results/{{dataset}}/{model}/seed{seed}/moments.npz",
            model=ADVERSARIAL.rows,
            seed=SEEDS[:1],
        ),
    output:
        rows="results/figures/{dataset}/moments.csv",
    log:
        "results/logs/{dataset}/data_moments.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        images=lambda wildcards, input: [
            f"{name}={file}" for name, file in zip(ADVERSARIAL.rows, input.moments)
        ],
        looks=ADVERSARIAL.looks,
        set=grid_places("moments"),
    shell:
        r"""
        python {input.code[0]:q} \
            --images {params.images:q} \
            --looks {params.looks} \
            --set {params.set:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


use rule plot_samples as plot_moments with:
    """Draw what every model drew at the moments of its training."""
    input:
        code=code("plot_samples.py"),
        rows="results/figures/{dataset}/moments.csv",
        samples=expand(
            "results/{{dataset}}/{model}/seed{seed}/moments.npz",
            model=ADVERSARIAL.rows,
            seed=SEEDS[:1],
        ),
    output:
        figure=report(
            "results/figures/{dataset}/moments.png",
            caption="../report/moments.rst",
            category="Figures",
            subcategory="{dataset}",
            labels={"data set": "{dataset}", "figure": "samples while training"},
        ),
    log:
        "results/logs/{dataset}/plot_moments.log",
    params:
        set=grid_look("moments"),
        seed=SEEDS[0],
        title=case_title,


rule data_field:
    """List the test images and samples of the best GAN and AE-OT, side by side."""
    input:
        code=code("list_samples.py"),
        real="results/{dataset}/data/test.npz",
        scores="results/adversarial/scores.csv",
        samples=expand(
            "results/{{dataset}}/{model}/seed{seed}/samples.npz",
            model=FIELD,
            seed=SEEDS[:1],
        ),
    output:
        rows="results/figures/{dataset}/{extractor}/field.csv",
    log:
        "results/logs/{dataset}/{extractor}/data_field.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        images=lambda wildcards, input: [
            f"{name}={file}" for name, file in zip(["real", *FIELD], [input.real, *input.samples])
        ],
        among=GANS,
        set=grid_places("field"),
    shell:
        r"""
        python {input.code[0]:q} \
            --images {params.images:q} \
            --among {params.among:q} \
            --scores {input.scores:q} \
            --dataset {wildcards.dataset:q} \
            --extractor {wildcards.extractor:q} \
            --set {params.set:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


use rule plot_samples as plot_field with:
    """Draw test images beside samples of the best GAN and AE-OT (Figure 15)."""
    input:
        code=code("plot_samples.py"),
        rows="results/figures/{dataset}/{extractor}/field.csv",
        real="results/{dataset}/data/test.npz",
        samples=expand(
            "results/{{dataset}}/{model}/seed{seed}/samples.npz",
            model=FIELD,
            seed=SEEDS[:1],
        ),
    output:
        figure=report(
            "results/figures/{dataset}/{extractor}/field.png",
            caption="../report/field.rst",
            category="Figures",
            subcategory="{dataset}",
            labels={"data set": "{dataset}", "figure": "the best of the field ({extractor})"},
        ),
    log:
        "results/logs/{dataset}/{extractor}/plot_field.log",
    params:
        set=grid_look("field"),
        seed=SEEDS[0],
        title=case_title,
