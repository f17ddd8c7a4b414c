"""Samplers of codes beside AE-OT: on the frozen autoencoder's, or on a trained model's.

REQUIRED INPUTS: results/{dataset}/autoencoder/seed{seed}/{autoencoder.pt,codes.npz}, or a trained
    model's model.pt.
OUTPUTS: results/{dataset}/{model}/seed{seed}/{points,samples}.npz.
"""


rule encode_model:
    """Encode the training images by a trained model of images."""
    input:
        weights="results/{dataset}/{model}/seed{seed}/model.pt",
        images="results/{dataset}/data/train.npz",
    output:
        codes="results/{dataset}/{model}/seed{seed}/codes.npz",
    log:
        "results/logs/encode_model/{dataset}/{model}/seed{seed}.log",
    wildcard_constraints:
        model="|".join(TRAINED) or "-",
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("encode_model.py"),
        code=trained_code("encode_model.py"),
        model=trained_model,
    shell:
        r"""
        {params.command:q} \
            --model {params.model:q} \
            --weights {input.weights:q} \
            --images {input.images:q} \
            --threads {threads} \
            --out-codes {output.codes:q} \
            2>&1 | tee {log:q}
        """


rule fit_codes:
    """Fit a model of points to codes, and draw codes from it."""
    input:
        codes=codes_of,
    output:
        points="results/{dataset}/{model}/seed{seed}/points.npz",
        report="results/{dataset}/{model}/seed{seed}/report.json",
    log:
        "results/logs/fit_codes/{dataset}/{model}/seed{seed}.log",
    benchmark:
        "results/benchmarks/fit_codes/{dataset}/{model}/seed{seed}.tsv"
    wildcard_constraints:
        model="|".join(SAMPLERS.rows) or "-",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS,
        mem_mb=growing(6000),
        runtime=growing(360),
    params:
        command=command("fit_points.py"),
        code=sampler_code,
        model=lambda wildcards: sampler_of(wildcards).model,
        set=lambda wildcards: words(SAMPLERS.words_of(wildcards.model)),
    shell:
        r"""
        {params.command:q} \
            --model {params.model:q} \
            --points {input.codes:q} \
            --array codes \
            --trials 1 \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-points {output.points:q} \
            --out-report {output.report:q} \
            2>&1 | tee {log:q}
        """


rule decode_codes:
    """Decode the codes that a sampler drew."""
    input:
        codes="results/{dataset}/{model}/seed{seed}/points.npz",
        decoder=coder_file,
    output:
        samples="results/{dataset}/{model}/seed{seed}/samples.npz",
    log:
        "results/logs/decode_codes/{dataset}/{model}/seed{seed}.log",
    wildcard_constraints:
        model="|".join(SAMPLERS.rows) or "-",
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("decode_codes.py"),
        code=coder_code("decode_codes.py"),
        model=coder_words,
    shell:
        r"""
        {params.command:q} \
            --codes {input.codes:q} \
            --decoder {input.decoder:q} \
            {params.model:q} \
            --threads {threads} \
            --out-samples {output.samples:q} \
            2>&1 | tee {log:q}
        """
