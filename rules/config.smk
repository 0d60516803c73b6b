"""
The config files, looked at before Snakemake reads them: a mistake is one line that says where it is.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir) / "scripts"))

from moviesubs.errors import UserError
from moviesubs.stage.terminal import printable
from moviesubs.workflow.user_files import read_yaml

CONFIG_FILES = [*map(Path, workflow.overwrite_configfiles)]
if Path("config", "config.yaml").exists() or not CONFIG_FILES:
    CONFIG_FILES.insert(0, Path("config", "config.yaml"))

try:
    for file in CONFIG_FILES:
        read_yaml(file, "start Snakemake in the folder of the workflow, or name your file with --configfile")
except UserError as error:
    sys.exit(printable(f"error: {error}"))
