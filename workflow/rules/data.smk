"""Data: raw files, and the images of every case.

REQUIRED INPUTS: none; a download, a folder of the user's, or a package provides the images.
OUTPUTS: results/raw/{source}/files.json, results/{dataset}/data/{train,test}.npz.
"""


rule fetch_dataset:
    """Fetch the raw files of a data set and verify their checksums."""
    output:
        "results/raw/{source}/files.json",
    log:
        "results/logs/fetch_dataset/{source}.log",
    retries: 1
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("fetch_dataset.py"),
        code=lambda wildcards: code("fetch_dataset.py", SOURCES[wildcards.source]),
        root=root_words,
        folder=subpath(output[0], parent=True),
    shell:
        r"""
        {params.command:q} \
            --source {wildcards.source:q} \
            {params.root:q} \
            --out-folder {params.folder:q} \
            --out-list {output:q} \
            2>&1 | tee {log:q}
        """


rule prepare_dataset:
    """Turn raw files into training and test images: subsampled, shuffled, never mixed."""
    input:
        raw=raw_files,
    output:
        train="results/{dataset}/data/train.npz",
        test="results/{dataset}/data/test.npz",
    log:
        "results/logs/prepare_dataset/{dataset}.log",
    conda:
        "../../envs/aeot.yaml"
    resources:
        mem_mb=growing(4000),
    params:
        command=command("prepare_dataset.py"),
        code=dataset_code,
        source=lambda wildcards: source_of(wildcards.dataset),
        raw=lambda wildcards, input: ["--raw", str(Path(input.raw).parent)] if input.raw else [],
        folder=lambda wildcards: FOLDERS.get(wildcards.dataset, ""),
        set=lambda wildcards: data_words(wildcards.dataset)[0],
        # With `input`, Snakemake takes it for derived: pictures that were moved stay as they are.
        place=lambda wildcards, input: data_words(wildcards.dataset)[1],
    shell:
        r"""
        {params.command:q} \
            --source {params.source:q} \
            {params.raw:q} \
            --set {params.set:q} {params.place:q} \
            --out-train {output.train:q} \
            --out-test {output.test:q} \
            2>&1 | tee {log:q}
        """


rule draw_mixture:
    """Draw a mixture's training points."""
    output:
        points="results/{mixture}/points/seed{seed}.npz",
    log:
        "results/logs/draw_mixture/{mixture}/seed{seed}.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("draw_mixture.py"),
        code=mixture_code("draw_mixture.py"),
        points=CONFIG.mixtures.points,
    shell:
        r"""
        {params.command:q} \
            --mixture {wildcards.mixture:q} \
            --count {params.points} \
            --seed {wildcards.seed} \
            --out-points {output.points:q} \
            >{log:q} 2>&1
        """
