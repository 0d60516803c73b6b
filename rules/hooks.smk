"""
What happens before the first job and after the last: environments are built, and people are told what they should know.
"""

import gc
import json
import subprocess
import tempfile
import time
from contextlib import suppress

from moviesubs.atomic_files import sweep
from moviesubs.workflow.environments import missing_environments
from moviesubs.workflow.estimate import MovieJob, estimate, latest_movies, recorded_lengths, recorded_speeds
from moviesubs.workflow.model_check import check_models
from moviesubs.workflow.run_lock import enter
from moviesubs.workflow.run_summary import detected_languages, failures

STARTED = time.time()
SHARED = set(workflow.storage_settings.shared_fs_usage)  # with the machines that jobs run on

MOST_OPENED = 200  # new movies whose length is looked up for an estimate

# What has been read lives as long as the run: it need not be searched for garbage again and again while jobs are made.
gc.freeze()

# Snakemake takes its lock after this file is read.
if workflow.is_main_process:
    tell(enter(Path.cwd()))


def sweep_leftovers():
    """Removes what killed runs have left in the folders in which programs write."""
    movies = {Path(movie.path).parent for movie in PLAN.all_movies.values()}
    models = MODELS
    results = [path for path in RESULTS.glob("*") if path.is_dir()]
    logs = [path for path in LOGS.glob("*") if path.is_dir()]
    sweep([RESULTS, *results, LOGS, *logs, models, ENVIRONMENTS, *movies])


def run_alone(rule, *targets):
    """Runs one rule besides this run, in a Snakemake of its own with the same config. True where that went well."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as settings:
        places = {name: PATHVARS.apply(f"<{name}>") for name in ("results", "logs", "models", "environments")}
        json.dump({**config, "pathvars": places}, settings)
        settings.flush()
        command = [sys.executable, "-m", "snakemake", *targets, "--snakefile", SOURCES / "Snakefile", "--force"]
        command += ["--configfile", settings.name, "--allowed-rules", rule, "--nolock", "--cores", "all"]
        command += ["--profile", "none", "--workflow-profile", "none", "--no-hooks", "--quiet", "host", "progress"]
        if CONDA:
            command += ["--sdm", "conda", *option("--conda-prefix", workflow.deployment_settings.conda_prefix)]
        variables = {**os.environ, WARNED: "1"}
        return subprocess.run([str(word) for word in command], env=variables, check=False).returncode == 0


def build_environments():
    """Builds the environments that the jobs of this run need and that are not there, as Snakemake does with conda's."""
    elsewhere = workflow.non_local_exec and not SHARED & {SharedFSUsage.SOFTWARE_DEPLOYMENT}
    if CONDA or workflow.touch or elsewhere or not workflow.is_main_process:
        return
    jobs = list(workflow.dag.needrun_jobs())
    used = {Path(job.conda_env_spec.file.get_filename()).stem for job in jobs if job.conda_env_spec}
    asked = {Path(file).stem for job in jobs for file in job.output if Path(file).parent == ENVIRONMENTS}
    if both := sorted(used & asked):  # it would be emptied and built under the jobs that run in it
        markers = " ".join(str(ENVIRONMENTS / f"{name}.ready") for name in both)
        raise UserMistake(
            f"other jobs of this run use what is to be built; build it by itself first: snakemake {markers}"
        )
    missing = missing_environments(used, ENVIRONMENTS)
    if missing and not run_alone("environment", *(ENVIRONMENTS / f"{name}.ready" for name in missing)):
        raise UserMistake("an environment could not be built; the reason stands above")


def look_at_models():
    """Finds models that were damaged or exchanged since they were fetched or made, of those that the jobs of this run use."""
    jobs = list(workflow.dag.needrun_jobs())
    made = {str(file) for job in jobs for file in job.output}
    used = {Path(file) for job in jobs for file in job.input if str(file) not in made}
    try:
        check_models(
            sorted(file for file in used if file.parent == MODELS and file.suffix == ".json" and file.exists()),
            Path(".snakemake", "moviesubs", "models.json"),
        )
    except UserError as error:
        raise UserMistake(printable(str(error))) from None


def say_how_long():
    """Says how long this run may take, where earlier movies tell: only on this machine, whose records they are."""
    python = ENVIRONMENTS / "common" / "bin" / "python"
    if workflow.non_local_exec or STORED or workflow.touch or not workflow.is_main_process:
        return
    logs = [(Path(job.log[0]), job.threads) for job in workflow.dag.needrun_jobs() if job.log]
    jobs = [
        MovieJob(log.name.split(".")[0], log.parent.name, threads) for log, threads in logs if log.parent.parent == LOGS
    ]
    working = {job.movie for job in jobs} & PLAN.all_movies.keys()
    earlier = recorded_lengths(RESULTS, latest_movies(RESULTS)) if working else {}
    speeds = recorded_speeds(LOGS, earlier)
    if not speeds:
        return
    lengths = recorded_lengths(RESULTS, working)
    new = sorted(working - lengths.keys())[:MOST_OPENED]
    if new and python.exists():
        paths = json.dumps([str(PLAN.all_movies[name].path) for name in new])
        command = [python, SOURCES / "scripts" / "movie_lengths.py"]
        answer = subprocess.run(
            command, input=paths, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
        )
        opened = json.loads(answer.stdout) if answer.returncode == 0 else []
        lengths.update((name, seconds) for name, seconds in zip(new, opened) if seconds)
    if answer := estimate(jobs, lengths, speeds, workflow.cores):
        tell([answer.line()])


def fetch_failed_logs():
    """Logs of the jobs that failed on other machines: where they share nothing with this one, they lie in the storage."""
    failed = [job for each in workflow.scheduler.failed for job in getattr(each, "jobs", [each])]
    for log in [file.storage_object for job in failed for file in job.log if file.is_storage]:
        with suppress(Exception):  # what a plugin raises is up to it, and the run has failed already
            log.local_path().parent.mkdir(parents=True, exist_ok=True)
            log.retrieve_object()
            yield log.local_path()


onstart:
    sweep_leftovers()
    look_at_models()
    build_environments()
    say_how_long()


onsuccess:
    sweep_leftovers()  # programs of a run that was killed just before this one lived on for seconds
    tell(detected_languages(PLAN.all_movies.values(), RESULTS))


onerror:
    sweep_leftovers()
    fetched = fetch_failed_logs() if STORED else []
    tell(["", *failures(LOGS, STARTED, fetched), *detected_languages(PLAN.all_movies.values(), RESULTS)])
    if PLAN.finished and any(job.rule.name == "quality" for job in workflow.dag.needrun_jobs()):
        run_alone("finished_movies", "finished_movies")  # as its message says
