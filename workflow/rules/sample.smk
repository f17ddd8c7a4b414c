"""Samples: images drawn or reconstructed, sweeps, interpolations, and what the map looks like.

REQUIRED INPUTS: what train.smk fitted.
OUTPUTS: results/{dataset}/{model}/seed{seed}/{samples,walks,midpoints,attributes}.npz,
    results/{dataset}/autoencoder/seed{seed}/decoded/{split}.npz,
    results/{study}/{dataset}/{model}/seed{seed}/codes.npz,
    results/{dataset}/transport/seed{seed}/{segments,shares,trace}.csv.
"""


rule sample_aeot:
    """Draw images through the (extended) transport map, or reconstruct the test images."""
    input:
        unpack(map_inputs),
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
    output:
        samples="results/{dataset}/{model}/seed{seed}/samples.npz",
        report="results/{dataset}/{model}/seed{seed}/report.json",
        masses="results/{dataset}/{model}/seed{seed}/masses.csv",
    log:
        "results/logs/sample_aeot/{dataset}/{model}/seed{seed}.log",
    wildcard_constraints:
        model=either(MAPPED),
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("sample_aeot.py"),
        code=code("sample_aeot.py"),
        set=method_words,
        options=map_options,
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


rule sample_model:
    """Draw images from a trained model of images."""
    input:
        weights="results/{dataset}/{model}/seed{seed}/model.pt",
    output:
        samples="results/{dataset}/{model}/seed{seed}/samples.npz",
    log:
        "results/logs/sample_model/{dataset}/{model}/seed{seed}.log",
    wildcard_constraints:
        model=either(TRAINED),
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("sample_model.py"),
        code=method_code("sample_model.py"),
        model=model_name,
        images=CONFIG.drawn_images,
    shell:
        r"""
        {params.command:q} \
            --model {params.model:q} \
            --weights {input.weights:q} \
            --count {params.images} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-samples {output.samples:q} \
            2>&1 | tee {log:q}
        """


rule sample_codes:
    """Draw codes from a fitted sampler, and decode them."""
    input:
        fitted="results/{dataset}/{model}/seed{seed}/fitted.pt",
        decoder=decoder_file,
    output:
        samples="results/{dataset}/{model}/seed{seed}/samples.npz",
        points="results/{dataset}/{model}/seed{seed}/points.npz",
        report="results/{dataset}/{model}/seed{seed}/draw.json",
    log:
        "results/logs/sample_codes/{dataset}/{model}/seed{seed}.log",
    wildcard_constraints:
        model=either(FITTED),
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(6000),
    params:
        command=command("sample_codes.py"),
        code=sampler_code,
        model=model_name,
        set=method_words,
        decoder=lambda wildcards: decoder_words(wildcards, "--decoder-model"),
    shell:
        r"""
        {params.command:q} \
            --model {params.model:q} \
            --fitted {input.fitted:q} \
            --decoder {input.decoder:q} \
            {params.decoder:q} \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-samples {output.samples:q} \
            --out-points {output.points:q} \
            --out-report {output.report:q} \
            2>&1 | tee {log:q}
        """


rule decode_split:
    """Encode and decode the autoencoder's training images, or the test images, for comparison."""
    input:
        images="results/{dataset}/data/{split}.npz",
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
    output:
        samples="results/{dataset}/autoencoder/seed{seed}/decoded/{split}.npz",
        codes="results/{dataset}/autoencoder/seed{seed}/decoded/{split}_codes.npz",
    log:
        "results/logs/decode_split/{dataset}/{split}/seed{seed}.log",
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("sample_aeot.py"),
        code=code("sample_aeot.py"),
        first=lambda wildcards: (
            first_words("--first", wildcards) if wildcards.split == "train" else []
        ),
    shell:
        r"""
        {params.command:q} \
            --autoencoder {input.autoencoder:q} \
            --images {input.images:q} \
            {params.first:q} \
            --set variant=reconstruction \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-samples {output.samples:q} \
            --out-codes {output.codes:q} \
            2>&1 | tee {log:q}
        """


rule sweep_codes:
    """Draw codes from a sampler at every value of the setting that is swept."""
    input:
        unpack(sweep_inputs),
    output:
        codes="results/{study}/{dataset}/{model}/seed{seed}/codes.npz",
        seconds="results/{study}/{dataset}/{model}/seed{seed}/seconds.csv",
    log:
        "results/logs/sweep_codes/{study}/{dataset}/{model}/seed{seed}.log",
    wildcard_constraints:
        model=either(SWEPT),
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS,
        mem_mb=growing(6000),
        runtime=growing(720),
    params:
        command=command("sweep_codes.py"),
        code=method_code("sweep_codes.py"),
        options=sweep_options,
        set=sweep_words,
        places=sweep_values,
        images=scored_count,
        draws=lambda wildcards: STUDIES[wildcards.study].sweep.draws,
    shell:
        r"""
        {params.command:q} \
            {params.options:q} \
            --count {params.images} \
            --draws {params.draws} \
            --set {params.set:q} \
            {params.places:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-codes {output.codes:q} \
            --out-seconds {output.seconds:q} \
            2>&1 | tee {log:q}
        """


rule walk_codes:
    """Decode the way between the codes of test images, for the figure."""
    input:
        decoder=decoder_file,
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
        code=decoder_code("walk_codes.py"),
        model=decoder_words,
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
        model=decoder_words,
        pairs=METRIC_CLASSES["convexity"](**CONFIG.metric_settings.get("convexity", {})).pairs,
        points=3,


rule move_attributes:
    """Move the codes of test images along attribute vectors, and decode them."""
    input:
        decoder=decoder_file,
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
        code=decoder_code("move_attributes.py"),
        model=decoder_words,
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


rule trace_segments:
    """Follow segments of the source through the power cells."""
    input:
        transport="results/{dataset}/transport/seed{seed}/transport.npz",
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
    output:
        rows="results/{dataset}/transport/seed{seed}/segments.csv",
        shares="results/{dataset}/transport/seed{seed}/shares.csv",
        trace="results/{dataset}/transport/seed{seed}/trace.csv",
        images="results/{dataset}/transport/seed{seed}/segments.npz",
    log:
        "results/logs/trace_segments/{dataset}/seed{seed}.log",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
    params:
        command=command("trace_segments.py"),
        code=code("trace_segments.py"),
        set=settings("segments"),
    shell:
        r"""
        {params.command:q} \
            --transport {input.transport:q} \
            --autoencoder {input.autoencoder:q} \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-rows {output.rows:q} \
            --out-shares {output.shares:q} \
            --out-trace {output.trace:q} \
            --out-images {output.images:q} \
            2>&1 | tee {log:q}
        """


rule map_cells:
    """Evaluate the first trial of the study's first AE-OT on a raster of the square."""
    input:
        fitted=cells_fit,
    output:
        rows="results/figures/{study}/{mixture}/cells.csv",
    log:
        "results/logs/map_cells/{study}/{mixture}.log",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    params:
        command=command("map_cells.py"),
        code=code("map_cells.py"),
        set=cells_words,
    shell:
        r"""
        {params.command:q} \
            --fitted {input.fitted:q} \
            --set {params.set:q} \
            --threads {threads} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """
