"""Display names of methods, data sets and metrics, and the order in which they are listed.

They are used in all tables and figures.
"""

from collections.abc import Iterable, Mapping

# Methods of images, and the references for their scores.
MODELS = {
    "floor": "Training images (floor)",
    "ae": "AE",
    "aeot": "AE-OT",
    "aeotchart": "AE-OT (charts)",
    "aeotcentres": "AE-OT (mass centres)",
    "aeotvertex": "AE-OT (plain T)",
    "aegmm": "AE + mixture",
    "aeflow": "AE + flow",
    "flowindependent": "Flow, independent pairs",
    "flowminibatch": "Flow, minibatch OT",
    "flowsemidiscrete": "Flow, semi-discrete OT",
    "flowshuffled": "Flow, semi-discrete, shuffled",
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
    "aeotcodes": "AE-OT (fewer codes)",
}

# Methods of points.
POINTS = {
    "resampled": "Training points drawn again",
    "gan": "GAN",
    "alimlp": "ALI",
    "md": "MD",
    "pacgan2": "PacGAN2",
    "pacgan3": "PacGAN3",
    "pacgan4": "PacGAN4",
    "gmm": "Gaussian mixture (BIC)",
    "flowmatching": "Flow matching",
    "aeot512": "AE-OT, 512 points",
    "aeot512centres": "AE-OT, 512, mass centres",
    "aeot512plain": "AE-OT, 512, singular kept",
    "aeot1024": "AE-OT, 1,024 points",
    "aeot4096": "AE-OT, 4,096 points",
    "aeot16384": "AE-OT, 16,384 points",
}

_METHODS = MODELS | POINTS

DATASETS = {
    "mnist": "MNIST",
    "mnist5k": "MNIST (5,000 digits)",
    "fashionmnist": "Fashion-MNIST",
    "cifar10": "CIFAR-10",
    "celeba": "CelebA",
    "imagefolder": "Own pictures",
    "polygons": "Polygons",
    "shapes": "Shapes (synthetic)",
}

MIXTURES = {
    "grid": "Grid of 25",
    "ring": "Ring of 8",
    "spiral": "Spiral arms (80)",
    "imbalanced": "Imbalanced grid of 25",
    "hundred": "100 modes in 10 dimensions",
}

FID_EXTRACTOR = "inception"


# Treatment of a source sample on the singular set of AE-OT's map.
SINGULAR = {
    "reject": "rejected",
    "redraw": "drawn again within its cell",
    "plain": "mapped by the plain map, which returns a training code,",
}


def singular_notes(singular: Mapping[tuple[str, str], str]) -> list[str]:
    """Describe how singular source samples are treated in the rows of a table.

    Args:
        singular: a key of `SINGULAR` by data set and method; data sets are named if the treatment
            of a method differs.
    """
    rows: dict[str, list[str]] = {}
    for model in ordered_models(model for _, model in singular):
        own = {dataset: how for (dataset, name), how in singular.items() if name == model}
        for how in sorted(set(own.values())):
            where = [dataset for dataset in own if own[dataset] == how]
            place = f" on {', '.join(where)}" if len(where) < len(own) else ""
            rows.setdefault(how, []).append(model_label(model) + place)
    return [
        f"A source sample on the singular set is {SINGULAR[how]} in the rows: {'; '.join(names)}."
        for how, names in rows.items()
    ]


def model_label(method: str) -> str:
    """Return the display name of a method; an unlisted one has its own name."""
    return _METHODS.get(method, method)


def mixture_label(mixture: str) -> str:
    """Return the display name of a mixture."""
    return MIXTURES.get(mixture, mixture)


def dataset_label(dataset: str, source: str) -> str:
    """Return the display name of a case: that of its source, and the user's name if it differs."""
    label = DATASETS.get(source, source)
    return label if dataset == source else f"{label}, {dataset}"


def distance_label(extractor: str) -> str:
    """Return the name of the Fréchet distance, which is FID only on Inception's features."""
    return "FID" if extractor == FID_EXTRACTOR else f"FD ({extractor})"


def ordered_models(methods: Iterable[str]) -> list[str]:
    """Sort the distinct names of methods: listed ones first, in their order, then by name."""
    return _ordered(methods, _METHODS)


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
