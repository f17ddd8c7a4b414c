"""Lists of pages: a pattern of pages that are not there yet is left out of them."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def _without_absent(app: "Sphinx", page: str, source: list[str]) -> None:
    folder = Path(app.env.doc2path(page)).parent
    absent = {f"{name}/**" for name in re.findall(r"^([\w/]+)/\*\*$", source[0], re.MULTILINE)
              if not (folder / name).is_dir()}  # fmt: skip
    source[0] = "\n".join(line for line in source[0].split("\n") if line not in absent)


def setup(app: "Sphinx") -> dict[str, bool]:
    """Look at a page's source before it is read."""
    app.connect("source-read", _without_absent)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
