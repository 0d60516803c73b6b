"""Recognises speech with WhisperX (Whisper in CTranslate2), or passes on what MLX recognised.

Given MLX's answer, it does the work only where MLX failed.
"""

import argparse
import faulthandler
import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs import contracts, device, whisper
from moviesubs.audio import Wav
from moviesubs.chunks import chunks_of
from moviesubs.contracts import Asr, AsrSegment, Segment, Speech
from moviesubs.errors import UserError
from moviesubs.program import run
from moviesubs.progress import clock
from moviesubs.stage import LivelyProgress, working_on
from moviesubs.whisper import check_files, check_language, recognise_all, segment_of

if TYPE_CHECKING:
    from whisperx.asr import FasterWhisperPipeline

#: what "auto" computes with: the first that the machine can
AUTO_TYPES = {"cuda": ("float16", "int8_float32", "float32"), "cpu": ("int8", "float32")}
FILES = (("model.bin",), ("tokenizer.json",))


def load(model: Path, language: str, on: str, options: argparse.Namespace) -> "FasterWhisperPipeline":
    """Loads the model.

    Args:
        model: folder of a Whisper model in CTranslate2's format.
        language: the spoken language.
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
            str(model), on, compute_type=kind, language=language, asr_options=settings, vad_model=_no_detector(),
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


def recognise(
    pipeline: "FasterWhisperPipeline",
    wav: Wav,
    chunks: Sequence[Segment],
    language: str,
    batch_size: int,
    report: Callable[[float], None],
) -> list[AsrSegment | None]:
    """Recognises the chunks in batches; audio is read when its batch comes.

    Args:
        pipeline: the loaded model.
        wav: the audio.
        chunks: what to recognise, each at most 30 s.
        language: the spoken language.
        batch_size: chunks at a time.
        report: called with the position in seconds after each chunk.

    Returns:
        The segment of each chunk, None where no text was recognised.
    """
    pipeline.vad_model = _no_detector(chunks)
    found = pipeline.transcribe(
        wav,  # WhisperX only slices it
        batch_size=batch_size,
        language=language,
        task="transcribe",
        progress_callback=lambda percent: report(chunks[max(0, round(percent * len(chunks) / 100) - 1)].end),
    )["segments"]
    tokenizer, settings = pipeline.tokenizer, pipeline.options
    prompt = tokenizer.encode(" " + settings.initial_prompt.strip()) if settings.initial_prompt else []
    before = len(pipeline.model.get_prompt(tokenizer, prompt, without_timestamps=True, hotwords=settings.hotwords))
    return [
        segment_of(chunk, item["text"], before + len(tokenizer.encode(item["text"])), avg_logprob=item["avg_logprob"])
        for chunk, item in zip(chunks, found, strict=True)
    ]


def transcribe(options: argparse.Namespace) -> Asr:
    """Recognises the speech of a file.

    Args:
        options: the command line.

    Returns:
        The transcript; without any speech in `speech.json` no model is loaded.
    """
    speech = contracts.read(options.speech, Speech)
    check_language(options.language)
    answer = Asr(language=options.language, backend="whisperx", model=options.model.name, status="ok", segments=[])
    with Wav(options.audio) as wav:
        chunks = chunks_of(wav, speech.segments, options.chunk_size, options.max_pause) if speech.segments else []
        if not chunks:
            print(f"{options.audio}: no speech was detected, nothing to transcribe", file=sys.stderr, flush=True)
            return answer
        check_files(options.model, FILES, "make it with scripts/convert_whisper.py --format ctranslate2")
        started = time.monotonic()
        on = device.ctranslate2_device(options.device)
        context = {"file": options.audio, "language": options.language, "model": options.model, "device": on}
        with working_on("transcribe_whisperx", **context):
            pipeline = load(options.model, options.language, on, options)
            print(
                f"model {options.model} loaded on {on} after {clock(time.monotonic() - started)}",
                file=sys.stderr,
                flush=True,
            )
            what = f"transcribe {options.audio} ({options.language}, {options.model.name}, {on})"
            with LivelyProgress(what, wav.duration, audio=True) as progress:

                def report(position: float) -> None:
                    progress.at(max(position, progress.position))

                segments = recognise_all(
                    wav,
                    chunks,
                    lambda some: recognise(pipeline, wav, some, options.language, options.batch_size, report),
                )
                progress.done()
    answer.segments, answer.device = segments, on
    return answer


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
    parser.add_argument("--output", type=Path, required=True, help="asr.json")
    device.add_options(parser)
    options = parser.parse_args(arguments)
    first = contracts.read(options.mlx, Asr) if options.mlx else None
    if first and first.status == "ok":
        contracts.write(options.output, first)
        return
    faulthandler.enable()
    device.configure(options.threads)
    answer = transcribe(options)
    if first:
        answer.status, answer.failure = "rescued", first.failure
        answer.reason = f"{first.backend} failed: {first.reason}"
    contracts.write(options.output, answer)


if __name__ == "__main__":
    run(main)
