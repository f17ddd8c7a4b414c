"""Keys of earlier configurations, each with its new name; torch-free."""

from collections.abc import Mapping

MOVED = {
    "models": "studies.main.methods",
    "model_settings": "methods.NAME: {sampler: transport, set} (sampler: reconstruction of what "
    "had that variant) and drawn_images (count)",
    "adversarial": "studies.adversarial (methods were rows; datasets, metrics; search has draws "
    "and ranges), training (steps, hyperparameters, snapshot_images), drawn_images (count) and "
    "methods.NAME.set (row_settings)",
    "autoencoders": "studies.autoencoders (methods were rows; datasets, metrics), training "
    "(steps, hyperparameters, snapshot_images), drawn_images (count) and methods.NAME.set "
    "(row_settings)",
    "samplers": "studies.STUDY.methods (rows), drawn_images (count) and methods.NAME: "
    "{sampler, of, set} (row_settings)",
    "collapse": "studies.modes and studies.collapse (mixtures are their datasets, rows their "
    "methods), mixtures "
    "(training_points are its points; trials, steps) and methods.NAME: {sampler, of: points, set}",
    "frontier": "studies.geometry (curves are its methods) and studies.geometry.sweep (draws; "
    "curve_settings are over, with setting for over)",
    "prd": "metric_settings.prd",
    "convexity": "metric_settings.convexity",
}
_OF_A_CASE = {"model_settings": "methods"}
_FIGURES = {"walks": "interpolations"}
_OF_A_METHOD = {"solver_steps": "evaluations (two per midpoint step)"}


def refuse_old_keys(values: Mapping[str, object]) -> None:
    """Refuse keys of earlier configurations with a message that names the new ones.

    Args:
        values: the configuration, not yet checked.

    Raises:
        ValueError: it has one.
    """
    found = [f"{key} is now {MOVED[key]}" for key in values if key in MOVED]
    figures = values.get("figures")
    found += [
        f"figures.{key} is now figures.{new}"
        for key, new in _FIGURES.items()
        if isinstance(figures, Mapping) and key in figures
    ]
    cases = values.get("dataset_settings")
    for case, settings in (cases if isinstance(cases, Mapping) else {}).items():
        found += [
            f"dataset_settings.{case}.{key} is now dataset_settings.{case}.{new}"
            for key, new in _OF_A_CASE.items()
            if isinstance(settings, Mapping) and key in settings
        ]
    methods = values.get("methods")
    for name, method in (methods if isinstance(methods, Mapping) else {}).items():
        own = method.get("set") if isinstance(method, Mapping) else None
        found += [
            f"methods.{name}.set.{key} is now methods.{name}.set.{new}"
            for key, new in _OF_A_METHOD.items()
            if isinstance(own, Mapping) and key in own
        ]
    if found:
        raise ValueError("; ".join(found) + " (CHANGELOG.md has the table of old and new keys)")
