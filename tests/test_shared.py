"""What the programs share: files that are whole or not there, contracts, progress, sources, the way they end."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from moviesubs import contracts
from moviesubs.errors import UserError
from moviesubs.files import atomic_folder, atomic_path, write_text
from moviesubs.hardware import Hardware, align_backend, asr_backend, backends, device, uses_gpu
from moviesubs.languages import code_of_iso639, flores_code, language, languages
from moviesubs.progress import Progress, clock
from moviesubs.sources import SCRIPTS, program_sources

LINUX = Hardware("Linux", "x86_64", 8, 32000)
NVIDIA = Hardware("Linux", "x86_64", 8, 32000, ("NVIDIA L4",))
MAC = Hardware("Darwin", "arm64", 8, 32000)


def test_a_file_that_could_not_be_finished_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "x.json"
    write_text(target, "old")
    with pytest.raises(RuntimeError), atomic_path(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]


def test_a_name_of_the_greatest_length_can_still_be_written(tmp_path: Path) -> None:
    target = tmp_path / ("x" * 255)
    write_text(target, "text")
    assert target.read_text() == "text"


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    for content in ("one", "two"):
        with atomic_folder(tmp_path / "model") as folder:
            (folder / content).touch()
    assert [entry.name for entry in (tmp_path / "model").iterdir()] == ["two"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


def test_times_are_written_with_three_decimals(tmp_path: Path) -> None:
    path = tmp_path / "speech.json"
    contracts.write(path, contracts.Speech(segments=[contracts.Segment(start=1 / 3, end=2.0)], method="x", duration=2))
    assert json.loads(path.read_text())["segments"] == [{"start": 0.333, "end": 2.0}]
    assert contracts.read(path, contracts.Speech).segments[0].start == 0.333


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"start": 0, "end": 1}]', "Expected `object`, got `array`"),
        ('{"segments": [{"start": "0", "end": 1}], "method": "x", "duration": 1}', "$.segments[0].start"),
        ('{"segments": [], "method": "x", "duration": 1, "more": 1}', "unknown field `more`"),
        ("{", "truncated"),
    ],
)
def test_a_damaged_file_is_refused_with_its_name_and_the_field(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "speech.json"
    path.write_text(text)
    with pytest.raises(UserError) as error:
        contracts.read(path, contracts.Speech)
    assert str(path) in str(error.value)
    assert message in str(error.value)


def test_a_record_of_wrong_type_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(contracts.msgspec.ValidationError):
        contracts.write(tmp_path / "x.json", contracts.Turn(start="soon", end=1, speaker="a"))  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_languages_know_their_codes_in_other_programs() -> None:
    assert len({item.iso639_2 for item in languages().values()}) == len(languages())
    assert flores_code("gu") == "guj_Gujr"
    assert [code_of_iso639(tag) for tag in ("hin", "hi-IN", "fra", "fre", "und", None)] == [
        "hi",
        "hi",
        "fr",
        "fr",
        None,
        None,
    ]
    with pytest.raises(UserError, match="unknown language"):
        language("xx")
    with pytest.raises(UserError, match="does not translate French"):
        flores_code("fr")


def test_progress_says_position_speed_and_what_is_left() -> None:
    progress = Progress("transcribe x", 120, audio=True)
    progress.started = time.monotonic() - 30
    assert (
        progress.line(60)
        == "transcribe x: 0:01:00 of 0:02:00 (50%), elapsed 0:00:30, 2.0x realtime, about 0:00:30 left"
    )
    assert clock(3725.4) == "1:02:05"


def test_a_program_consists_of_every_shared_module_that_it_imports_through_others() -> None:
    names = [str(Path(path).relative_to(SCRIPTS)) for path in program_sources("hardware")]
    assert names[0] == "hardware.py"
    assert {"moviesubs/hardware.py", "moviesubs/program.py", "moviesubs/errors.py", "moviesubs/terminal.py"} <= set(
        names
    )
    assert "moviesubs/contracts.py" not in names


@pytest.mark.parametrize("name", sorted(path.stem for path in SCRIPTS.glob("*.py")))
def test_every_program_explains_itself_without_its_libraries(name: str) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPTS / f"{name}.py", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"usage: {name}.py")


def program_that(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "stage.py"
    path.write_text(
        f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
        "import os, time\n"
        "from moviesubs.errors import UserError\n"
        "from moviesubs.program import run\n"
        f"def main(arguments):\n    {body}\n"
        "run(main)\n"
    )
    return path


def test_a_mistake_of_the_user_is_one_line_in_the_log_and_on_the_terminal(tmp_path: Path) -> None:
    path = program_that(tmp_path, "raise UserError('x.mkv: no sound; give another file')")
    command = f"{sys.executable} {path} 3>{tmp_path}/terminal 2>{tmp_path}/log"
    done = subprocess.run(["bash", "-c", command], env={**os.environ, "MOVIESUBS_TERMINAL": "3"}, check=False)
    assert done.returncode == 1
    assert (tmp_path / "terminal").read_text() == "error: x.mkv: no sound; give another file\n"
    assert (tmp_path / "log").read_text() == "error: x.mkv: no sound; give another file\n"


def test_a_crash_says_what_was_worked_on_and_keeps_its_traceback_for_the_log(tmp_path: Path) -> None:
    path = program_that(tmp_path, "raise ValueError('bad weights')")
    command = f"{sys.executable} {path} --audio a.wav --language hi --output o 3>{tmp_path}/terminal 2>{tmp_path}/log"
    subprocess.run(["bash", "-c", command], env={**os.environ, "MOVIESUBS_TERMINAL": "3"}, check=False)
    line = (tmp_path / "terminal").read_text()
    assert line == "error: stage: ValueError: bad weights (audio a.wav, language hi, after 0:00:00)\n"
    assert "Traceback" in (tmp_path / "log").read_text()


@pytest.mark.parametrize("watched", ["parent", "snakemake"])
def test_a_program_ends_when_what_started_it_is_killed(tmp_path: Path, watched: str) -> None:
    path = program_that(tmp_path, f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    export = "" if watched == "parent" else "export MOVIESUBS_PARENT=$PPID;"
    inner = f"{export} {sys.executable} {path}; true"
    outer = f"bash -c {inner!r}; true" if watched == "snakemake" else inner
    starter = subprocess.Popen(["bash", "-c", outer.replace("'", "'")])
    pid_file = tmp_path / "pid"
    while not (pid_file.exists() and pid_file.read_text()):
        time.sleep(0.05)
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    pid = int(pid_file.read_text())
    while Path(f"/proc/{pid}").exists() and "zombie" not in Path(f"/proc/{pid}/status").read_text():
        time.sleep(0.1)  # the test's own time limit is that of the whole run: a slow machine must not fail it


def test_auto_takes_mlx_on_apple_silicon_and_whisperx_elsewhere_and_is_never_an_error() -> None:
    assert asr_backend("auto", MAC)[0] == "mlx"
    assert asr_backend("auto", NVIDIA)[0] == "whisperx"
    assert asr_backend("auto", Hardware("Windows", "AMD64", 8, 1))[0] == "whisperx"


def test_mlx_where_there_is_none_is_an_error_at_start() -> None:
    with pytest.raises(UserError, match="there is no MLX for Darwin on x86_64; use auto or whisperx"):
        asr_backend("mlx", Hardware("Darwin", "x86_64", 8, 1))
    with pytest.raises(UserError, match="align.backend: there is no MLX for Darwin"):
        align_backend("mlx", "whisperx", Hardware("Darwin", "x86_64", 8, 1))


def test_words_are_aligned_by_whisperx_even_after_mlx_unless_the_config_says_otherwise() -> None:
    none: dict[str, object] = {}
    config = {"asr": {"backend": "auto", "languages": none}, "align": {"backend": "whisperx", "languages": none}}
    assert backends(config, ["hi"], MAC) == {"hi": ("mlx", "whisperx")}
    config["align"] = {"backend": "same", "languages": {"ta": {"backend": "none"}}}
    config["asr"] = {"backend": "auto", "languages": {"bn": {"backend": "whisperx"}}}
    assert backends(config, ["hi", "ta", "bn"], MAC) == {
        "hi": ("mlx", "mlx"), "ta": ("mlx", "none"), "bn": ("whisperx", "whisperx"),
    }  # fmt: skip
    assert backends(config, ["hi"], NVIDIA) == {"hi": ("whisperx", "whisperx")}


def test_ctranslate2_never_gets_apples_gpu_and_every_gpu_stage_asks_for_the_card() -> None:
    assert device("transcribe_whisperx", MAC)[0] == "cpu"
    assert device("separate", MAC)[0] == "mps"
    assert device("transcribe_whisperx", NVIDIA) == ("cuda", "NVIDIA L4")
    assert device("align", LINUX)[0] == "cpu"
    assert uses_gpu("cuda", NVIDIA)
    assert uses_gpu("mlx", MAC)
    assert not uses_gpu("mlx", LINUX)
