"""How models, data sets and metrics are called, and in which order they are listed.

Every table and figure takes its names and its order from here.
"""

from collections.abc import Iterable

MODELS = {
    "floor": "Training images (floor)",
    "ae": "AE",
    "aeot": "AE-OT",
    "aeotchart": "AE-OT (charts)",
    "aeotcentres": "AE-OT (mass centres)",
    "aeotvertex": "AE-OT (plain T)",
    "aegmm": "AE + mixture",
    "aeflow": "AE + flow",
    "aekde": "AE + KDE",
    "aerandom": "AE + training codes at random",
    "aesmote": "AE + SMOTE",
    "aeparzen": "AE + manifold Parzen windows",
    "vae": "VAE",
    "glo": "GLO",
    "glann": "GLANN",
    "waemmd": "WAE-MMD",
    "waegan": "WAE-GAN",
    "aae": "AAE",
    "ali": "ALI",
    "gaia": "GAIA",
    "mmgan": "MM GAN",
    "nsgan": "NS GAN",
    "lsgan": "LSGAN",
    "wgan": "WGAN",
    "wgansoft": "WGAN (soft)",
    "wgangp": "WGAN-GP",
    "dragan": "DRAGAN",
    "began": "BEGAN",
}

DATASETS = {
    "mnist": "MNIST",
    "mnist5k": "MNIST (5,000 digits)",
    "fashionmnist": "Fashion-MNIST",
    "cifar10": "CIFAR-10",
    "celeba": "CelebA",
    "imagefolder": "Own pictures",
    "shapes": "Shapes (synthetic)",
}

MIXTURES = {
    "grid": "Grid of 25",
    "ring": "Ring of 8",
    "spiral": "Spiral arms (80)",
    "imbalanced": "Imbalanced grid of 25",
    "hundred": "100 modes in 10 dimensions",
}

# Rows of the study of mode collapse.
POINT_ROWS = {
    "data": "Training points drawn again",
    "gan": "GAN",
    "ali": "ALI",
    "md": "MD",
    "pacgan2": "PacGAN2",
    "pacgan3": "PacGAN3",
    "pacgan4": "PacGAN4",
    "gmm": "Gaussian mixture (BIC)",
    "flowmatching": "Flow matching",
    "aeot": "AE-OT, 512 points",
    "aeotcentres": "AE-OT, 512, mass centres",
    "aeotplain": "AE-OT, 512, singular kept",
    "aeot1024": "AE-OT, 1,024 points",
    "aeot4096": "AE-OT, 4,096 points",
    "aeot16384": "AE-OT, 16,384 points",
}

# Curves of the frontier that are no rows of the tables.
CURVES = {
    "aeotcodes": "AE-OT (fewer codes)",
}

FID_EXTRACTOR = "inception"


# What becomes of a source sample on the singular set of AE-OT's map.
SINGULAR = {
    "reject": "rejected",
    "redraw": "drawn again within its cell",
    "plain": "mapped by the plain map, which returns a training code,",
}


def singular_note(how: str, rows: Iterable[str]) -> str:
    """Say what becomes of singular source samples in some rows of a table, named for readers."""
    text = f"A source sample on the singular set is {SINGULAR[how]} in the rows: "
    return text + "; ".join(rows) + "."


def model_label(model: str) -> str:
    """Name a model as readers know it; an unlisted one is called by its row name."""
    return MODELS.get(model, model)


def curve_label(curve: str) -> str:
    """Name a curve of the frontier; most are called like the row of the tables."""
    return CURVES.get(curve) or model_label(curve)


def mixture_label(mixture: str) -> str:
    """Name a mixture as readers know it."""
    return MIXTURES.get(mixture, mixture)


def row_label(row: str) -> str:
    """Name a row of the study of mode collapse; an unlisted one is called by its row name."""
    return POINT_ROWS.get(row, row)


def ordered_rows(rows: Iterable[str]) -> list[str]:
    """Sort the distinct rows of that study: listed ones first in their order, then by name."""
    return _ordered(rows, POINT_ROWS)


def dataset_label(dataset: str, source: str) -> str:
    """Name a case: its source's name, with the user's own name where that differs."""
    label = DATASETS.get(source, source)
    return label if dataset == source else f"{label}, {dataset}"


def distance_label(extractor: str) -> str:
    """Name the Fréchet distance: only on Inception's features is it the FID."""
    return "FID" if extractor == FID_EXTRACTOR else f"FD ({extractor})"


def ordered_models(models: Iterable[str]) -> list[str]:
    """Sort the distinct row names: listed ones first in their order, then by name."""
    return _ordered(models, MODELS)


def ordered_datasets(cases: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Sort distinct (dataset, source) pairs by the sources' order, then by name."""
    rank = list(DATASETS)
    return sorted(
        set(cases),
        key=lambda case: (rank.index(case[1]) if case[1] in rank else len(rank), case),
    )


def _ordered(names: Iterable[str], listed: Iterable[str]) -> list[str]:
    rank = list(listed)
    return sorted(
        set(names), key=lambda name: (rank.index(name) if name in rank else len(rank), name)
    )
