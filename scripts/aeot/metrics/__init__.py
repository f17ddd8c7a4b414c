"""Metrics: a module for each, in the order of the tables' columns.

`METRICS` maps a name to its class, an `aeot.metrics.base.Metric`.
"""

METRICS = {
    "fid": "aeot.metrics.fid:Fid",
    "fidinf": "aeot.metrics.fidinf:FidInfinity",
    "kid": "aeot.metrics.kid:Kid",
    "prd": "aeot.metrics.prd:Prd",
    "sharpness": "aeot.metrics.sharpness:Sharpness",
    "convexity": "aeot.metrics.convexity:Convexity",
    "classscore": "aeot.metrics.classscore:ClassScore",
    "copying": "aeot.metrics.copying:Copying",
    "coverage": "aeot.metrics.coverage:Coverage",
    "precision": "aeot.metrics.precision:Precision",
    "recall": "aeot.metrics.recall:Recall",
}
