"""Figures of the study `collapse` (Figure 13).

REQUIRED INPUTS: results/collapse/{mixture}/{row}/seed{seed}/points.npz, results/collapse/all.csv.
OUTPUTS: results/figures/{mixture}/{scatter,collapse,cells}.{csv,png}.
"""


rule map_cells:
    """Evaluate AE-OT's map of the first trial on a raster of the square."""
    input:
        points=expand("results/collapse/{{mixture}}/points/seed{seed}.npz", seed=SEEDS[0]),
    output:
        rows="results/figures/{mixture}/cells.csv",
    log:
        "results/logs/{mixture}/map_cells.log",
    conda:
        "../../envs/aeot.yaml"
    threads: 8
    params:
        command=command("map_cells.py"),
        code=code("map_cells.py"),
        set=words(COLLAPSE.words_of(CELLS_ROW)) if CELLS_ROW else [],
        seed=SEEDS[0],
    shell:
        r"""
        {params.command:q} \
            --points {input.points:q} \
            --set {params.set:q} \
            --seed {params.seed} \
            --threads {threads} \
            --out-rows {output.rows:q} \
            >{log:q} 2>&1
        """
