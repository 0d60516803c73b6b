"""Recognises speech with a CTC model: wav2vec2, MMS or IndicConformer. For languages that Whisper lacks, or because such a model is better.

Words and their times come in one pass, so nothing is left to align. The model hears letters: it writes no punctuation that it was
not trained to write, numbers as they are spoken, and makes nothing up where nobody speaks. It runs in a child process: when it dies,
a fresh one goes on after the last batch.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.contracts import Asr, AsrSegment, Segment
from moviesubs.language.languages import language
from moviesubs.media.wav import SAMPLE_RATE, Wav
from moviesubs.recognition import recogniser_child
from moviesubs.recognition.ctc_models import LONGEST_CHUNK, CtcModel, check_model, load_model
from moviesubs.recognition.ctc_text import segments_of, words_of
from moviesubs.recognition.hallucinations import outside_speech
from moviesubs.recognition.journal import Parts
from moviesubs.recognition.listening import Listener, Look
from moviesubs.recognition.rescue import recognise_in_children, without_speech
from moviesubs.stage import device
from moviesubs.stage.options import add_device_options, add_time_limits, positive_float, positive_int
from moviesubs.stage.program import run


class Recogniser(recogniser_child.Recogniser):
    """Hears batches of chunks."""

    def __init__(self, model: CtcModel, wav: Wav, spoken: str) -> None:
        """Prepares for a file.

        Args:
            model: the loaded model.
            wav: the audio.
            spoken: the language that it hears.
        """
        self.model, self.wav, self.spoken = model, wav, spoken

    def recognise(self, chunks: Sequence[Segment], look: Look) -> list[list[AsrSegment]]:
        """See `recogniser_child.Recogniser`; there are no prompts."""
        sounds = [self.wav.seconds(chunk.start, chunk.end) for chunk in chunks]
        results = []
        for chunk, sound, logprobs in zip(chunks, sounds, self.model.logprobs(sounds), strict=True):
            frame = max(len(sound), 1) / SAMPLE_RATE / max(len(logprobs), 1)
            words = words_of(self.model.decode(logprobs), self.model.alphabet, chunk.start, frame)
            results.append(segments_of(words, chunk.end))
        return results

    def language_of(self, chunk: Segment) -> str:
        """The one language that it hears."""
        return self.spoken


def recognise_all(listener: Listener, chunks: Sequence[Segment], code: str) -> list[AsrSegment]:
    """Recognises all chunks, and speech without text again, alone."""
    return listener.fully(chunks, Look())


def transcribe_here(options: argparse.Namespace) -> Asr:
    """Recognises the speech in this process, the child."""

    def opened(wav: Wav) -> tuple[Recogniser, str]:
        model, on = load_model(options.model, options.onnx, options.language, options.device, options.threads)
        print(f"decoding: {model.decoding}", file=sys.stderr, flush=True)
        return Recogniser(model, wav, options.language), on

    return recogniser_child.recognise_file(
        options, "ctc", options.device, opened, Parts(options.parts), listen=recognise_all, finish=outside_speech
    )


def transcribe(options: argparse.Namespace) -> Asr:
    """Recognises the speech of a file, in as many child processes as it takes.

    Returns:
        The transcript, with status "rescued" where a child died and another one went on; without any speech in `speech.json`
        no model is loaded.

    Raises:
        UserError: what was asked for cannot be done, or the model crashes whatever it is given.
    """
    language(options.language)
    if silent := without_speech(options, "ctc"):
        return silent
    check_model(options.model, options.language)
    return recognise_in_children(options, __file__, ["--onnx", str(options.onnx)] if options.onnx else [], "CTC")


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, transcribes, writes `asr.json` with the times of words."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audio", type=Path, required=True, help="WAV, 16 kHz mono")
    parser.add_argument("--speech", type=Path, required=True, help="speech.json: where somebody speaks")
    about = "folder of wav2vec2 or MMS in Hugging Face's format, or of IndicConformer as it lies on the hub"
    parser.add_argument("--model", type=Path, required=True, help=about)
    about = "for wav2vec2 on a processor: what convert_wav2vec2.py wrote"
    parser.add_argument("--onnx", nargs="?", type=Path, metavar="MODEL", help=about)
    parser.add_argument("--language", required=True, help="the spoken language")
    about = "longest chunk in seconds (default: %(default)s)"
    parser.add_argument("--chunk-size", type=positive_float, default=LONGEST_CHUNK, help=about)
    about = "longest pause inside a chunk in seconds (default: %(default)s)"
    parser.add_argument("--max-pause", type=positive_float, default=2.0, help=about)
    parser.add_argument("--batch-size", type=positive_int, default=8, help="chunks at a time (default: %(default)s)")
    add_time_limits(parser, seconds=3600.0, share=20.0, silence=1800.0)
    parser.add_argument("--output", type=Path, required=True, help="asr.json")
    parser.add_argument("--child", action="store_true", help="do the work in this process, as the child does")
    parser.add_argument("--parts", type=Path, help="file of what is done already; what is done here is added to it")
    add_device_options(parser)
    options = parser.parse_args(arguments)
    options.chunk_size = min(options.chunk_size, LONGEST_CHUNK)
    device.configure(options.threads)
    contracts.write(options.output, transcribe_here(options) if options.child else transcribe(options))


if __name__ == "__main__":
    run(main)
