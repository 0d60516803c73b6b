"""Subtitle files say what the cues say, whatever their text holds."""

import html
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pysrt
import pysubs2
import pytest
import webvtt
from hypothesis import given
from support import media
from support.transcripts import relaxed, transcripts

from moviesubs.contracts import Cue, Transcript
from moviesubs.cues.build import cues
from moviesubs.formats.write import FORMATS, to_ass, to_srt, to_text, to_ttml, to_vtt

CUES = [
    Cue(start=0, end=1500, lines=["तुम <i>कहाँ</i> थे?", "-यहाँ & वहाँ"]),
    Cue(start=3_723_004, end=3_725_000, lines=["{\\an8} 5 > 3"]),
]


def test_srt_text() -> None:
    assert to_srt(CUES) == (
        "1\n00:00:00,000 --> 00:00:01,500\nतुम <i>कहाँ</i> थे?\n-यहाँ & वहाँ\n\n"
        "2\n01:02:03,004 --> 01:02:05,000\n{\\an8} 5 > 3\n\n"
    )


def test_vtt_text_is_escaped() -> None:
    assert to_vtt(CUES) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nतुम &lt;i&gt;कहाँ&lt;/i&gt; थे?\n-यहाँ &amp; वहाँ\n\n"
        "01:02:03.004 --> 01:02:05.000\n{\\an8} 5 &gt; 3\n"
    )


def test_no_cues_make_valid_files() -> None:
    assert pysrt.from_string(to_srt([])) == []
    assert to_vtt([]) == "WEBVTT\n"
    assert len(webvtt.WebVTT.from_string(to_vtt([])).captions) == 0


@relaxed
@given(transcripts())
def test_vtt_reads_back_the_same(transcript: Transcript) -> None:
    made = cues(transcript).cues
    read = webvtt.WebVTT.from_string(to_vtt(made)).captions
    assert [[html.unescape(line) for line in caption.raw_text.split("\n")] for caption in read] == [
        cue.lines for cue in made
    ]
    assert [(one.start, one.end) for one in read] == [(stamp(cue.start), stamp(cue.end)) for cue in made]


def stamp(milliseconds: int) -> str:
    """A WebVTT time, written independently of the code under test."""
    return str(pysrt.SubRipTime(milliseconds=milliseconds)).replace(",", ".")


TT = "{http://www.w3.org/ns/ttml}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def ttml_cues(text: str) -> list[tuple[int, int, list[str]]]:
    """Times and lines of a TTML document, read with nothing but an XML parser."""
    found = []
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
        found.append((*times, lines))
    return found


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
        shown = [line.replace("\\\u2060", "\\") for line in event.text.split(r"\N")]
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
