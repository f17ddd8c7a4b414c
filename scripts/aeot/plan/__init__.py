"""Files and options of jobs, which the rules derive from the configuration; torch-free.

`wildcards` are those of Snakemake: attributes and keys `dataset`, `mixture`, `method`, `study`,
`seed`, `extractor`, `split`, as far as a job has them.
"""
