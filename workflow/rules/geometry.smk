"""Study: the geometry of the transport's map: its singular set (Figure 12), and the frontier.

REQUIRED INPUTS: results/{dataset}/transport/seed{seed}/transport.npz, the autoencoder.
OUTPUTS: results/{dataset}/transport/seed{seed}/{segments,shares,trace}.csv,
    results/figures/{dataset}/segments.png.
"""


rule geometry:
    """Build the study: where does the optimal map jump, and does the sampler copy?"""
    input:
        expand("results/figures/{dataset}/segments.png", dataset=DATASETS),
        frontier_files(),


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
