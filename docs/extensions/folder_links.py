"""Replace links to existing folders, which the site cannot show, by their text."""

from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.addnodes import pending_xref

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


def _unlink(app: "Sphinx", document: "nodes.document") -> None:
    folder = Path(app.env.doc2path(app.env.docname)).parent
    for link in list(document.findall(pending_xref)):
        if link["reftype"] == "myst" and (folder / link["reftarget"]).is_dir():
            link.replace_self(link.children)


def setup(app: "Sphinx") -> dict[str, bool]:
    """Process the links of a page before broken ones are reported as errors."""
    app.connect("doctree-read", _unlink)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
