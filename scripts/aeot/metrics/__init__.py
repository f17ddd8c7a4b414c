"""Metrics: one module each; `METRICS` maps the script that computes it to its module."""

METRICS = {
    "fid": "aeot.metrics.fid:frechet_rows",
    "kid": "aeot.metrics.kid:kernel_rows",
    "prd": "aeot.metrics.prd:prd_rows",
}
