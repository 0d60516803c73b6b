"""Recognises speech with WhisperX (Whisper in CTranslate2), or passes on what MLX recognised.

Given MLX's answer, it does the work only where MLX failed. CTranslate2 has died without a word too, so the model runs in a child
process: when it dies, a fresh one goes on after the last batch.
"""

import argparse
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs import contracts
from moviesubs.contracts import Asr, AsrSegment, Segment
from moviesubs.errors import UserError
from moviesubs.language.scripts import foreign
from moviesubs.media.wav import Wav
from moviesubs.recognition import recogniser_child, whisper
from moviesubs.recognition.journal import Parts
from moviesubs.recognition.listening import Look
from moviesubs.recognition.rescue import recognise_in_children, without_speech
from moviesubs.recognition.temperature_fallback import Decoded, decode_with_fallback
from moviesubs.recognition.timestamps import pieces
from moviesubs.recognition.whisper import (
    CTRANSLATE2_FILES,
    TEXT_POSITIONS,
    check_files,
    check_language,
    load_ctranslate2,
    seconds_that_fit,
    segments_of,
    terms,
)
from moviesubs.stage import device
from moviesubs.stage.options import add_device_options, add_time_limits, positive_int
from moviesubs.stage.program import run

if TYPE_CHECKING:
    import numpy as np
    from faster_whisper import WhisperModel

#: what "auto" computes with: the first that the machine can
AUTO_TYPES = {"cuda": ("float16", "int8_float32", "float32"), "cpu": ("int8", "float32")}
#: chunks that a worker has at least: the decoder reads all its weights for each step, however few they are
LEAST_OF_WORKER = 2


def workers_on(device: str, threads: int, batch_size: int) -> int:
    """How many batches are recognised at a time, each on processor threads of its own.

    Threads that share a batch wait for each other in every small step of the decoder: two workers of one thread need two thirds of the
    time of one worker with two (Whisper base).
    """
    return 1 if device != "cpu" else max(1, min(threads, batch_size // LEAST_OF_WORKER))


def longest(tokens: int, before: int) -> int:
    """CTranslate2's `max_length` for an answer of so many tokens after a prompt of `before`.

    It stops at half of that, and where prompt and answer, less one, are as long together: with Whisper's 448 after 224 tokens, a dozen
    seconds of quick Hindi (seen with 4.8.5; a test holds it).
    """
    return max(2 * tokens, before + tokens - 1)


def load(model: Path, on: str, kind: str, threads: int, workers: int = 1) -> "WhisperModel":
    """Loads a model.

    Args:
        model: folder of a Whisper model in CTranslate2's format.
        on: "cuda" or "cpu".
        kind: CTranslate2's type to compute with, or "auto".
        threads: CPU threads, which the workers share.
        workers: see `workers_on`.

    Raises:
        UserError: the device cannot compute with the type asked for, or the model is damaged.
    """
    import ctranslate2

    supported = ctranslate2.get_supported_compute_types(on)
    if kind == "auto":
        kind = next(kind for kind in AUTO_TYPES[on] if kind in supported)
    if kind not in supported:
        raise UserError(
            f"--compute-type {kind} is not possible on {on} here; use one of {', '.join(sorted(supported))}"
        )
    return load_ctranslate2(model, on, threads // workers, kind, workers)


class Recogniser(recogniser_child.Recogniser):
    """Decodes batches of chunks with beams; audio is read when its batch comes."""

    def __init__(
        self,
        model: "WhisperModel",
        wav: Wav,
        options: argparse.Namespace,
        load_sampler: "Callable[[], WhisperModel] | None" = None,
    ) -> None:
        """Prepares for a language.

        Args:
            model: the loaded model.
            wav: the audio.
            options: the command line: language, beam size, prompt, hotwords, and whether the model writes times.
            load_sampler: loads the same with one worker, where the model has several: each of these draws random numbers of its own,
                and which one does a chunk is chance.
        """
        from faster_whisper.tokenizer import Tokenizer

        self.model, self.wav, self.options, self.load_sampler = model, wav, options, load_sampler
        self.sampling: AbstractContextManager[object] = threading.Lock() if load_sampler else nullcontext()
        self.beside, self.coming = ThreadPoolExecutor(1), dict[tuple[float, float], "Future[np.ndarray]"]()
        multilingual = model.model.is_multilingual
        self.tokenizer = Tokenizer(model.hf_tokenizer, multilingual, task="transcribe", language=options.language)

    def recognise(self, chunks: Sequence[Segment], look: Look) -> list[list[AsrSegment]]:
        """See `recogniser_child.Recogniser`; doubtful texts are decoded again at higher temperatures."""
        features, prompt = self.features(chunks), self.prompt(look)
        settings = {
            "max_length": longest(TEXT_POSITIONS - len(prompt), len(prompt)),
            "suppress_tokens": [-1, *(self.foreign_tokens(look.script) if look.script else ())],
            "return_scores": True,
            "return_no_speech_prob": True,
        }
        results = self.model.model.generate(
            features, [prompt] * len(chunks), beam_size=self.options.beam_size, **settings
        )

        def decoded(result: Any) -> Decoded:
            tokens = tuple(result.sequences_ids[0])
            logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)
            return Decoded(self.text(tokens), tokens, logprob, result.no_speech_prob)

        def again(index: int, first: Decoded) -> Decoded:
            import ctranslate2

            if not (look.fallback and first.doubtful):
                return first
            alone = self.part_of(features, chunks, index)
            with self.sampling:
                model = self.load_sampler() if self.load_sampler else self.model

                def decode(temperature: float) -> Decoded:
                    ctranslate2.set_random_seed(0)
                    return decoded(
                        model.model.generate(
                            alone, [prompt], beam_size=1, sampling_topk=0, sampling_temperature=temperature, **settings
                        )[0]
                    )

                return decode_with_fallback(first, decode)

        texts = [again(index, decoded(result)) for index, result in enumerate(results)]
        return [
            segments_of(
                chunk,
                [
                    (piece.start, piece.end, self.text(piece.tokens))
                    for piece in pieces(one.tokens, self.tokenizer.timestamp_begin, chunk.end - chunk.start)
                ],
                len(prompt) + len(one.tokens),
                avg_logprob=one.avg_logprob,
                no_speech_prob=one.no_speech_prob,
                silent=one.silent,
            )
            for chunk, one in zip(chunks, texts, strict=True)
        ]

    def longest_chunk(self) -> float:
        """See `recogniser_child.Recogniser`."""
        room = TEXT_POSITIONS - len(self.prompt(Look()))
        return seconds_that_fit(self.options.language, self.tokenizer.encode, room)

    def language_of(self, chunk: Segment) -> str:
        """The language that the model hears in a chunk."""
        if not self.model.model.is_multilingual:
            return "en"
        token: str = self.model.model.detect_language(self.features([chunk]))[0][0][0]
        return token[2:-2]

    def text(self, tokens: Sequence[int]) -> str:
        """The text of tokens, without times."""
        text: str = self.tokenizer.decode([token for token in tokens if token < self.tokenizer.eot])
        return text

    def prompt(self, look: Look) -> list[int]:
        """What the decoder is given before the text."""
        before = " ".join(part for part in (self.options.initial_prompt, look.prompt) if part)
        words = self.tokenizer.encode(" " + before.strip()) if before else []
        prompt: list[int] = self.model.get_prompt(
            self.tokenizer, words, without_timestamps=not self.options.timestamps, hotwords=self.options.hotwords
        )
        return prompt

    def features(self, chunks: Sequence[Segment]) -> Any:
        """What the encoder makes of the chunks; a processor is quicker with one at a time (15 % for Whisper base, 2 threads)."""
        import ctranslate2
        import numpy as np

        spectra = [self.prepared(chunk)[None] for chunk in chunks]
        if len(spectra) == 1 or self.model.model.device != "cpu":
            return self.model.encode(np.concatenate(spectra))
        encoded = [np.asarray(self.model.encode(spectrum)) for spectrum in spectra]
        return ctranslate2.StorageView.from_array(np.concatenate(encoded))

    def part_of(self, features: Any, chunks: Sequence[Segment], index: int) -> Any:
        """What the encoder has made of one chunk of several."""
        import ctranslate2
        import numpy as np

        if self.model.model.device != "cpu":
            return self.features([chunks[index]])
        return ctranslate2.StorageView.from_array(np.asarray(features)[index : index + 1].copy())

    def prepare(self, chunks: Sequence[Segment]) -> None:
        """Computes the spectra of the next batch beside the decoding: 0.4 s for 16 chunks of large-v3, in which a GPU would wait."""
        for chunk in chunks:
            self.coming[chunk.start, chunk.end] = self.beside.submit(self.spectrum, chunk)

    def prepared(self, chunk: Segment) -> "np.ndarray":
        """The spectrum of a chunk, computed now where it was not before."""
        coming = self.coming.pop((chunk.start, chunk.end), None)
        return coming.result() if coming else self.spectrum(chunk)

    def spectrum(self, chunk: Segment) -> "np.ndarray":
        """The spectrum of a chunk, with silence after it up to Whisper's window."""
        import numpy as np

        window = self.model.feature_extractor.n_samples
        samples = self.wav.seconds(chunk.start, chunk.end)[:window]
        spectrum: np.ndarray = self.model.feature_extractor(np.pad(samples, (0, window - len(samples))), padding=0)
        return spectrum

    @cache  # noqa: B019 -- one for the life of the process
    def foreign_tokens(self, script: str) -> list[int]:
        """The tokens that cannot stand in text of a script."""
        from moviesubs.recognition.byte_tokens import token_bytes

        vocabulary = self.tokenizer.tokenizer.get_vocab()
        pieces = ((number, token_bytes(piece)) for piece, number in vocabulary.items())
        return [number for number, piece in pieces if number < self.tokenizer.eot and foreign(piece, script)]


def transcribe_here(options: argparse.Namespace) -> Asr:
    """Recognises the speech in this process, the child.

    Args:
        options: the command line.

    Returns:
        The transcript.
    """

    on = device.ctranslate2_device(options.device)
    workers = workers_on(on, options.threads, options.batch_size)
    options.batch_size = max(1, options.batch_size // workers)

    def loaded(workers: int = 1) -> "WhisperModel":
        return load(options.model, on, options.compute_type, options.threads, workers)

    def opened(wav: Wav) -> tuple[Recogniser, str]:
        return Recogniser(loaded(workers), wav, options, loaded if workers > 1 else None), on

    return recogniser_child.recognise_file(
        options, "whisperx", options.device, opened, Parts(options.parts), workers=workers
    )


def transcribe(options: argparse.Namespace) -> Asr:
    """Recognises the speech of a file, in as many child processes as it takes.

    Args:
        options: the command line.

    Returns:
        The transcript, with status "rescued" where a child died and another one went on; without any speech in `speech.json`
        no model is loaded.

    Raises:
        UserError: what was asked for cannot be done, or the model crashes whatever it is given.
    """
    check_language(options.language)
    if silent := without_speech(options, "whisperx"):
        return silent
    check_files(options.model, CTRANSLATE2_FILES, "make it with scripts/convert_whisper.py --format ctranslate2")
    arguments = ["--compute-type", options.compute_type, "--beam-size", str(options.beam_size)]
    arguments += [] if options.timestamps else ["--no-timestamps"]
    arguments += [f"--initial-prompt={options.initial_prompt}"] if options.initial_prompt else []
    hotwords = ", ".join(part for part in (options.hotwords, terms(options.glossary, options.language)) if part)
    arguments += [f"--hotwords={hotwords}"] if hotwords else []
    return recognise_in_children(options, __file__, arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, transcribes or passes on, writes `asr.json`.

    Args:
        arguments: those of the command line when None.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    whisper.add_options(parser)
    about = "folder of a Whisper model in CTranslate2's format"
    parser.add_argument("--model", type=Path, required=True, help=about)
    about = "asr.mlx.json: if it says ok, it is the answer; if it says failed, its work is done here"
    parser.add_argument("--mlx", nargs="?", type=Path, help=about)
    about = "CTranslate2's: auto is float16 on CUDA and int8 on the CPU (default: %(default)s)"
    parser.add_argument("--compute-type", default="auto", help=about)
    about = "chunks at a time (default: %(default)s)"
    parser.add_argument("--batch-size", type=positive_int, default=8, help=about)
    about = "beams of the search (default: %(default)s)"
    parser.add_argument("--beam-size", type=positive_int, default=5, help=about)
    parser.add_argument("--hotwords", help="words to expect, separated by commas")
    add_time_limits(parser, seconds=3600.0, share=20.0, silence=1800.0)
    parser.add_argument("--output", type=Path, required=True, help="asr.json")
    parser.add_argument("--child", action="store_true", help="do the work in this process, as the child does")
    parser.add_argument("--parts", type=Path, help="file of what is done already; what is done here is added to it")
    add_device_options(parser)
    options = parser.parse_args(arguments)
    first = contracts.read(options.mlx, Asr) if options.mlx else None
    if first and first.status == "ok":
        contracts.write(options.output, first)
        return
    device.configure(options.threads)
    if options.child:
        contracts.write(options.output, transcribe_here(options))
        return
    answer = transcribe(options)
    if first:
        then = f"; then {answer.reason}" if answer.reason else ""
        answer.status, answer.failure = "rescued", first.failure
        answer.reason = f"{first.backend} failed: {first.reason}{then}"
    contracts.write(options.output, answer)


if __name__ == "__main__":
    run(main)
