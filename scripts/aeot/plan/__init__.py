"""What the rules ask of the configuration: files and options of jobs; torch-free.

`wildcards` are those of Snakemake: attributes and keys `dataset`, `mixture`, `method`, `study`,
`seed`, `extractor`, `split`, as far as a job has them.
"""
