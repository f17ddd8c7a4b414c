"""Sphinx builds the site from the repository's root, so that every page lies where it is read."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "docs" / "extensions")]

from aeot import __version__  # noqa: E402

project = "aeot"
author = "the authors of aeot"
release = version = __version__

root_doc = "docs/index"
include_patterns = [
    "docs/**", "benchmarks/README.md", "config/README.md", "CHANGELOG.md", "CONTRIBUTING.md",
]  # fmt: skip
exclude_patterns = [
    # Folders that are not read, and would be searched.
    ".*", "results", "scripts", "site", "tests", "workflow", "**/__pycache__",
    # Parts of the pages in docs/results, and of README.
    "docs/measured/**/findings.md", "docs/measured/headline.md",
]  # fmt: skip

extensions = [
    "array_types",
    "folder_links",
    "mathml",
    "plain_docstrings",
    "settings_tables",
    "site_check",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
suppress_warnings = [
    "toc.not_included",  # tables that a page links to
    "myst.header",  # tables begin with a heading of the second level
]

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
default_role = "literal"  # docstrings have names in single backticks
highlight_language = "text"

# No font, script or style of another host: the pages work from the disk.
html_theme = "furo"
html_title = f"aeot {release}"
html_math_renderer = "mathml"
html_static_path = ["static"]
html_css_files = ["tables.css"]
templates_path = ["templates"]
html_additional_pages = {"index": "front.html"}
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
