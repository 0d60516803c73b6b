"""What both Whisper backends share: the checks before the long work, and the flags on what came out."""

import argparse
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.errors import UserError
from moviesubs.flags import Flag
from moviesubs.language.glossary import read_table
from moviesubs.language.languages import language
from moviesubs.media.wav import Wav
from moviesubs.recognition.chunks import WHISPER_WINDOW
from moviesubs.recognition.hallucinations import judge
from moviesubs.recognition.script_prompts import script_prompt
from moviesubs.stage.options import positive_float

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

#: positions of Whisper's decoder, for prompt and text together; text that fills them was cut off
TEXT_POSITIONS = 448

#: what a model for CTranslate2 consists of, as `check_files` takes it
CTRANSLATE2_FILES = (("model.bin",), ("tokenizer.json",))

#: characters of names and terms in a prompt: a third of the decoder, in scripts with a token a letter
MOST_TERMS = 120

#: letters a second of quick speech, and times a second between its sentences: what a chunk is made for
LETTERS, TIMES = 12.0, 2.0


def seconds_that_fit(code: str, encode: Callable[[str], Sequence[int]], room: int) -> float:
    """How long a chunk may be for its text to fit into Whisper's decoder, where people speak quickly.

    A letter takes a third of a token in English, 1.1 in Hindi, 2 in Bengali, 2.6 in Gujarati. A chunk that is too long is decoded until
    the decoder is full, and then again in halves.

    Args:
        code: the spoken language.
        encode: the tokens of a text, by the model's tokeniser.
        room: the decoder's positions for the text.

    Returns:
        Seconds, at most Whisper's window.
    """
    sentence = script_prompt(code)
    if not sentence:
        return WHISPER_WINDOW
    return min(WHISPER_WINDOW, room / (LETTERS * len(encode(sentence)) / len(sentence) + TIMES))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that both backends have.

    Args:
        parser: the program's parser.
    """
    parser.add_argument("--audio", type=Path, required=True, help="WAV, 16 kHz mono")
    parser.add_argument("--speech", type=Path, required=True, help="speech.json: where somebody speaks")
    parser.add_argument("--language", required=True, help="the spoken language, hi say")
    about = "longest chunk in seconds, at most 30 (default: %(default)s)"
    parser.add_argument("--chunk-size", type=positive_float, default=WHISPER_WINDOW, help=about)
    about = "longest pause inside a chunk in seconds (default: %(default)s)"
    parser.add_argument("--max-pause", type=positive_float, default=2.0, help=about)
    about = "the model writes no times (many that were tuned to a language do not): a chunk is one segment"
    parser.add_argument("--no-timestamps", dest="timestamps", action="store_false", help=about)
    about = "text that comes before each chunk: style, spelling, names"
    parser.add_argument("--initial-prompt", metavar="TEXT", help=about)
    about = "table of names and terms, a column a language: words to expect"
    parser.add_argument("--glossary", nargs="?", type=Path, metavar="TSV", help=about)


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
    words = ""
    for term in dict.fromkeys(cells.get(code, "") for _, cells in rows):
        longer = f"{words}, {term}" if words else term
        if term and len(longer) <= MOST_TERMS:
            words = longer
    return words


def check_language(code: str) -> None:
    """Refuses a language that Whisper has no token for, before a model is loaded.

    Args:
        code: the short code.

    Raises:
        UserError: no such language, or Whisper does not recognise it.
    """
    spoken = language(code)
    if not spoken.whisper:
        raise UserError(f"Whisper does not recognise {spoken.name} ({code})")


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


def load_ctranslate2(model: Path, on: str, threads: int, kind: str = "auto", workers: int = 1) -> "WhisperModel":
    """Loads a model in CTranslate2's format.

    Args:
        model: its folder.
        on: "cuda" or "cpu".
        threads: CPU threads of each worker.
        kind: CTranslate2's type to compute with.
        workers: calls that it answers at a time, all with the same weights.

    Raises:
        UserError: the model is damaged.
    """
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(
            str(model), on, compute_type=kind, cpu_threads=threads, num_workers=workers, local_files_only=True
        )
    except RuntimeError as error:
        if "out of memory" in str(error).lower():
            raise
        raise UserError(f"{model}: cannot be loaded: {error}; convert the model again") from error


def segments_of(
    chunk: Segment,
    pieces: Sequence[tuple[float, float, str]],
    tokens: int,
    *,
    avg_logprob: float | None = None,
    no_speech_prob: float | None = None,
    silent: bool = False,
) -> list[AsrSegment]:
    """The records of a recognised chunk.

    Args:
        chunk: where it is.
        pieces: (start, end, text) of what was recognised, in seconds from the start of the chunk.
        tokens: the number of positions that prompt and text took in the decoder.
        avg_logprob: mean log probability of its tokens.
        no_speech_prob: probability that nobody speaks.
        silent: whether the model took it for silence: its text is kept as a removed one.

    Returns:
        The segments; punctuation alone is no text.
    """
    flags = [Flag.REMOVED_NO_SPEECH] if silent else []
    result = []
    for start, end, text in pieces:
        text = text.replace(
            "\N{REPLACEMENT CHARACTER}", ""
        ).strip()  # tokens are bytes: what is cut off may be half a letter
        if has_words(text):
            result.append(
                AsrSegment(
                    start=chunk.start + start,
                    end=chunk.start + end,
                    text=text,
                    avg_logprob=avg_logprob,
                    no_speech_prob=no_speech_prob,
                    flags=list(flags),
                )
            )
    if result and tokens >= TEXT_POSITIONS - 1:
        result[-1].flags.append(Flag.CUT_OFF)
    return result


def has_words(text: str) -> bool:
    """Whether a text has a letter or a digit."""
    return any(unicodedata.category(letter)[0] in "LN" for letter in text)


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


def add_listening(parser: argparse.ArgumentParser) -> None:
    """Adds the options of a program that asks Whisper which language is spoken: `--audio`, `--speech`, `--model`."""
    parser.add_argument("--audio", type=Path, required=True, help="WAV, 16 kHz mono")
    parser.add_argument("--speech", type=Path, required=True, help="speech.json: where somebody speaks")
    about = "folder of a Whisper model for many languages, in CTranslate2's format"
    parser.add_argument("--model", type=Path, required=True, help=about)
