"""Subtitle files say what the cues say, whatever their text holds."""

import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pysrt
import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import media
from support.transcripts import relaxed, transcripts

from moviesubs.contracts import Cue, Transcript
from moviesubs.cues.build import cues
from moviesubs.formats.read import read_cues
from moviesubs.formats.write import FORMATS, to_ass, to_srt, to_text, to_ttml, to_vtt
from moviesubs.language import text

CUES = [
    Cue(start=0, end=1500, lines=["तुम <i>कहाँ</i> थे?", "-यहाँ & वहाँ"]),
    Cue(start=3_723_004, end=3_725_000, lines=["{\\an8} 5 > 3"]),
]


def test_srt_text() -> None:
    assert to_srt(CUES) == (
        "1\n00:00:00,000 --> 00:00:01,500\nतुम <\u2060i>कहाँ<\u2060/i> थे?\n-यहाँ & वहाँ\n\n"
        "2\n01:02:03,004 --> 01:02:05,000\n｛\\an8｝ 5 > 3\n\n"
    )


def test_vtt_text_is_escaped() -> None:
    assert to_vtt(CUES) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nतुम &lt;i&gt;कहाँ&lt;/i&gt; थे?\n-यहाँ &amp; वहाँ\n\n"
        "01:02:03.004 --> 01:02:05.000\n{\\an8} 5 &gt; 3\n"
    )


def test_no_cues_make_valid_files() -> None:
    assert pysrt.from_string(to_srt([])) == []
    assert to_vtt([]) == "WEBVTT\n"
    assert read_back([], "vtt", "hi") == ([], [])


@relaxed
@given(transcripts())
def test_vtt_reads_back_the_same(transcript: Transcript) -> None:
    made = cues(transcript).cues
    read, problems = read_back(made, "vtt", transcript.language)
    assert not problems
    assert [(one.start, one.end, one.lines) for one in read] == [(one.start, one.end, one.lines) for one in made]


def read_back(made: list[Cue], form: str, language: str) -> tuple[list[Cue], list[str]]:
    """What our own reader, which shares no code with the writer, makes of a file; in any order of equal starts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"m.{form}"
        path.write_text(to_text(made, language, form), encoding="utf-8")
        return read_cues(path)


TT = "{http://www.w3.org/ns/ttml}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def ttml_cues(text: str) -> list[tuple[int, int, list[str]]]:
    """Times and lines of a TTML document, read with nothing but an XML parser."""
    paragraphs = []
    for paragraph in ElementTree.fromstring(text).iter(f"{TT}p"):
        lines = [""]
        for part in paragraph:
            if part.tag == f"{TT}br":
                lines.append("")
            else:
                lines[-1] += part.text or ""
        times = [
            pysrt.SubRipTime.from_string(paragraph.attrib[name].replace(".", ",")).ordinal for name in ("begin", "end")
        ]
        paragraphs.append((*times, lines))
    return paragraphs


def test_ttml_says_what_the_cues_say() -> None:
    text = to_ttml(CUES, "hi-Latn")
    assert ttml_cues(text) == [(cue.start, cue.end, cue.lines) for cue in CUES]
    root = ElementTree.fromstring(text)
    assert root.attrib[LANG] == "hi-Latn"
    regions = {one.attrib["{http://www.w3.org/XML/1998/namespace}id"] for one in root.iter(f"{TT}region")}
    assert root.find(f"{TT}body").attrib["region"] in regions  # type: ignore[union-attr]


@relaxed
@given(transcripts())
def test_ttml_reads_back_the_same(transcript: Transcript) -> None:
    made = cues(transcript).cues
    assert ttml_cues(to_ttml(made, transcript.language)) == [
        (cue.start, cue.end, [line.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") for line in cue.lines])
        for cue in made
    ]


@relaxed
@given(transcripts())
def test_ass_reads_back_the_same(transcript: Transcript) -> None:
    made = cues(transcript).cues
    read = list(pysubs2.SSAFile.from_string(to_ass(made)))
    assert len(read) == len(made)
    for event, cue in zip(read, made, strict=True):
        assert abs(event.start - cue.start) <= 5 and abs(event.end - cue.end) <= 5
        shown = [line.strip("\u202b\u202c").replace("\\\u2060", "\\") for line in event.text.split(r"\N")]
        assert shown == [line.replace("{", "｛").replace("}", "｝") for line in cue.lines]


def test_a_player_shows_braces_and_backslashes_of_ass_as_text(tmp_path: Path) -> None:
    (tmp_path / "m.ass").write_text(to_ass(CUES), encoding="utf-8")
    media.ffmpeg("-i", tmp_path / "m.ass", "-c:s", "text", tmp_path / "m.srt")
    shown = [one.text.replace("\u2060", "").split("\n") for one in pysrt.open(tmp_path / "m.srt", encoding="utf-8")]
    assert shown == [CUES[0].lines, ["｛\\an8｝ 5 > 3"]]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_holds_no_cues_and_three_scripts(form: str) -> None:
    assert not {"-->", "Dialogue:", "<p "} & set(to_text([], "hi", form).split())
    for line in ("नमस्ते", "નમસ્તે", "வணக்கம்"):
        assert line in to_text([Cue(start=0, end=1000, lines=[line])], "hi", form)


#: what recognisers and translators write that is no word, but a command or invisible to some player
MARKUP = [
    *(
        "{\\an8}",
        "{\\i1}",
        "{laughs}",
        "{y:i}",
        "<i>",
        "</i>",
        "<b>",
        "<font color=red>",
        "<foo>",
        "<v Jai>",
        "&lt;",
        "&amp;",
        "<00:00:01.000>",
    ),
    *("\\N", "\\n", "\\h", "\\", "--", "<3", "5<6", "Dialogue:", "NOTE", "WEBVTT"),
]
MARKED = st.lists(st.sampled_from([*MARKUP, "कहाँ", "आओ!", "Where", "1"]), min_size=1, max_size=5).map(" ".join)


@relaxed
@given(st.lists(MARKED, min_size=1, max_size=2), st.sampled_from(FORMATS))
def test_what_looks_like_markup_is_text_in_every_format(lines: list[str], form: str) -> None:
    read, problems = read_back([Cue(start=0, end=1000, lines=lines)], form, "hi")
    assert not problems
    braces = str.maketrans("{}", "｛｝") if form in ("srt", "ass") else {}
    assert read == [Cue(start=0, end=1000, lines=[text.clean(line.translate(braces)) for line in lines])]


@pytest.mark.parametrize("form", ["srt", "vtt", "ass"])
def test_a_player_shows_what_looks_like_markup_as_text(form: str, tmp_path: Path) -> None:
    lines = [" ".join(MARKUP[:12]), " ".join(MARKUP[12:])]
    source = tmp_path / f"m.{form}"
    source.write_text(to_text([Cue(start=0, end=1000, lines=lines)], "hi", form), encoding="utf-8")
    media.ffmpeg("-i", source, tmp_path / "shown.ass")  # what FFmpeg, mpv and many others hand to libass
    (event,) = pysubs2.load(str(tmp_path / "shown.ass"), encoding="utf-8")
    literal = event.text.replace(r"\{{}", "{")  # FFmpeg's way to show a brace
    shown = [line.replace("\u2060", "").translate(str.maketrans("｛｝", "{}")) for line in literal.split(r"\N")]
    assert shown == lines


@given(st.integers(0, 99 * 3_600_000), st.integers(1, 7000))
def test_times_up_to_ninety_nine_hours_are_the_cues_in_every_format(start: int, shown: int) -> None:
    cue = Cue(start=start, end=start + shown, lines=["आओ"])
    for form, rounding in (("srt", 0), ("vtt", 0), ("ttml", 0), ("ass", 5)):
        (read,) = read_back([cue], form, "hi")[0]
        assert abs(read.start - cue.start) <= rounding and abs(read.end - cue.end) <= rounding


RTL, END = "\u202b", "\u202c"


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("ur", "رک جاؤ!"),
        ("ur", '"تم Bollywood فلم کب دیکھو گے؟"'),
        ("sd", 'Dr. Khan چيو: "اچو!"'),
        ("ks", "یہِ چھُ 1998 Srinagar!"),
        ("he", "שלום!"),
    ],
)
def test_lines_from_right_to_left_keep_punctuation_and_latin_words_in_their_order(language: str, line: str) -> None:
    track = [Cue(start=0, end=1000, lines=[line, "OK!"]), Cue(start=2000, end=3000, lines=[f"♪ {line} ♪"], sung=True)]
    for form in FORMATS:
        whole = to_text(track, language, form)
        assert f"{RTL}{line}{END}" in whole.replace("&quot;", '"') and f"{RTL}♪" in whole
        assert "OK!" in whole and f"{RTL}OK!" not in whole
        assert read_back(track, form, language)[0][0].lines == [line, "OK!"]
    assert ",-1\n" in to_ass(track)  # the style's encoding: libass finds the direction of each line
    for paragraph in ElementTree.fromstring(to_ttml(track, language)).iter(f"{TT}p"):
        assert paragraph.attrib["{http://www.w3.org/ns/ttml#styling}direction"] == "rtl"


def test_tracks_from_left_to_right_hold_no_signs_of_direction() -> None:
    track = [Cue(start=0, end=1000, lines=["وہ? That is Urdu.", "नमस्ते!"])]
    for form in FORMATS:
        whole = to_text(track, "en", form)
        assert RTL not in whole and "rtl" not in whole
