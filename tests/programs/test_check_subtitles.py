"""The linter finds what it says it looks for, in files from anywhere, and nothing in good ones."""

from pathlib import Path

import pytest

import check_subtitles
from moviesubs.contracts import Cue
from moviesubs.errors import UserError
from moviesubs.formats.write import to_ass

GOOD = """1
00:00:01,000 --> 00:00:03,000
<i>Where were you?</i>

2
00:00:03,083 --> 00:00:05,000
{\\an8}-At home.
-All night?
"""


def checked(
    path: Path, whole: str | bytes, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, dict[str, int]]:
    """Exit status, and the cue that each flag was given to."""
    path.write_bytes(whole if isinstance(whole, bytes) else whole.encode())
    status = 0
    try:
        check_subtitles.main([str(path), *options])
    except SystemExit as end:
        status = int(str(end.code))
    printed = capsys.readouterr().out
    found = {}
    for line in printed.splitlines():
        if ": cue " in line:
            number, flag = line.split(": cue ")[1].split(" at ")[0], line.split(": ")[2]
            found[flag] = int(number)
    return status, found


def test_a_good_file_passes_with_markup_and_a_byte_order_mark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(tmp_path / "a.en.srt", b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), capsys) == (0, {})


@pytest.mark.parametrize(
    ("change", "flag", "cue"),
    [
        (("00:00:03,000", "00:00:03,040"), "small-gap", 1),
        (("00:00:03,000", "00:00:03,500"), "overlap", 1),
        (("00:00:03,000", "00:00:02,800"), "open-gap", 1),
        (("00:00:03,083 --> 00:00:05,000", "00:00:00,500 --> 00:00:05,000"), "out-of-order", 1),
        (("00:00:05,000", "00:00:03,500"), "too-short", 2),
        (("00:00:05,000", "00:00:12,000"), "too-long", 2),
        (("Where were you?", "Where were you all the time? " * 3), "too-fast", 1),
        (("Where were you?", "Where on earth have you been all this evening?"), "too-long-line", 1),
        (("Where were you?", "Where\nwere\nyou?"), "too-many-lines", 1),
        (("Where were you?", "Where was the\nstation?"), "bad-break", 1),
        (("<i>Where were you?</i>", "<i></i>"), "empty", 1),
    ],
)
def test_each_flaw_is_found_where_it_is(
    change: tuple[str, str], flag: str, cue: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, found = checked(tmp_path / "a.srt", GOOD.replace(*change, 1), capsys)
    assert status == 1
    assert found[flag] == cue
    assert checked(tmp_path / "a.srt", GOOD.replace(*change, 1), capsys, "--ignore", *found) == (0, {})


def test_the_language_of_the_name_sets_the_reading_speed_and_the_words_that_belong_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:03.000\nयह किताब राम\nकी है\n"
    assert checked(tmp_path / "a.hi.vtt", vtt, capsys) == (1, {"bad-break": 1})
    assert checked(tmp_path / "a.vtt", vtt, capsys) == (1, {"bad-break": 1})  # told by the script
    assert checked(tmp_path / "a.kn.vtt", vtt, capsys) == (0, {})
    text = "1\n00:00:01,000 --> 00:00:02,000\n" + "x" * 21 + "\n"
    assert checked(tmp_path / "a.en.srt", text, capsys) == (1, {"too-fast": 1})
    assert checked(tmp_path / "a.gu.srt", text, capsys) == (0, {})
    assert checked(tmp_path / "a.gu.srt", text, capsys, "--reading-speed", "gu=20") == (1, {"too-fast": 1})


def test_presets_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "1\n00:00:01,000 --> 00:00:03,000\nNobody has ever seen him take off his hat\n"
    assert checked(tmp_path / "a.en.srt", text.replace("03,0", "03,3"), capsys) == (0, {})
    assert checked(tmp_path / "a.en.srt", text.replace("03,0", "03,3"), capsys, "--preset", "netflix-children")[1] == {
        "too-fast": 1
    }
    assert set(checked(tmp_path / "a.en.srt", text, capsys, "--preset", "bbc")[1]) == {"too-fast", "too-long-line"}
    assert checked(tmp_path / "a.en.srt", GOOD, capsys, "--preset", "bbc") == (0, {})  # two frames are no gap


def test_ass_is_read_without_its_commands_and_comments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cues = [
        Cue(start=1000, end=3000, lines=["Where were you?"], sung=True),
        Cue(start=3080, end=3500, lines=["-At home.", "-All night?"]),
    ]
    whole = to_ass(cues).rstrip() + "\nComment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,A remark\n"
    assert checked(tmp_path / "a.en.ass", whole, capsys) == (1, {"too-short": 2, "too-fast": 2})


def test_what_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(tmp_path / "a.srt", GOOD + "\n3\n00:00:06,000 -> 00:00:07,000\nLost\n", capsys)[0] == 1
    for name, whole, message in (
        ("a.srt", "नमस्ते".encode("utf-16"), "not UTF-8"),
        ("a.sub", GOOD.encode(), "neither SubRip"),
        ("a.vtt", GOOD.encode(), "not WebVTT"),
    ):
        with pytest.raises(UserError, match=message):
            checked(tmp_path / name, whole, capsys)
    with pytest.raises(UserError, match="no such file"):
        check_subtitles.main([str(tmp_path / "nothing.srt")])
