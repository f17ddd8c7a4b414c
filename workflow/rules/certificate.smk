"""Study: how the samples' quality moves as the transport's mass error falls.

REQUIRED INPUTS: results/{dataset}/autoencoder/seed{seed}/{autoencoder.pt,codes.npz},
    results/{dataset}/data/test.npz and the test images' features.
OUTPUTS: results/figures/{dataset}/{extractor}/seed{seed}/certificate.{csv,png}.
"""

CERTIFICATE_FILES = expand(
    "results/figures/{dataset}/{extractor}/seed{seed}/certificate.png",
    dataset=DATASETS,
    extractor=EXTRACTORS,
    seed=SEEDS[:1],
)


rule certificate:
    """Build the study: does the transport's certificate matter for the samples?"""
    input:
        CERTIFICATE_FILES,


rule compute_certificate:
    """Score samples of one transport at every look on its way to a mass error of 1 %."""
    input:
        codes=certificate_codes,
        autoencoder="results/{dataset}/autoencoder/seed{seed}/autoencoder.pt",
        images="results/{dataset}/data/test.npz",
        real="results/{dataset}/data/{extractor}/test.npz",
    output:
        rows="results/figures/{dataset}/{extractor}/seed{seed}/certificate.csv",
    log:
        "results/logs/compute_certificate/{dataset}/{extractor}/seed{seed}.log",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    resources:
        gpu=GPUS,
        mem_mb=growing(4000),
        runtime=growing(360),
    params:
        command=command("compute_certificate.py"),
        code=lambda wildcards: code(
            "compute_certificate.py", EXTRACTOR_MODULES[wildcards.extractor]
        ),
        set=lambda wildcards: words(CONFIG.model("aeot", wildcards.dataset)),
        extractor=extractor_words,
        source=lambda wildcards: CONFIG.section("transport", wildcards.dataset).get(
            "source", "uniform"
        ),
    shell:
        r"""
        {params.command:q} \
            --codes {input.codes:q} \
            --autoencoder {input.autoencoder:q} \
            --images {input.images:q} \
            --real-features {input.real:q} \
            --extractor {wildcards.extractor:q} \
            --extractor-set {params.extractor:q} \
            --source {params.source:q} \
            --set {params.set:q} \
            --seed {wildcards.seed} \
            --threads {threads} \
            --out-rows {output.rows:q} \
            2>&1 | tee {log:q}
        """
