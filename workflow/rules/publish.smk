"""Tables and figures: every one is made of tidy rows; nothing here computes a score.

REQUIRED INPUTS: what score.smk, sample.smk and train.smk made, config/published.csv.
OUTPUTS: results/{study}/{scores,progress,modes,frontier}.csv,
    results/tables/{study}/TABLE.{csv,md,tex,html}, results/figures/PLACE/FIGURE.{csv,png}.
"""

# The files of the pictures that a grid lists.
PICTURES = {
    "samples": first_files("samples", pictured, "data/test.npz"),
    "field": first_files("samples", lambda study: STUDIES[study].shown(), "data/test.npz"),
    "moments": first_files("moments", trained),
    "walks": first_files("walks", encoders),
    "attributes": first_files("attributes", encoders),
}
# Of every collection that no figure's class describes: where it goes, the files by name, and settings
# that follow the wildcards.
COLLECTED = {
    "samples": (
        "results/figures/{study}/{dataset}/samples.csv",
        {"images": PICTURES["samples"]},
        lambda wildcards: {
            "names": ["real", *pictured(wildcards.study)],
            **grid_size("samples"),
        },
    ),
    "field": (
        "results/figures/{study}/{dataset}/{extractor}/field.csv",
        {"images": PICTURES["field"], "scores": "results/{study}/scores.csv"},
        lambda wildcards: {
            "names": ["real", *STUDIES[wildcards.study].shown()],
            "among": STUDIES[wildcards.study].rivals(),
            **grid_size("field"),
        },
    ),
    "moments": (
        "results/figures/{study}/{dataset}/moments.csv",
        {"images": PICTURES["moments"]},
        lambda wildcards: {
            "names": trained(wildcards.study),
            "looks": CONFIG.training.snapshot_images,
            **grid_size("moments"),
        },
    ),
    "walks": (
        "results/figures/{study}/{dataset}/walks.csv",
        {"images": PICTURES["walks"]},
        lambda wildcards: {
            "names": encoders(wildcards.study),
            "looks": CONFIG.figures.walks.columns + 2,
            "columns": CONFIG.figures.walks.columns + 2,
        },
    ),
    "attributes": (
        "results/figures/{study}/{dataset}/attributes.csv",
        {"images": PICTURES["attributes"]},
        lambda wildcards: {"names": encoders(wildcards.study), "looks": 4, "columns": 4},
    ),
    "progress": ("results/{study}/progress.csv", {"rows": snapshot_scores}, None),
    "scatter": (
        "results/figures/{study}/{mixture}/scatter.csv",
        {"points": lambda wildcards: list(scatter_files(wildcards).values())},
        lambda wildcards: {"names": list(scatter_files(wildcards))},
    ),
    "modes": (
        "results/{study}/modes.csv",
        {"scores": mixture_files("scores"), "histories": mixture_files("history")},
        None,
    ),
    "frontier": ("results/{study}/frontier.csv", {"rows": swept_scores}, None),
}


for name, (place, files, values) in {**COLLECTED, **OWN_ROWS}.items():

    rule:
        """Gather the rows of a table or a figure."""
        name:
            f"collect_{name}"
        input:
            **files,
        output:
            rows=place,
        log:
            collected_log(name, place),
        localrule: True
        conda:
            "../../envs/aeot.yaml"
        params:
            command=command("collect_rows.py"),
            code=collection_code(name),
            collection=name,
            where=figure_where,
            files=collection_files(name),
            numbers=NUMBERS if name in PRINTED else None,
            set=collection_words(values),
        shell:
            r"""
            {params.command:q} \
                --collection {params.collection:q} \
                --where {params.where:q} \
                --files {params.files:q} \
                --set {params.set:q} \
                --out-rows {output.rows:q} \
                >{log:q} 2>&1
            """


rule collect_scores:
    """Gather every score of a study into one tidy table."""
    input:
        rows=score_files,
        reports=drawn_reports,
    output:
        "results/{study}/scores.csv",
    log:
        "results/logs/collect_scores/{study}.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("collect_scores.py"),
        code=code("collect_scores.py"),
        sources=lambda wildcards: case_sources(CONFIG.datasets_of(wildcards.study)),
    shell:
        r"""
        {params.command:q} \
            --rows {input.rows:q} \
            --sources {params.sources:q} \
            --reports {input.reports:q} \
            --out-scores {output:q} \
            >{log:q} 2>&1
        """


# Of every table: its input by the options that name it, further options, the modules that it stands
# on, a title and a caption.
TABLES = {
    "losses": (
        {"reports": loss_reports},
        printed(of_sources),
        lambda study: [],
        "1: loss before and after freezing",
    ),
    "scores": (
        {"scores": "results/{study}/scores.csv", "progress": progress_file},
        printed(score_options),
        score_modules,
        "3 and 4: scores against the test images",
    ),
    "modes": (
        {"rows": "results/{study}/modes.csv"},
        printed(lambda wildcards: ["--singular", *singular_words(wildcards.study)]),
        mode_modules,
        "2: mode collapse",
    ),
    "frontier": (
        {"rows": "results/{study}/frontier.csv"},
        frontier_options,
        lambda study: [],
        "fidelity at equal novelty",
    ),
}


for name, (files, options, modules, title) in TABLES.items():

    rule:
        """Write a table of a study: ours beside the published numbers."""
        name:
            f"table_{name}"
        input:
            **files,
        output:
            csv=f"results/tables/{{study}}/{name}.csv",
            md=f"results/tables/{{study}}/{name}.md",
            tex=f"results/tables/{{study}}/{name}.tex",
            html=report(
                f"results/tables/{{study}}/{name}.html",
                caption=f"../report/{name}.rst",
                category="Tables",
                labels={"table": title, "study": "{study}"},
            ),
        log:
            f"results/logs/table_{name}/{{study}}.log",
        localrule: True
        conda:
            "../../envs/aeot.yaml"
        params:
            command=command(f"table_{name}.py"),
            code=table_code(name, modules),
            numbers=NUMBERS,
            seeds=len(SEEDS),
            files=table_inputs,
            options=options,
        shell:
            r"""
            {params.command:q} \
                {params.files:q} \
                {params.options:q} \
                --out-csv {output.csv:q} \
                --out-md {output.md:q} \
                --out-tex {output.tex:q} \
                --out-html {output.html:q} \
                >{log:q} 2>&1
            """


for name, figure in FIGURE_CLASSES.items():

    rule:
        """Draw a figure of its rows."""
        name:
            f"plot_{name}"
        input:
            **drawn_files(name, figure),
            pictures=PICTURES.get(name, []),
        output:
            figure=report(
                f"results/figures/{figure.PLACE}/{name}.png",
                caption="../report/figure.rst",
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
            files=shown_files,
            set=grid_look(name) if name in PICTURES else settings("figures", name),
            title=figure_title,
            caption=figure_caption(figure),
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


for name in STUDIES:

    rule:
        """Build the tables and figures of a study."""
        name:
            name
        input:
            study_files(name),
