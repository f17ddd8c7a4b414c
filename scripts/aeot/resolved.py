"""The values that a run resolved, for its record: options, settings, device.

They are noted here where they are resolved (`aeot.cli`, `Settings.from_items`,
`aeot.compute.select`), so that no script can omit them.
"""

from collections.abc import Callable
from typing import Any

_options: dict[str, Any] = {}
_settings: list[dict[str, Any]] = []
_device: list[Callable[[], str]] = []


def forget() -> None:
    """Discard what was noted, at the beginning of a run."""
    _options.clear()
    _settings.clear()
    _device.clear()


def note_options(options: dict[str, Any]) -> None:
    """Note the options of the command line, with their defaults."""
    _options.update(options)


def note_settings(kind: type, values: dict[str, Any]) -> None:
    """Note settings of a class, with their defaults; equal ones once."""
    entry = {"class": f"{kind.__module__}.{kind.__qualname__}", "values": values}
    if entry not in _settings:
        _settings.append(entry)


def note_device(name: Callable[[], str]) -> None:
    """Note the device that was selected; `name` is asked when the record is written."""
    _device[:] = [name]


def found() -> dict[str, Any]:
    """Return what was noted, JSON-ready, as the record of the run lists it.

    Returns:
        options: every option of the script, by name, with its default if it was not given.
        settings: one entry for each settings class that was resolved from `KEY=VALUE` words, in
            order: its `class` and its `values`, defaults included. A sweep has one for each place.
        seed: the seed, or None if the script has none.
        device: its name, or None if the script uses none.
    """
    return {
        "options": dict(_options),
        "settings": list(_settings),
        "seed": _options.get("seed"),
        "device": _device[0]() if _device else None,
    }
