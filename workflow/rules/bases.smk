"""What jobs have in common, for `use rule ... as ... with`: these rules never run themselves."""


rule on_network:
    """Jobs of small networks, which gain little from threads."""
    log:
        "results/logs/on_network.log",
    conda:
        ENVIRONMENT
    threads: NETWORK_THREADS
    resources:
        **asks(),
    shell:
        SCRIPT


use rule on_network as on_all_cores with:
    """Jobs that gain from threads."""
    log:
        "results/logs/on_all_cores.log",
    threads: 8
