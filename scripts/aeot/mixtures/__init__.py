"""Gaussian mixtures that show mode collapse: one module each; `MIXTURES` maps the name to it."""

MIXTURES = {
    "grid": "aeot.mixtures.grid:grid",
    "ring": "aeot.mixtures.ring:ring",
    "spiral": "aeot.mixtures.spiral:spiral",
    "imbalanced": "aeot.mixtures.imbalanced:imbalanced",
    "hundred": "aeot.mixtures.hundred:hundred",
}
