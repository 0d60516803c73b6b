"""Subtitles that are there already."""

from pathlib import Path

import pytest
from support.media import ffmpeg, picture

from moviesubs.contracts import ExistingTrack
from moviesubs.library.existing import belongs, beside, embedded, has, list_folder, parse_tokens, transcript_track


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        (".en", "en", "full"),
        (".eng.forced", "en", "forced"),
        (".hi", "hi", "full"),
        (".hin.sdh", "hi", "sdh"),
        (".en.hi", "en", "sdh"),
        (".hi.hi", "hi", "sdh"),
        (".hi-Latn", "hi-Latn", "full"),
        (".pt-BR", "pt", "full"),
        (".zh_TW.cc", "zh", "sdh"),
        (" - Hindi [SDH]", "hi", "sdh"),
        ("2_English", "en", "full"),
        ("-en", "en", "full"),
        (".हिन्दी", "hi", "full"),
        (".default", None, "full"),
        ("", None, "full"),
    ],
)
def test_language_and_kind_are_what_players_read_in_a_name(text: str, language: str | None, kind: str) -> None:
    assert parse_tokens(text) == (language, kind)


def test_a_file_belongs_to_the_movie_with_the_longest_name_that_it_begins_with() -> None:
    stems = ["Dhoom", "Dhoom.2"]
    assert belongs("Dhoom.en", "Dhoom", stems) == ".en"
    assert belongs("Dhoom.2.en", "Dhoom", stems) is None
    assert belongs("Dhoom.2.en", "Dhoom.2", stems) == ".en"
    assert belongs("Dhoomketu.en", "Dhoom", stems) is None
    assert belongs("DHOOM", "Dhoom", stems) == ""


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_files_beside_a_movie_and_in_its_folder_of_subtitles_are_its_tracks(tmp_path: Path) -> None:
    put(tmp_path, "Sholay.mkv", "Sholay.en.srt", "Sholay.hi.sup", "Sholay.en.forced.ass", "Sholay.sub", "Sholay.idx")
    put(tmp_path, "Sholay.te.srt", "Subs/3_Tamil.srt", "Subs/notes.srt", "Other/Sholay.mr.srt")
    tracks = beside(tmp_path / "Sholay.mkv", "hi", list_folder(tmp_path), ours={str(tmp_path / "Sholay.te.srt")})
    assert [(Path(one.path or "").name, one.language, one.kind, one.text) for one in tracks] == [
        ("Sholay.en.forced.ass", "en", "forced", True),
        ("Sholay.en.srt", "en", "full", True),
        ("Sholay.hi.sup", "hi", "full", False),
        ("Sholay.sub", None, "full", False),
        ("3_Tamil.srt", "ta", "full", True),
    ]


def test_where_movies_share_a_folder_each_has_the_files_of_its_name(tmp_path: Path) -> None:
    put(tmp_path, "a.mkv", "a.2.mkv", "a.2.en.srt", "English.srt")
    assert beside(tmp_path / "a.mkv", "hi", list_folder(tmp_path)) == []
    assert [one.language for one in beside(tmp_path / "a.2.mkv", "hi", list_folder(tmp_path))] == ["en"]


def test_a_file_that_does_not_say_its_language_tells_it_by_its_script(tmp_path: Path) -> None:
    texts = {"a": "1\n00:00:01,000 --> 00:00:02,000\nतुम कहाँ थे?\n", "b": "1\n00:00:01,000 --> 00:00:02,000\nWhere?\n"}
    for name, text in texts.items():
        (tmp_path / f"{name}.srt").write_text(text)
        (track,) = beside(tmp_path / f"{name}.mkv", "hi", list_folder(tmp_path))
        assert track.language == {"a": "hi", "b": "en"}[name]


def test_the_tracks_in_a_movie_say_their_language_and_kind(tmp_path: Path) -> None:
    (tmp_path / "x.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nWhere?\n")
    movie = tmp_path / "x.mkv"
    subtitles = ["-f", "srt", "-i", tmp_path / "x.srt"]
    ffmpeg(
        *picture(),
        *subtitles,
        *(word for index in range(3) for word in ("-map", "1:0" if index else "0:0")),
        *("-map", "1:0", "-c:v", "libx264", "-c:s", "subrip"),
        *("-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=hin", "-metadata:s:s:1", "title=Hindi SDH"),
        *("-disposition:s:2", "forced", movie),
    )
    assert embedded(movie) == [
        ExistingTrack(format="subrip", language="en", stream=1),
        ExistingTrack(format="subrip", language="hi", kind="sdh", stream=2),
        ExistingTrack(format="subrip", kind="forced", stream=3),
    ]
    (tmp_path / "broken.mkv").write_bytes(b"no movie")
    assert embedded(tmp_path / "broken.mkv") == []


def test_a_forced_track_does_not_stand_for_the_whole_dialogue_nor_pictures_for_text() -> None:
    tracks = [
        ExistingTrack(format="srt", language="en", kind="forced"),
        ExistingTrack(format="hdmv_pgs_subtitle", language="ta", text=False),
        ExistingTrack(format="srt", language="hi", kind="sdh"),
    ]
    assert not has(tracks, "en", "")
    assert has(tracks, "en", "forced")
    assert not has(tracks, "ta", "")
    assert has(tracks, "hi", "")


def test_the_transcript_is_a_file_of_the_whole_dialogue_rather_than_a_track_in_the_movie() -> None:
    inside = ExistingTrack(format="subrip", language="hi", stream=2)
    file = ExistingTrack(format="srt", language="hi", kind="sdh", path="x.hi.sdh.srt")
    assert transcript_track([inside, file], "hi") == file
    assert transcript_track([inside, file], "en") is None
