"""Times are rewritten where they stand; everything else in the file stays."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moviesubs.errors import UserError
from moviesubs.retime.stamps import milliseconds, rewrite, texts, written_like

SRT = "1\n00:00:01,000 --> 00:00:02,500 X1:10\n<i>Where</i>\nare you?\n\n2\n01:00:00,000 --> 01:00:01,000\n- Here.\n"
VTT = """WEBVTT

STYLE
::cue { color: lime }

NOTE nothing --> here

a
00:01.000 --> 00:02.500 align:start position:10%
<v Jai>Where</v>

59:59.500 --> 1:00:01.000
Here.
"""
ASS = """[Script Info]
PlayResX: 640

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,Sign,Jai,0,0,0,,{\\pos(1,2)}Where,\\Nare you?
Comment: 0,0:00:01.00,0:00:02.50,Sign,,0,0,0,,kept
Dialogue: 0,1:00:00.00,1:00:01.00,Default,,0,0,0,,Here.
"""


@pytest.mark.parametrize(
    ("name", "whole", "first"),
    [
        ("x.srt", SRT, ["<i>Where</i>", "are you?"]),
        ("x.vtt", VTT, ["<v Jai>Where</v>"]),
        ("x.ass", ASS, ["{\\pos(1,2)}Where,", "are you?"]),
    ],
)
def test_only_the_times_change(name: str, whole: str, first: list[str]) -> None:
    cues = texts(whole, Path(name))
    assert [lines for _, _, lines in cues][0] == first
    assert cues[0][:2] == (1000, 2500)
    spans = [(start, end) for start, end, _ in cues]
    assert rewrite(whole, Path(name), spans) == whole
    moved = rewrite(whole, Path(name), [(start + 10_000, end + 10_000) for start, end in spans])
    assert [one[0] for one in texts(moved, Path(name))] == [start + 10_000 for start, _ in spans]
    strip = str.maketrans("", "", "0123456789:.,")
    assert moved.translate(strip) == whole.translate(strip)


def test_texts_are_replaced_and_what_stands_around_them_stays() -> None:
    spans = [(start, end) for start, end, _ in texts(ASS, Path("x.ass"))]
    made = rewrite(ASS, Path("x.ass"), spans, [["कहाँ", "हो?"], ["यहाँ।"]])
    assert "Sign,Jai,0,0,0,,कहाँ\\Nहो?\n" in made
    assert "Comment: 0,0:00:01.00,0:00:02.50,Sign,,0,0,0,,kept" in made
    assert rewrite(SRT, Path("x.srt"), [(1000, 2500), (3600000, 3601000)], [["a"], ["b"]]).endswith(
        "00,000 --> 01:00:01,000\nb\n"
    )


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(UserError, match="neither SubRip"):
        texts("", Path("x.sub"))


@given(st.integers(0, 40_000_000), st.sampled_from(["00:00:01,000", "0:00:01.00", "00:01.000"]))
def test_a_time_is_written_as_the_one_it_replaces(time: int, model: str) -> None:
    written = written_like(time, model)
    assert abs(milliseconds(written) - time) <= (5 if model.endswith(".00") else 0)
