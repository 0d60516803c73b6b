"""The workflow as a whole: what runs, what runs again, and what a bad movie does to the others.

It runs in a copy of the project, so that sources and settings can be changed; environments and models are shared.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pysrt
import pytest
import snakemake as snakemake_package
from support import ROOT
from support.workflow import ENVIRONMENTS, MODELS, copy_project, jobs, run, snakemake

from moviesubs.contracts import read
from moviesubs.stage.usage import Usage

CONFIG = f"pathvars={{environments: {ENVIRONMENTS}}}"

# --- targets and profiles ----------------------------------------------------------------------------------------


def test_one_subtitle_file_makes_just_what_it_needs(finished: Path) -> None:
    wanted = jobs(finished, "results/demo/demo.en.srt", "--forceall")
    assert {"mux", "report"}.isdisjoint(wanted)
    assert (wanted["translate"], wanted["subtitles"]) == (1, 1)


def test_transcribe_only_and_translate_are_targets(finished: Path) -> None:
    assert {"translate", "subtitles", "mux"}.isdisjoint(jobs(finished, "transcripts", "--forceall"))
    assert {"subtitles", "mux"}.isdisjoint(jobs(finished, "translations", "--forceall"))


def test_the_language_of_a_movie_is_found_out_first_and_the_next_run_makes_the_rest(project: Path) -> None:
    for path in (project / "results" / "demo").iterdir():
        if path.stem not in ("audio", "sound", "probe", "speech"):
            path.unlink()
    done = run(project, config="language=auto")
    assert done.returncode == 0, done.stdout
    assert "demo: Hindi (" in done.stdout and "the same command again" in done.stdout
    rest = jobs(project, config="language=auto")
    assert {"transcribe_whisperx", "align", "transcript", "subtitles", "mux", "report"} <= rest.keys(), rest
    assert not {"probe", "demux", "detect_speech", "detect_language"} & rest.keys(), rest


def test_subtitles_of_a_movie_whose_language_is_unknown_are_refused_with_advice(tmp_path: Path) -> None:
    done = run(copy_project(tmp_path), "--dry-run", "results/demo/demo.en.srt", config="language=auto")
    assert (
        done.returncode and "the language of 'demo' is not known yet: `snakemake languages` finds it out" in done.stdout
    )


@pytest.mark.parametrize("profile", ["default", "cpu", "cuda", "mlx", "mlx-64gb", "demo"])
def test_every_profile_plans_a_movie(profile: str, tmp_path: Path) -> None:
    folder = copy_project(tmp_path)
    (folder / "movies").mkdir()
    (folder / "movies" / "Sholay (1975).mkv").touch()
    driver, asked = tmp_path / "nvidia-smi", tmp_path / "asked"
    driver.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(asked))}\n")
    driver.chmod(0o755)
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", profile, "--dry-run"]
    variables = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    assert ("Transcribe Sholay (1975) (hi) with MLX" in output) == profile.startswith("mlx")
    assert ("Mux demo" if profile == "demo" else "Mux Sholay (1975)") in output
    assert not (asked.exists() and profile in ("cpu", "cuda", "demo")), "they say what each stage runs on"


def test_films_in_one_language_and_in_several_lie_in_one_library(tmp_path: Path) -> None:
    folder = copy_project(tmp_path)
    (folder / "movies").mkdir()
    for name in ("one", "several"):
        (folder / "movies" / f"{name}.mkv").touch()
    table = tmp_path / "movies.tsv"
    table.write_text("movie\tlanguage\nseveral\thi, en\n")
    config = [f"movies={{folder: movies, table: {table}}}", "asr={second: ctc}"]
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "cpu", "--dry-run", "--config", *config]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    counts = dict(re.findall(r"^(\w+) +(\d+)$", output, re.M))
    assert (counts["align"], counts["merge_languages"], counts["transcript"]) == ("3", "1", "2")


def test_an_environment_is_not_built_under_the_jobs_that_run_in_it(tmp_path: Path) -> None:
    folder, marker = copy_project(tmp_path), tmp_path / "made" / "common.ready"
    marker.parent.mkdir()
    marker.write_text("another definition\n")
    config = ["--config", "pathvars={environments: made}"]
    done = snakemake(
        *("made/common.ready", "results/demo/probe.json", "--force"),
        *("--workflow-profile", "demo", *config),
        folder=folder,
    )
    line = (
        "Error: other jobs of this run use what is to be built; build it by itself first: snakemake made/common.ready"
    )
    assert done.returncode and line in done.stdout and "Traceback" not in done.stdout
    assert marker.read_text() == "another definition\n"


def test_gpu_stages_of_the_cuda_profile_all_hold_the_card() -> None:
    text = (ROOT / "profiles" / "cuda" / "config.yaml").read_text()
    on_card = set(re.findall(r"- (\w+):device=cuda", text))
    assert on_card == set(re.findall(r"- (\w+):gpu=1", text))
    assert on_card >= {"transcribe_whisperx", "translate"}


#: makes what a rule promises: a folder where its name is that of a converted model, else a file
MAKE = 'for made in {output:q}; do case "$made" in *-onnx) mkdir "$made" ;; *) touch "$made" ;; esac; done'


def test_on_a_card_the_speech_of_all_movies_is_recognised_before_any_is_translated(tmp_path: Path) -> None:
    """The real rules and profile, with commands that only touch what they would make."""
    folder = copy_project(tmp_path)
    for file in (folder / "rules").glob("*.smk"):
        text = re.sub(r"(\n    shell:\n)(        .*\n)+", rf"\1        {MAKE!r}\n", file.read_text())
        file.write_text(text)
    (folder / "movies").mkdir()
    names = ["First", "Second", "Third"]
    for name in names:
        (folder / "movies" / f"{name}.mkv").write_text(name)
        os.utime(folder / "movies" / f"{name}.mkv", (1e9, 1e9))
    wanted = [f"results/{name}/transcript.en.json" for name in names]
    command = [
        sys.executable,
        "-m",
        "snakemake",
        *wanted,
        "--workflow-profile",
        "cuda",
        "--cores",
        "8",
        "--config",
        CONFIG,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    started = re.findall(r"^Job \d+: (Transcribe|Align|Translate) ", done.stderr, re.M)
    assert started.count("Transcribe") == started.count("Translate") == 3
    last = len(started) - 1 - started[::-1].index("Transcribe")
    assert "Translate" not in started[:last], started
    assert "Align" in started[:last], started


def test_hardware_says_what_would_run_on_what_and_why(tmp_path: Path) -> None:
    folder = copy_project(tmp_path)
    (folder / "movies").mkdir()
    done = snakemake("--workflow-profile", "none", "--cores", "1", "hardware", folder=folder)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^asr.backend   (mlx|whisperx): ", done.stdout, re.M)
    assert re.search(r"^transcribe_whisperx +(cuda|cpu) +[01] ", done.stdout, re.M)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("asr={modle: x}", "Error: config: asr: unknown key modle; known are backend, "),
        ("asr={model: huge}", "Error: config: asr.model: there is no 'huge' in the table of models; use one of "),
        ("translate={backend: transformers}", "Error: config: translate.backend: transformers runs Python code that "),
        ("subtitles_in=[fr]", "Error: demo: no model translates Hindi (hi) into French (fr)"),
    ],
)
def test_a_mistake_in_the_config_is_one_line_before_anything_runs(finished: Path, config: str, message: str) -> None:
    done = run(finished, "--dry-run", config=config)
    assert done.returncode != 0
    assert [line for line in done.stdout.splitlines() if line.startswith(message)]
    assert "Traceback" not in done.stdout


def test_what_a_plain_snakemake_lacks_is_one_line_that_says_how_to_install_it(tmp_path: Path) -> None:
    packages = Path(snakemake_package.__file__).parents[1]
    for path in packages.iterdir():
        if path.name.split(".")[0] not in ("msgspec", "regex", "av", "uv"):
            (tmp_path / path.name).symlink_to(path)
    command = [sys.executable, "-S", "-m", "snakemake", "--workflow-profile", "none", "--list"]
    variables = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    line = done.stderr.splitlines()[-1]
    assert line.startswith("Error: not installed where Snakemake runs: av, msgspec, regex, uv; install with: "), line
    assert re.search(r" -m pip install av==\S+ msgspec==\S+ regex==\S+ uv==\S+$", line)
    assert done.returncode and "Traceback" not in done.stderr


def test_a_romanised_track_is_made_from_the_transcript_without_translation(finished: Path) -> None:
    wanted = jobs(finished, config="subtitles_in=[spoken, hi-Latn]")
    assert (wanted["romanise"], wanted["subtitles"]) == (1, 1)
    assert "translate" not in wanted


def test_the_kind_of_a_track_is_in_the_names_of_its_files(finished: Path) -> None:
    done = run(finished, "--dry-run", "--printshellcmds", config="subtitles={kinds: {hi: sdh}}")
    assert done.returncode == 0, done.stdout
    assert "--subtitles hi=results/demo/demo.hi.sdh.srt en=results/demo/demo.en.srt" in done.stdout
    assert "--cues hi=results/demo/cues.hi.sdh.json" in done.stdout


# --- bad movies and odd names ------------------------------------------------------------------------------------

ODD = 'it\'s a "test" $(touch pwned) `touch pwned` ; & %s -n * [1] नमस्ते'
LONG = ("x" * 196) + "é"
BAD = {
    "no sound": "has no audio stream",
    "zero bytes": "is empty",
    "not a movie": "is not a movie",
    "unreadable": "there is no such file",
}


@pytest.fixture(scope="session")
def batch(tmp_path_factory: pytest.TempPathFactory, python: Callable[[str], str]) -> tuple[Path, str]:
    """A run over good and bad movies together, and what it printed."""
    folder = copy_project(tmp_path_factory.mktemp("batch"))
    ask = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"
    ffmpeg = subprocess.run([python("common"), "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    movies = folder / "movies"
    movies.mkdir()
    demo = ROOT / "resources" / "demo" / "demo.mkv"

    def make(name: str, *options: str) -> None:
        subprocess.run([ffmpeg, "-v", "error", *options, "-shortest", movies / f"{name}.mkv"], check=True)

    make(ODD, "-t", "12", "-i", str(demo), "-c", "copy")
    make(LONG, "-t", "5", "-i", str(demo), "-c", "copy")
    picture = ["-f", "lavfi", "-i", "testsrc=size=64x48:duration=2"]
    make("silence", *picture, "-f", "lavfi", "-i", "anullsrc=duration=2")
    make("no sound", *picture)
    whole = (movies / f"{ODD}.mkv").read_bytes()
    (movies / "cut off.mkv").write_bytes(whole[: len(whole) // 2])
    (movies / "zero bytes.mkv").touch()
    (movies / "not a movie.mkv").write_text("This is a text.")
    (movies / "unreadable.mkv").symlink_to(folder / "nowhere.mkv")
    done = run(folder, config="movies={folder: movies, table: ''}")
    return folder, done.stdout


def subtitle_files(folder: Path, name: str) -> list[Path]:
    return [folder / "results" / name / f"{name}.{language}.srt" for language in ("hi", "en", "gu")]


@pytest.mark.parametrize("name", [ODD, LONG, "cut off"], ids=["odd", "long", "cut off"])
def test_a_movie_with_an_odd_name_or_a_missing_end_gets_its_subtitles(batch: tuple[Path, str], name: str) -> None:
    folder, output = batch
    for path in subtitle_files(folder, name):
        assert len(pysrt.open(path)) >= 1, output
    assert (folder / "results" / name / f"{name}.mkv").stat().st_size > 0
    assert not list(folder.rglob("pwned"))


def test_silence_gives_valid_empty_subtitles_a_movie_and_a_report(batch: tuple[Path, str]) -> None:
    folder, output = batch
    for path in subtitle_files(folder, "silence"):
        assert path.read_text() == "", output
    assert (folder / "results" / "silence" / "silence.mkv").exists()
    assert (folder / "results" / "silence" / "report.html").exists()


@pytest.mark.parametrize("name", ["no sound", "zero bytes", "not a movie"])
def test_a_bad_movie_is_one_clear_line_and_leaves_nothing(batch: tuple[Path, str], name: str) -> None:
    folder, output = batch
    lines = {line for line in output.splitlines() if line.startswith("error: ") and f"{name}.mkv" in line}
    assert len(lines) == 1, output  # said when it happens, and again at the end
    assert BAD[name] in lines.pop()
    assert not list((folder / "results").glob(f"{name}/*"))


def test_a_movie_that_is_not_there_is_left_out_with_one_clear_line(batch: tuple[Path, str]) -> None:
    lines = [line for line in batch[1].splitlines() if "unreadable.mkv" in line]
    assert lines == [
        f"warning: left out: movies/unreadable.mkv: {BAD['unreadable']}; correct the path, or the link that points nowhere"
    ]


def test_the_table_of_movies_has_those_that_are_finished_and_names_the_others(batch: tuple[Path, str]) -> None:
    page = (batch[0] / "results" / "quality.html").read_text(encoding="utf-8")
    assert "Not finished" in page and "zero bytes" in page
    assert "silence/report.html" in page and "zero%20bytes/report.html" not in page


def test_no_traceback_reaches_the_terminal(batch: tuple[Path, str]) -> None:
    assert "Traceback" not in batch[1]


def test_no_half_written_file_is_left(batch: tuple[Path, str]) -> None:
    assert not list((batch[0] / "results").rglob(".part-*"))


def test_a_movie_whose_name_a_cluster_would_run_as_a_command_is_left_out_there(tmp_path: Path) -> None:
    folder = copy_project(tmp_path)
    (folder / "movies").mkdir()
    for name in ("It's $(touch ran).mkv", "Sholay.mkv"):
        (folder / "movies" / name).touch()
    variables = {"PYTHONPATH": str(ROOT / "tests" / "data" / "executor")}
    options = ("--workflow-profile", "none", "--executor", "nowhere", "--jobs", "2", "transcripts")
    done = snakemake(*options, folder=folder, environment=variables)
    assert "warning: left out: on a cluster, It's $(touch ran) cannot hold" in done.stdout, done.stdout
    orders = [line for line in done.stdout.splitlines() if line.startswith("would run:")]
    assert orders and not any("touch ran" in line for line in orders), done.stdout
    assert not (folder / "ran").exists()


def test_every_rule_has_its_log_and_a_record_of_what_it_used(finished: Path) -> None:
    rules = "probe demux detect_shots detect_speech transcribe_whisperx align diarize transcript translate.en"
    rules += " subtitles.en mux.mkv preview report"
    for name in rules.split():
        assert (finished / "logs" / "demo" / f"{name}.log").exists()
        used = read(finished / "logs" / "demo" / f"{name}.usage.json", Usage)
        assert used.seconds > 0 and used.cpu_seconds > 0 and used.memory_mb > 10


def test_the_reports_are_in_snakemakes_own_report(finished: Path, tmp_path: Path) -> None:
    done = run(finished, "--report", tmp_path / "all.zip")
    assert done.returncode == 0, done.stdout
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        held = {archive.read(name) for name in archive.namelist() if name.endswith(".html")}
    for page in ("demo/report.html", "quality.html"):
        assert (finished / "results" / page).read_bytes() in held
    whole = b"".join(held).decode()
    assert "what needs a person stands on top" in whole  # what the workflow says
    assert "before trusting the subtitles of demo" in whole  # what is said of a movie's page


# --- kills -------------------------------------------------------------------------------------------------------


def test_a_killed_run_leaves_no_half_file_and_the_next_one_finishes(project: Path) -> None:
    shutil.rmtree(project / "results")
    shared = f"pathvars={{environments: {ENVIRONMENTS}, models: {MODELS}}}"
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "demo", "--config", shared]
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (project / "results" / "demo" / "probe.json").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (project / "results" / "demo" / ".part-left1234").mkdir()  # by a program of another time
    os.utime(project / "results" / "demo" / ".part-left1234", (0, 0))
    done = run(project)
    assert done.returncode == 0, done.stdout
    assert "was cut off: its lock is taken away" in done.stdout
    assert len(pysrt.open(project / "results" / "demo" / "demo.en.srt")) > 1
    assert not list((project / "results").rglob(".part-*"))
