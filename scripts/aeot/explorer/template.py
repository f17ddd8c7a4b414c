"""The source files of the page; this module does not import pandas or Plotly."""

from pathlib import Path

from aeot.files import file_digest

_FOLDER = Path(__file__).parent
_FILES = ("page.html", "page.css", "page.js", "segments.html")


def digests() -> list[str]:
    """Return digests of all of these files: an edit of one makes the page stale."""
    return [file_digest(_FOLDER / name) for name in _FILES]


def fragment(name: str) -> str:
    """Return the HTML of a part that has a file of its own."""
    return _read(f"{name}.html")


def filled(**values: str) -> str:
    """Insert values, styles, scripts and Plotly into the template, at their @@names@@."""
    from plotly.offline import get_plotlyjs

    values |= {"css": _read("page.css"), "js": _read("page.js"), "plotly": get_plotlyjs()}
    first, *rest = _read("page.html").split("@@")
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return first + "".join(values[name] + between for name, between in pairs)


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
