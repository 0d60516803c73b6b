"""The report says what is doubtful and why, shows whatever text it is given as text, and loads nothing. Its script: test_report_page.py."""

import base64
import csv
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support import media
from support.report_pages import TRANSCRIPTS, TRAP, make, write

import quality
import report
from moviesubs import contracts
from moviesubs.contracts import Cues, Shots, Speech, SpokenLanguage, Transcript
from moviesubs.errors import UserError
from moviesubs.report.clips import PAUSE
from moviesubs.report.quality import Quality

VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """A page's elements, text by element, and whether its tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts.append((self.tags[-1][1], data))
        if "tr" in self.open and data.strip():
            self.rows[-1].append(" ".join(data.split()))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    make(tmp_path)
    write(tmp_path)
    return tmp_path


def html(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def block(folder: Path, name: str) -> str:
    return next(text for attributes, text in Page(html(folder)).scripts if attributes.get("id") == name)


def data(folder: Path) -> dict[str, Any]:
    return json.loads(block(folder, "data"))  # type: ignore[no-any-return]


def track(folder: Path, language: str) -> list[dict[str, Any]]:
    return next(one["rows"] for one in data(folder)["tracks"] if one["language"] == language)


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    """Two minutes of sound; the stretch that is worked on starts at one minute of the movie."""
    path = tmp_path / "audio.wav"
    media.ffmpeg("-f", "lavfi", "-i", "sine=440:r=16000:d=120", "-ac", "1", path)
    return path


def test_text_of_users_and_models_is_shown_as_text(made: Path) -> None:
    page = html(made)
    assert "<script>alert" not in page and "<tt>3</tt>" not in page and "a/<b>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;O&#39;Neill&#34; (1975)" in page
    assert any("Sentence <tt>3</tt>." in " ".join(row["lines"]) for row in track(made, "en"))


def test_the_page_is_well_formed_and_loads_nothing(made: Path) -> None:
    page = Page(html(made))
    for tag, attributes in page.tags:
        assert tag not in {"link", "img", "iframe", "object", "video", "base", "form"}
        assert not {"src", "srcset", "action", "data"} & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in html(made) and "@import" not in html(made)
    targets = {a["id"] for _, a in page.tags if "id" in a}
    assert {(a["href"] or "")[1:] for t, a in page.tags if t == "a"} <= targets


def test_only_the_pages_own_script_may_run(made: Path) -> None:
    page = Page(html(made))
    policy = next(
        a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy and policy.startswith("default-src 'none'; ")
    run = [text for attributes, text in page.scripts if "type" not in attributes]
    assert len(run) == 2  # the list and the editor
    digests = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in run]
    assert re.findall(r"script-src ([^;]*);", policy) == [" ".join(f"'sha256-{digest}'" for digest in digests)]


def test_every_cue_and_every_sentence_is_in_its_tracks_list(made: Path) -> None:
    for language in ("hi", "en"):
        cues = contracts.read(made / f"cues.{language}.json", Cues).cues
        rows = track(made, language)
        assert [row["lines"] for row in rows if row["lines"]] == [cue.lines for cue in cues]
        assert {flag for row in rows for flag in row["flags"]} <= set(data(made)["flags"])
        for cue in cues:
            row = next(row for row in rows if row["start"] == cue.start / 1000)
            assert set(cue.flags) <= set(row["flags"])
            assert row["listen"][0] <= row["start"] and row["end"] <= row["listen"][1]


def test_flags_of_sentences_stand_at_their_first_cue_the_gravest_first(made: Path) -> None:
    flagged = [row for row in track(made, "hi") if row["severity"]]
    worst = max(flagged, key=lambda row: row["severity"])
    assert worst["flags"] == ["maybe-no-speech", "repeated", "low-confidence"]
    assert 81 <= worst["start"] < 82
    count = sum(bool(one.flags) for one in contracts.read(made / "hi.json", Transcript).sentences)
    assert len(flagged) == count


def test_a_sentence_without_translation_is_listed_without_cue(made: Path) -> None:
    lost = next(row for row in track(made, "en") if not row["lines"])
    assert lost["flags"] == ["translation-empty"]
    assert lost["source"] == next(
        one.text for one in contracts.read(made / "hi.json", Transcript).sentences if one.id == 5
    )


def test_songs_are_shown_as_such_and_skipped_ones_are_no_mistake(made: Path) -> None:
    cues = contracts.read(made / "cues.en.json", Cues)
    cues.cues[1].sung = True
    cues.skipped = [5]
    contracts.write(made / "cues.en.json", cues)
    write(made)
    rows = track(made, "en")
    assert [row["lines"] for row in rows if row["sung"]] == [cues.cues[1].lines]
    assert [row["flags"] for row in rows if not row["lines"]] == [["song-skipped"]]


def test_a_translation_shows_its_source_once(made: Path) -> None:
    sources = " ".join(row["source"] for row in track(made, "en"))
    spoken = [one.text for one in contracts.read(made / "hi.json", Transcript).sentences]
    assert all(sources.count(text) >= 1 for text in spoken)
    assert not any(row["source"] for row in track(made, "hi"))


def test_rescue_removal_models_and_measurements_are_told(made: Path) -> None:
    page = html(made)
    assert "Recognised by whisperx after the first attempt failed" in page
    assert "mlx ended with signal 11 after 42 s" in page
    rows = Page(page).rows
    assert ["0:01:25", "...", "no words", "Punctuation only."] in [row for row in rows if "..." in row]
    assert ["whisper", "a/<b>", "0123456789ab", "MIT"] in rows
    assert ["probe", "0.4 s", "0.4 s", "52 MB", "probe.log"] in rows
    assert ["translate", "en", "9.2 s", "14.5 s", "940 MB", "–"] in rows
    assert not any(row[0] in ("romanise", "report") for row in rows if row)


def test_the_vote_on_the_language_is_told(made: Path) -> None:
    vote = SpokenLanguage(language="hi", votes={"ur": 0.2, "hi": 0.75, "sa": 0.001}, windows=[], model="whisper")
    contracts.write(made / "language.json", vote)
    write(made, "--spoken-language", f"{made}/language.json")
    assert "<dd>Hindi 75%, Urdu 20%</dd>" in html(made)


def test_a_film_in_several_languages_says_how_much_is_in_each(made: Path) -> None:
    spoken = contracts.read(made / "hi.json", Transcript)
    half = len(spoken.sentences) // 2
    for sentence in spoken.sentences[:half]:
        sentence.language = "en"
    contracts.write(made / "hi.json", spoken)
    write(made)
    assert re.search(r"<dd>(Hindi \d\d%, English \d\d%|English \d\d%, Hindi \d\d%)</dd>", html(made))


def test_a_forced_track_is_counted_and_drawn_beside_the_full_ones(made: Path) -> None:
    assert "forced cues" not in html(made)
    track = contracts.read(made / "cues.hi.json", Cues)
    contracts.write(made / "cues.hi.forced.json", msgspec.structs.replace(track, cues=track.cues[:2]))
    write(made, "--forced", f"hi={made}/cues.hi.forced.json")
    assert "<dt>Hindi forced cues</dt><dd>2</dd>" in html(made) and "Forced hi" in html(made)


def test_shot_changes_stand_in_the_timeline(made: Path) -> None:
    assert "shot changes" not in html(made)
    contracts.write(made / "shots.json", Shots(changes=[61.5, 70.0, 99.0], method="content", threshold=10))
    write(made, "--shots", f"{made}/shots.json")
    assert "3 shot changes" in html(made)
    marks = [a for t, a in Page(html(made)).tags if t == "rect" and a.get("class") == "c8"]
    assert [mark["x"] for mark in marks] == ["50.0", "333.3", "300.0"]  # rows of 30 s from one minute on


def test_colours_follow_the_system_and_the_layout_the_screen(made: Path) -> None:
    page = html(made)
    assert "prefers-color-scheme: dark" in page and "max-width: 700px" in page
    assert 'name="viewport"' in page


def test_a_small_preview_goes_into_the_page(made: Path) -> None:
    (made / "preview.mp4").write_bytes(b"some movie")
    write(made, "--preview", f"{made}/preview.mp4")
    assert base64.b64decode(block(made, "preview")) == b"some movie"
    assert not [a for t, a in Page(html(made)).tags if t == "video" and "src" in a]


def test_a_large_preview_stays_beside_the_page_which_has_the_sound_of_what_is_flagged(made: Path, audio: Path) -> None:
    (made / "preview.mp4").write_bytes(b"some movie")
    write(made, "--preview", f"{made}/preview.mp4", "--audio", str(audio), "--embed", "0")
    assert [a["src"] for t, a in Page(html(made)).tags if t == "video"] == ["preview.mp4"]
    assert "is too large for this page" in html(made)
    clips = data(made)["clips"]
    for language in ("hi", "en"):
        for row in track(made, language):
            start, end = row["listen"]
            assert not row["flags"] or any(a <= start and end <= b for a, b, _ in clips)
    (made / "clips.m4a").write_bytes(base64.b64decode(block(made, "clips")))
    media.ffmpeg("-i", made / "clips.m4a", "-ar", "16000", made / "clips.wav")
    length = len(media.samples(made / "clips.wav")) / 16_000
    assert length == pytest.approx(clips[-1][2] + clips[-1][1] - clips[-1][0] + PAUSE, abs=0.1)


def test_a_missing_preview_or_sound_is_one_clear_line(made: Path) -> None:
    with pytest.raises(UserError, match="preview.mp4: no such file"):
        write(made, "--preview", f"{made}/preview.mp4")
    (made / "audio.wav").write_bytes(b"RIFF")
    with pytest.raises(UserError, match="audio.wav: not a readable WAV file"):
        write(made, "--audio", f"{made}/audio.wav")


def test_an_empty_movie_has_a_report(tmp_path: Path) -> None:
    contracts.write(tmp_path / "hi.json", Transcript(language="hi", sentences=[]))
    contracts.write(tmp_path / "speech.json", Speech(segments=[], method="silero", duration=120))
    contracts.write(tmp_path / "cues.hi.json", Cues(language="hi", cues=[], limits={}))
    options = ["--name", "Silence", "--probe", TRANSCRIPTS / "probe.json", "--speech", tmp_path / "speech.json"]
    options += ["--asr", TRANSCRIPTS / "aligned.gu.json", "--transcript", tmp_path / "hi.json"]
    options += ["--cues", f"hi={tmp_path}/cues.hi.json", "--quality", tmp_path / "quality.json"]
    report.main(list(map(str, [*options, "--output", tmp_path / "report.html"])))
    Page(html(tmp_path))
    assert "Nobody was heard speaking" in html(tmp_path)
    assert "no alignment model for gu" in html(tmp_path)
    assert contracts.read(tmp_path / "quality.json", Quality).tracks[0].cues == 0


def test_a_pair_without_language_is_refused(made: Path) -> None:
    with pytest.raises(UserError, match="cues.en.json"):
        write(made, "--cues", "cues.en.json")


# --- the table of all movies -------------------------------------------------------------------------------------


def test_the_table_of_movies_has_what_needs_a_person_on_top(made: Path) -> None:
    write(made, "--quality", f"{made}/one.json")
    first = contracts.read(made / "one.json", Quality)
    assert first.events == ["Recognised by whisperx after the first attempt failed"]
    assert [(track.language, track.cues) for track in first.tracks] == [
        (language, len(contracts.read(made / f"cues.{language}.json", Cues).cues)) for language in ("hi", "en")
    ]
    calm = msgspec.structs.replace(first, movie="Calm", events=[], tracks=[])
    good = msgspec.structs.replace(first, movie="Good", events=[])
    for name, record in (("two", good), ("three", calm)):
        contracts.write(made / f"{name}.json", record)
    files = [f"{made}/{name}.json" for name in ("one", "two", "three")]
    movies = ["--movies", *files, "--unfinished", "<b>Broken</b>"]
    quality.main([*movies, "--output", f"{made}/report.html", "--table", f"{made}/quality.tsv"])
    assert "&lt;b&gt;Broken&lt;/b&gt;" in html(made)
    page = Page(html(made))
    assert [row[0] for row in page.rows[1:]] == ["Calm", TRAP, "Good"]
    links = [a["href"] for t, a in page.tags if t == "a"]
    assert links[0] == "Calm/report.html" and "<script>" not in "".join(map(str, links))
    assert "<script>alert" not in html(made)
    with (made / "quality.tsv").open(newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert [(row["movie"], row["track"]) for row in rows] == [
        ("Calm", ""), (TRAP, "hi"), (TRAP, "en"), ("Good", "hi"), ("Good", "en")
    ]  # fmt: skip


def test_a_batch_without_movies_has_a_table(tmp_path: Path) -> None:
    quality.main(["--output", f"{tmp_path}/report.html", "--table", f"{tmp_path}/quality.tsv"])
    Page(html(tmp_path))
    assert "There are no movies." in html(tmp_path)
