"""Study: mode collapse on mixtures of known modes (Table 2, Figure 13).

OUTPUTS: results/collapse/{mixture}/points/seed{seed}.npz,
    results/collapse/{mixture}/{row}/seed{seed}/{points.npz,history.csv,report.json,scores.csv},
    results/collapse/{part}.csv, results/tables/collapse_{part}.{csv,md,tex,html},
    results/figures/{mixture}/{scatter,collapse,cells}.{csv,png}.

The part `aeot`, AE-OT's own rows, takes seconds and belongs to `all`; the part `all` is the study.
"""

from aeot.labels import mixture_label

PLANAR = [name for name in COLLAPSE.mixtures if name != "hundred"]
CELLS_ROW = next((row for row in PARTS["aeot"] if COLLAPSE.model_of(row) == "aeot"), None)


wildcard_constraints:
    mixture="|".join(MIXTURES),
    row="|".join(COLLAPSE.rows) or "-",
    part="|".join(PARTS),


COLLAPSE_QUICK = collapse_tables("aeot") + expand(
    "results/figures/{mixture}/cells.png", mixture=PLANAR if CELLS_ROW else []
)
COLLAPSE_FILES = (
    COLLAPSE_QUICK
    + collapse_tables("all")
    + expand(
        "results/figures/{mixture}/{figure}.png",
        mixture=COLLAPSE.mixtures if COLLAPSE.rows else [],
        figure=["scatter", "collapse"],
    )
)


rule collapse:
    """Build the study: which models drop modes?"""
    input:
        COLLAPSE_FILES,


rule draw_mixture:
    """Draw a mixture's training points."""
    input:
        code=mixture_code("draw_mixture.py"),
    output:
        points="results/collapse/{mixture}/points/seed{seed}.npz",
    log:
        "results/logs/draw_mixture/{mixture}/seed{seed}.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        points=COLLAPSE.training_points,
    shell:
        r"""
        python {input.code[0]:q} \
            --mixture {wildcards.mixture:q} \
            --count {params.points} \
            --seed {wildcards.seed} \
            --out-points {output.points:q} \
            >{log:q} 2>&1
        """


rule fit_points:
    """Train all trials of a model of points, and draw from them."""
    input:
        code=lambda wildcards: code(
            "fit_points.py", f"{POINT_MODELS[COLLAPSE.model_of(wildcards.row)]}.model"
        ),
        points="results/collapse/{mixture}/points/seed{seed}.npz",
    output:
        points="results/collapse/{mixture}/{row}/seed{seed}/points.npz",
        history="results/collapse/{mixture}/{row}/seed{seed}/history.csv",
        report="results/collapse/{mixture}/{row}/seed{seed}/report.json",
    log:
        "results/logs/fit_points/{mixture}/{row}/seed{seed}.log",
    benchmark:
        "results/benchmarks/fit_points/{mixture}/{row}/seed{seed}.tsv"
    conda:
        "../../envs/aeot.yaml"
    # Small networks: two jobs of one thread are twice as fast as one of two, and share a GPU.
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(1440),
    params:
        model=lambda wildcards: COLLAPSE.model_of(wildcards.row),
        set=lambda wildcards: words(COLLAPSE.words_of(wildcards.row)),
        trials=COLLAPSE.trials,
    shell:
        r"""
        python {input.code[0]:q} \
            --model {params.model:q} \
            --points {input.points:q} \
            --trials {params.trials} \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-points {output.points:q} \
            --out-history {output.history:q} \
            --out-report {output.report:q} \
            2>&1 | tee {log:q}
        """


rule compute_collapse:
    """Count modes, quality and reverse KL of a model's points, at every moment."""
    input:
        code=mixture_code("compute_collapse.py"),
        points="results/collapse/{mixture}/{row}/seed{seed}/points.npz",
    output:
        rows="results/collapse/{mixture}/{row}/seed{seed}/scores.csv",
    log:
        "results/logs/compute_collapse/{mixture}/{row}/seed{seed}.log",
    conda:
        "../../envs/aeot.yaml"
    shell:
        r"""
        python {input.code[0]:q} \
            --points {input.points:q} \
            --mixture {wildcards.mixture:q} \
            --seed {wildcards.seed} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule collect_collapse:
    """Gather the study's scores into one tidy table."""
    input:
        code=code("collect_collapse.py"),
        scores=part_files("scores"),
        histories=part_files("history"),
    output:
        rows="results/collapse/{part}.csv",
    log:
        "results/logs/collect_collapse/{part}.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    shell:
        r"""
        python {input.code[0]:q} \
            --scores {input.scores:q} \
            --histories {input.histories:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule table_collapse:
    """Write Table 2: modes, quality and reverse KL, beside the published."""
    input:
        code=code("table_collapse.py"),
        published=PUBLISHED,
        rows="results/collapse/{part}.csv",
    output:
        csv="results/tables/collapse_{part}.csv",
        md="results/tables/collapse_{part}.md",
        tex="results/tables/collapse_{part}.tex",
        html=report(
            "results/tables/collapse_{part}.html",
            caption="../report/collapse.rst",
            category="Tables",
            labels={"table": "2: mode collapse ({part})"},
        ),
    log:
        "results/logs/table_collapse/{part}.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    shell:
        r"""
        python {input.code[0]:q} \
            --rows {input.rows:q} \
            --published {input.published:q} \
            --out-csv {output.csv:q} \
            --out-md {output.md:q} \
            --out-tex {output.tex:q} \
            --out-html {output.html:q} \
            >{log:q} 2>&1
        """


rule data_scatter:
    """List the points that Figure 13 shows."""
    input:
        unpack(scatter_files),
        code=mixture_code("list_points.py"),
    output:
        rows="results/figures/{mixture}/scatter.csv",
    log:
        "results/logs/{mixture}/data_scatter.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        points=lambda wildcards: [
            f"{name}={file}" for name, file in scatter_files(wildcards).items()
        ],
    shell:
        r"""
        python {input.code[0]:q} \
            --points {params.points:q} \
            --mixture {wildcards.mixture:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule plot_scatter:
    """Draw Figure 13: real points and those of every model."""
    input:
        code=code("plot_scatter.py"),
        rows="results/figures/{mixture}/scatter.csv",
    output:
        figure=report(
            "results/figures/{mixture}/scatter.png",
            caption="../report/scatter.rst",
            category="Figures",
            subcategory="{mixture}",
            labels={"data set": "{mixture}", "figure": "13: real and generated points"},
        ),
    log:
        "results/logs/{mixture}/plot_scatter.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        set=settings("figures", "scatter"),
        title=lambda wildcards: mixture_label(wildcards.mixture),
    shell:
        r"""
        python {input.code[0]:q} \
            --rows {input.rows:q} \
            --title {params.title:q} \
            --set {params.set:q} \
            --out-figure {output.figure:q} \
            >{log:q} 2>&1
        """


rule plot_collapse:
    """Draw covered modes against training seconds."""
    input:
        code=code("plot_collapse.py"),
        rows="results/collapse/all.csv",
    output:
        figure=report(
            "results/figures/{mixture}/collapse.png",
            caption="../report/collapse_curve.rst",
            category="Figures",
            subcategory="{mixture}",
            labels={"data set": "{mixture}", "figure": "modes against seconds"},
        ),
    log:
        "results/logs/{mixture}/plot_collapse.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        set=settings("figures", "collapse"),
        title=lambda wildcards: mixture_label(wildcards.mixture),
    shell:
        r"""
        python {input.code[0]:q} \
            --rows {input.rows:q} \
            --mixture {wildcards.mixture:q} \
            --title {params.title:q} \
            --set {params.set:q} \
            --out-figure {output.figure:q} \
            >{log:q} 2>&1
        """


rule map_cells:
    """Evaluate AE-OT's map of the first trial on a raster of the square."""
    input:
        code=code("map_cells.py"),
        points=expand("results/collapse/{{mixture}}/points/seed{seed}.npz", seed=SEEDS[0]),
    output:
        rows="results/figures/{mixture}/cells.csv",
    log:
        "results/logs/{mixture}/map_cells.log",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    params:
        set=words(COLLAPSE.words_of(CELLS_ROW)) if CELLS_ROW else [],
        seed=SEEDS[0],
    shell:
        r"""
        python {input.code[0]:q} \
            --points {input.points:q} \
            --set {params.set:q} \
            --seed {params.seed} \
            --threads {threads} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule plot_cells:
    """Draw AE-OT's power cells, the rejected zones black."""
    input:
        code=code("plot_cells.py"),
        rows="results/figures/{mixture}/cells.csv",
    output:
        figure=report(
            "results/figures/{mixture}/cells.png",
            caption="../report/cells.rst",
            category="Figures",
            subcategory="{mixture}",
            labels={"data set": "{mixture}", "figure": "power cells and singular zones"},
        ),
    log:
        "results/logs/{mixture}/plot_cells.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        set=settings("figures", "cells"),
        title=lambda wildcards: mixture_label(wildcards.mixture),
    shell:
        r"""
        python {input.code[0]:q} \
            --rows {input.rows:q} \
            --title {params.title:q} \
            --set {params.set:q} \
            --out-figure {output.figure:q} \
            >{log:q} 2>&1
        """
