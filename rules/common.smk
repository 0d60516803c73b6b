"""
What all rules share: the plan of the run, and where it finds its folders. Rules ask it through the functions of questions.smk.

The plan is made and tested in scripts/moviesubs/workflow, without Snakemake; here it only meets Snakemake.
"""

import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.settings.types import DeploymentMethod, SharedFSUsage

PATHVARS = workflow.pathvars  # those of a module are another object when a job asks


def place(name):
    """A folder as programs see it: of a module with a prefix, below that."""
    return Path(workflow.modifier.path_modifier.replace_prefix(f"{PATHVARS.apply(f'<{name}>')}/"))


RESULTS, LOGS, MODELS, ENVIRONMENTS = map(place, ("results", "logs", "models", "environments"))
CONDA = DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method
# Results and models lie in a storage (S3, say), of which a job sees copies.
STORED = bool(workflow.storage_settings.default_storage_provider)


try:
    from moviesubs.errors import UserError
    from moviesubs.stage.terminal import printable
    from moviesubs.workflow import cluster_names
    from moviesubs.workflow.hardware import RULES_FOR_CARDS
    from moviesubs.workflow.movies import is_stored, none_found
    from moviesubs.workflow.options import language_of, list_file, option
    from moviesubs.workflow.plan import load_plan
    from moviesubs.workflow.storage import let_others_go_on, storage_problems

    # A job that shares no records with the run has its params compared by nobody: it needs no digests of programs.
    recorded = not workflow.remote_exec or SharedFSUsage.PERSISTENCE in workflow.storage_settings.shared_fs_usage
    digests = Path(".snakemake", "moviesubs", "code.json") if recorded else None
    profile = workflow.resource_settings.overwrite_resources
    cards = any(not {"device", "gpu"} <= set(profile.get(rule, ())) for rule in RULES_FOR_CARDS)
    PLAN = load_plan(config, RESULTS, digests, ENVIRONMENTS, CONFIG_FILES, cards=cards)
except ModuleNotFoundError as error:
    raise UserMistake(missing_libraries(error)) from None
except UserError as error:
    raise UserMistake(printable(str(error))) from None
config = {**config, **PLAN.config}  # a new one: that of a module is its user's


def tell(lines):
    """Prints lines for the person at the terminal."""
    for line in lines:
        print(printable(line), file=sys.stderr)


WARNED = "MOVIESUBS_WARNED"  # set where the run that asks for this one has said it already
if workflow.is_main_process and not os.environ.get(WARNED):
    tell(f"warning: {line}" for line in PLAN.warnings)


wildcard_constraints:
    movie=r"[^/]+",
    language=r"[a-z]{2,3}(-[A-Z][a-z]{3})?",
    kind=r"(\.sdh|\.forced)?",
    model=r"[A-Za-z0-9._-]+",
    part=PLAN.parts,


# What says, in names of files, which of a film's languages they are of; without films in several, names without it are found faster.
PART = "" if PLAN.parts == "()" else "{part}"


# Every command finds run_in on the path. (A prefix of all shell commands would be one of other workflows' rules, too.)
os.environ.update(
    PATH=os.pathsep.join(
        dict.fromkeys([str(SOURCES / "scripts" / "bin"), *os.environ.get("PATH", os.defpath).split(os.pathsep)])
    ),
    MOVIESUBS_ENVIRONMENTS="" if CONDA else str(ENVIRONMENTS),
    MOVIESUBS_PYTHON=sys.executable,
    MOVIESUBS_PARENT=str(os.getpid()),
)

# What speech stages listen to.
SPEECH_AUDIO = branch(
    config["separate"]["enabled"], then="<results>/{movie}/vocals.wav", otherwise="<results>/{movie}/audio.wav"
)
