"""What runs again when something has changed, and what does not: by the list of jobs."""

import json
import os
from pathlib import Path

import pytest
from support.workflow import ENVIRONMENTS, MODELS, change, jobs, run

from moviesubs.contracts import Transcript, read

#: jobs of one movie and one track when everything from a stage on runs again
TRACKS = 3
FROM_MUX = {"mux": 1, "all": 1}
FROM_SUBTITLES = {"subtitles": TRACKS, "mux": 1, "report": 1, "quality": 1, "all": 1}
FROM_TRANSLATE = {"translate": 2, **FROM_SUBTITLES, "subtitles": 2}
FROM_TRANSCRIPT = {"transcript": 1, **FROM_TRANSLATE, "subtitles": TRACKS}
FROM_ALIGN = {"align": 1, **FROM_TRANSCRIPT}
FROM_TRANSCRIBE = {"transcribe_whisperx": 1, **FROM_ALIGN}
FROM_DIARIZE = {"diarize": 1, **FROM_TRANSCRIPT}
FROM_DETECT_SPEECH = {"detect_speech": 1, **FROM_TRANSCRIBE}
REPORT = {"report": 1, "quality": 1, "all": 1}


def test_nothing_runs_when_nothing_changed(finished: Path) -> None:
    assert jobs(finished) == {}


# --- settings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "again"),
    [
        ("speech={onset: 0.6}", FROM_DETECT_SPEECH),
        ("asr={beam_size: 2}", FROM_TRANSCRIBE),
        ("asr={prompt: Sholay}", FROM_TRANSCRIBE),
        ("asr={languages: {hi: {max_pause: 0.3}}}", FROM_TRANSCRIBE),
        ("align={backend: none}", FROM_ALIGN),
        ("diarize={max_speakers: 3}", FROM_DIARIZE),
        ("transcript={max_pause: 1}", FROM_TRANSCRIPT),
        ("translate={beam_size: 4}", FROM_TRANSLATE),
        ("shots={threshold: 12}", {"detect_shots": 1, **FROM_SUBTITLES}),
        ("shots={enabled: false}", FROM_SUBTITLES),
        ("subtitles={limits: {line_length: 40}}", FROM_SUBTITLES),
        ("subtitles={limits: {reading_speed: {en: 15}}}", {**FROM_SUBTITLES, "subtitles": 1}),
        ("subtitles={preset: bbc}", FROM_SUBTITLES),
        ("subtitles={songs: skip}", FROM_SUBTITLES),
        ("subtitles={byte_order_mark: true}", FROM_SUBTITLES),
        ("subtitles={formats: [srt, vtt, ass]}", FROM_SUBTITLES),
        ("subtitles={kinds: {en: sdh}}", {**FROM_SUBTITLES, "subtitles": 1}),
        ("mux={default: hi}", FROM_MUX),
        ("mux={container: mp4}", FROM_MUX),
        ("report={height: 120}", {"preview": 1, **REPORT}),
        ("report={embed: 1}", REPORT),
        ("report={preview: false}", REPORT),
    ],
)
def test_a_setting_that_changes_what_is_made_runs_its_stage_and_what_follows(
    finished: Path, config: str, again: dict[str, int]
) -> None:
    assert jobs(finished, config=config) == again


@pytest.mark.parametrize(
    "config",
    [
        "asr={silence_limit: 900, time_limit: 60, time_limit_share: 1}",
        "align={silence_limit: 60, time_limit: 60, time_limit_share: 3}",
        "translate={memory: another.sqlite}",
        "subtitles={check: [results/demo/demo.en.srt]}",
    ],
)
def test_a_setting_that_decides_how_long_or_how_fast_runs_nothing(finished: Path, config: str) -> None:
    assert jobs(finished, config=config) == {}


def test_devices_threads_memory_and_batch_sizes_run_nothing(finished: Path) -> None:
    chosen = ["transcribe_whisperx:device=cuda", "transcribe_whisperx:batch_size=2", "align:mem_mb=100", "align:gpu=1"]
    assert jobs(finished, "--set-resources", *chosen, "--set-threads", "align=2", "translate=2") == {}


def test_two_settings_that_exchange_their_values_are_noticed(project: Path) -> None:
    config = project / "resources" / "demo" / "config.yaml"
    change(config, "chunk_size: 12", "chunk_size: 5")
    change(config, "beam_size: 1 #", "beam_size: 12 #")
    again = jobs(project)
    assert again == FROM_TRANSCRIBE
    change(config, "chunk_size: 5", "chunk_size: 1")
    assert jobs(project) == again, "the values are those of before, of other settings"


@pytest.fixture
def project_with_marathi(project: Path) -> Path:
    """The finished project with models, of whatever quality, for a second language."""
    table = project / "resources" / "demo" / "models.yaml"
    translator = f"another: {{path: {MODELS}/indictrans2-hi-en-demo-ctranslate2, licence: MIT}}"
    change(table, "translate:\n", "translate:\n  - {sources: [mr], targets: [en, gu], model: another, variant: demo}\n")
    change(table, "models:\n", f"models:\n  {translator}\n")
    change(table, "align:\n", "align:\n  mr: wav2vec2-hi-demo\n")
    return project


def test_the_language_of_a_movie_runs_everything_from_recognition_on(project_with_marathi: Path) -> None:
    """Not probe, pictures, the preview and the detection of speech; the demo has one audio stream, whatever its language."""
    assert jobs(project_with_marathi, config="language=mr") == {"local_model": 1, **FROM_TRANSCRIBE}


def test_the_language_of_a_movie_runs_everything_from_probe_on_where_it_chooses_another_stream(
    project_with_marathi: Path,
) -> None:
    probe = project_with_marathi / "results" / "demo" / "probe.json"
    found = json.loads(probe.read_text())
    audio = next(stream for stream in found["streams"] if stream["type"] == "audio")
    found["streams"].append({**audio, "index": 9, "language": "mar", "default": False})
    times = probe.stat()
    probe.write_text(json.dumps(found))
    os.utime(probe, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert jobs(project_with_marathi) == {}
    assert {"probe", "demux", "transcribe_whisperx"} <= jobs(project_with_marathi, config="language=mr").keys()


def test_a_glossary_runs_translation_and_what_follows(project: Path) -> None:
    glossary = "translate={glossary: config/glossary.tsv}"
    done = run(project, config=glossary)
    assert done.returncode == 0, done.stdout
    assert jobs(project, config=glossary) == {}
    (project / "config" / "glossary.tsv").write_text("hi\ten\tgu\nराज\tRaj\tરાજ\n")
    assert jobs(project, config=glossary) == FROM_TRANSLATE


def test_another_translation_backend_translates_again_and_says_the_same(project: Path) -> None:
    target = project / "results" / "demo" / "transcript.en.json"
    before = read(target, Transcript)
    done = run(project, target.relative_to(project), config="translate={backend: mlx}")
    assert done.returncode == 0, done.stdout
    after = read(target, Transcript)
    assert after.translation and after.translation.backend == "mlx"
    assert after.sentences == before.sentences


def test_the_model_of_speech_recognition_runs_everything_from_recognition_on(project: Path) -> None:
    table = project / "resources" / "demo" / "models.yaml"
    change(table, "demo: {whisperx: whisper-hi-demo-ctranslate2", "demo: {whisperx: another")
    change(table, "models:\n", f"models:\n  another: {{path: {MODELS}/whisper-hi-demo-ctranslate2, licence: MIT}}\n")
    assert jobs(project) == {"local_model": 1, **FROM_TRANSCRIBE}


def test_a_new_subtitle_language_runs_its_translation_its_subtitles_the_mux_and_the_report(project: Path) -> None:
    config = project / "resources" / "demo" / "config.yaml"
    change(config, "subtitles_in: [spoken, en, gu]", "subtitles_in: [spoken, en]")
    done = run(project)
    assert done.returncode == 0, done.stdout
    for path in (project / "results" / "demo").glob("*gu*"):
        path.unlink()
    change(config, "subtitles_in: [spoken, en]", "subtitles_in: [spoken, en, gu]")
    assert jobs(project) == {"translate": 1, **FROM_SUBTITLES, "subtitles": 1}


# --- code --------------------------------------------------------------------------------------------------------


def test_comments_docstrings_and_messages_of_any_module_run_nothing(project: Path) -> None:
    for path in (project / "scripts").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        path.write_text(source.replace('"""', '"""Changed. ', 1) + "\n# changed\n", encoding="utf-8")
    change(project / "scripts" / "demux.py", 'Progress(f"demux {movie}"', 'Progress(f"take the sound out of {movie}"')
    change(project / "scripts" / "probe.py", 'help="movie file"', 'help="the movie"')
    assert jobs(project) == {}


@pytest.mark.parametrize(
    ("file", "again"),
    [
        ("subtitles.py", FROM_SUBTITLES),
        ("moviesubs/transcript/sentences.py", FROM_TRANSCRIPT),
        ("moviesubs/cues/segmentation.py", FROM_SUBTITLES),  # imported by moviesubs/cues/build.py
        ("moviesubs/report/page.py", REPORT),
    ],
)
def test_code_of_a_program_or_of_what_it_imports_runs_its_rule_and_what_follows(
    project: Path, file: str, again: dict[str, int]
) -> None:
    path = project / "scripts" / file
    path.write_text(path.read_text(encoding="utf-8") + "\nCHANGED = 1\n", encoding="utf-8")
    assert jobs(project) == again


@pytest.mark.parametrize(
    ("file", "again"),
    [
        ("moviesubs/cues/presets.toml", FROM_SUBTITLES),
        ("moviesubs/report/page.css", REPORT),
    ],
)
def test_data_that_a_program_reads_count_like_its_code(project: Path, file: str, again: dict[str, int]) -> None:
    path = project / "scripts" / file
    path.write_text(path.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    assert jobs(project) == again


@pytest.mark.parametrize("program", ["make_environment", "download_model", "describe_model", "hardware"])
def test_code_that_builds_environments_and_fetches_models_runs_nothing(project: Path, program: str) -> None:
    path = project / "scripts" / f"{program}.py"
    path.write_text(path.read_text(encoding="utf-8") + "\nCHANGED = 1\n", encoding="utf-8")
    assert jobs(project) == {}


# --- environments ------------------------------------------------------------------------------------------------


def test_environments_that_have_moved_run_nothing(finished: Path) -> None:
    assert jobs(finished, config=f"pathvars={{environments: elsewhere, models: {MODELS}}}") == {}


def test_an_environment_that_is_built_again_with_the_same_pins_runs_nothing(project: Path) -> None:
    definition = project / "envs" / "whisperx.yaml"
    definition.write_text("# a comment\n" + definition.read_text())
    marker = ENVIRONMENTS / "whisperx.ready"
    assert marker.exists()
    assert jobs(project) == {}


@pytest.mark.parametrize(
    ("environment", "pin", "again"),
    [
        ("whisperx", "pip:\n", FROM_DETECT_SPEECH | {"diarize": 1}),
        ("common", "jinja2==", REPORT),
    ],
)
def test_a_changed_pin_runs_what_it_can_change(
    project: Path, environment: str, pin: str, again: dict[str, int]
) -> None:
    definition = project / "envs" / f"{environment}.yaml"
    change(definition, pin, "pip:\n      - another==1\n" if pin == "pip:\n" else "jinja2==0.")
    assert again.items() <= jobs(project).items()


# --- an upgrade --------------------------------------------------------------------------------------------------


def test_results_are_kept_through_an_upgrade_with_touch(project: Path) -> None:
    path = project / "scripts" / "moviesubs" / "transcript" / "sentences.py"
    path.write_text(path.read_text(encoding="utf-8") + "\nCHANGED = 1\n", encoding="utf-8")
    assert jobs(project) == FROM_TRANSCRIPT
    done = run(project, "--touch")
    assert done.returncode == 0, done.stdout
    assert jobs(project) == {}


def test_the_sound_can_go_when_it_is_done_with_and_comes_back_only_for_who_listens(project: Path) -> None:
    audio, settings = project / "results" / "demo" / "audio.wav", project / "resources" / "demo" / "config.yaml"
    settings.write_text(f"{settings.read_text()}\nkeep_audio: false\n")
    assert jobs(project) == REPORT
    assert run(project, "--delete-temp-output").returncode == 0
    assert not audio.exists() and jobs(project) == REPORT, "a report without the sound"
    assert run(project).returncode == 0
    assert not audio.exists() and jobs(project) == {}
    assert jobs(project, config="subtitles={limits: {line_length: 40}}") == FROM_SUBTITLES
    again = jobs(project, config="diarize={max_speakers: 3}")
    assert again["demux"] == again["diarize"] == again["transcribe_whisperx"] == 1
    done = run(project, "results/demo/speech.json", "--force")
    assert done.returncode == 0, done.stdout
    assert "Removing temporary output results/demo/audio.wav" in done.stdout and not audio.exists()
