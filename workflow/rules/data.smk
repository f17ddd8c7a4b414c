"""Data: raw files, and the images of every case.

REQUIRED INPUTS: none; a download, a folder of the user, or a package provides the images.
OUTPUTS: results/raw/{source}/files.json, results/{dataset}/data/{train,test}.npz.
"""


rule fetch_dataset:
    """Fetch the raw files of a data set and verify their checksums."""
    output:
        list="results/raw/{source}/files.json",
    log:
        "results/logs/fetch_dataset/{source}.log",
    retries: 1
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "fetch_dataset.py",
            "source",
            modules=lambda wildcards: [SOURCES[wildcards.source]],
            root=DATA.root,
            out_folder=lambda wildcards: f"results/raw/{wildcards.source}",
        ),
    shell:
        SCRIPT


use rule on_network as prepare_dataset with:
    """Turn raw files into training and test images: subsampled, shuffled, never mixed."""
    input:
        raw=DATA.raw_files,
    output:
        train="results/{dataset}/data/train.npz",
        test="results/{dataset}/data/test.npz",
    log:
        "results/logs/prepare_dataset/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(4000),
    params:
        **job(
            "prepare_dataset.py",
            modules=lambda wildcards: [SOURCES[DATA.source(wildcards)]],
            source=DATA.source,
            raw=lambda wildcards, input: str(Path(input.raw).parent) if input.raw else None,
            # Moving pictures does not change them, so their folder is not compared.
            set=lambda wildcards, input: DATA.words(wildcards) + DATA.place(wildcards),
        ),
        words=DATA.words,
        pictures=lambda wildcards: FOLDERS.get(wildcards.dataset, ""),


rule draw_mixture:
    """Draw a mixture's training points."""
    output:
        points="results/{mixture}/points/seed{seed}.npz",
    log:
        "results/logs/draw_mixture/{mixture}/seed{seed}.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "draw_mixture.py",
            "mixture seed",
            modules=DATA.mixture,
            count_=CONFIG.mixtures.points,
        ),
    shell:
        SCRIPT
