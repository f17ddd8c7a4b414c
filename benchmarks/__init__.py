"""Our transport solver against its peers, timed on the same problems and measured the same way.

Run the commands as modules from the repository's root: `python -m benchmarks.transport_peers`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))  # where aeot is
