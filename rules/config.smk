"""
Where the workflow's own files are, and the config files, looked at before Snakemake reads them: a mistake is one line that
says where it is.
"""

import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path

from snakemake_interface_common.exceptions import ApiError

# What Snakemake has imported stays: it need not be searched for garbage while rules and movies are read.
gc.freeze()


class UserMistake(ApiError):
    """What the user can mend. Snakemake shows the line alone, without a place in a Snakefile, since it finds no traceback."""

    __traceback__ = property(lambda self: None, lambda self, value: None)  # context managers set it on their way out


def source_folder(rules):
    """The folder of the workflow; of one that a module takes from a git host, a copy in Snakemake's cache of sources."""
    if rules.is_local:
        return Path(rules.get_path_or_uri(secret_free=True)).parent
    if not hasattr(rules, "hosted_repo"):
        raise UserMistake(
            f"{rules}: a workflow at such an address is not supported; take a clone, github() or gitlab()"
        )
    commit = rules.hosted_repo.repo.commit(rules.ref).hexsha
    copy = Path(rules.cache_path, "moviesubs", commit)
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        made = copy.with_name(f"{commit}.{os.getpid()}")
        clone = ["git", "clone", "--quiet", "--shared", "--no-checkout", rules.hosted_repo.repo_clone, made]
        subprocess.run(clone, check=True)
        subprocess.run(["git", "-C", made, "checkout", "--quiet", "--detach", commit], check=True)
        try:
            made.rename(copy)
        except OSError:  # another Snakemake was faster
            shutil.rmtree(made)
    return copy


def missing_libraries(error):
    """What a plain Snakemake lacks, and how to install it."""
    import tomllib
    from importlib.util import find_spec

    project = tomllib.loads((SOURCES / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = {pin.partition("==")[0]: pin for pin in project["dependencies"]}
    missing = [name for name in pins if find_spec(name) is None]
    names = ", ".join(missing or [error.name])
    wanted = " ".join(pins.get(name, name) for name in missing or [error.name])
    return f"not installed where Snakemake runs: {names}; install with: {sys.executable} -m pip install {wanted}"


SOURCES = source_folder(workflow.current_basedir)
sys.path.insert(0, str(SOURCES / "scripts"))

from moviesubs.errors import UserError
from moviesubs.stage.terminal import printable
from moviesubs.workflow.user_files import read_yaml

# The config of a module is what the workflow that uses it hands over.
IS_MODULE = not workflow.modifier.is_main_snakefile()
CONFIG_FILES = [] if IS_MODULE else [*map(Path, workflow.overwrite_configfiles)]
if not IS_MODULE and (Path("config", "config.yaml").exists() or not CONFIG_FILES):
    CONFIG_FILES.insert(0, Path("config", "config.yaml"))

try:
    from moviesubs.workflow.settings import check, schema

    for file in CONFIG_FILES:
        content = read_yaml(file, "start Snakemake in the folder of the workflow, or name your file with --configfile")
        if "pathvars" in content:  # Snakemake uses them at once
            check({"pathvars": content["pathvars"]}, schema("config"), str(file), [file])
except ModuleNotFoundError as error:
    raise UserMistake(missing_libraries(error)) from None
except UserError as error:
    raise UserMistake(printable(str(error))) from None
