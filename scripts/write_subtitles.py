"""A subtitle file in another language: its cues, times, tags and styles, with translated sentences."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.atomic_files import write_text
from moviesubs.contracts import Transcript
from moviesubs.language.languages import language_code
from moviesubs.retime.stamps import read_texts, rewrite
from moviesubs.stage import program
from moviesubs.subtitle_translation.sentences import parts_of, sentences_of
from moviesubs.subtitle_translation.spread import translated_cues


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the translated subtitle file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subtitles", type=Path, required=True, help="SRT, VTT or ASS file that was translated")
    parser.add_argument("--language", type=language_code, required=True, help="code of its language")
    parser.add_argument("--translation", type=Path, required=True, help="transcript.<language>.json of its sentences")
    parser.add_argument("--output", type=Path, required=True, help="subtitle file to write, of the same kind")
    options = parser.parse_args(arguments)
    whole, cues = read_texts(options.subtitles)
    times = [(start, end) for start, end, _ in cues]
    parts = parts_of([lines for _, _, lines in cues])
    sentences = sentences_of(parts, times, options.language)
    translation = contracts.read(options.translation, Transcript)
    said = {sentence.id: sentence.text for sentence in translation.sentences}
    write_text(
        options.output,
        rewrite(whole, options.subtitles, times, translated_cues(parts, sentences, said, len(cues))),
    )
    flagged = sum(bool(sentence.flags) for sentence in translation.sentences)
    print(f"{len(cues)} cues, {len(said)} sentences, {flagged} to check", file=sys.stderr, flush=True)


if __name__ == "__main__":
    program.run(main)
