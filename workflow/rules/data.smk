"""Data: raw files, and the images of every case.

REQUIRED INPUTS: none; a download, a folder of the user's, or a package provides the images.
OUTPUTS: results/raw/{source}/files.json, results/{dataset}/data/{train,test}.npz.
"""

from aeot.datasets.imagefolder import fingerprint


def dataset_code(wildcards):
    """The loader of the wildcards' case makes its images stale, the other loaders do not."""
    return code("prepare_dataset.py", module_of(SOURCES, source_of(wildcards.dataset)))


def raw_files(wildcards):
    """The list of raw files of a data set that has any."""
    source = source_of(wildcards.dataset)
    fetched = resolve(SOURCES, source, "data set").fetched
    return f"results/raw/{source}/files.json" if fetched else []


def folder_state(wildcards):
    """What the user's folder of pictures holds, so that a new picture makes the images stale."""
    folder = CONFIG.case(wildcards.dataset).data.get("folder")
    return fingerprint(folder) if folder else ""


def root_words(wildcards):
    """--root FOLDER, where the configuration names one."""
    root = CONFIG.sources[wildcards.source].root if wildcards.source in CONFIG.sources else None
    return ["--root", root] if root else []


rule fetch_dataset:
    """Fetch the raw files of a data set and verify their checksums."""
    input:
        code=lambda wildcards: code("fetch_dataset.py", module_of(SOURCES, wildcards.source)),
    output:
        "results/raw/{source}/files.json",
    log:
        "results/logs/fetch_dataset/{source}.log",
    localrule: True
    retries: 1
    conda:
        "../../envs/aeot.yaml"
    params:
        root=root_words,
        folder=subpath(output[0], parent=True),
    shell:
        r"""
        python {input.code[0]:q} \
            --source {wildcards.source:q} \
            {params.root:q} \
            --out-folder {params.folder:q} \
            --out-list {output:q} \
            2>&1 | tee {log:q}
        """


rule prepare_dataset:
    """Turn raw files into training and test images: subsampled, shuffled, never mixed."""
    input:
        code=dataset_code,
        raw=raw_files,
    output:
        train="results/{dataset}/data/train.npz",
        test="results/{dataset}/data/test.npz",
    log:
        "results/logs/prepare_dataset/{dataset}.log",
    conda:
        "../../envs/aeot.yaml"
    resources:
        mem_mb=4000,
    params:
        source=lambda wildcards: source_of(wildcards.dataset),
        raw=lambda wildcards, input: ["--raw", str(Path(input.raw).parent)] if input.raw else [],
        folder=folder_state,
        set=lambda wildcards: words(CONFIG.case(wildcards.dataset).data),
    shell:
        r"""
        python {input.code[0]:q} \
            --source {params.source:q} \
            {params.raw:q} \
            --set {params.set:q} \
            --out-train {output.train:q} \
            --out-test {output.test:q} \
            2>&1 | tee {log:q}
        """
