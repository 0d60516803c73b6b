"""The film's own sound is chosen, by tags and by titles; what is a guess is said."""

import pytest

from moviesubs.contracts import Stream
from moviesubs.media.audio_choice import choose_audio, is_other_sound, language_in


def sounds(*described: tuple[str | None, str | None, str]) -> list[Stream]:
    """Audio streams of (language, title, flags)."""
    return [
        Stream(index=number, type="audio", codec="aac", language=language, title=title, default="d" in flags,
               commentary="c" in flags or is_other_sound(title))
        for number, (language, title, flags) in enumerate(described, start=1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "title",
    ["Audio Description", "Director's comments", "Isolated Score", "Hindi (Descriptive Audio)", "Commentary by Ramesh Sippy",
     "DVS", "English AD", "Music and Effects", "Kommentar", "Described Video", "Film Score"],
)  # fmt: skip
def test_titles_that_are_not_the_films_own_sound(title: str) -> None:
    assert is_other_sound(title)
    assert choose_audio("m", sounds(("hin", title, "d"), ("hin", None, "")), "hi", None)[0].index == 2


@pytest.mark.parametrize(
    "title", ["Hindi 5.1", "Director's Cut 5.1", "Original", "Stereo", "DTS-HD MA 7.1", "Advanced Audio", None]
)
def test_titles_that_are(title: str | None) -> None:
    assert not is_other_sound(title)


@pytest.mark.parametrize(
    ("title", "code"),
    [("Hindi 5.1", "hi"), ("हिन्दी", "hi"), ("TAMIL (AAC)", "ta"), ("Hindi + English", None), ("Stereo", None)],
)
def test_a_title_may_name_the_language(title: str, code: str | None) -> None:
    assert language_in(title) == code


def test_a_description_is_never_chosen_over_the_films_own_sound() -> None:
    for language in ("hi", None, "en"):
        chosen, _ = choose_audio("m", sounds((None, None, ""), ("hin", "Audio Description", "d")), language, None)
        assert chosen.index == 1


def test_a_titles_language_is_believed_where_the_tag_is_missing() -> None:
    chosen, warnings = choose_audio("m", sounds(("eng", None, "d"), (None, "Hindi 2.0", "")), "hi", None)
    assert (chosen.index, warnings) == (2, [])


@pytest.mark.parametrize(
    ("streams", "language"),
    [
        ([(None, None, ""), (None, None, "")], "hi"),
        ([("hin", None, ""), ("hin", None, "")], "hi"),
        ([("tam", None, ""), ("hin", None, "")], None),
        ([("eng", None, "d"), ("tam", None, "")], "hi"),
        ([("hin", "Commentary", "d"), ("hin", "Audio Description", "")], "hi"),
    ],
)
def test_a_guess_is_a_warning_that_names_the_others(
    streams: list[tuple[str | None, str | None, str]], language: str | None
) -> None:
    _, (warning,) = choose_audio("m", sounds(*streams), language, None)
    assert "others are 2 (" in warning and "audio_stream" in warning


@pytest.mark.parametrize(
    ("streams", "language"),
    [
        ([("hin", None, "")], "hi"),
        ([(None, None, "d")], "hi"),
        ([("eng", None, "d"), ("hin", None, "")], "hi"),
        ([("hin", "Hindi 5.1", "d"), ("hin", "Hindi 2.0", "")], "hi"),
        ([("hin", None, "d"), ("hin", "Commentary", "")], "hi"),
        ([("tam", None, "d"), ("hin", None, "")], None),
    ],
)
def test_a_clear_choice_is_silent(streams: list[tuple[str | None, str | None, str]], language: str | None) -> None:
    assert choose_audio("m", sounds(*streams), language, None)[1] == []
