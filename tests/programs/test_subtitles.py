"""The program: a transcript in, three agreeing subtitle files out, within the limits that the command line sets."""

from pathlib import Path

import pysrt
import pytest
from support import DATA

import subtitles
import transcript
from moviesubs import contracts
from moviesubs.errors import UserError
from moviesubs.formats.read import read_cues
from moviesubs.language import text

TRANSCRIPTS = DATA / "transcripts"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the transcripts of three movies, and one whose name is a trap."""
    for language in ("hi", "en", "gu"):
        options = ["--aligned", TRANSCRIPTS / f"aligned.{language}.json", "--probe", TRANSCRIPTS / "probe.json"]
        outputs = ["--output", tmp_path / f"{language}.json", "--text", tmp_path / f"{language}.txt"]
        transcript.main(list(map(str, [*options, *outputs])))
    return tmp_path


def made(folder: Path, language: str, *options: str) -> contracts.Cues:
    stem = folder / f"It's $(a) “Movie” (1975).{language}"
    outputs = ["--cues", f"{stem}.json", "--files", f"{stem}.srt", f"{stem}.vtt"]
    subtitles.main(
        [
            "--transcript",
            str(folder / f"{language}.json"),
            "--probe",
            str(TRANSCRIPTS / "probe.json"),
            *outputs,
            *options,
        ]
    )
    return contracts.read(f"{stem}.json", contracts.Cues)


@pytest.mark.parametrize("language", ["hi", "en", "gu"])
def test_the_three_files_agree(folder: Path, language: str) -> None:
    track = made(folder, language)
    stem = folder / f"It's $(a) “Movie” (1975).{language}"
    raw = Path(f"{stem}.srt").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw
    srt = pysrt.open(f"{stem}.srt", encoding="utf-8")
    assert [(one.start.ordinal, one.end.ordinal) for one in srt] == [(cue.start, cue.end) for cue in track.cues]
    assert [one.text for one in srt] == ["\n".join(cue.lines) for cue in track.cues]
    assert [one.lines for one in read_cues(Path(f"{stem}.vtt"))[0]] == [cue.lines for cue in track.cues]
    said = contracts.read(folder / f"{language}.json", contracts.Transcript)
    shown = " ".join(line for cue in track.cues for line in cue.lines).split()
    assert shown == " ".join(sentence.text for sentence in said.sentences).split()


@pytest.mark.parametrize("language", ["hi", "en", "gu"])
def test_ordinary_speech_meets_every_limit(folder: Path, language: str) -> None:
    track = made(folder, language)
    assert track.limits["gap"] == 84 and track.limits["reading_speed"] == (20 if language == "en" else 22)
    for cue, following in zip(track.cues, [*track.cues[1:], None], strict=True):
        assert cue.flags == []
        assert len(cue.lines) <= 2 and max(map(text.length, cue.lines)) <= 42
        assert following is None or following.start - cue.end == 84 or following.start - cue.end >= 500


def test_options_change_the_limits(folder: Path) -> None:
    options = ["--line-length", "20", "--lines", "3", "--max-duration", "4", "--gap-frames", "4", "--linger", "0.1"]
    track = made(folder, "en", *options, "--reading-speed", "12", "--min-duration", "0.5", "--chain", "0.3")
    assert track.limits == {
        "line_length": 20, "lines": 3, "min_duration": 500, "max_duration": 4000,
        "reading_speed": 12, "gap": 167, "chain": 300, "linger": 100, "word_time": 0,
    }  # fmt: skip
    assert max(len(cue.lines) for cue in track.cues) == 3
    assert all(cue.end - cue.start <= 4000 for cue in track.cues)
    assert any("too-fast" in cue.flags for cue in track.cues)


def test_a_translation_without_words_is_subtitled(folder: Path) -> None:
    hindi = contracts.read(folder / "hi.json", contracts.Transcript)
    first = hindi.sentences[3]
    english = "She was waiting for the train to Delhi with her sister, and in her hand was the same old trunk that Grandmother gave her."
    translated = contracts.Sentence(id=first.id, start=first.start, end=first.end, text=english)
    contracts.write(folder / "en.json", contracts.Transcript(language="en", sentences=[translated]))
    track = made(folder, "en")
    assert len(track.cues) == 2
    assert track.cues[0].start == round(first.start * 1000)
    assert track.cues[1].lines[0].startswith("and in her hand")


def test_an_empty_transcript_makes_valid_files(folder: Path) -> None:
    contracts.write(folder / "hi.json", contracts.Transcript(language="hi", sentences=[]))
    assert made(folder, "hi").cues == []
    stem = folder / "It's $(a) “Movie” (1975).hi"
    assert Path(f"{stem}.srt").read_bytes() == b""
    assert Path(f"{stem}.vtt").read_text(encoding="utf-8") == "WEBVTT\n"


@pytest.mark.parametrize(
    "options",
    [["--lines", "0"], ["--line-length", "0"], ["--max-duration", "0.2"], ["--reading-speed", "0"], ["--linger", "-1"]],
)
def test_impossible_limits_are_refused(folder: Path, options: list[str]) -> None:
    with pytest.raises(UserError, match=options[0]):
        made(folder, "hi", *options)


def test_formats_are_written_as_asked_with_a_mark_only_if_asked(folder: Path) -> None:
    options = ["--transcript", folder / "hi.json", "--cues", folder / "cues.json"]
    files = [folder / f"m.{form}" for form in ("srt", "ass", "ttml")]
    options += ["--files", *files]
    for mark in ([], ["--byte-order-mark"]):
        subtitles.main([str(word) for word in [*options, *mark]])
        assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") == bool(mark) for path in files)
        assert not (folder / "m.vtt").exists()
    cues = contracts.read(folder / "cues.json", contracts.Cues).cues
    assert len(pysrt.open(folder / "m.srt", encoding="utf-8")) == len(cues)


def test_files_for_players_count_from_the_start_of_the_container(folder: Path) -> None:
    plain = read_cues(made(folder, "hi") and folder / "It's $(a) “Movie” (1975).hi.srt")[0]
    probe = contracts.read(TRANSCRIPTS / "probe.json", contracts.Probe)
    probe.lead = 2.5  # the picture begins 2.5 s after the sound
    contracts.write(folder / "late.json", probe)
    for form in ("srt", "vtt", "ass", "ttml"):
        written = folder / f"late.hi.{form}"
        options = ["--probe", folder / "late.json", "--cues", folder / "late.hi.json", "--files", written]
        subtitles.main([str(word) for word in ("--transcript", folder / "hi.json", *options)])
        if form != "ttml":
            late = read_cues(written)[0]
            assert [cue.start for cue in late] == pytest.approx([cue.start + 2500 for cue in plain], abs=10)
    cues = contracts.read(folder / "late.hi.json", contracts.Cues).cues
    assert [cue.start for cue in cues] == [cue.start for cue in plain]  # the report's clock is the picture's
