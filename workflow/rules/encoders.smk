"""Beyond distances: sharpness, copying, and for models with an encoder walks between test images.

REQUIRED INPUTS: results/{dataset}/data/test.npz, and the autoencoder or a trained model.
OUTPUTS: results/{dataset}/{model}/seed{seed}/{walks,midpoints}.npz,
    results/{dataset}/{model}/seed{seed}/attributes.npz,
    results/figures/{study}/{dataset}/{walks,attributes}.{csv,png}.
"""


rule walk_codes:
    """Decode the way between the codes of test images, for the figure."""
    input:
        decoder=coder_file,
        images="results/{dataset}/data/test.npz",
    output:
        images="results/{dataset}/{model}/seed{seed}/walks.npz",
    log:
        "results/logs/walk_codes/{dataset}/{model}/seed{seed}.log",
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("walk_codes.py"),
        code=coder_code("walk_codes.py"),
        model=coder_words,
        pairs=CONFIG.figures.walks.rows,
        points=CONFIG.figures.walks.columns,
    shell:
        r"""
        {params.command:q} \
            --decoder {input.decoder:q} \
            {params.model:q} \
            --images {input.images:q} \
            --pairs {params.pairs} \
            --points {params.points} \
            --threads {threads} \
            --out-images {output.images:q} \
            2>&1 | tee {log:q}
        """


use rule walk_codes as walk_midpoints with:
    """Decode the midpoints between the codes of test images, for the convexity score."""
    output:
        images="results/{dataset}/{model}/seed{seed}/midpoints.npz",
    log:
        "results/logs/walk_midpoints/{dataset}/{model}/seed{seed}.log",
    params:
        model=coder_words,
        pairs=CONFIG.convexity.pairs,
        points=3,


use rule extract_features as extract_midpoints with:
    """Run a feature extractor over the midpoints, for the convexity score."""
    input:
        images="results/{dataset}/{model}/seed{seed}/midpoints.npz",
    output:
        features="results/{dataset}/{model}/seed{seed}/{extractor}/midpoints.npz",
    log:
        "results/logs/extract_midpoints/{dataset}/{model}/seed{seed}/{extractor}.log",
    params:
        limit=[],
        set=extractor_words,


use rule extract_features as extract_training_features with:
    """Run a feature extractor over all training images, which samples may copy."""
    input:
        images="results/{dataset}/data/train.npz",
    output:
        features="results/{dataset}/data/{extractor}/all.npz",
    log:
        "results/logs/extract_training_features/{dataset}/{extractor}.log",
    params:
        limit=[],
        set=extractor_words,


rule move_attributes:
    """Move the codes of test images along attribute vectors, and decode them."""
    input:
        decoder=coder_file,
        train="results/{dataset}/data/train.npz",
        test="results/{dataset}/data/test.npz",
    output:
        images="results/{dataset}/{model}/seed{seed}/attributes.npz",
    log:
        "results/logs/move_attributes/{dataset}/{model}/seed{seed}.log",
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("move_attributes.py"),
        code=coder_code("move_attributes.py"),
        model=coder_words,
        rows=CONFIG.figures.attributes.rows,
    shell:
        r"""
        {params.command:q} \
            --decoder {input.decoder:q} \
            {params.model:q} \
            --train {input.train:q} \
            --test {input.test:q} \
            --count {params.rows} \
            --threads {threads} \
            --out-images {output.images:q} \
            2>&1 | tee {log:q}
        """
