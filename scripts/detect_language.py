"""Finds out which language is spoken, with Whisper: several stretches of the movie vote, since the first may be a song or a prayer."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.contracts import Speech, SpokenLanguage
from moviesubs.errors import UserError
from moviesubs.language.languages import language
from moviesubs.media.wav import Wav
from moviesubs.recognition.chunks import WHISPER_WINDOW, chunks_of, quietest_moment
from moviesubs.recognition.language_runs import stretches
from moviesubs.recognition.language_vote import SAMPLES, shares, unclear, vote, windows
from moviesubs.recognition.whisper import CTRANSLATE2_FILES, add_listening, check_files, load_ctranslate2
from moviesubs.stage import device
from moviesubs.stage.options import add_device_options
from moviesubs.stage.program import run, working_on
from moviesubs.stage.progress import LivelyProgress, clock


def detect(options: argparse.Namespace) -> SpokenLanguage:
    """Lets the stretches vote.

    Raises:
        UserError: nobody speaks, or the model is damaged.
    """
    speech = contracts.read(options.speech, Speech)
    if not speech.segments:
        raise UserError(f"{options.audio}: no speech was detected, so no language; name it in the table of movies")
    check_files(options.model, CTRANSLATE2_FILES, "make it with scripts/convert_whisper.py --format ctranslate2")
    on = device.ctranslate2_device(options.device)
    started = time.monotonic()
    with Wav(options.audio) as wav, working_on("detect_language", file=options.audio, model=options.model, device=on):
        model = load_ctranslate2(options.model, on, options.threads)
        voters = windows(chunks_of(wav, speech.segments, WHISPER_WINDOW, 2.0))
        sample = windows(stretches(speech.segments, lambda start, end: quietest_moment(wav, start, end)), SAMPLES)
        probabilities = []
        with LivelyProgress(
            f"detect the language of {options.audio} ({options.model.name}, {on})", len(voters) + len(sample)
        ) as progress:
            for done, window in enumerate([*voters, *sample], 1):
                _, _, scores = model.detect_language(wav.seconds(window.start, window.end))
                probabilities.append(dict(scores))
                progress.at(done)
    votes = vote(probabilities[: len(voters)])
    winner = next(iter(votes))
    others = shares(sample, probabilities[len(voters) :], winner)
    doubt = unclear(sample, probabilities[len(voters) :], winner)
    share = f"{votes[winner]:.0%} of {len(voters)} votes"
    took = clock(time.monotonic() - started)
    print(f"{options.audio}: {language(winner).name} ({winner}), {share}, after {took}", file=sys.stderr, flush=True)
    return SpokenLanguage(
        language=winner, votes=votes, windows=voters, model=options.model.name, shares=others, unclear=round(doubt, 3)
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, writes `language.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_listening(parser)
    add_device_options(parser)
    parser.add_argument("--output", type=Path, required=True, help="language.json")
    options = parser.parse_args(arguments)
    device.configure(options.threads)
    contracts.write(options.output, detect(options))


if __name__ == "__main__":
    run(main)
