"""The program: aligned segments in, transcript as JSON and text out, on the movie's clock."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support import DATA, demo_movie

import transcript
from moviesubs import contracts
from moviesubs.contracts import AsrSegment
from moviesubs.errors import UserError
from moviesubs.flags import Flag

Run = Callable[..., subprocess.CompletedProcess[str]]

TRANSCRIPTS = DATA / "transcripts"


def made(folder: Path, language: str, *options: str) -> contracts.Transcript:
    inputs = ["--aligned", TRANSCRIPTS / f"aligned.{language}.json", "--probe", TRANSCRIPTS / "probe.json"]
    outputs = ["--output", folder / "t.json", "--text", folder / "t.txt"]
    transcript.main([*map(str, [*inputs, *outputs]), *options])
    return contracts.read(folder / "t.json", contracts.Transcript)


def test_hindi_movie(tmp_path: Path) -> None:
    hindi = made(tmp_path, "hi", "--speakers", str(TRANSCRIPTS / "speakers.hi.json"))
    assert len(hindi.sentences) == 13
    assert hindi.sentences[3].text.startswith("वह अपनी बहन") and hindi.sentences[3].text.endswith("दिया था।")
    assert [one.speaker for one in hindi.sentences[:3]] == ["SPEAKER_00", "SPEAKER_01", "SPEAKER_00"]
    assert [one.flags for one in hindi.sentences[7:9]] == [
        ["low-confidence", "maybe-no-speech", "repeated"],
        ["low-confidence", "repeated"],
    ]
    assert hindi.asr and hindi.asr["status"] == "rescued" and hindi.asr["failure"]["signal"] == "SIGSEGV"
    assert [one.text.strip() for one in hindi.removed] == ["..."]
    text = (tmp_path / "t.txt").read_text(encoding="utf-8").splitlines()
    assert len(text) == 13
    assert text[1] == "[0:01:04] SPEAKER_01: सच?"
    assert text[7] == "[0:01:21] धन्यवाद।"


def test_gujarati_without_alignment_says_that_times_are_estimates(tmp_path: Path) -> None:
    gujarati = made(tmp_path, "gu")
    assert gujarati.alignment and gujarati.alignment.status == "segments"
    assert all(one.flags == ["times-estimated"] for one in gujarati.sentences)
    assert gujarati.sentences[3].text == "ડૉ. પટેલના ઘરે બાર લોકો બેઠા હતા."


def test_a_shorter_pause_makes_more_sentences(tmp_path: Path) -> None:
    assert len(made(tmp_path, "en", "--max-pause", "0.2").sentences) > len(made(tmp_path, "en").sentences)


def test_what_the_demo_s_ctc_model_hears_otherwise_is_flagged(program: Run, tmp_path: Path) -> None:
    """Of Whisper's text one sentence is wrong and one is missing; the demo's own model hears both."""
    spoken = [one for one in demo_movie.truth().sentences if one.start < 30]
    missing, made_up = spoken[4], "यह तो किसी ने कभी नहीं कहा था।"
    segments = [AsrSegment(start=one.start, end=one.end, text=one.hi) for one in spoken]
    segments[1].text = made_up
    del segments[4]
    asr = contracts.Asr(language="hi", backend="whisperx", model="m", status="ok", segments=segments)
    contracts.write(tmp_path / "aligned.json", asr)
    heard = [
        *("--audio", demo_movie.audio(program), "--speech", demo_movie.speech(tmp_path / "speech.json", 30)),
        *("--model", demo_movie.MODELS / "wav2vec2-hi-demo", "--language", "hi", "--device", "cpu", "--threads", "1"),
    ]
    done = program("whisperx", "transcribe_ctc", *heard, "--output", tmp_path / "second.json")
    assert done.returncode == 0, done.stderr
    files = ["--aligned", tmp_path / "aligned.json", "--second", tmp_path / "second.json"]
    files += ["--probe", TRANSCRIPTS / "probe.json", "--output", tmp_path / "t.json", "--text", tmp_path / "t.txt"]
    transcript.main(list(map(str, files)))
    found = contracts.read(tmp_path / "t.json", contracts.Transcript)
    assert [one.text for one in found.sentences if Flag.HEARD_OTHERWISE in one.flags] == [made_up]
    silent = [one for one in found.removed if Flag.SPEECH_WITHOUT_TEXT in one.flags]
    assert len(silent) == 1 and (silent[0].reasons[Flag.SPEECH_WITHOUT_TEXT]).endswith(missing.hi.rstrip("।?!"))
    assert found.asr and found.asr["second"] == "ctc, wav2vec2-hi-demo"


def test_nothing_said_is_a_valid_empty_transcript(tmp_path: Path) -> None:
    empty = contracts.Asr(language="hi", backend="whisperx", model="m", status="ok", segments=[])
    contracts.write(tmp_path / "aligned.json", empty)
    options = ["--aligned", tmp_path / "aligned.json", "--probe", TRANSCRIPTS / "probe.json"]
    transcript.main(list(map(str, [*options, "--output", tmp_path / "t.json", "--text", tmp_path / "t.txt"])))
    assert contracts.read(tmp_path / "t.json", contracts.Transcript).sentences == []
    assert (tmp_path / "t.txt").read_bytes() == b""


def test_a_damaged_file_is_named_and_leaves_nothing_behind(tmp_path: Path) -> None:
    broken = tmp_path / "aligned.json"
    broken.write_text('{"language": "hi", "segments": [{"start": "soon"}]}', encoding="utf-8")
    options = [
        "--aligned",
        broken,
        "--probe",
        TRANSCRIPTS / "probe.json",
        "--output",
        tmp_path / "t.json",
        "--text",
        tmp_path / "t.txt",
    ]
    with pytest.raises(UserError, match="aligned.json"):
        transcript.main(list(map(str, options)))
    assert list(tmp_path.iterdir()) == [broken]
