"""Says in which of its languages each stretch of a film is spoken, with Whisper: every stretch votes, runs are smoothed."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.contracts import Speech, SpokenLanguages
from moviesubs.errors import UserError
from moviesubs.language.languages import language, language_code
from moviesubs.media.wav import Wav
from moviesubs.recognition.chunks import PADDING, quietest_moment
from moviesubs.recognition.coverage import seconds
from moviesubs.recognition.language_runs import SHORTEST, assign, spoken_in, stretches
from moviesubs.recognition.whisper import CTRANSLATE2_FILES, add_listening, check_files, load_ctranslate2
from moviesubs.stage import device
from moviesubs.stage.options import add_device_options, positive_int
from moviesubs.stage.program import run, working_on
from moviesubs.stage.progress import LivelyProgress


def assign_all(options: argparse.Namespace) -> SpokenLanguages:
    """Lets every stretch of speech vote.

    Raises:
        UserError: Whisper does not know one of the languages, or the model is damaged.
    """
    for code in options.languages:
        if not language(code).whisper:
            raise UserError(
                f"{language(code).name} ({code}) cannot be told from other languages: Whisper does not know it; name one language"
            )
    speech = contracts.read(options.speech, Speech)
    check_files(options.model, CTRANSLATE2_FILES, "make it with scripts/convert_whisper.py --format ctranslate2")
    import numpy as np

    on = device.ctranslate2_device(options.device)
    with Wav(options.audio) as wav, working_on("assign_languages", file=options.audio, model=options.model, device=on):
        voters = stretches(speech.segments, lambda start, end: quietest_moment(wav, start, end))
        votes: list[Mapping[str, float]] = [{} for _ in voters]
        todo = [index for index, voter in enumerate(voters) if voter.end - voter.start >= SHORTEST]
        model = None
        what = f"tell the languages of {options.audio} apart ({options.model.name}, {on})"
        with LivelyProgress(what, len(todo)) as progress:
            for first in range(0, len(todo), options.batch_size):
                batch = todo[first : first + options.batch_size]
                model = model or load_ctranslate2(options.model, on, options.threads)
                window = model.feature_extractor.n_samples
                sounds = [wav.seconds(voters[k].start - PADDING, voters[k].end + PADDING)[:window] for k in batch]
                spectra = [model.feature_extractor(np.pad(one, (0, window - len(one))), padding=0) for one in sounds]
                detected = model.model.detect_language(model.encode(np.stack(spectra)))
                for index, probabilities in zip(batch, detected, strict=True):
                    votes[index] = {token[2:-2]: probability for token, probability in probabilities}
                progress.at(min(first + options.batch_size, len(todo)))
    result = assign(voters, votes, options.languages)
    shares = {code: seconds(spoken_in(result, code)) for code in options.languages}
    whole = sum(shares.values()) or 1.0
    said = ", ".join(f"{language(code).name} {share / whole:.0%}" for code, share in shares.items())
    print(f"{options.audio}: {said} of the speech", file=sys.stderr, flush=True)
    return SpokenLanguages(languages=list(options.languages), stretches=result, model=options.model.name)


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, writes `languages.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_listening(parser)
    about = "languages that are spoken, the main one first"
    parser.add_argument("--languages", type=language_code, nargs="+", required=True, metavar="CODE", help=about)
    parser.add_argument("--batch-size", type=positive_int, default=8, help="stretches at a time (default: %(default)s)")
    add_device_options(parser)
    parser.add_argument("--output", type=Path, required=True, help="languages.json")
    options = parser.parse_args(arguments)
    device.configure(options.threads)
    contracts.write(options.output, assign_all(options))


if __name__ == "__main__":
    run(main)
