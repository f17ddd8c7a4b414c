"""Tables: arithmetic to tidy rows, then the same rows as Markdown, LaTeX and HTML."""

TABLES = {
    "losses": "aeot.tables.losses:Losses",
    "scores": "aeot.tables.scores:Scores",
    "modes": "aeot.tables.modes:Modes",
    "frontier": "aeot.tables.frontier:Frontier",
    "reruns": "aeot.tables.reruns:Reruns",
}
