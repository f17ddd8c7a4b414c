"""The data of tables and figures: all arithmetic is done here and written as tidy CSV.

`COLLECTIONS` lists the classes that collect the rows of many files
(`aeot.curves.base.Collection`); a figure with its own rows collects them itself (`aeot.charts`).
"""

COLLECTIONS = {
    "scores": "aeot.curves.scores:Scores",
    "progress": "aeot.curves.progress:Progress",
    "samples": "aeot.curves.samples:Samples",
    "field": "aeot.curves.samples:FieldSamples",
    "moments": "aeot.curves.samples:Moments",
    "interpolations": "aeot.curves.samples:Moments",
    "attributes": "aeot.curves.samples:Moments",
    "neighbours": "aeot.curves.neighbours:Neighbours",
    "scatter": "aeot.curves.scatter:Scatter",
    "modes": "aeot.curves.modes:CollapseScores",
    "frontier": "aeot.curves.frontier:FrontierScores",
    "draws": "aeot.curves.search:SearchRows",
    "reruns": "aeot.curves.search:RerunRows",
}
