"""The site's extensions; those that need Sphinx are tested by `make docs` alone."""

import sys
from pathlib import Path

EXTENSIONS = str(Path(__file__).resolve().parents[3] / "docs" / "extensions")
if EXTENSIONS not in sys.path:
    sys.path.append(EXTENSIONS)
