"""What both Whisper backends share: the checks before the long work, and the flags on what came out."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.errors import UserError
from moviesubs.flags import Flag
from moviesubs.language.glossary import read_table
from moviesubs.language.languages import language
from moviesubs.language.scripts import share_in_script
from moviesubs.media.wav import Wav
from moviesubs.recognition.chunks import WHISPER_WINDOW, quietest_moment
from moviesubs.recognition.hallucinations import judge
from moviesubs.recognition.journal import Parts
from moviesubs.stage.device import positive_number

#: positions of Whisper's decoder, for prompt and text together; text that fills them was cut off
TEXT_POSITIONS = 448

#: what a model for CTranslate2 consists of, as `check_files` takes it
CTRANSLATE2_FILES = (("model.bin",), ("tokenizer.json",))

#: characters of names and terms in a prompt: a third of the decoder, in scripts with a token a letter
MOST_TERMS = 120

#: seconds; chunks are not halved below this
SHORTEST_HALF = 3.0

#: text with less than this share of its letters in the language's own script is in another one
LEAST_IN_SCRIPT = 0.5
#: a text in the right script is taken unless its mean log probability is worse than the other's by more than this
WORSE_LOGPROB = 0.3

#: gives the segment of each chunk, None where there is no text
Recognise = Callable[[Sequence[Segment]], list[AsrSegment | None]]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that both backends have.

    Args:
        parser: the program's parser.
    """
    parser.add_argument("--audio", type=Path, required=True, help="WAV, 16 kHz mono")
    parser.add_argument("--speech", type=Path, required=True, help="speech.json: where somebody speaks")
    parser.add_argument("--language", required=True, help="the spoken language, hi say")
    about = "longest chunk in seconds, at most 30 (default: %(default)s)"
    parser.add_argument("--chunk-size", type=positive_number, default=WHISPER_WINDOW, help=about)
    about = "longest pause inside a chunk in seconds (default: %(default)s)"
    parser.add_argument("--max-pause", type=positive_number, default=2.0, help=about)
    about = "text that comes before each chunk: style, spelling, names"
    parser.add_argument("--initial-prompt", metavar="TEXT", help=about)
    about = "table of names and terms, a column a language: words to expect"
    parser.add_argument("--glossary", type=Path, metavar="TSV", help=about)


def terms(glossary: Path | None, code: str) -> str:
    """The names and terms that a recogniser should expect.

    Args:
        glossary: tab-separated table with a column a language; None: no terms.
        code: the spoken language.

    Returns:
        Terms with commas between them, as many whole ones as `MOST_TERMS` characters hold: they take room from the text.

    Raises:
        UserError: the table cannot be read.
    """
    if glossary is None:
        return ""
    _, rows = read_table(glossary, "asr.glossary")
    found = ""
    for term in dict.fromkeys(cells.get(code, "") for _, cells in rows):
        longer = f"{found}, {term}" if found else term
        if term and len(longer) <= MOST_TERMS:
            found = longer
    return found


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
        silent: whether the model took it for silence: its text is kept as a removed one.

    Returns:
        The segment, or None where no text was recognised.
    """
    # tokens are bytes: what is cut off may be half a letter
    text = text.replace("\N{REPLACEMENT CHARACTER}", "").strip()
    if not text:
        return None
    flags = [Flag.REMOVED_NO_SPEECH] if silent else []
    flags += [Flag.CUT_OFF] if tokens >= TEXT_POSITIONS - 1 else []
    return AsrSegment(
        start=chunk.start,
        end=chunk.end,
        text=text,
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
    wav: Wav,
    chunks: Sequence[Segment],
    recognise: Recognise,
    *,
    batch_size: int = 8,
    parts: Parts | None = None,
    report: Callable[[float], None] = lambda position: None,
    in_script: tuple[str, Recognise] | None = None,
) -> list[AsrSegment]:
    """Recognises all chunks, in halves where the text of a chunk did not fit into Whisper's decoder, and again where it came out
    in the letters of another language.

    The decoder's 448 positions hold 30 s of English, but Indian scripts take one token and more a letter, so half a minute of
    quick speech is cut off.

    Args:
        wav: the audio.
        chunks: what to recognise.
        recognise: gives the segment of each chunk of a batch, None where there is no text.
        batch_size: chunks at a time.
        parts: what is done already; each batch is added to it.
        report: called with the position in seconds after each batch.
        in_script: the script that the language is written in (ISO 15924) and a `recognise` that can write no other.

    Returns:
        The segments in order.
    """
    parts = Parts() if parts is None else parts

    def batches(some: Sequence[Segment], how: Recognise, attempt: str) -> list[AsrSegment | None]:
        todo = [chunk for chunk in some if not parts.has(chunk, attempt)]
        for first in range(0, len(todo), batch_size):
            batch = todo[first : first + batch_size]
            parts.begin(batch, attempt)
            for chunk, segment in zip(batch, how(batch), strict=True):
                parts.add(chunk, segment, attempt)
            report(batch[-1].end)
        return [parts.get(chunk, attempt) for chunk in some]

    done: list[AsrSegment] = []
    waiting = list(chunks)
    while waiting:
        again: list[Segment] = []
        for chunk, segment in zip(waiting, batches(waiting, recognise, ""), strict=True):
            if segment and Flag.CUT_OFF in segment.flags and chunk.end - chunk.start >= 2 * SHORTEST_HALF:
                again += halves(wav, chunk)
            elif segment:
                done.append(segment)
        if again:
            _say(f"{len(again) // 2} chunks had more text than Whisper's decoder holds: again in halves")
        waiting = again
    done.sort(key=lambda segment: segment.start)
    if not in_script:
        return done
    script, how = in_script
    other = [segment for segment in done if segment.text and share_in_script(segment.text, script) < LEAST_IN_SCRIPT]
    if other:
        _say(f"{len(other)} chunks came out in another script than {script}: again without its letters")
    seconds = batches([Segment(start=segment.start, end=segment.end) for segment in other], how, "script")
    chosen = {id(first): better_script(first, second, script) for first, second in zip(other, seconds, strict=True)}
    return [one for segment in done for one in chosen.get(id(segment), [segment])]


def better_script(first: AsrSegment, second: AsrSegment | None, script: str) -> list[AsrSegment]:
    """Chooses between a text in another script and one that was decoded without the letters of other scripts.

    English said in a Hindi film is rightly written in Latin letters; the model is then far less sure of the second text.

    Args:
        first: in another script.
        second: the same chunk again; None where there was no text.
        script: the script that was expected.

    Returns:
        The better one; the other stays as a removed segment.
    """
    known = first.avg_logprob is not None and second is not None and second.avg_logprob is not None
    if (
        second is None
        or share_in_script(second.text, script) < LEAST_IN_SCRIPT
        or (known and second.avg_logprob < first.avg_logprob - WORSE_LOGPROB)  # type: ignore[operator]
    ):
        return [replace(first, flags=[*first.flags, Flag.OTHER_SCRIPT])]
    return [second, replace(first, flags=[*first.flags, Flag.REMOVED_OTHER_SCRIPT])]


def finish(segments: Sequence[AsrSegment], speech: Sequence[Segment], wav: Wav) -> list[AsrSegment]:
    """The segments of both backends as they go into their file: what was made up is flagged as removed.

    Args:
        segments: what was recognised.
        speech: where somebody speaks.
        wav: the audio.

    Returns:
        All segments.
    """

    def loudness(start: float, end: float) -> float:
        samples = wav.seconds(start, end)
        return float((samples**2).mean() ** 0.5) if len(samples) else 0.0

    return judge(segments, speech, loudness)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
