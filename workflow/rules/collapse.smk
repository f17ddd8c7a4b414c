"""Study: mode collapse on mixtures of known modes (Table 2, Figure 13).

OUTPUTS: results/collapse/{mixture}/points/seed{seed}.npz,
    results/collapse/{mixture}/{row}/seed{seed}/{points.npz,history.csv,report.json,scores.csv},
    results/collapse/{part}.csv, results/tables/collapse_{part}.{csv,md,tex,html}.

The part `aeot`, AE-OT's own rows, takes seconds and belongs to `all`; the part `all` is the study.
"""

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
    output:
        points="results/collapse/{mixture}/points/seed{seed}.npz",
    log:
        "results/logs/draw_mixture/{mixture}/seed{seed}.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("draw_mixture.py"),
        code=mixture_code("draw_mixture.py"),
        points=COLLAPSE.training_points,
    shell:
        r"""
        {params.command:q} \
            --mixture {wildcards.mixture:q} \
            --count {params.points} \
            --seed {wildcards.seed} \
            --out-points {output.points:q} \
            >{log:q} 2>&1
        """


rule fit_points:
    """Train all trials of a model of points, and draw from them."""
    input:
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
        command=command("fit_points.py"),
        code=lambda wildcards: code(
            "fit_points.py", f"{POINT_MODELS[COLLAPSE.model_of(wildcards.row)]}.model"
        ),
        model=lambda wildcards: COLLAPSE.model_of(wildcards.row),
        set=lambda wildcards: words(COLLAPSE.words_of(wildcards.row)),
        trials=COLLAPSE.trials,
    shell:
        r"""
        {params.command:q} \
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
        points="results/collapse/{mixture}/{row}/seed{seed}/points.npz",
        training="results/collapse/{mixture}/points/seed{seed}.npz",
    output:
        rows="results/collapse/{mixture}/{row}/seed{seed}/scores.csv",
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


rule table_collapse:
    """Write Table 2: modes, quality and reverse KL, beside the published."""
    input:
        rows="results/collapse/{part}.csv",
    output:
        csv="results/tables/collapse_{part}.csv",
        md="results/tables/collapse_{part}.md",
        tex="results/tables/collapse_{part}.tex",
        html=report(
            "results/tables/collapse_{part}.html",
            caption="../report/modes.rst",
            category="Tables",
            labels={"table": "2: mode collapse ({part})"},
        ),
    log:
        "results/logs/table_collapse/{part}.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("table_collapse.py"),
        code=code("table_collapse.py", *[MIXTURES[name] for name in COLLAPSE.mixtures]),
        published=published_file,
        numbers=NUMBERS,
        singular=lambda wildcards: [
            f"{row}={how}" for row in PARTS[wildcards.part] if (how := COLLAPSE.singular(row))
        ],
    shell:
        r"""
        {params.command:q} \
            --rows {input.rows:q} \
            --published {params.published:q} \
            --singular {params.singular:q} \
            --out-csv {output.csv:q} \
            --out-md {output.md:q} \
            --out-tex {output.tex:q} \
            --out-html {output.html:q} \
            >{log:q} 2>&1
        """
