"""What can be set about each figure; torch-free, so that the workflow checks it while it parses."""

from pydantic import Field, PositiveInt

from aeot.settings import Settings


class FigureSettings(Settings):
    """What every figure has."""

    dpi: PositiveInt = Field(200, ge=50, le=1200, description="resolution, pixels an inch")


class SamplesFigure(FigureSettings):
    """The grid real | AE | AE-OT: a block of pictures for each."""

    rows: PositiveInt = Field(8, le=50, description="rows of pictures in a block")
    columns: PositiveInt = Field(5, le=50, description="columns of pictures in a block")
    picture: float = Field(0.28, ge=0.05, le=5, description="side of one picture, inches")


class ChartSettings(FigureSettings):
    """What the charts have."""

    width: float = Field(6.0, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(4.2, ge=2, le=40, description="height of the figure, inches")


class TrainingFigure(ChartSettings):
    """The autoencoder's losses against epochs."""


class TransportFigure(ChartSettings):
    """The transport's held-out mass error against source samples."""


class PrdFigure(ChartSettings):
    """Precision against recall of all models."""

    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(4.0, ge=2, le=40, description="height of the figure, inches")


class CertificateFigure(ChartSettings):
    """The samples' scores against the transport's mass error."""

    width: float = Field(8.4, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(3.2, ge=2, le=40, description="height of the figure, inches")


class ScatterFigure(FigureSettings):
    """Real and generated points, a panel a model."""

    panel: float = Field(1.6, ge=0.5, le=10, description="side of a panel, inches")
    columns: PositiveInt = Field(5, le=20, description="panels in a line")


class CollapseFigure(ChartSettings):
    """Covered modes against training seconds."""

    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")


class CellsFigure(ChartSettings):
    """AE-OT's power cells and its singular zones."""

    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(3.8, ge=2, le=40, description="height of the figure, inches")


class MomentsFigure(FigureSettings):
    """Samples while the models are trained: a line of pictures for each moment."""

    columns: PositiveInt = Field(4, le=50, description="pictures in a line of a model")
    picture: float = Field(0.28, ge=0.05, le=5, description="side of one picture, inches")


class WalksFigure(FigureSettings):
    """Walks between test images through the codes of every model: a line a pair."""

    rows: PositiveInt = Field(6, le=50, description="pairs of test images")
    columns: int = Field(5, ge=2, le=48, description="points of a walk, its ends among them")
    picture: float = Field(0.28, ge=0.05, le=5, description="side of one picture, inches")


class AttributesFigure(FigureSettings):
    """Test images moved along attribute vectors: a line an image."""

    rows: PositiveInt = Field(8, le=50, description="test images")
    picture: float = Field(0.28, ge=0.05, le=5, description="side of one picture, inches")


class SegmentsFigure(ChartSettings):
    """The singular set along segments of the source."""

    width: float = Field(8.4, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(4.6, ge=2, le=40, description="height of the figure, inches")


class FrontierFigure(ChartSettings):
    """Fidelity against novelty of samplers of codes."""

    width: float = Field(8.4, ge=2, le=40, description="width of the figure, inches")


class FScoresFigure(FigureSettings):
    """F8 against F1/8 of every model, a panel a data set."""

    panel: float = Field(3.0, ge=1, le=20, description="side of a panel, inches")


class ProgressFigure(ChartSettings):
    """Fréchet distance against training seconds."""

    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")


FIGURES: dict[str, type[FigureSettings]] = {
    "samples": SamplesFigure,
    "training": TrainingFigure,
    "transport": TransportFigure,
    "prd": PrdFigure,
    "certificate": CertificateFigure,
    "scatter": ScatterFigure,
    "collapse": CollapseFigure,
    "cells": CellsFigure,
    "field": SamplesFigure,
    "moments": MomentsFigure,
    "walks": WalksFigure,
    "fscores": FScoresFigure,
    "progress": ProgressFigure,
    "attributes": AttributesFigure,
    "segments": SegmentsFigure,
    "frontier": FrontierFigure,
}
