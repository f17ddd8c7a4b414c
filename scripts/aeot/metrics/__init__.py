"""Metrics: one module and one scripts/compute_NAME.py each.

`METRICS` maps NAME to the function that turns two sets of features into tidy rows.
"""

METRICS = {
    "fid": "aeot.metrics.fid:frechet_rows",
    "kid": "aeot.metrics.kid:kernel_rows",
    "prd": "aeot.metrics.prd:prd_rows",
}
