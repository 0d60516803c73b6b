"""Recognises speech with WhisperX (Whisper in CTranslate2), or passes on what MLX recognised.

Given MLX's answer, it does the work only where MLX failed. CTranslate2 has died without a word too, so the model runs in a child
process: when it dies, a fresh one goes on after the last batch.
"""

import argparse
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs import contracts
from moviesubs.contracts import Asr, AsrSegment, Failure, Segment, Speech
from moviesubs.errors import UserError
from moviesubs.language.scripts import foreign
from moviesubs.media.wav import Wav
from moviesubs.recognition import whisper
from moviesubs.recognition.journal import Parts
from moviesubs.recognition.recogniser_child import recognise_file
from moviesubs.recognition.rescue import until_done
from moviesubs.recognition.temperature_fallback import Decoded, decode_with_fallback
from moviesubs.recognition.whisper import CTRANSLATE2_FILES, check_files, check_language, segment_of, terms
from moviesubs.stage import device, supervisor
from moviesubs.stage.program import run

if TYPE_CHECKING:
    from whisperx.asr import FasterWhisperPipeline

#: what "auto" computes with: the first that the machine can
AUTO_TYPES = {"cuda": ("float16", "int8_float32", "float32"), "cpu": ("int8", "float32")}


def load(model: Path, spoken: str, on: str, options: argparse.Namespace) -> "FasterWhisperPipeline":
    """Loads the model.

    Args:
        model: folder of a Whisper model in CTranslate2's format.
        spoken: the spoken language.
        on: "cuda" or "cpu".
        options: compute type, beam size, threads, prompt and hotwords.

    Returns:
        WhisperX's pipeline, without a voice activity detector of its own.

    Raises:
        UserError: the device cannot compute with the type asked for, or the model is damaged.
    """
    import ctranslate2
    from whisperx.asr import load_model

    supported = ctranslate2.get_supported_compute_types(on)
    kind = options.compute_type
    if kind == "auto":
        kind = next(kind for kind in AUTO_TYPES[on] if kind in supported)
    if kind not in supported:
        raise UserError(
            f"--compute-type {kind} is not possible on {on} here; use one of {', '.join(sorted(supported))}"
        )
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)
    settings = {"beam_size": options.beam_size, "initial_prompt": options.initial_prompt, "hotwords": options.hotwords}
    try:
        return load_model(
            str(model), on, compute_type=kind, language=spoken, asr_options=settings, vad_model=_no_detector(),
            threads=options.threads, local_files_only=True,
        )  # fmt: skip
    except RuntimeError as error:
        if "out of memory" in str(error).lower():
            raise
        raise UserError(f"{model}: cannot be loaded: {error}; convert the model again") from error


def _no_detector(chunks: Sequence[Segment] = ()) -> Any:
    """A voice activity detector for WhisperX that answers with what was detected before."""
    from whisperx.vads import Vad

    class Given(Vad):  # type: ignore[misc]
        def __init__(self) -> None:
            """Knows its answer."""

        def __call__(self, audio: object, **_: object) -> list[dict[str, float]]:
            """The chunks, in WhisperX's form."""
            return [{"start": chunk.start, "end": chunk.end} for chunk in chunks]

        @staticmethod
        def preprocess_audio(audio: object) -> object:
            """The audio is not needed."""
            return audio

        @staticmethod
        def merge_chunks(segments: object, *_: object, **__: object) -> object:
            """They are merged already."""
            return segments

    return Given()


class Recogniser:
    """Decodes batches of chunks with WhisperX's pipeline; audio is read when its batch comes."""

    def __init__(self, pipeline: "FasterWhisperPipeline", wav: Wav, language: str) -> None:
        """Prepares for a language.

        Args:
            pipeline: the loaded model.
            wav: the audio.
            language: the spoken language.
        """
        self.pipeline, self.wav, self.language = pipeline, wav, language
        pipeline.preset_language = language  # without one it forgets its tokeniser after each call
        self.suppressed: list[int] = list(pipeline.options.suppress_tokens)

    def recognise(self, chunks: Sequence[Segment], suppressed: Sequence[int] = ()) -> list[AsrSegment | None]:
        """See `recognition.Recogniser`; doubtful texts are decoded again at higher temperatures, which WhisperX itself does not do."""
        from dataclasses import replace

        options = replace(self.pipeline.options, suppress_tokens=[*self.suppressed, *suppressed])
        self.pipeline.options = options
        self.pipeline.vad_model = _no_detector(chunks)
        found = self.pipeline.transcribe(
            self.wav,  # WhisperX only slices it
            batch_size=len(chunks),
            language=self.language,
            task="transcribe",
        )["segments"]
        tokenizer = self.pipeline.tokenizer
        words = tokenizer.encode(" " + options.initial_prompt.strip()) if options.initial_prompt else []
        prompt = self.pipeline.model.get_prompt(tokenizer, words, without_timestamps=True, hotwords=options.hotwords)
        segments = []
        for chunk, item in zip(chunks, found, strict=True):
            first = Decoded(item["text"], len(tokenizer.encode(item["text"])), item["avg_logprob"])
            best = self._again(chunk, prompt, first)
            segments.append(
                segment_of(
                    chunk,
                    best.text,
                    len(prompt) + best.tokens,
                    avg_logprob=best.avg_logprob,
                    no_speech_prob=best.no_speech_prob,
                    silent=best.silent,
                )
            )
        return segments

    def features(self, chunks: Sequence[Segment]) -> Any:
        """What the encoder makes of the chunks."""
        import torch

        spectra = [self.pipeline.preprocess({"inputs": self.wav.seconds(one.start, one.end)}) for one in chunks]
        return self.pipeline.model.encode(torch.stack([one["inputs"] for one in spectra]))

    def _again(self, chunk: Segment, prompt: list[int], first: Decoded) -> Decoded:
        """Whisper's temperature fallback for one chunk."""
        if not first.doubtful:
            return first
        import ctranslate2

        features, options, model = self.features([chunk]), self.pipeline.options, self.pipeline.model

        def decode(temperature: float) -> Decoded:
            ctranslate2.set_random_seed(0)
            result = model.model.generate(
                features, [prompt], beam_size=1, sampling_topk=0, sampling_temperature=temperature,
                max_length=model.max_length, suppress_blank=options.suppress_blank,
                suppress_tokens=options.suppress_tokens, return_scores=True, return_no_speech_prob=True,
            )[0]  # fmt: skip
            tokens = [token for token in result.sequences_ids[0] if token < self.pipeline.tokenizer.eot]
            logprob = result.scores[0] * len(result.sequences_ids[0]) / (len(result.sequences_ids[0]) + 1)
            return Decoded(self.pipeline.tokenizer.decode(tokens), len(tokens), logprob, result.no_speech_prob)

        return decode_with_fallback(first, decode)

    def foreign_tokens(self, script: str) -> list[int]:
        """The tokens that cannot stand in text of a script."""
        from transformers.models.gpt2.tokenization_gpt2 import bytes_to_unicode

        byte = {letter: number for number, letter in bytes_to_unicode().items()}
        vocabulary = self.pipeline.tokenizer.tokenizer.get_vocab()
        pieces = ((number, bytes(byte.get(letter, 0x20) for letter in piece)) for piece, number in vocabulary.items())
        return [number for number, piece in pieces if number < self.pipeline.tokenizer.eot and foreign(piece, script)]


def transcribe_here(options: argparse.Namespace) -> Asr:
    """Recognises the speech in this process, the child.

    Args:
        options: the command line.

    Returns:
        The transcript.
    """

    def opened(wav: Wav) -> tuple[Recogniser, str]:
        on = device.ctranslate2_device(options.device)
        return Recogniser(load(options.model, options.language, on, options), wav, options.language), on

    return recognise_file(options, "whisperx", options.device, opened, Parts(options.parts))


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
    with Wav(options.audio) as wav:
        time_limit = options.time_limit + options.time_limit_share * wav.duration
    if not contracts.read(options.speech, Speech).segments:
        print(f"{options.audio}: no speech was detected, nothing to transcribe", file=sys.stderr, flush=True)
        return Asr(language=options.language, backend="whisperx", model=options.model.name, status="ok", segments=[])
    check_files(options.model, CTRANSLATE2_FILES, "make it with scripts/convert_whisper.py --format ctranslate2")
    arguments = [
        *("--audio", str(options.audio), "--speech", str(options.speech), "--model", str(options.model)),
        *(
            "--language",
            options.language,
            "--chunk-size",
            str(options.chunk_size),
            "--max-pause",
            str(options.max_pause),
        ),
        *("--compute-type", options.compute_type, "--beam-size", str(options.beam_size)),
        *("--threads", str(options.threads)),
    ]
    arguments += [f"--initial-prompt={options.initial_prompt}"] if options.initial_prompt else []
    hotwords = ", ".join(part for part in (options.hotwords, terms(options.glossary, options.language)) if part)
    arguments += [f"--hotwords={hotwords}"] if hotwords else []
    about = f"{options.audio}, language {options.language}, model {options.model}"
    limits = {"time_limit": time_limit, "silence_limit": options.silence_limit}

    def attempt(batch_size: int, on: str, parts: Path) -> Asr | Failure:
        more = ["--batch-size", str(batch_size), "--device", on, "--parts", str(parts)]
        return supervisor.answer(__file__, [*arguments, *more], options.output.parent, Asr, on, **limits)

    options.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=".part-", dir=options.output.parent, ignore_cleanup_errors=True
    ) as temporary:
        return until_done(attempt, Path(temporary) / "parts", options.batch_size, options.device, about)


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
    parser.add_argument("--mlx", type=Path, help=about)
    about = "CTranslate2's: auto is float16 on CUDA and int8 on the CPU (default: %(default)s)"
    parser.add_argument("--compute-type", default="auto", help=about)
    about = "chunks at a time (default: %(default)s)"
    parser.add_argument("--batch-size", type=device.positive, default=8, help=about)
    about = "beams of the search (default: %(default)s)"
    parser.add_argument("--beam-size", type=device.positive, default=5, help=about)
    parser.add_argument("--hotwords", help="words to expect, separated by commas")
    device.add_limits(parser, seconds=3600.0, share=20.0, silence=1800.0)
    parser.add_argument("--output", type=Path, required=True, help="asr.json")
    parser.add_argument("--child", action="store_true", help="do the work in this process, as the child does")
    parser.add_argument("--parts", type=Path, help="file of what is done already; what is done here is added to it")
    device.add_options(parser)
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
