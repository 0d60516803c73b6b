"""Which audio stream of a movie is listened to."""

from collections.abc import Sequence

from moviesubs.contracts import Probe, Stream
from moviesubs.errors import UserError
from moviesubs.language.languages import code_of_iso639


def choose_audio(path: str, streams: Sequence[Stream], language: str | None, index: int | None) -> Stream:
    """The audio stream to listen to: the one asked for, else by language, else by default flag, else the first.

    Commentaries and audio descriptions come last unless they are asked for by index.

    Args:
        path: names the movie in errors.
        streams: all streams of the movie.
        language: short code of the language spoken ("hi"), or None.
        index: index of the stream in the container, or None.

    Raises:
        UserError: the movie has no sound, or no such stream.
    """
    audio = [stream for stream in streams if stream.type == "audio"]
    if not audio:
        raise UserError(f"{path}: has no audio stream; there is nothing to transcribe")
    if index is not None:
        for stream in audio:
            if stream.index == index:
                return stream
        known = ", ".join(f"{stream.index} ({stream.language or 'no language'})" for stream in audio)
        raise UserError(f"{path}: has no audio stream with index {index}; its audio streams are {known}")

    def rank(stream: Stream) -> tuple[bool, bool, bool, int]:
        wanted = language is not None and code_of_iso639(stream.language) == language
        return (not wanted, stream.commentary, not stream.default, stream.index)

    return min(audio, key=rank)


def settled_language(probe: Probe, language: str | None, index: int | None) -> str | None:
    """The language by which to choose the audio stream: the one of an earlier choice, where another changes nothing.

    So a movie whose language is corrected is not demuxed again for the same stream.

    Args:
        probe: of an earlier run.
        language: short code of the language spoken, or None.
        index: index of the stream that is asked for, whatever its language.
    """
    same = index is not None or choose_audio(probe.path, probe.streams, language, None).index == probe.audio
    return probe.audio_language if same else language
