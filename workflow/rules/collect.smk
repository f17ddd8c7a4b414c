"""Rows of tables and figures, gathered from many files.

OUTPUTS: the tidy CSV files that `COLLECTED` names.
"""

_TRANSPORT = "results/{{dataset}}/transport/seed{seed}"
_SCORES = "results/{{dataset}}/{model}/seed{seed}/{{extractor}}"
_MOMENTS = "results/{dataset}/{model}/seed{seed}/{extractor}/moments.csv"
# The files of the pictures that a grid lists.
PICTURES = {
    "samples": lambda wildcards: [
        "results/{dataset}/data/test.npz".format(**wildcards),
        *sample_files(wildcards),
    ],
    "field": lambda wildcards: [
        "results/{dataset}/data/test.npz".format(**wildcards),
        *first_files("samples", field)(wildcards),
    ],
    "moments": first_files("moments", rows_of),
    "walks": first_files("walks", encoded),
    "attributes": first_files("attributes", encoded),
}
FIGURE_FILES = expand(
    "results/figures/{dataset}/{figure}.png",
    dataset=DATASETS,
    figure=["samples", "training", "transport"],
) + expand("results/figures/{dataset}/{extractor}/prd.png", dataset=DATASETS, extractor=EXTRACTORS)
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
    "samples": (
        "results/figures/{dataset}/samples.csv",
        {"images": PICTURES["samples"]},
        lambda wildcards: {"names": ["real", *PICTURED], **grid_size("samples")},
    ),
    "field": (
        "results/figures/{study}/{dataset}/{extractor}/field.csv",
        {"images": PICTURES["field"], "scores": "results/{study}/scores.csv"},
        lambda wildcards: {
            "names": ["real", *field(wildcards.study)],
            "among": gans(wildcards.study),
            "dataset": wildcards.dataset,
            "extractor": wildcards.extractor,
            **grid_size("field"),
        },
    ),
    "moments": (
        "results/figures/{study}/{dataset}/moments.csv",
        {"images": PICTURES["moments"]},
        lambda wildcards: {
            "names": rows_of(wildcards.study),
            "looks": study_of(wildcards).looks,
            **grid_size("moments"),
        },
    ),
    "walks": (
        "results/figures/{study}/{dataset}/walks.csv",
        {"images": PICTURES["walks"]},
        lambda wildcards: {
            "names": encoded(wildcards.study),
            "looks": CONFIG.figures.walks.columns + 2,
            "columns": CONFIG.figures.walks.columns + 2,
        },
    ),
    "attributes": (
        "results/figures/{study}/{dataset}/attributes.csv",
        {"images": PICTURES["attributes"]},
        lambda wildcards: {"names": encoded(wildcards.study), "looks": 4, "columns": 4},
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
