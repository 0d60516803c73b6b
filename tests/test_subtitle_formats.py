"""Subtitle files say what the cues say, whatever their text holds."""

import html

import pysrt
import webvtt
from hypothesis import given
from transcripts import relaxed, transcripts

from moviesubs.contracts import Cue, Transcript
from moviesubs.cues import cues
from moviesubs.subtitle_formats import to_srt, to_vtt

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
