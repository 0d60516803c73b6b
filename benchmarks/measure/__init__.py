"""What the benchmarks consist of; finds the shared modules of the programs and of the demo."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests"), str(ROOT / "resources" / "demo")]
