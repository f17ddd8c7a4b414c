"""Rows of tables and figures, gathered from many files.

OUTPUTS: the tidy CSV files that `COLLECTED` names.
"""

_TRANSPORT = "results/{{dataset}}/transport/seed{seed}"
_SCORES = "results/{{dataset}}/{model}/seed{seed}/{{extractor}}"
_MOMENTS = "results/{dataset}/{model}/seed{seed}/{extractor}/moments.csv"
# Of every collection: where it goes, the files by name, and settings that follow the wildcards.
COLLECTED = {
    "training": (
        "results/figures/{dataset}/training.csv",
        {"histories": expand("results/{{dataset}}/autoencoder/seed{seed}/history.csv", seed=SEEDS)},
        lambda wildcards: {"source": source_of(wildcards.dataset)},
    ),
    "transport": (
        "results/figures/{dataset}/transport.csv",
        {
            "histories": expand(f"{_TRANSPORT}/history.csv", seed=SEEDS),
            "reports": expand(f"{_TRANSPORT}/report.json", seed=SEEDS),
            "transports": expand(f"{_TRANSPORT}/transport.npz", seed=SEEDS),
        },
        None,
    ),
    "prd": (
        "results/figures/{dataset}/{extractor}/prd.csv",
        {
            "curves": expand(f"{_SCORES}/prd_curve.csv", model=[FLOOR, *PICTURED], seed=SEEDS),
            "scores": expand(f"{_SCORES}/prd.csv", model=[FLOOR, *PICTURED], seed=SEEDS),
        },
        None,
    ),
    "fscores": (
        "results/figures/{study}/{extractor}/fscores.csv",
        {"scores": "results/{study}/scores.csv"},
        lambda wildcards: {"extractor": wildcards.extractor},
    ),
    "progress": ("results/{study}/progress.csv", {"rows": study_rows(_MOMENTS, compared)}, None),
    "scatter": (
        "results/figures/{mixture}/scatter.csv",
        {"points": lambda wildcards: list(scatter_files(wildcards).values())},
        lambda wildcards: {
            "mixture": wildcards.mixture,
            "names": list(scatter_files(wildcards)),
        },
    ),
    "collapse": (
        "results/collapse/{part}.csv",
        {"scores": part_files("scores"), "histories": part_files("history")},
        None,
    ),
    "frontier": ("results/geometry/frontier.csv", {"rows": frontier_rows}, None),
}


for name, (place, files, values) in COLLECTED.items():

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
            files=collection_files(name),
            numbers=NUMBERS if name in PRINTED else None,
            set=collection_words(values),
        shell:
            r"""
            {params.command:q} \
                --collection {params.collection:q} \
                --files {params.files:q} \
                --set {params.set:q} \
                --out-rows {output.rows:q} \
                >{log:q} 2>&1
            """
