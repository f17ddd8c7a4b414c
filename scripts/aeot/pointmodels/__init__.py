"""Models of points: one folder each, with `settings.py` (torch-free) and `model.py`.

`POINT_MODELS` maps the name to the folder. The class `settings:Settings` of a folder defines its
settings, and `model:Model` fits all trials and draws from them at several moments (`base.Fit`).
"""

POINT_MODELS = {
    "aeot": "aeot.pointmodels.aeot",
    "ali": "aeot.pointmodels.ali",
    "data": "aeot.pointmodels.data",
    "flowmatching": "aeot.pointmodels.flowmatching",
    "gmm": "aeot.pointmodels.gmm",
    "imle": "aeot.pointmodels.imle",
    "kde": "aeot.pointmodels.kde",
    "md": "aeot.pointmodels.md",
    "pacgan": "aeot.pointmodels.pacgan",
    "parzen": "aeot.pointmodels.parzen",
    "smote": "aeot.pointmodels.smote",
}
