"""AE-OT: autoencoder, codes, transport, samples.

REQUIRED INPUTS: results/{dataset}/data/{train,test}.npz.
OUTPUTS: results/{dataset}/autoencoder/seed{seed}/{autoencoder.pt,codes.npz,...},
    results/{dataset}/transport/seed{seed}/transport.npz, ...,
    results/{dataset}/{model}/seed{seed}/samples.npz.
"""


rule train_autoencoder:
    """Train the autoencoder until its loss stops falling, freeze the encoder, go on."""
    input:
        train="results/{dataset}/data/train.npz",
        test="results/{dataset}/data/test.npz",
    output:
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
        history="results/{dataset}/autoencoder/seed{seed}/history.csv",
        report="results/{dataset}/autoencoder/seed{seed}/report.json",
    log:
        "results/logs/train_autoencoder/{dataset}/seed{seed}.log",
    benchmark:
        "results/benchmarks/train_autoencoder/{dataset}/seed{seed}.tsv"
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS * RANKS,
        mem_mb=training_memory,
        runtime=growing(720),
    params:
        command=command("train_autoencoder.py", *LAUNCH),
        code=code("train_autoencoder.py"),
        ranks=RANKS,
        set=case_settings("autoencoder"),
    shell:
        r"""
        {params.command:q} \
            --train {input.train:q} \
            --test {input.test:q} \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-autoencoder {output.autoencoder:q} \
            --out-history {output.history:q} \
            --out-report {output.report:q} \
            2>&1 | tee {log:q}
        """


rule encode_latents:
    """Encode the autoencoder's training images, in order and in eval mode."""
    input:
        images="results/{dataset}/data/train.npz",
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
    output:
        codes="results/{dataset}/autoencoder/seed{seed}/codes.npz",
    log:
        "results/logs/encode_latents/{dataset}/seed{seed}.log",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("encode_latents.py"),
        code=code("encode_latents.py"),
        first=lambda wildcards: first_words("--count", wildcards),
    shell:
        r"""
        {params.command:q} \
            --images {input.images:q} \
            --autoencoder {input.autoencoder:q} \
            {params.first:q} \
            --threads {threads} \
            --out-codes {output.codes:q} \
            2>&1 | tee {log:q}
        """


rule solve_transport:
    """Solve the semi-discrete optimal transport from the source measure to the codes."""
    input:
        codes="results/{dataset}/autoencoder/seed{seed}/codes.npz",
    output:
        transport="results/{dataset}/transport/seed{seed}/transport.npz",
        report="results/{dataset}/transport/seed{seed}/report.json",
        history="results/{dataset}/transport/seed{seed}/history.csv",
    log:
        "results/logs/solve_transport/{dataset}/seed{seed}.log",
    benchmark:
        "results/benchmarks/solve_transport/{dataset}/seed{seed}.tsv"
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS * RANKS,
        mem_mb=growing(4000),
        runtime=growing(360),
    params:
        command=command("solve_transport.py", *LAUNCH),
        code=code("solve_transport.py"),
        ranks=RANKS,
        set=case_settings("transport"),
    shell:
        r"""
        {params.command:q} \
            --codes {input.codes:q} \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-transport {output.transport:q} \
            --out-report {output.report:q} \
            --out-history {output.history:q} \
            2>&1 | tee {log:q}
        """


rule sample_aeot:
    """Draw images through the (extended) transport map, or reconstruct the test images."""
    input:
        unpack(sampler_inputs),
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
    output:
        samples="results/{dataset}/{model}/seed{seed}/samples.npz",
        report="results/{dataset}/{model}/seed{seed}/report.json",
        masses="results/{dataset}/{model}/seed{seed}/masses.csv",
    log:
        "results/logs/sample_aeot/{dataset}/{model}/seed{seed}.log",
    wildcard_constraints:
        model="|".join(MODELS),
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("sample_aeot.py"),
        code=code("sample_aeot.py"),
        set=sampler_words,
        options=sampler_options,
    shell:
        r"""
        {params.command:q} \
            --autoencoder {input.autoencoder:q} \
            {params.options:q} \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-samples {output.samples:q} \
            --out-report {output.report:q} \
            --out-masses {output.masses:q} \
            2>&1 | tee {log:q}
        """
