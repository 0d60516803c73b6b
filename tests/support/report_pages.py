"""Reports for tests: of a small movie whose names and texts are traps."""

from pathlib import Path

import msgspec

import report
import subtitles
import transcript
from moviesubs import contracts
from moviesubs.contracts import Model, Segment, Sentence, Speech, Transcript, Translation
from moviesubs.stage.usage import Usage
from support import DATA

TRANSCRIPTS = DATA / "transcripts"
TRAP = '<script>alert(1)</script> & "O\'Neill" (1975)'


def make(folder: Path) -> None:
    """Everything that a report needs: a Hindi movie with an English translation, models and measurements.

    Args:
        folder: to write to.
    """
    inputs = [
        "--aligned",
        TRANSCRIPTS / "aligned.hi.json",
        "--probe",
        TRANSCRIPTS / "probe.json",
        "--speakers",
        TRANSCRIPTS / "speakers.hi.json",
    ]
    transcript.main([*map(str, inputs), "--output", f"{folder}/hi.json", "--text", f"{folder}/hi.txt"])
    hindi = contracts.read(folder / "hi.json", Transcript)
    english = [
        Sentence(id=one.id, start=one.start, end=one.end, text=f"Sentence <tt>{one.id}</tt>.", flags=one.flags)
        for one in hindi.sentences
        if one.id != 5
    ]
    origin = Translation(backend="ctranslate2", model="indictrans2")
    contracts.write(folder / "en.json", Transcript(language="en", sentences=english, translation=origin))
    for language in ("hi", "en"):
        outputs = [
            "--cues",
            f"{folder}/cues.{language}.json",
            "--files",
            f"{folder}/x.srt",
            f"{folder}/x.vtt",
        ]
        subtitles.main(
            ["--transcript", f"{folder}/{language}.json", "--probe", str(TRANSCRIPTS / "probe.json"), *outputs]
        )
    speech = Speech(segments=[Segment(start=1, end=16)], method="silero", duration=120)
    contracts.write(folder / "speech.json", speech)
    model = Model(name="whisper", path="models/whisper", source="a/<b>", revision="0123456789abcdef", licence="MIT")
    contracts.write(folder / "model.json", model)
    logs = folder / "logs"
    logs.mkdir()
    (logs / "translate.en.usage.json").write_bytes(
        msgspec.json.encode(Usage(seconds=9.25, cpu_seconds=14.5, memory_mb=940.4))
    )
    (logs / "probe.usage.json").write_bytes(msgspec.json.encode(Usage(seconds=0.41, cpu_seconds=0.38, memory_mb=52.0)))
    (logs / "romanise.usage.json").write_text('{"seconds": ')
    (logs / "report.usage.json").write_bytes(msgspec.json.encode(Usage(seconds=1.0, cpu_seconds=1.0, memory_mb=80.0)))
    (logs / "probe.log").write_text("done\n")


def write(folder: Path, *options: str) -> None:
    """Writes `report.html`.

    Args:
        folder: what `make` filled.
        options: of the program, in addition.
    """
    report.main(
        [
            *["--name", TRAP, "--probe", str(TRANSCRIPTS / "probe.json"), "--speech", f"{folder}/speech.json"],
            *["--asr", str(TRANSCRIPTS / "aligned.hi.json"), "--transcript", f"{folder}/hi.json"],
            *["--translations", f"en={folder}/en.json"],
            *["--cues", f"hi={folder}/cues.hi.json", f"en={folder}/cues.en.json"],
            *["--models", f"{folder}/model.json", "--log-folder", f"{folder}/logs"],
            *["--output", f"{folder}/report.html", *options],
        ]
    )
