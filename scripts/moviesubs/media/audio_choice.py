"""Which of a movie's streams are worked on: the film's own sound in the language spoken, and the picture that gives the clock."""

import re
from collections.abc import Sequence

from moviesubs.contracts import Probe, Stream
from moviesubs.errors import UserError
from moviesubs.language.languages import code_of_iso639, languages

#: titles of sound that is not the film's own: comments, descriptions of the picture, music alone
_OTHER_SOUND = re.compile(
    r"comment|kommentar|comentari|комментари|टिप्पणी|descri(?:pti|bed)|audio.?des[ck]ri|audiodeskri|hörfilm"
    r"|visually impaired|narrat(?:ion|ive) for|\b(?:AD|DVS|M&E|ME track)\b|isolated|\bscore\b|music (?:only|and effects|& effects|track)"
    r"|effects only|instrumental|karaoke|interview|watch.?along|riff",
    re.IGNORECASE,
)


def is_other_sound(title: str | None) -> bool:
    """Whether the title of an audio stream says that it is a commentary, a description of the picture, or music alone."""
    return bool(title and _OTHER_SOUND.search(title))


def language_of(stream: Stream) -> str | None:
    """Short code of a stream's language: by its tag, else by a language that its title names; None where neither says."""
    return code_of_iso639(stream.language) or language_in(stream.language) or language_in(stream.title)


def language_in(title: str | None) -> str | None:
    """Short code of the one language that a title names ("Hindi 5.1", "हिन्दी"); None where it names none or several."""
    if not title:
        return None
    words = re.split(r"[^\w\u0900-\u0dff]+", title.casefold())
    named = {
        one.code for one in languages().values() if one.name.casefold() in words or one.autonym.casefold() in words
    }
    return named.pop() if len(named) == 1 else None


def describe(stream: Stream) -> str:
    """A stream as a person knows it: "2 (hin, Hindi 5.1)"."""
    said = [stream.language or "no language", *([stream.title] if stream.title else [])]
    return f"{stream.index} ({', '.join(said)})"


def choose_audio(
    path: str, streams: Sequence[Stream], language: str | None, index: int | None
) -> tuple[Stream, list[str]]:
    """The audio stream to listen to: the one asked for, else the film's own sound by language, default flag and order.

    Comments, descriptions of the picture and music alone come last, whatever their language.

    Args:
        path: names the movie in errors.
        streams: all streams of the movie.
        language: short code of the language spoken ("hi"), or None.
        index: index of the stream in the container, or None.

    Returns:
        The stream, and a warning where little speaks for it.

    Raises:
        UserError: the movie has no sound, or no such stream.
    """
    audio = [stream for stream in streams if stream.type == "audio"]
    if not audio:
        raise UserError(f"{path}: has no audio stream; there is nothing to transcribe")
    if index is not None:
        for stream in audio:
            if stream.index == index:
                return stream, _other_language(stream, language, [])
        known = ", ".join(f"{stream.index} ({stream.language or 'no language'})" for stream in audio)
        raise UserError(f"{path}: has no audio stream with index {index}; its audio streams are {known}")

    def rank(stream: Stream) -> tuple[bool, int, bool, int]:
        spoken = language_of(stream)
        mismatch = 0 if language is None or spoken == language else 1 if spoken is None else 2
        return (stream.commentary, mismatch, not stream.default, stream.index)

    ranked = sorted(audio, key=rank)
    best, others = ranked[0], ranked[1:]
    if warning := _other_language(best, language, others):
        return best, warning
    return best, _weak(best, others, language)


def _alternatives(others: Sequence[Stream]) -> str:
    return f"; others are {', '.join(map(describe, others))}: choose with audio_stream in the table" if others else ""


def _other_language(stream: Stream, language: str | None, others: Sequence[Stream]) -> list[str]:
    spoken = language_of(stream)
    if language is None or spoken in (None, language):
        return []
    tag = stream.language or spoken
    return [f"the sound chosen, stream {stream.index}, is tagged {tag}, not {language}{_alternatives(others)}"]


def _weak(best: Stream, others: Sequence[Stream], language: str | None) -> list[str]:
    """A warning where the choice could well have been another."""
    equals = [one for one in others if one.commentary == best.commentary]
    if best.commentary:
        reason = "by its title or flag it is a commentary, a description or music alone, and so are all others"
    elif not equals and (language is None or language_of(best) == language):
        return []
    elif language is not None and language_of(best) is None:
        reason = "nothing says its language"
    elif language is None:
        if best.default and not any(one.default for one in equals):
            return []
        if {language_of(one) for one in equals} == {language_of(best)} != {None}:
            return []
        reason = "nothing says which is the film's own"
    else:
        rivals = [
            one for one in equals if language_of(one) == language and not one.title and one.default == best.default
        ]
        if not rivals or best.title:
            return []
        reason = "it is the first of several in its language"
    if not others:
        return []
    return [f"the sound chosen, stream {describe(best)}, is a guess: {reason}{_alternatives(others)}"]


def choose_picture(streams: Sequence[Stream]) -> Stream | None:
    """The video stream that gives the movie its clock: the default one, else the first; a cover picture is none.

    Args:
        streams: all streams of the movie.

    Returns:
        The stream, or None where there is only sound.
    """
    pictures = [stream for stream in streams if stream.type == "video" and not stream.attached_picture]
    return min(pictures, key=lambda stream: (not stream.default, stream.index), default=None)


def settled_language(probe: Probe, language: str | None, index: int | None) -> str | None:
    """The language by which to choose the audio stream: the one of an earlier choice, where another changes nothing.

    So a movie whose language is corrected is not demuxed again for the same stream.

    Args:
        probe: of an earlier run.
        language: short code of the language spoken, or None.
        index: index of the stream that is asked for, whatever its language.
    """
    if language == probe.audio_language:
        return language
    same = index is not None or choose_audio(probe.path, probe.streams, language, None)[0].index == probe.audio
    return probe.audio_language if same else language
