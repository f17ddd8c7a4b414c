"""The figures: every one is drawn of tidy rows, which other rules write.

REQUIRED INPUTS: results/figures/.../FIGURE.csv, or the rows that `DRAWN_FROM` names.
OUTPUTS: results/figures/.../FIGURE.png, in the folder that the figure's class names.
"""

# Rows that are not of one figure alone, and what some figures show beside rows.
TRACE = f"results/{{dataset}}/transport/seed{SEEDS[0]}"
DRAWN_FROM = {
    "collapse": {"rows": "results/collapse/all.csv"},
    "progress": {"rows": "results/{study}/progress.csv"},
    "frontier": {"rows": "results/geometry/frontier.csv"},
    "segments": {
        "rows": f"{TRACE}/trace.csv",
        "shares": f"{TRACE}/shares.csv",
        "images": f"{TRACE}/segments.npz",
    },
}


for name, figure in FIGURE_CLASSES.items():

    rule:
        """Draw a figure of its rows."""
        name:
            f"plot_{name}"
        input:
            **DRAWN_FROM.get(name, {"rows": f"results/figures/{figure.PLACE}/{name}.csv"}),
            pictures=PICTURES.get(name, []),
        output:
            figure=report(
                f"results/figures/{figure.PLACE}/{name}.png",
                caption=f"../report/{name}.rst",
                category="Figures",
                subcategory=figure.PLACE.split("/")[0],
                labels={"data set": of_what(figure.PLACE), "figure": figure.LABEL},
            ),
        log:
            f"results/logs/plot_{name}/{figure.PLACE}.log",
        localrule: True
        conda:
            "../../envs/aeot.yaml"
        params:
            **({"seeds": len(SEEDS)} if figure.SEEDS else {"seed": SEEDS[0]}),
            command=command("plot_figure.py"),
            code=code("plot_figure.py", FIGURES[name]),
            figure=name,
            where=figure_where,
            files=figure_files,
            set=grid_look(name) if name in PICTURES else settings("figures", name),
            title=figure_title,
        shell:
            r"""
            {params.command:q} \
                --figure {params.figure:q} \
                --rows {input.rows:q} \
                --where {params.where:q} \
                --files {params.files:q} \
                --title {params.title:q} \
                --set {params.set:q} \
                --out-figure {output.figure:q} \
                >{log:q} 2>&1
            """
