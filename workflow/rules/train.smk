"""Fits: the autoencoder and its latent codes, the transport, models of images, samplers.

REQUIRED INPUTS: results/{dataset}/data/{train,test}.npz, results/{mixture}/points/seed{seed}.npz.
OUTPUTS: results/{dataset}/autoencoder/seed{seed}/{autoencoder.pt,codes.npz,...},
    results/{dataset}/transport/seed{seed}/transport.npz, ...,
    results/{dataset}/{model}/seed{seed}/{model.pt,codes.npz,fitted.pt,...},
    results/{mixture}/{row}/seed{seed}/{points.npz,history.csv,report.json,fitted.pt}.
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


rule train_model:
    """Train a registered model of images, and draw from it while it is trained."""
    input:
        train="results/{dataset}/data/train.npz",
    output:
        model="results/{dataset}/{model}/seed{seed}/model.pt",
        history="results/{dataset}/{model}/seed{seed}/history.csv",
        moments="results/{dataset}/{model}/seed{seed}/moments.npz",
        report="results/{dataset}/{model}/seed{seed}/report.json",
    log:
        "results/logs/train_model/{dataset}/{model}/seed{seed}.log",
    benchmark:
        "results/benchmarks/train_model/{dataset}/{model}/seed{seed}.tsv"
    wildcard_constraints:
        model=either(TRAINED),
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(6000),
        runtime=growing(1440),
    params:
        command=command("train_model.py"),
        code=method_code("train_model.py"),
        model=model_name,
        set=method_words,
        looks=CONFIG.training.snapshot_images,
        diverge=lambda wildcards: ["--may-diverge"] if wildcards.model in DRAWN else [],
    shell:
        r"""
        {params.command:q} \
            --model {params.model:q} \
            --train {input.train:q} \
            --snapshot-images {params.looks} {params.diverge:q} \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-model {output.model:q} \
            --out-history {output.history:q} \
            --out-moments {output.moments:q} \
            --out-report {output.report:q} \
            2>&1 | tee {log:q}
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
        model=either(TRAINED),
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("encode_model.py"),
        code=method_code("encode_model.py"),
        model=model_name,
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
    """Fit a model of points to codes."""
    input:
        codes=latents_of,
    output:
        fitted="results/{dataset}/{model}/seed{seed}/fitted.pt",
        report="results/{dataset}/{model}/seed{seed}/report.json",
    log:
        "results/logs/fit_codes/{dataset}/{model}/seed{seed}.log",
    benchmark:
        "results/benchmarks/fit_codes/{dataset}/{model}/seed{seed}.tsv"
    wildcard_constraints:
        model=either(FITTED),
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS,
        mem_mb=growing(6000),
        runtime=growing(360),
    params:
        command=command("fit_points.py"),
        code=method_code("fit_points.py"),
        model=model_name,
        set=fit_words,
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
            --out-model {output.fitted:q} \
            --out-report {output.report:q} \
            2>&1 | tee {log:q}
        """


rule fit_points:
    """Fit all trials of a model of points, and draw from them."""
    input:
        points="results/{mixture}/points/seed{seed}.npz",
    output:
        points="results/{mixture}/{row}/seed{seed}/points.npz",
        history="results/{mixture}/{row}/seed{seed}/history.csv",
        report="results/{mixture}/{row}/seed{seed}/report.json",
        fitted="results/{mixture}/{row}/seed{seed}/fitted.pt",
    log:
        "results/logs/fit_points/{mixture}/{row}/seed{seed}.log",
    benchmark:
        "results/benchmarks/fit_points/{mixture}/{row}/seed{seed}.tsv"
    conda:
        "../../envs/aeot.yaml"
    # Small networks: two jobs of one thread are twice as fast as one of two, and share a GPU.
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(1440),
    params:
        command=command("fit_points.py"),
        code=method_code("fit_points.py"),
        model=model_name,
        set=method_words,
        trials=CONFIG.mixtures.trials,
    shell:
        r"""
        {params.command:q} \
            --model {params.model:q} \
            --points {input.points:q} \
            --trials {params.trials} \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-points {output.points:q} \
            --out-history {output.history:q} \
            --out-report {output.report:q} \
            --out-model {output.fitted:q} \
            2>&1 | tee {log:q}
        """
