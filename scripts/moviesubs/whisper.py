"""What both Whisper backends share: the checks before the long work, and the flags on what came out."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from moviesubs.audio import Wav
from moviesubs.chunks import WHISPER_WINDOW, quietest_moment
from moviesubs.contracts import AsrSegment, Segment
from moviesubs.device import positive_number
from moviesubs.errors import UserError
from moviesubs.languages import language

#: positions of Whisper's decoder, for prompt and text together; text that fills them was cut off
TEXT_POSITIONS = 448

#: seconds; chunks are not halved below this
SHORTEST_HALF = 3.0

#: flags on segments
NO_SPEECH = "no-speech"
CUT_OFF = "cut-off"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that both backends have.

    Args:
        parser: the program's parser.
    """
    parser.add_argument("--audio", type=Path, required=True, help="WAV, 16 kHz mono")
    parser.add_argument("--speech", type=Path, required=True, help="speech.json: where somebody speaks")
    parser.add_argument("--language", required=True, help="the spoken language, hi say; it is not guessed")
    about = "longest chunk in seconds, at most 30 (default: %(default)s)"
    parser.add_argument("--chunk-size", type=positive_number, default=WHISPER_WINDOW, help=about)
    about = "longest pause inside a chunk in seconds (default: %(default)s)"
    parser.add_argument("--max-pause", type=positive_number, default=2.0, help=about)
    about = "text that comes before each chunk: style, spelling, names"
    parser.add_argument("--initial-prompt", metavar="TEXT", help=about)


def check_language(code: str) -> None:
    """Refuses a language that Whisper has no token for, before a model is loaded.

    Args:
        code: the short code.

    Raises:
        UserError: no such language, or Whisper does not recognise it.
    """
    found = language(code)
    if not found.whisper:
        raise UserError(f"Whisper does not recognise {found.name} ({code})")


def check_files(model: Path, names: Sequence[Sequence[str]], advice: str) -> None:
    """Refuses a model folder that lacks a file.

    Args:
        model: the folder.
        names: for each file that is needed, the names that it may have.
        advice: what to do, for the message.

    Raises:
        UserError: the folder or a file is missing.
    """
    if not model.is_dir():
        raise UserError(f"{model}: no such folder; {advice}")
    for alternatives in names:
        if not any((model / name).is_file() for name in alternatives):
            raise UserError(f"{model}: no {' or '.join(alternatives)}; {advice}")


def segment_of(
    chunk: Segment,
    text: str,
    tokens: int,
    *,
    avg_logprob: float | None = None,
    no_speech_prob: float | None = None,
    silent: bool = False,
) -> AsrSegment | None:
    """The record of a recognised chunk.

    Args:
        chunk: where it is.
        text: what was recognised.
        tokens: the number of positions that prompt and text took in the decoder.
        avg_logprob: mean log probability of its tokens.
        no_speech_prob: probability that nobody speaks.
        silent: whether the model took it for silence: its text is doubtful.

    Returns:
        The segment, or None where no text was recognised.
    """
    if not text.strip():
        return None
    flags = [NO_SPEECH] if silent else []
    flags += [CUT_OFF] if tokens >= TEXT_POSITIONS - 1 else []
    return AsrSegment(
        start=chunk.start,
        end=chunk.end,
        text=text.strip(),
        avg_logprob=avg_logprob,
        no_speech_prob=no_speech_prob,
        flags=flags,
    )


def halves(wav: Wav, chunk: Segment) -> list[Segment]:
    """Cuts a chunk at its quietest moment in the middle third.

    Args:
        wav: the audio.
        chunk: what to cut.

    Returns:
        Its two parts.
    """
    third = (chunk.end - chunk.start) / 3
    middle = quietest_moment(wav, chunk.start + third, chunk.end - third)
    return [Segment(start=chunk.start, end=middle), Segment(start=middle, end=chunk.end)]


def recognise_all(
    wav: Wav, chunks: Sequence[Segment], recognise: Callable[[Sequence[Segment]], list[AsrSegment | None]]
) -> list[AsrSegment]:
    """Recognises all chunks, in halves where the text of a chunk did not fit into Whisper's decoder.

    Its 448 positions hold 30 s of English, but Indian scripts take one token and more a letter, so half a minute of
    quick speech is cut off.

    Args:
        wav: the audio.
        chunks: what to recognise.
        recognise: gives the segment of each chunk, None where there is no text.

    Returns:
        The segments in order.
    """
    done: list[AsrSegment] = []
    waiting = list(chunks)
    while waiting:
        again: list[Segment] = []
        for chunk, segment in zip(waiting, recognise(waiting), strict=True):
            if segment and CUT_OFF in segment.flags and chunk.end - chunk.start >= 2 * SHORTEST_HALF:
                again += halves(wav, chunk)
            elif segment:
                done.append(segment)
        if again:
            print(
                f"{len(again) // 2} chunks had more text than Whisper's decoder holds: again in halves",
                file=sys.stderr,
                flush=True,
            )
        waiting = again
    return sorted(done, key=lambda segment: segment.start)
