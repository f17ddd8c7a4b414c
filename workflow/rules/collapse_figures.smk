"""Figures of the study `collapse` (Figure 13).

REQUIRED INPUTS: results/collapse/{mixture}/{row}/seed{seed}/points.npz, results/collapse/all.csv.
OUTPUTS: results/figures/{mixture}/{scatter,collapse,cells}.{csv,png}.
"""


rule data_scatter:
    """List the points that Figure 13 shows."""
    input:
        unpack(scatter_files),
    output:
        rows="results/figures/{mixture}/scatter.csv",
    log:
        "results/logs/{mixture}/data_scatter.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("list_points.py"),
        code=mixture_code("list_points.py"),
        # What takes `input` is not compared, and the order of the rows is that of the panels.
        rows=lambda wildcards: list(scatter_files(wildcards)),
        points=lambda wildcards, input: named_files(input.keys(), input),
    shell:
        r"""
        {params.command:q} \
            --points {params.points:q} \
            --mixture {wildcards.mixture:q} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule plot_scatter:
    """Draw Figure 13: real points and those of every model."""
    input:
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
        command=command("plot_scatter.py"),
        code=code("plot_scatter.py"),
        set=settings("figures", "scatter"),
        title=lambda wildcards: mixture_label(wildcards.mixture),
    shell:
        r"""
        {params.command:q} \
            --rows {input.rows:q} \
            --title {params.title:q} \
            --set {params.set:q} \
            --out-figure {output.figure:q} \
            >{log:q} 2>&1
        """


rule plot_collapse:
    """Draw covered modes against training seconds."""
    input:
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
        command=command("plot_collapse.py"),
        code=code("plot_collapse.py"),
        set=settings("figures", "collapse"),
        title=lambda wildcards: mixture_label(wildcards.mixture),
    shell:
        r"""
        {params.command:q} \
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
        points=expand("results/collapse/{{mixture}}/points/seed{seed}.npz", seed=SEEDS[0]),
    output:
        rows="results/figures/{mixture}/cells.csv",
    log:
        "results/logs/{mixture}/map_cells.log",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    params:
        command=command("map_cells.py"),
        code=code("map_cells.py"),
        set=words(COLLAPSE.words_of(CELLS_ROW)) if CELLS_ROW else [],
        seed=SEEDS[0],
    shell:
        r"""
        {params.command:q} \
            --points {input.points:q} \
            --set {params.set:q} \
            --seed {params.seed} \
            --threads {threads} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """


rule plot_cells:
    """Draw AE-OT's power cells, the singular zones black."""
    input:
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
        command=command("plot_cells.py"),
        code=code("plot_cells.py"),
        set=settings("figures", "cells"),
        title=lambda wildcards: mixture_label(wildcards.mixture),
    shell:
        r"""
        {params.command:q} \
            --rows {input.rows:q} \
            --title {params.title:q} \
            --set {params.set:q} \
            --out-figure {output.figure:q} \
            >{log:q} 2>&1
        """
