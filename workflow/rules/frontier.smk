"""Study `geometry`, second part: does it copy? Fidelity against novelty of samplers of the codes.

REQUIRED INPUTS: results/{dataset}/data/{train,test}.npz, the autoencoder, its codes, the transport.
OUTPUTS: results/{dataset}/autoencoder/seed{seed}/decoded/{split}.npz and its features,
    results/{dataset}/frontier/{curve}/seed{seed}/codes.npz,
    results/{dataset}/frontier/{curve}/seed{seed}/{extractor}/frontier.csv,
    results/geometry/frontier.csv, results/tables/frontier.{csv,md,tex,html},
    results/figures/geometry/{dataset}/{extractor}/frontier.png.
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


use rule extract_features as extract_decoded_features with:
    """Run a feature extractor over the decoded training or test images."""
    input:
        images="results/{dataset}/autoencoder/seed{seed}/decoded/{split}.npz",
    output:
        features="results/{dataset}/autoencoder/seed{seed}/decoded/{extractor}/{split}.npz",
    log:
        "results/logs/extract_decoded_features/{dataset}/{split}/seed{seed}/{extractor}.log",
    params:
        limit=[],
        set=extractor_words,


rule sweep_codes:
    """Draw codes from a sampler at every value of the setting that is swept."""
    input:
        unpack(curve_inputs),
    output:
        codes="results/{dataset}/frontier/{curve}/seed{seed}/codes.npz",
        seconds="results/{dataset}/frontier/{curve}/seed{seed}/seconds.csv",
    log:
        "results/logs/sweep_codes/{dataset}/{curve}/seed{seed}.log",
    wildcard_constraints:
        curve="|".join(FRONTIER.curves) or "-",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS,
        mem_mb=growing(6000),
        runtime=growing(720),
    params:
        command=command("sweep_codes.py"),
        code=curve_code,
        options=curve_options,
        set=curve_words,
        places=curve_values,
        images=scored_count,
        draws=FRONTIER.draws,
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


rule score_frontier:
    """Score fidelity and novelty at every place of a curve."""
    input:
        unpack(curve_drawn),
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
        train="results/{dataset}/autoencoder/seed{seed}/codes.npz",
        train_features="results/{dataset}/autoencoder/seed{seed}/decoded/{extractor}/train.npz",
        test="results/{dataset}/autoencoder/seed{seed}/decoded/test_codes.npz",
        test_features="results/{dataset}/autoencoder/seed{seed}/decoded/{extractor}/test.npz",
        real="results/{dataset}/data/{extractor}/test.npz",
    output:
        rows="results/{dataset}/frontier/{curve}/seed{seed}/{extractor}/frontier.csv",
    log:
        "results/logs/score_frontier/{dataset}/{curve}/seed{seed}/{extractor}.log",
    wildcard_constraints:
        curve="|".join([*FRONTIER.curves, FRONTIER_END]),
    conda:
        "../../envs/aeot.yaml"
    threads: NETWORK_THREADS
    resources:
        gpu=GPUS,
        mem_mb=growing(6000),
    params:
        command=command("score_frontier.py"),
        code=lambda wildcards: code("score_frontier.py", EXTRACTOR_MODULES[wildcards.extractor]),
        places=lambda wildcards: curve_values(wildcards)[3:],
        images=scored_count,
        set=extractor_words,
        seconds=lambda wildcards, input: (
            ["--seconds", input.seconds] if "seconds" in input.keys() else []
        ),
    shell:
        r"""
        {params.command:q} \
            --codes {input.codes:q} \
            {params.seconds:q} \
            --values {params.places:q} \
            --count {params.images} \
            --autoencoder {input.autoencoder:q} \
            --train-codes {input.train:q} \
            --train-features {input.train_features:q} \
            --test-codes {input.test:q} \
            --test-features {input.test_features:q} \
            --real-features {input.real:q} \
            --extractor {wildcards.extractor:q} \
            --set {params.set:q} \
            --threads {threads} \
            --out-rows {output.rows:q} \
            2>&1 | tee {log:q}
        """


rule table_frontier:
    """Write who wins at equal novelty."""
    input:
        rows="results/geometry/frontier.csv",
    output:
        csv="results/tables/frontier.csv",
        md="results/tables/frontier.md",
        tex="results/tables/frontier.tex",
        html=report(
            "results/tables/frontier.html",
            caption="../report/frontier.rst",
            category="Tables",
            labels={"table": "fidelity at equal novelty"},
        ),
    log:
        "results/logs/table_frontier.log",
    localrule: True
    conda:
        "../../envs/aeot.yaml"
    params:
        command=command("table_frontier.py"),
        code=code("table_frontier.py"),
        ours=[name for name in FRONTIER.curves if FRONTIER.ours(name)],
        sources=case_sources(DATASETS),
        seeds=len(SEEDS),
    shell:
        r"""
        {params.command:q} \
            --rows {input.rows:q} \
            --ours {params.ours:q} \
            --sources {params.sources:q} \
            --out-csv {output.csv:q} \
            --out-md {output.md:q} \
            --out-tex {output.tex:q} \
            --out-html {output.html:q} \
            >{log:q} 2>&1
        """
