"""What tests share."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "scripts"
DATA = ROOT / "tests" / "data"
DEMO = ROOT / "resources" / "demo"
