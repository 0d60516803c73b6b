"""Recognises speech with MLX, and always leaves an answer: ok, or failed and why.

MLX runs Whisper on Apple's GPU, or on the CPU of any machine. It is fast, but it has crashed natively, so the model
runs in a child process whose end is watched. The next stage passes an ok on and otherwise
does the work with WhisperX. Decoding is greedy: mlx-whisper has no beam search.
"""

import argparse
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs import contracts
from moviesubs.contracts import Asr, AsrSegment, Segment, Speech
from moviesubs.language.scripts import foreign
from moviesubs.media.wav import Wav
from moviesubs.recognition import recogniser_child, whisper
from moviesubs.recognition.listening import Look
from moviesubs.recognition.mlx_models import load
from moviesubs.recognition.temperature_fallback import TEMPERATURES, Decoded, decode_with_fallback
from moviesubs.recognition.timestamps import pieces
from moviesubs.recognition.whisper import (
    TEXT_POSITIONS,
    check_files,
    check_language,
    seconds_that_fit,
    segments_of,
    terms,
)
from moviesubs.stage import device, supervisor
from moviesubs.stage.options import add_time_limits, positive_int
from moviesubs.stage.program import run
from moviesubs.stage.progress import clock
from moviesubs.stage.terminal import tell

if TYPE_CHECKING:
    import mlx.core as mx
    from mlx_whisper.whisper import Whisper


class Recogniser(recogniser_child.Recogniser):
    """Decodes batches of chunks, each chunk as a window of its own.

    `mlx_whisper.transcribe` is not used for this: it decodes one window after the other, given several clips it transcribes the
    gaps between them too (mlx-examples pull request 1452), it computes the spectrum of the whole file at once, and it stops after
    224 tokens, too few for 30 s in many Indian scripts. Its checks and its fallback to higher temperatures are kept.
    """

    def __init__(
        self, model: "Whisper", kind: Any, wav: Wav, language: str, prompt: str | None, *, timestamps: bool = True
    ) -> None:
        """Prepares for a language.

        Args:
            model: the loaded model.
            kind: MLX's type of number to compute with.
            wav: the audio.
            language: the spoken language.
            prompt: text that comes before each chunk.
            timestamps: whether the model writes times.
        """
        import mlx.core as mx
        from mlx_whisper.tokenizer import get_tokenizer

        self.model, self.kind, self.wav, self.before = model, kind, wav, prompt
        self.tokenizer = get_tokenizer(
            model.is_multilingual, num_languages=model.num_languages, language=language, task="transcribe"
        )
        self.settings: dict[str, Any] = {"language": language, "without_timestamps": not timestamps}
        self.settings["fp16"] = kind == mx.float16

    def _prompt_length(self, prompt: str) -> int:
        """Positions of the decoder that are taken before the text."""
        words = self.tokenizer.encode(" " + prompt) if prompt else []
        kept = min(len(words), self.model.dims.n_text_ctx // 2 - 1) + 1 if words else 0
        return len(self.tokenizer.sot_sequence_including_notimestamps) + kept

    def features(self, chunks: Sequence[Segment]) -> "mx.array":
        """What the encoder makes of the chunks."""
        import mlx.core as mx
        from mlx_whisper.audio import N_SAMPLES, log_mel_spectrogram, pad_or_trim

        def spectrum(chunk: Segment) -> mx.array:
            samples = pad_or_trim(mx.array(self.wav.seconds(chunk.start, chunk.end)), N_SAMPLES)
            return log_mel_spectrogram(samples, n_mels=self.model.dims.n_mels)

        return self.model.embed_audio(mx.stack([spectrum(chunk) for chunk in chunks]).astype(self.kind))

    def recognise(self, chunks: Sequence[Segment], look: Look) -> list[list[AsrSegment]]:
        """See `recogniser_child.Recogniser`; the text of each chunk is the same as if it were decoded alone."""
        import mlx.core as mx
        from mlx_whisper.decoding import DecodingOptions

        features = self.features(chunks)
        prompt = " ".join(part.strip() for part in (self.before, look.prompt) if part)
        taken = self._prompt_length(prompt)
        settings = {**self.settings, "prompt": prompt or None, "sample_len": TEXT_POSITIONS - taken}
        settings["suppress_tokens"] = [-1, *(self.foreign_tokens(look.script) if look.script else ())]

        def decode(some: mx.array, temperature: float) -> list[Decoded]:
            mx.random.seed(0)
            results = self.model.decode(some, DecodingOptions(temperature=temperature, **settings))
            return [Decoded(one.text, tuple(one.tokens), one.avg_logprob, one.no_speech_prob) for one in results]

        def segments(index: int, first: Decoded) -> list[AsrSegment]:
            alone, chunk = features[index : index + 1], chunks[index]
            best = first
            if look.fallback:
                best = decode_with_fallback(first, lambda temperature: decode(alone, temperature)[0])
            return segments_of(
                chunk,
                [
                    (piece.start, piece.end, self.tokenizer.decode(list(piece.tokens)))
                    for piece in pieces(best.tokens, self.tokenizer.timestamp_begin, chunk.end - chunk.start)
                ],
                taken + len(best.tokens),
                avg_logprob=best.avg_logprob,
                no_speech_prob=best.no_speech_prob,
                silent=best.silent,
            )

        return [segments(index, first) for index, first in enumerate(decode(features, TEMPERATURES[0]))]

    def longest_chunk(self) -> float:
        """See `recogniser_child.Recogniser`."""
        room = TEXT_POSITIONS - self._prompt_length(self.before or "")
        return seconds_that_fit(self.settings["language"], self.tokenizer.encode, room)

    def language_of(self, chunk: Segment) -> str:
        """The language that the model hears in a chunk."""
        if not self.model.is_multilingual:
            return "en"
        _, probabilities = self.model.detect_language(self.features([chunk]))
        language: str = max(probabilities[0], key=probabilities[0].get)
        return language

    @cache  # noqa: B019 -- one for the life of the process
    def foreign_tokens(self, script: str) -> list[int]:
        """The tokens that cannot stand in text of a script."""
        pieces = (
            (token, self.tokenizer.encoding.decode_single_token_bytes(token)) for token in range(self.tokenizer.eot)
        )
        return [token for token, piece in pieces if foreign(piece, script)]


def transcribe_here(options: argparse.Namespace) -> Asr:
    """Recognises the speech in this process, the child.

    Args:
        options: the command line.

    Returns:
        The transcript.
    """

    def opened(wav: Wav) -> tuple[Recogniser, str]:
        model, kind = load(options.model)
        on = "gpu" if "float16" in str(kind) else "cpu"
        return Recogniser(model, kind, wav, options.language, options.initial_prompt, timestamps=options.timestamps), on

    files = (("config.json",), ("weights.safetensors", "weights.npz"))
    check_files(options.model, files, "make it with scripts/convert_whisper.py --format mlx")
    return recogniser_child.recognise_file(options, "mlx", "mlx", opened)


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
        *("--batch-size", str(options.batch_size)),
    ]
    prompt = " ".join(part for part in (options.initial_prompt, terms(options.glossary, options.language)) if part)
    arguments += [] if options.timestamps else ["--no-timestamps"]
    arguments += [f"--initial-prompt={prompt}"] if prompt else []
    limits = {"time_limit": time_limit, "silence_limit": options.silence_limit}
    answer = supervisor.answer(__file__, arguments, options.output.parent, Asr, **limits)
    if isinstance(answer, Asr):
        return answer
    about = f"{options.audio}, language {options.language}, model {options.model}, after {clock(answer.seconds or 0.0)}"
    tell(f"MLX failed: {answer.reason} ({about}); WhisperX will do its work")
    return Asr(
        language=options.language, backend="mlx", model=options.model.name, status="failed", segments=[],
        reason=answer.reason, failure=answer,
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, transcribes in a child process, writes `asr.mlx.json`.

    Args:
        arguments: those of the command line when None.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    whisper.add_options(parser)
    parser.add_argument("--model", type=Path, required=True, help="folder of a Whisper model in MLX's format")
    add_time_limits(parser, seconds=600.0, share=2.0)
    about = "CPU threads of libraries other than MLX (default: %(default)s)"
    parser.add_argument("--threads", type=positive_int, default=1, help=about)
    about = "chunks at a time; large-v3 takes about 0.4 GB each (default: %(default)s)"
    parser.add_argument("--batch-size", type=positive_int, default=8, help=about)
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
