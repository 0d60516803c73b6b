"""The sentences of a subtitle file, put together across its cues, for translation."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.language.languages import language_code
from moviesubs.retime.stamps import read_texts
from moviesubs.stage import program
from moviesubs.subtitle_translation.sentences import as_sentences, parts_of, sentences_of


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the transcript of a subtitle file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subtitles", type=Path, required=True, help="SRT, VTT or ASS file")
    parser.add_argument("--language", type=language_code, required=True, help="code of its language")
    parser.add_argument(
        "--output", type=Path, required=True, help="transcript.json to write; times are those of the cues"
    )
    options = parser.parse_args(arguments)
    _, cues = read_texts(options.subtitles)
    parts = parts_of([lines for _, _, lines in cues])
    sentences = as_sentences(sentences_of(parts, [(start, end) for start, end, _ in cues], options.language))
    contracts.write(options.output, contracts.Transcript(language=options.language, sentences=sentences))
    print(f"{len(cues)} cues, {len(sentences)} sentences", file=sys.stderr, flush=True)


if __name__ == "__main__":
    program.run(main)
