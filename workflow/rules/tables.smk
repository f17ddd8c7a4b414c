"""Tables 1 and 4: nothing here computes a score.

REQUIRED INPUTS: results/{dataset}/autoencoder/seed{seed}/report.json, results/scores.csv,
    config/published.csv.
OUTPUTS: results/tables/{losses,scores}.{csv,md,tex,html}.
"""

TABLE_FILES = expand(
    "results/tables/{table}.{form}",
    table=["losses", "scores"],
    form=["csv", "md", "tex", "html"],
)


rule table_losses:
    """Write Table 1: the autoencoders' losses before and after freezing, beside published."""
    input:
        reports=expand(
            "results/{dataset}/autoencoder/seed{seed}/report.json",
            dataset=DATASETS,
            seed=SEEDS,
        ),
    output:
        csv="results/tables/losses.csv",
        md="results/tables/losses.md",
        tex="results/tables/losses.tex",
        html=report(
            "results/tables/losses.html",
            caption="../report/losses.rst",
            category="Tables",
            labels={"table": "1: loss before and after freezing"},
        ),
    log:
        "results/logs/table_losses.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("table_losses.py"),
        code=code("table_losses.py"),
        published=published_file,
        numbers=NUMBERS,
        seeds=len(SEEDS),
        sources=[f"{case}={source_of(case)}" for case in DATASETS if source_of(case) != case],
    shell:
        r"""
        {params.command:q} \
            --reports {input.reports:q} \
            --published {params.published:q} \
            --sources {params.sources:q} \
            --out-csv {output.csv:q} \
            --out-md {output.md:q} \
            --out-tex {output.tex:q} \
            --out-html {output.html:q} \
            >{log:q} 2>&1
        """


rule table_scores:
    """Write Table 4: the scores of every model, beside the published FID."""
    input:
        scores="results/scores.csv",
    output:
        csv="results/tables/scores.csv",
        md="results/tables/scores.md",
        tex="results/tables/scores.tex",
        html=report(
            "results/tables/scores.html",
            caption="../report/scores.rst",
            category="Tables",
            labels={"table": "4: scores against the test images"},
        ),
    log:
        "results/logs/table_scores.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("table_scores.py"),
        code=code("table_scores.py", *[METRICS[name] for name in CONFIG.metrics]),
        published=published_file,
        numbers=NUMBERS,
        seeds=len(SEEDS),
        singular=singular_words(DATASETS),
        metrics=CONFIG.metrics,
    shell:
        r"""
        {params.command:q} \
            --scores {input.scores:q} \
            --singular {params.singular:q} \
            --metrics {params.metrics:q} \
            --published {params.published:q} \
            --out-csv {output.csv:q} \
            --out-md {output.md:q} \
            --out-tex {output.tex:q} \
            --out-html {output.html:q} \
            >{log:q} 2>&1
        """
