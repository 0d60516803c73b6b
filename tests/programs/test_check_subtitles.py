"""The linter finds what it says it looks for, in files from anywhere, and nothing in good ones."""

from pathlib import Path

import pytest

import check_subtitles
from moviesubs.contracts import Cue
from moviesubs.formats.read import language_of_file, read_cues
from moviesubs.formats.write import to_ass, to_ttml

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
    cue_of_flag = {}
    for line in printed.splitlines():
        if ": cue " in line:
            number, flag = line.split(": cue ")[1].split(" at ")[0], line.split(": ")[2]
            cue_of_flag[flag] = int(number)
    return status, cue_of_flag


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
    status, cue_of_flag = checked(tmp_path / "a.srt", GOOD.replace(*change, 1), capsys)
    assert status == 1
    assert cue_of_flag[flag] == cue
    assert checked(tmp_path / "a.srt", GOOD.replace(*change, 1), capsys, "--ignore", *cue_of_flag) == (0, {})


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


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_every_unicode_encoding_with_a_byte_order_mark_is_read(
    encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        checked(tmp_path / "a.en.srt", GOOD.replace("05,000", "03,500").encode(encoding), capsys)[1]["too-short"] == 2
    )
    whole = to_ttml([Cue(start=0, end=500, lines=["रुको!"])], "hi")
    assert "too-short" in checked(tmp_path / "a.hi.ttml", whole.encode(encoding), capsys)[1]


def test_ttml_is_read_with_offsets_of_its_divisions_and_without_its_indentation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = """<?xml version="1.0" encoding="UTF-8"?>
    <tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en" ttp:frameRate="25" xmlns:ttp="http://www.w3.org/ns/ttml#parameter">
      <body><div begin="10s" end="20s"><p begin="1s" end="00:00:01:05">
        <span>Where was
          the</span><br/>station?
      </p></div></body></tt>"""
    path = tmp_path / "a.en.dfxp"
    path.write_text(whole, encoding="utf-8")
    assert read_cues(path) == ([Cue(start=11_000, end=11_200, lines=["Where was the", "station?"])], [])
    assert set(checked(path, whole, capsys)[1]) == {"too-short", "too-fast", "bad-break"}
    untimed = whole.replace(' begin="10s" end="20s"', "").replace(' begin="1s" end="00:00:01:05"', "")
    assert checked(path, untimed, capsys)[0] == 1  # never shown, and said so


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Movie.hi.srt", "hi"),
        ("Movie.en.hi.srt", "en"),
        ("Movie.en.sdh.srt", "en"),
        ("Movie.hin.srt", "hi"),
        ("Movie.ben.cc.srt", "bn"),
        ("Movie.pt-BR.forced.srt", "pt"),
        ("Movie.hi-Latn.srt", "hi-Latn"),
        ("Movie.Hindi.srt", "hi"),
        ("Dr. Rao No. 2.ta.2.srt", "ta"),
        ("Movie.srt", "und"),
        ("Say.It.srt", "und"),
        ("Movie.1975.srt", "und"),
    ],
)
def test_the_language_of_a_name_is_read_as_players_read_it(name: str, language: str) -> None:
    assert language_of_file(Path(name), [Cue(start=0, end=1, lines=["12"])]) == language


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Where was the man who said that he had seen it?"),
        ("hi", "यह किताब राम की है और वह घर जा रहा है"),
        ("mr", "तो घरी गेला आहे पण आम्ही इथे नाही"),
        ("ur", "وہ گھر جا رہا ہے اور میں یہاں ہوں"),
        ("ta", "நான் வீட்டுக்கு போகிறேன்"),
        ("und", "Der Hund des Nachbarn bellt die ganze Nacht lang"),
        ("und", "Le chien du voisin aboie toute la nuit"),
    ],
)
def test_without_a_name_the_script_and_the_words_tell_the_language(language: str, said: str) -> None:
    assert language_of_file(Path("Movie.srt"), [Cue(start=0, end=1, lines=[said])]) == language


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("a.de.srt", "Das ist Onkel Otto\nSchmidt, der am\nend of the"),
        ("a.srt", "Das ist der Garten von Onkel\nOtto Schmidt"),
        ("a.en.srt", "I saw Jai\n- Mehta? Where?"),
        ("a.en.srt", "[Jai]\nMehta was here."),
        ("a.en.srt", "I saw Jai\nMEHTA: Where?"),
        ("a.en.srt", "I saw Jai\nInspector Rao: Where?"),
        ("a.en.srt", "I saw Jai\n>> Mehta saw him too."),
        ("a.en.srt", "Jai -\nMehta, go!"),
        ("a.en.srt", "He came in 1998\n... and left."),
    ],
)
def test_labels_dashes_and_other_languages_are_no_torn_names(
    name: str, lines: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = checked(tmp_path / name, f"1\n00:00:01,000 --> 00:00:05,000\n{lines}\n", capsys)[1]
    assert "bad-break" not in flags


def test_what_cannot_be_read_is_said_and_ends_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(tmp_path / "a.srt", GOOD + "\n3\n00:00:06,000 -> 00:00:07,000\nLost\n", capsys)[0] == 1
    good = tmp_path / "good.en.srt"
    good.write_text(GOOD.replace("05,000", "03,500"), encoding="utf-8")
    for name, whole, message in (
        ("a.srt", "déjà".encode("latin-1"), "is not UTF-8"),
        ("a.srt", "नमस्ते".encode("utf-16") + b"x", "is not UTF-16"),
        ("a.sub", GOOD.encode(), "neither SubRip"),
        ("a.vtt", GOOD.encode(), "not WebVTT"),
        ("a.ttml", GOOD.encode(), "not TTML"),
        ("a.ass", GOOD.encode(), "not ASS"),
        ("nothing.srt", None, "no such file"),
        (".", None, "cannot be read"),
    ):
        path = tmp_path / name
        if whole is not None:
            path.write_bytes(whole)
        with pytest.raises(SystemExit) as end:
            check_subtitles.main([str(path), str(good)])
        printed = capsys.readouterr()
        assert end.value.code == 2
        assert f"{path}: " in printed.out and message in printed.out and "1 of 2 files" in printed.err
        assert f"{good}: cue 2" in printed.out and "too-short" in printed.out
    assert checked(tmp_path / "words.srt", "नमस्ते", capsys)[0] == 1
    assert checked(tmp_path / "empty.srt", "", capsys)[0] == 0


def test_a_wrong_option_is_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    for options in (["--reading-speed", "fast"], ["--lines", "0"], ["--language", "klingon"]):
        with pytest.raises(SystemExit) as end:
            check_subtitles.main(["a.srt", *options])
        assert end.value.code == 2
        assert "error:" in capsys.readouterr().err


def test_webvtt_of_the_wild_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_text(
        "WEBVTT - A film\nKind: captions\nLanguage: en\n\nNOTE\nnot shown\n\nSTYLE\n::cue { color: red }\n\n"
        "12\n00:05.000 --> 00:06.000 align:left line:10%\n<v.loud Jai>Where &lt;i&gt; &amp; &rlm;you</v>?\n<b>Here</b>\n\n"
        "NOTE of\ntwo lines\n\n00:01.000 --> 100:00:02.500\n<c.yellow>go</c> <00:01.500><c>on</c>\n",
        encoding="utf-8",
    )
    assert read_cues(path) == (
        [
            Cue(start=5000, end=6000, lines=["Where & you?", "Here"]),
            Cue(start=1000, end=360_002_500, lines=["go on"]),
        ],
        [],
    )
