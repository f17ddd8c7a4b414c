"""Digests of source files that ignore comments, docstrings and formatting."""

import ast
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aeot.errors import InputError

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Source:
    """A file of Python.

    Attributes:
        imports: dotted names that it imports anywhere in its text, in order; for
            `from a import b` both `a` and `a.b`, since `b` may be a module.
        digest: SHA-256 of its syntax tree without docstrings, in hexadecimal.
    """

    imports: tuple[str, ...]
    digest: str


@cache
def read(path: Path) -> Source:
    """Parse a file, once per process.

    Raises:
        InputError: the file is not Python.
    """
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise InputError(f"{path} line {line} is not Python: {error}.") from None
    imports: list[str] = []
    text: list[str] = []
    _write(tree, text, imports)
    return Source(tuple(imports), hashlib.sha256(" ".join(text).encode()).hexdigest())


def _write(node: object, text: list[str], imports: list[str]) -> None:
    """Append a tree's words to `text`, and what it imports to `imports`.

    Absent or empty parts are omitted, and so is whether a name is read or set, which follows from
    its position: additions to the grammar in later versions of Python then do not change a digest.
    """
    if isinstance(node, ast.Constant):
        text.append(ascii(node.value))
    elif isinstance(node, ast.AST):
        _note_imports(node, imports)
        text.append(f"({type(node).__name__}")
        for name in node._fields:
            value = getattr(node, name, None)
            if value is None or value == [] or name in ("ctx", "type_comment"):
                continue
            if name == "body" and isinstance(node, _DOCUMENTED) and _is_text(value[0]):
                value = value[1:]
            text.append(name)
            _write(value, text, imports)
        text.append(")")
    elif isinstance(node, list):
        text.append("[")
        for part in node:
            _write(part, text, imports)
        text.append("]")
    else:
        text.append(ascii(node))


def _is_text(statement: ast.stmt) -> bool:
    """Whether a statement is only a string, which at the start of a body is a docstring."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _note_imports(node: ast.AST, imports: list[str]) -> None:
    if isinstance(node, ast.Import):
        imports.extend(alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        imports.append(node.module)
        imports.extend(f"{node.module}.{alias.name}" for alias in node.names)
