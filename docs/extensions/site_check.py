"""Check the finished site: every link leads somewhere in it, and nothing is loaded from a host."""

from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_LOADED = ("img", "script", "link", "iframe", "source")  # what a browser fetches by itself


class _Page(HTMLParser):
    """Links, loaded files and anchors of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element refers to, and its anchor."""
        given = dict(attrs)
        self.anchors |= {anchor for key in ("id", "name") if (anchor := given.get(key))}
        targets = [target for key in ("href", "src") if (target := given.get(key))]
        (self.loaded if tag in _LOADED else self.links).extend(targets)


def faults(site: Path) -> list[str]:
    """Return a sentence for every link of a site that leads nowhere, or loads from a host.

    Args:
        site: the folder; its pages are all files `*.html` in it.
    """
    pages = {path.resolve(): _Page(path) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site.resolve())
        remote = [target for target in page.loaded if urlsplit(target).netloc]
        found += [f"{name} loads {target}; keep a copy of it in the site" for target in remote]
        for target in page.links + page.loaded:
            if _leads_nowhere(target, path, pages):
                found.append(f"{name} links to {target}, which is not there")
    return found


def _leads_nowhere(target: str, path: Path, pages: dict[Path, _Page]) -> bool:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return False
    to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not to.exists():
        return True
    return bool(parts.fragment) and to in pages and unquote(parts.fragment) not in pages[to].anchors


def _check(app: "Sphinx", exception: Exception | None) -> None:
    from sphinx.util import logging

    if exception is None and app.builder.format == "html":
        for fault in faults(Path(app.outdir)):
            logging.getLogger(__name__).warning(fault)


def setup(app: "Sphinx") -> dict[str, bool]:
    """Look at the site when it is written."""
    app.connect("build-finished", _check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
