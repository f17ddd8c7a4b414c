"""Benchmarks of the transport solver and others, on the same problems with the same measures.

Run the commands as modules from the repository's root: `python -m benchmarks.transport_peers`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))  # location of aeot
