"""The figures: each draws tidy rows and does no arithmetic; `FIGURES` lists their classes."""

FIGURES = {
    "samples": "aeot.charts.samples:SamplesFigure",
    "training": "aeot.charts.training:TrainingFigure",
    "transport": "aeot.charts.transport:TransportFigure",
    "prd": "aeot.charts.prd:PrdFigure",
    "certificate": "aeot.charts.certificate:CertificateFigure",
    "scatter": "aeot.charts.scatter:ScatterFigure",
    "collapse": "aeot.charts.collapse:CollapseFigure",
    "cells": "aeot.charts.cells:CellsFigure",
    "field": "aeot.charts.samples:FieldFigure",
    "moments": "aeot.charts.samples:MomentsFigure",
    "interpolations": "aeot.charts.samples:InterpolationsFigure",
    "attributes": "aeot.charts.samples:AttributesFigure",
    "fscores": "aeot.charts.fscores:FScoresFigure",
    "progress": "aeot.charts.progress:ProgressFigure",
    "segments": "aeot.charts.segments:SegmentsFigure",
    "frontier": "aeot.charts.frontier:FrontierFigure",
    "ranks": "aeot.charts.ranks:RanksFigure",
    "manifold": "aeot.charts.manifold:ManifoldFigure",
    "manifoldscores": "aeot.charts.manifoldscores:ManifoldScoresFigure",
}
