"""Registries are dictionaries of strings: `name -> "module:attribute"`.

A string requires no import, so `--help` and parsing the workflow do not need torch.
"""

import importlib
from collections.abc import Mapping
from typing import Any

from aeot.errors import InputError


def resolve(registry: Mapping[str, str], name: str, kind: str) -> Any:  # noqa: ANN401
    """Import what `registry` lists under `name`.

    Raises:
        InputError: `name` is not listed; the message lists what is.
    """
    if name not in registry:
        raise InputError(f"{name!r} is not a known {kind}; known: {', '.join(sorted(registry))}.")
    module, _, attribute = registry[name].partition(":")
    return getattr(importlib.import_module(module), attribute)


def resolve_part(registry: Mapping[str, str], name: str, part: str, kind: str) -> Any:  # noqa: ANN401
    """Import a part of what `registry` lists as a folder: `settings:Settings`, `model:fit`, ...

    Raises:
        InputError: `name` is not listed; the message lists what is.
    """
    return resolve({entry: f"{at}.{part}" for entry, at in registry.items()}, name, kind)
