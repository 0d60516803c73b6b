"""The language of a movie whose language nobody named is found out, by more than its first half minute."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from support import demo_movie

from moviesubs import contracts
from moviesubs.contracts import Speech, SpokenLanguage

Run = Callable[..., subprocess.CompletedProcess[str]]


def detect(program: Run, folder: Path) -> subprocess.CompletedProcess[str]:
    words = [
        "--audio",
        demo_movie.audio(program),
        "--speech",
        folder / "speech.json",
        "--output",
        folder / "language.json",
    ]
    return program("whisperx", "detect_language", "--model", demo_movie.whisper(program, "ctranslate2"), *words)


def test_the_demo_is_heard_to_be_hindi_in_several_places(program: Run, tmp_path: Path) -> None:
    speech = contracts.read(demo_movie.speech(tmp_path / "speech.json"), Speech)
    done = detect(program, tmp_path)
    assert done.returncode == 0, done.stderr
    found = contracts.read(tmp_path / "language.json", SpokenLanguage)
    assert found.language == "hi" == next(iter(found.votes))
    assert len(found.windows) > 2 and found.windows[-1].end > speech.segments[-1].end - 30
    assert "Hindi (hi)" in done.stderr


def test_a_movie_in_which_nobody_speaks_has_no_language(program: Run, tmp_path: Path) -> None:
    contracts.write(tmp_path / "speech.json", Speech(segments=[], method="truth", duration=75.0))
    done = detect(program, tmp_path)
    assert done.returncode == 1
    assert (
        done.stderr.startswith("error: ") and "no speech was detected" in done.stderr and "Traceback" not in done.stderr
    )
    assert not (tmp_path / "language.json").exists()
