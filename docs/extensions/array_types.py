"""Show array types as `ndarray` in the reference; the text beside them describes the contents."""

import contextlib
import types
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

import numpy as np
from sphinx.pycode import ModuleAnalyzer

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# A single signature suffices instead of one overload for arrays and one for tensors.
_OVERLOADED = ("aeot.transport.map", "aeot.transport.solver")


def shortened(hint: Any) -> Any:  # noqa: ANN401
    """Return a type hint without the shapes and the types of numbers of its arrays."""
    origin = get_origin(hint)
    if origin is np.ndarray:
        return np.ndarray
    if origin in (Union, types.UnionType):
        return reduce(or_, map(shortened, get_args(hint)))
    return hint


def _shorten(app: "Sphinx", thing: Any, bound: bool) -> None:  # noqa: ANN401
    hints = getattr(thing, "__annotations__", {})
    for name, hint in list(hints.items()):
        with contextlib.suppress(TypeError):  # a string cannot be joined to a type
            hints[name] = shortened(hint)


def _shorten_class(app: "Sphinx", what: str, name: str, thing: Any, *rest: object) -> None:  # noqa: ANN401
    if what == "class":
        _shorten(app, thing, bound=False)


def _without_overloads(app: "Sphinx") -> None:
    for name in _OVERLOADED:
        analyzer = ModuleAnalyzer.for_module(name)
        analyzer.analyze()
        analyzer.overloads.clear()


def setup(app: "Sphinx") -> dict[str, bool]:
    """Shorten types before signatures are written."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("builder-inited", _without_overloads)
    app.connect("autodoc-before-process-signature", _shorten)
    app.connect("autodoc-process-docstring", _shorten_class, priority=50)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
