"""What was heard in each language of a film is put together, and its sentences keep their languages."""

import json
import subprocess
import sys
from pathlib import Path

from support import SCRIPTS

from moviesubs import contracts
from moviesubs.contracts import (
    Alignment,
    Asr,
    AsrSegment,
    LanguageStretch,
    Segment,
    Speech,
    SpokenLanguages,
    Transcript,
    Word,
)
from moviesubs.transcript.sentences import transcript


def plain(name: str, *arguments: str | Path) -> None:
    command = [sys.executable, str(SCRIPTS / f"{name}.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def part(language: str, *said: tuple[float, str], status: str = "words") -> Asr:
    segments = [
        AsrSegment(
            start=start,
            end=start + 2,
            text=text,
            words=[
                Word(word=word, start=start + 0.3 * k, end=start + 0.3 * k + 0.2) for k, word in enumerate(text.split())
            ],
        )
        for start, text in said
    ]
    alignment = Alignment(backend="whisperx", model=f"wav2vec2-{language}", status="words", words={"whisperx": 3})
    return Asr(
        language=language, backend="whisperx", model=language, status="ok", segments=segments, alignment=alignment
    )


def test_sentences_carry_their_language_and_none_reaches_into_another(tmp_path: Path) -> None:
    hindi = part("hi", (0, "यह कुर्सी"), (6, "बहुत सुंदर है।"))
    english = part("en", (2.2, "Oh, really."), (4, "I don't know"))
    for asr in (hindi, english):
        contracts.write(tmp_path / f"aligned.{asr.language}.json", asr)
    files = [tmp_path / "aligned.hi.json", tmp_path / "aligned.en.json"]
    plain("merge_languages", "--aligned", *files, "--output", tmp_path / "aligned.json")
    asr = contracts.read(tmp_path / "aligned.json", Asr)
    assert (asr.language, asr.model) == ("hi", "hi + en")
    assert asr.alignment is not None and asr.alignment.words == {"whisperx": 6}
    record = transcript(asr, start=10.0, end=100.0)
    assert [(one.language, one.text) for one in record.sentences] == [
        ("hi", "यह कुर्सी"), ("en", "Oh, really."), ("en", "I don't know"), ("hi", "बहुत सुंदर है।"),
    ]  # fmt: skip
    assert not [one for one in record.sentences if one.flags]
    assert record.language == "hi" and record.sentences[1].start == 12.2


def test_a_film_in_one_language_says_nothing_of_languages() -> None:
    record = transcript(part("hi", (0, "यह कुर्सी है।")), start=0, end=10)
    assert record.sentences[0].language is None
    assert "language" not in json.loads(contracts.encode(record))["sentences"][0]


def test_speech_is_handed_to_the_stages_of_its_language(tmp_path: Path) -> None:
    speech = Speech(segments=[Segment(start=0, end=4)], method="pyannote", duration=60.0)
    contracts.write(tmp_path / "speech.json", speech)
    stretches = [
        LanguageStretch(start=0, end=2.5, language="hi", probability=0.9),
        LanguageStretch(start=2.5, end=4, language="en", probability=0.8),
    ]
    contracts.write(
        tmp_path / "languages.json", SpokenLanguages(languages=["hi", "en"], stretches=stretches, model="m")
    )
    plain(
        *("speech_in_language", "--speech", tmp_path / "speech.json", "--languages", tmp_path / "languages.json"),
        *("--language", "en", "--output", tmp_path / "speech.en.json"),
    )
    mine = contracts.read(tmp_path / "speech.en.json", Speech)
    assert mine.segments == [Segment(start=2.5, end=4)] and mine.duration == 60


def test_a_forced_track_holds_what_its_audience_does_not_understand(tmp_path: Path) -> None:
    sentences = transcript_of(("hi", "That chair is nice."), ("en", "Oh, really."), ("hi", "Yes."))
    contracts.write(tmp_path / "transcript.en.json", sentences)
    contracts.write(tmp_path / "transcript.json", Transcript(language="hi", sentences=sentences.sentences))
    arguments = ["--transcript", tmp_path / "transcript.en.json", "--source", tmp_path / "transcript.json"]
    arguments += ["--cues", tmp_path / "cues.json", "--files", tmp_path / "a.srt", "--kind=.forced"]
    plain("subtitles", *arguments)
    assert [line for line in (tmp_path / "a.srt").read_text().splitlines() if line[:1].isalpha()] == [
        "That chair is nice.", "Yes."
    ]  # fmt: skip


def transcript_of(*said: tuple[str, str]) -> Transcript:
    sentences = [
        contracts.Sentence(id=k, start=4.0 * k, end=4.0 * k + 2, text=text, language=code)
        for k, (code, text) in enumerate(said, start=1)
    ]
    return Transcript(language="en", sentences=sentences)
