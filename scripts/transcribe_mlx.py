"""Recognises speech with MLX, and always leaves an answer: ok, or failed and why.

MLX runs Whisper on Apple's GPU, or on the CPU of any machine. It is fast, but it has crashed natively, so the model
runs in a child process whose end is watched. The next stage passes an ok on and otherwise
does the work with WhisperX. Decoding is greedy: mlx-whisper has no beam search.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs import contracts, device, supervisor, whisper
from moviesubs.audio import Wav
from moviesubs.chunks import chunks_of
from moviesubs.contracts import Asr, AsrSegment, Segment, Speech
from moviesubs.mlx_models import load
from moviesubs.program import run
from moviesubs.progress import clock
from moviesubs.stage import LivelyProgress, working_on
from moviesubs.terminal import tell
from moviesubs.whisper import TEXT_POSITIONS, check_files, check_language, recognise_all, segment_of

if TYPE_CHECKING:
    from mlx_whisper.decoding import DecodingResult
    from mlx_whisper.whisper import Whisper

#: what `mlx_whisper.transcribe` does by default: temperatures tried in turn until a text passes the checks
TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
MOST_COMPRESSED, LEAST_LOGPROB, MOST_SILENT = 2.4, -1.0, 0.6


def decode_with_fallback(decode: Callable[[float], "DecodingResult"]) -> "DecodingResult":
    """Decodes again, less and less greedily, while the text is a loop or improbable; the rule of
    `mlx_whisper.transcribe`.

    Args:
        decode: decodes at a temperature.

    Returns:
        The first result that passes the checks, else the last.
    """
    for temperature in TEMPERATURES:
        result = decode(temperature)
        doubtful = result.compression_ratio > MOST_COMPRESSED or result.avg_logprob < LEAST_LOGPROB
        if result.no_speech_prob > MOST_SILENT or not doubtful:
            break
    return result


def recognise(
    model: "Whisper",
    kind: Any,
    wav: Wav,
    chunks: Sequence[Segment],
    language: str,
    prompt: str | None,
    report: Callable[[float], None],
) -> list[AsrSegment | None]:
    """Recognises the chunks, each as a window of its own.

    `mlx_whisper.transcribe` is not used for this: given several clips it transcribes the gaps between them too
    (mlx-examples pull request 1452), it computes the spectrum of the whole file at once, and it stops after 224 tokens,
    too few for 30 s in many Indian scripts.

    Args:
        model: the loaded model.
        kind: MLX's type of number to compute with.
        wav: the audio.
        chunks: what to recognise, each at most 30 s.
        language: the spoken language.
        prompt: text that comes before each chunk.
        report: called with the position in seconds after each chunk.

    Returns:
        The segment of each chunk, None where no text was recognised.
    """
    import mlx.core as mx
    from mlx_whisper.audio import N_SAMPLES, log_mel_spectrogram, pad_or_trim
    from mlx_whisper.decoding import DecodingOptions

    before = _prompt_length(model, language, prompt)
    settings: dict[str, Any] = {"language": language, "prompt": prompt, "without_timestamps": True}
    settings |= {"fp16": kind == mx.float16, "sample_len": TEXT_POSITIONS - before}

    def recognise_one(chunk: Segment) -> AsrSegment | None:
        samples = pad_or_trim(mx.array(wav.seconds(chunk.start, chunk.end)), N_SAMPLES)
        mel = log_mel_spectrogram(samples, n_mels=model.dims.n_mels).astype(kind)
        features = model.embed_audio(mel[None])[0]
        mx.random.seed(0)

        def decode(temperature: float) -> Any:
            return model.decode(features, DecodingOptions(temperature=temperature, **settings))

        found = decode_with_fallback(decode)
        report(chunk.end)
        return segment_of(
            chunk,
            found.text,
            before + len(found.tokens),
            avg_logprob=found.avg_logprob,
            no_speech_prob=found.no_speech_prob,
            silent=found.no_speech_prob > MOST_SILENT and found.avg_logprob < LEAST_LOGPROB,
        )

    return [recognise_one(chunk) for chunk in chunks]


def _prompt_length(model: "Whisper", language: str, prompt: str | None) -> int:
    """Positions of the decoder that are taken before the text."""
    from mlx_whisper.tokenizer import get_tokenizer

    tokenizer = get_tokenizer(
        model.is_multilingual, num_languages=model.num_languages, language=language, task="transcribe"
    )
    words = tokenizer.encode(" " + prompt.strip()) if prompt else []
    kept = min(len(words), model.dims.n_text_ctx // 2 - 1) + 1 if words else 0
    return len(tokenizer.sot_sequence_including_notimestamps) + kept


def transcribe_here(options: argparse.Namespace) -> Asr:
    """Recognises the speech in this process, the child.

    Args:
        options: the command line.

    Returns:
        The transcript.
    """
    supervisor.start_child()
    speech = contracts.read(options.speech, Speech)
    check_files(
        options.model,
        (("config.json",), ("weights.safetensors", "weights.npz")),
        "make it with scripts/convert_whisper.py --format mlx",
    )
    started = time.monotonic()
    with (
        Wav(options.audio) as wav,
        working_on("transcribe_mlx", file=options.audio, language=options.language, model=options.model, device="mlx"),
    ):
        chunks = chunks_of(wav, speech.segments, options.chunk_size, options.max_pause)
        model, kind = load(options.model)
        on = "gpu" if "float16" in str(kind) else "cpu"
        supervisor.beat(0.0)
        print(
            f"model {options.model} loaded on {on} after {clock(time.monotonic() - started)}",
            file=sys.stderr,
            flush=True,
        )
        with LivelyProgress(
            f"transcribe {options.audio} ({options.language}, {options.model.name}, MLX on {on})",
            wav.duration,
            audio=True,
        ) as progress:

            def report(position: float) -> None:
                supervisor.beat(position)
                progress.at(max(position, progress.position))

            segments = recognise_all(
                wav,
                chunks,
                lambda some: recognise(model, kind, wav, some, options.language, options.initial_prompt, report),
            )
            progress.done()
    return Asr(
        language=options.language, backend="mlx", model=options.model.name, status="ok", segments=segments, device=on
    )


def transcribe_in_child(options: argparse.Namespace, time_limit: float) -> Asr:
    """Recognises the speech in a child process.

    Args:
        options: the command line.
        time_limit: seconds that it may take.

    Returns:
        The child's transcript, or an answer with status "failed", the reason and how the child ended.
    """
    arguments = [
        *("--audio", str(options.audio), "--speech", str(options.speech), "--model", str(options.model)),
        *("--language", options.language, "--chunk-size", str(options.chunk_size)),
        *("--max-pause", str(options.max_pause), "--threads", str(options.threads)),
    ]
    arguments += [f"--initial-prompt={options.initial_prompt}"] if options.initial_prompt else []
    limits = {"time_limit": time_limit, "silence_limit": options.silence_limit}
    found = supervisor.answer(__file__, arguments, options.output.parent, Asr, **limits)
    if isinstance(found, Asr):
        return found
    about = f"{options.audio}, language {options.language}, model {options.model}, after {clock(found.seconds or 0.0)}"
    tell(f"MLX failed: {found.reason} ({about}); WhisperX will do its work")
    return Asr(
        language=options.language, backend="mlx", model=options.model.name, status="failed", segments=[],
        reason=found.reason, failure=found,
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, transcribes in a child process, writes `asr.mlx.json`.

    Args:
        arguments: those of the command line when None.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    whisper.add_options(parser)
    parser.add_argument("--model", type=Path, required=True, help="folder of a Whisper model in MLX's format")
    device.add_limits(parser, seconds=600.0, share=2.0)
    about = "CPU threads of libraries other than MLX (default: %(default)s)"
    parser.add_argument("--threads", type=device.positive, default=1, help=about)
    parser.add_argument("--output", type=Path, required=True, help="asr.mlx.json")
    parser.add_argument("--child", action="store_true", help="do the work in this process, as the child does")
    options = parser.parse_args(arguments)
    device.configure(options.threads)
    if options.child:
        contracts.write(options.output, transcribe_here(options))
        return
    check_language(options.language)
    with Wav(options.audio) as wav:
        time_limit = options.time_limit + options.time_limit_share * wav.duration
    if contracts.read(options.speech, Speech).segments:
        answer = transcribe_in_child(options, time_limit)
    else:
        print(f"{options.audio}: no speech was detected, nothing to transcribe", file=sys.stderr, flush=True)
        answer = Asr(language=options.language, backend="mlx", model=options.model.name, status="ok", segments=[])
    contracts.write(options.output, answer)


if __name__ == "__main__":
    run(main)
