"""What the benchmark of the workflow consists of; finds the shared modules of the programs."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
