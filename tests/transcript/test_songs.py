"""Songs are told from dialogue over music, and are marked, shown as speech or skipped as the policy says."""

import math
import random
import struct
import wave
from pathlib import Path
from typing import Any

import pysrt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.transcripts import relaxed, transcripts

import subtitles
from moviesubs import contracts
from moviesubs.contracts import Cues, Probe, Segment, Sentence, Songs, Transcript, Word
from moviesubs.cues.build import cues
from moviesubs.language import text
from moviesubs.transcript.songs import apply_song_policy, song_stretches, sung


def said(number: int, start: float, words: str) -> Sentence:
    timed = [Word(word=word, start=start + 0.4 * k, end=start + 0.4 * k + 0.35) for k, word in enumerate(words.split())]
    return Sentence(id=number, start=start, end=timed[-1].end, text=words, words=timed)


TRANSCRIPT = Transcript(
    language="en",
    sentences=[
        said(1, 1, "Now listen to this."),
        said(2, 10, "The river is wide and I have no boat to carry me over"),
        said(3, 16, "and the night is long"),
        said(4, 40, "That was nice."),
    ],
)


def test_voice_over_loud_music_for_long_is_a_song_and_dialogue_over_soft_music_is_not() -> None:
    music = [-60.0] * 20 + [-20.0] * 60 + [-60.0] * 20
    assert song_stretches([-20.0] * 100, music, 0.5) == [Segment(start=10, end=40)]
    assert song_stretches([-20.0] * 100, [-36.0] * 100, 0.5) == []
    assert song_stretches([-70.0] * 100, [-20.0] * 100, 0.5) == []  # nobody sings
    assert song_stretches([-20.0] * 100, [-60.0] * 50 + [-20.0] * 20 + [-60.0] * 30, 0.5) == []  # ten seconds


def test_an_interlude_does_not_end_a_song() -> None:
    voice = [-20.0] * 30 + [-70.0] * 14 + [-20.0] * 30
    assert song_stretches(voice, [-22.0] * 74, 0.5) == [Segment(start=0, end=37)]


@pytest.mark.parametrize(
    ("said", "is_sung"),
    [
        ("♪ चलो चलें ♪", True),
        ("[संगीत]", True),
        ("(upbeat music)", True),
        ("यह संगीत अच्छा है", False),
        ("The music stopped (at last).", False),
        ("[Jai singing] The river is wide.", True),
        ("(गाते हुए) चलो चलें", True),
        ("♪ चलो चलें", True),
        ("और रात लंबी है ♪", True),
        ("♪ ♪", True),
        ("[Door closing] Who is there?", False),
        ("(missing)", False),
        ("(single)", False),
        ("[Singh] मैं आ गया।", False),
        ("(गीता) तुम कब आई?", False),
        ("[music] Who is there?", False),
        ("[Singing stops] Who is there?", False),
        ("♪ la la ♪ Stop that, the neighbours are asleep!", False),
    ],
)
def test_the_signs_of_the_recogniser_are_read(said: str, is_sung: bool) -> None:
    assert sung([Sentence(id=7, start=0, end=1, text=said)]) == ({7} if is_sung else set())


def test_sentences_within_a_song_are_sung() -> None:
    assert sung(TRANSCRIPT.sentences, [Segment(start=9, end=30)]) == {2, 3}
    assert apply_song_policy(TRANSCRIPT.sentences, {2, 3}, "speech") == (TRANSCRIPT.sentences, set())


def test_a_song_is_marked_with_notes_at_both_ends_of_each_cue_and_never_shares_one_with_speech() -> None:
    made = cues(TRANSCRIPT, sung={2, 3}).cues
    for cue in made:
        whole = " ".join(cue.lines)
        assert cue.sung == bool({2, 3} & set(cue.sentences)) == (whole.startswith("♪ ") and whole.endswith(" ♪"))
        assert not cue.sung or set(cue.sentences) <= {2, 3}
        assert max(map(text.length, cue.lines)) <= 42


@relaxed
@given(transcripts(), st.sets(st.integers(1, 8)))
def test_notes_take_no_word_away_and_break_no_limit_without_a_flag(transcript: Transcript, ids: set[int]) -> None:
    made = cues(transcript, sung=ids).cues
    shown = "".join("".join("".join(cue.lines).split()) for cue in made)
    wanted = "".join("".join(text.clean(sentence.text).split()) for sentence in transcript.sentences)
    assert shown.replace("♪", "").replace("-", "") == wanted.replace("♪", "").replace("-", "")
    for cue in made:
        assert max(map(text.length, cue.lines)) <= 42 or "too-long-line" in cue.flags


def made(folder: Path, policy: str) -> tuple[Cues, str, str, str, str]:
    contracts.write(folder / "transcript.json", TRANSCRIPT)
    contracts.write(folder / "songs.json", Songs(stretches=[Segment(start=9, end=30)], method="test"))
    files = {form: folder / f"m.{form}" for form in ("srt", "vtt", "ass", "ttml")}
    outputs = ["--files", *map(str, files.values())]
    options = [
        "--transcript",
        folder / "transcript.json",
        "--songs",
        folder / "songs.json",
        "--cues",
        folder / "cues.json",
    ]
    subtitles.main([*map(str, options), *outputs, "--song-policy", policy])
    written = [path.read_text(encoding="utf-8") for path in files.values()]
    return contracts.read(folder / "cues.json", Cues), written[0], written[1], written[2], written[3]


def test_what_is_sung_is_in_italics_in_every_format(tmp_path: Path) -> None:
    _, srt, vtt, ass, ttml = made(tmp_path, "mark")
    items = pysrt.from_string(srt)
    assert [item.text.startswith("<i>♪") for item in items] == [False, True, True, False]
    assert items[1].text_without_tags.startswith("♪ The river")
    blocks = [block.split("\n", 1)[1] for block in vtt.split("\n\n")[1:]]
    assert [block.startswith("<i>♪") for block in blocks] == [False, True, True, False]
    assert ass.count("{\\i1}♪") == 2
    assert ttml.count("italic") >= 2


def test_skipped_songs_are_told_in_the_cues(tmp_path: Path) -> None:
    track, srt, *_ = made(tmp_path, "skip")
    assert track.skipped == [2, 3]
    assert "river" not in srt and "nice" in srt


def test_songs_as_speech_are_as_they_were(tmp_path: Path) -> None:
    track, srt, *_ = made(tmp_path, "speech")
    assert "♪" not in srt and "<i>" not in srt and not any(cue.sung for cue in track.cues)


def test_a_song_is_heard_in_the_separated_sound(program: Any, tmp_path: Path) -> None:
    dice = random.Random(0)
    rate, seconds = 16_000, 60
    voice = [
        0.2 * math.sin(2 * math.pi * 220 * n / rate) * (1 + math.sin(2 * math.pi * 3 * n / rate)) / 2
        for n in range(rate * seconds)
    ]
    music = [dice.uniform(-0.2, 0.2) if 20 <= n / rate < 50 else 0.0 for n in range(rate * seconds)]
    for name, samples in (("vocals", voice), ("audio", [a + b for a, b in zip(voice, music, strict=True)])):
        with wave.open(str(tmp_path / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(struct.pack(f"<{len(samples)}h", *(round(32767 * sample) for sample in samples)))
    probe = Probe(path="m.mkv", format="matroska", duration=160, clock=0, start=100, end=160, audio=1)
    contracts.write(tmp_path / "probe.json", probe)
    options = [
        "--audio",
        tmp_path / "audio.wav",
        "--vocals",
        tmp_path / "vocals.wav",
        "--probe",
        tmp_path / "probe.json",
    ]
    done = program("common", "detect_songs", *options, "--output", tmp_path / "songs.json")
    assert done.returncode == 0, done.stderr
    (song,) = contracts.read(tmp_path / "songs.json", Songs).stretches
    assert (song.start, song.end) == pytest.approx((120, 150), abs=0.6)
