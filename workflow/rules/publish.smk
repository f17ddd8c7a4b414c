"""Tables and figures: all are computed from tidy rows; nothing here computes a score.

REQUIRED INPUTS: outputs of score.smk, sample.smk and train.smk, config/published.csv.
OUTPUTS: results/{study}/{scores,progress,modes,frontier,draws,reruns}.csv,
    results/tables/{study}/TABLE.{csv,md,tex,html}, results/figures/PLACE/FIGURE.{csv,png}, and
    results/explore.html.
"""

for name, collection in FIGURE.collections.items():

    rule:
        """Collect the rows of a table or a figure."""
        name:
            f"collect_{name}"
        input:
            **collection.files,
        output:
            rows=collection.path,
        log:
            FIGURE.log(name),
        localrule: True
        conda:
            ENVIRONMENT
        params:
            **job(
                "collect_rows.py",
                modules=partial(FIGURE.collection_modules, name=name),
                collection=name,
                where=FIGURE.where,
                files=partial(all_files, printed=PUBLISHED if FIGURE.prints(name) else None),
                set=FIGURE.collection_words(name),
            ),
            numbers=NUMBERS if FIGURE.prints(name) else None,
        shell:
            SCRIPT


for name, title in TITLES.items():

    rule:
        """Write a table of a study: ours beside the published numbers."""
        name:
            f"table_{name}"
        input:
            **TABLE.inputs(name),
        output:
            **{form: f"results/tables/{{study}}/{name}.{form}" for form in FORMS[:-1]},
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
            ENVIRONMENT
        params:
            **job(
                "write_table.py",
                modules=partial(TABLE.modules, table=name),
                table=name,
                files=partial(all_files, printed=PUBLISHED if TABLE.prints(name) else None),
                set=partial(TABLE.words, table=name),
            ),
            numbers=NUMBERS,
            seeds=len(SEEDS),
        shell:
            SCRIPT


for name, figure in CLASSES.items():

    rule:
        """Draw a figure from its rows."""
        name:
            f"plot_{name}"
        input:
            **FIGURE.inputs(name),
            pictures=FIGURE.pictures(name),
        output:
            figure=report(
                f"results/figures/{figure.PLACE}/{name}.png",
                caption="../report/figure.rst",
                category="Figures",
                subcategory=figure.PLACE.split("/")[0],
                labels={"data set": FIGURE.shown_of(name), "figure": figure.LABEL},
            ),
        log:
            f"results/logs/plot_{name}/{figure.PLACE}.log",
        localrule: True
        conda:
            ENVIRONMENT
        params:
            **job(
                "plot_figure.py",
                modules=[FIGURES[name]],
                figure=name,
                rows=lambda wildcards, input: input.rows,
                where=FIGURE.where,
                files=lambda wildcards, input: named_files(input, ("rows", "pictures")),
                title=FIGURE.title,
                set=FIGURE.words(name),
            ),
            **({"seeds": len(SEEDS)} if figure.SEEDS else {"seed": SEED}),
            # It takes `input`, so that editing it does not draw the figure again.
            caption=lambda wildcards, input, name=name: FIGURE.caption(wildcards, name),
        shell:
            SCRIPT


rule write_explorer:
    """Write the page with the tables, samples and interactive plots of the run's studies."""
    input:
        unpack(EXPLORER.inputs),
    output:
        page="results/explore.html",
    log:
        "results/logs/write_explorer.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("write_explorer.py", **EXPLORER.options()),
        template=EXPLORER.template,
    shell:
        SCRIPT


for name in CONFIG.studies:

    rule:
        """Build the tables and figures of a study."""
        name:
            name
        input:
            study_files(name),
