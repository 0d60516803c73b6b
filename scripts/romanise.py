"""A transcript in Latin letters, for people who speak the language but do not read its script."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from moviesubs import contracts
from moviesubs.contracts import Sentence, Transcript, Word
from moviesubs.corrections.apply import apply, report_unplaced
from moviesubs.corrections.table import read_corrections
from moviesubs.errors import UserError
from moviesubs.language.languages import language_code, romanised_from
from moviesubs.language.romanise_tables import in_latin
from moviesubs.stage import program


def romanised_sentence(sentence: Sentence, language: str) -> Sentence:
    """A sentence in Latin letters; its words keep their times, and are spelled as in the text."""
    text = in_latin(sentence.text, language)
    words = sentence.words
    if words:
        parts = text.split()
        if len(parts) != len(words):  # the text was cut elsewhere than the words
            parts = [in_latin(word.word, language) for word in words]
        words = [_spelled(word, part) for word, part in zip(words, parts, strict=True)]
    return msgspec.structs.replace(sentence, text=text, own_script=sentence.text, words=words)


def _spelled(word: Word, spelling: str) -> Word:
    return msgspec.structs.replace(word, word=spelling)


def romanised_transcript(transcript: Transcript, target: str) -> Transcript:
    """A transcript in the Latin letters of `target` ("hi-Latn"): the same sentences with the same ids, times and flags.

    Raises:
        UserError: the transcript is in another language than the target is made from.
    """
    own = romanised_from(target)
    if own is None or transcript.language != own:
        raise UserError(f"the transcript is in {transcript.language}; {target} is made from {own}")
    return Transcript(
        language=target, sentences=[romanised_sentence(sentence, own) for sentence in transcript.sentences]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the transcript and writes it in Latin letters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transcript", required=True, type=Path, help="transcript.json, or transcript.hi.json")
    parser.add_argument("--target", type=language_code, default="hi-Latn", help="code of the result (%(default)s)")
    parser.add_argument("--corrections", nargs="?", type=Path, help="the movie's table of corrections")
    parser.add_argument("--output", required=True, type=Path, help="JSON file to write")
    options = parser.parse_args(arguments)
    result = romanised_transcript(contracts.read(options.transcript, Transcript), options.target)
    if options.corrections:
        result = apply(result, read_corrections(options.corrections), options.target)
        report_unplaced(result.unplaced, options.corrections)
    contracts.write(options.output, result)
    print(f"{len(result.sentences)} sentences ({result.language})", file=sys.stderr, flush=True)


if __name__ == "__main__":
    program.run(main)
