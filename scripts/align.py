"""Finds the time of every recognised word; where that is not possible, the segments keep their times.

The work is done in a child process. It may lack a model for the language, crash natively or hang; none of that fails
the stage: the answer then says "segments" and why.
"""

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from moviesubs import contracts
from moviesubs.alignment.unaligned_words import Time, fill, spoken, words_of
from moviesubs.contracts import Alignment, Asr, AsrSegment, Failure
from moviesubs.errors import UserError
from moviesubs.flags import Flag, removal
from moviesubs.media.wav import SAMPLE_RATE, Wav
from moviesubs.recognition.whisper import check_files
from moviesubs.stage import device, supervisor
from moviesubs.stage.program import run, working_on
from moviesubs.stage.progress import LivelyProgress, clock
from moviesubs.stage.terminal import tell

if TYPE_CHECKING:
    import numpy as np

#: what a model folder must hold
FILES = {
    "whisperx": (("config.json",), ("model.safetensors", "pytorch_model.bin"), ("vocab.json",)),
    "mlx": (("config.json",), ("weights.safetensors", "weights.npz")),
}
#: given the samples of a segment and its words, the time of each word in seconds from the first sample
Aligner = Callable[["np.ndarray", list[str]], list[Time | None]]


class _WholeText:
    """Stands in for NLTK's sentence splitter, whose data WhisperX would download.

    Each segment is one span: sentences are told apart by a later stage, which knows the danda.
    """

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        """One span, from the first character to the last."""
        return [(0, len(text))]


def load_ctc(folder: Path, language: str, on: str) -> tuple[Any, dict[str, Any]]:
    """Loads a model for forced alignment.

    Args:
        folder: wav2vec2 with CTC in Hugging Face's format; or MMS, which speaks the language of the one adapter
            (`adapter.<ISO 639-3>.safetensors`) that lies in it: Pratap et al. 2023, https://arxiv.org/abs/2305.13516.
        language: the spoken language.
        on: PyTorch's device.

    Returns:
        The model, and what `whisperx.align` wants to know of it.

    Raises:
        UserError: there are adapters of several languages.
    """
    from whisperx import alignment

    adapters = [path.name.split(".")[1] for path in sorted(folder.glob("adapter.*.safetensors"))]
    if not adapters:
        model, metadata = alignment.load_align_model(language, on, model_name=str(folder), model_cache_only=True)
    elif len(adapters) > 1:
        raise UserError(
            f"{folder}: adapters of {', '.join(adapters)}; name one of them in `files` of the table of models"
        )
    else:
        from transformers import Wav2Vec2CTCTokenizer, Wav2Vec2ForCTC

        tokenizer = Wav2Vec2CTCTokenizer.from_pretrained(folder, target_lang=adapters[0], local_files_only=True)
        model = Wav2Vec2ForCTC.from_pretrained(
            folder, target_lang=adapters[0], ignore_mismatched_sizes=True, local_files_only=True
        ).to(on)
        letters = {letter.lower(): number for letter, number in tokenizer.get_vocab().items()}
        metadata = {"language": language, "dictionary": letters, "type": "huggingface"}
    model.eval()
    # HF's CTC blank is the model's pad token; whisperx takes what the tokeniser calls <pad>, another one in some models
    metadata["dictionary"]["<pad>"] = model.config.pad_token_id
    metadata["dictionary"].pop("[pad]", None)
    return model, metadata


def whisperx_aligner(folder: Path, language: str, on: str) -> Aligner:
    """Forced alignment with a wav2vec2 model, by WhisperX.

    Args:
        folder: the model in Hugging Face's format.
        language: the spoken language.
        on: PyTorch's device.

    Returns:
        The aligner.
    """
    import torch
    from whisperx import alignment

    alignment.nltk_load = lambda _: _WholeText()
    alignment.logger.setLevel(logging.ERROR)  # it repeats whole texts; what went wrong is reported by `align_segment`
    model, metadata = load_ctc(folder, language, on)
    known = frozenset(character.lower() for character in metadata["dictionary"] if len(character) == 1) - {"|"}
    settings = folder / "preprocessor_config.json"
    normalise = settings.exists() and json.loads(settings.read_text(encoding="utf-8")).get("do_normalize", False)

    def align(samples: "np.ndarray", words: list[str]) -> list[Time | None]:
        said = [spoken(word, known) for word in words]
        text = " ".join(word for word in said if word)
        if not text:
            return [None] * len(words)
        if normalise:  # as Wav2Vec2FeatureExtractor would; WhisperX leaves it out
            samples = (samples - samples.mean()) / (samples.std() + 1e-7)
        segment = {"start": 0.0, "end": len(samples) / SAMPLE_RATE, "text": text}
        found = alignment.align([segment], model, metadata, torch.from_numpy(samples), on)["word_segments"]
        if len(found) != sum(1 for word in said if word):
            raise ValueError("no path from the text to the audio")
        times = iter(found)
        return [_time(next(times)) if word else None for word in said]

    return align


def _time(word: dict[str, float]) -> Time | None:
    if "start" not in word or "end" not in word:
        return None
    score = word.get("score")
    return float(word["start"]), float(word["end"]), None if score is None else float(score)


def mlx_aligner(folder: Path, language: str) -> Aligner:
    """Alignment from the attention of Whisper's decoder to the audio, by mlx-whisper. Experimental.

    Args:
        folder: a Whisper model in MLX's format.
        language: the spoken language.

    Returns:
        The aligner.
    """
    from moviesubs.recognition.mlx_models import load

    model, kind = load(folder)
    import mlx.core as mx
    from mlx_whisper.audio import HOP_LENGTH, N_SAMPLES, log_mel_spectrogram, pad_or_trim
    from mlx_whisper.timing import find_alignment
    from mlx_whisper.tokenizer import get_tokenizer

    tokenizer = get_tokenizer(
        model.is_multilingual, num_languages=model.num_languages, language=language, task="transcribe"
    )

    def align(samples: "np.ndarray", words: list[str]) -> list[Time | None]:
        mel = log_mel_spectrogram(pad_or_trim(mx.array(samples), N_SAMPLES), n_mels=model.dims.n_mels).astype(kind)
        tokens = tokenizer.encode(" " + " ".join(words))
        pieces = find_alignment(model, tokenizer, tokens, mel, min(len(samples), N_SAMPLES) // HOP_LENGTH)
        return times_of(words, [(piece.word, piece.start, piece.end, piece.probability) for piece in pieces])

    return align


def times_of(words: Sequence[str], pieces: Sequence[tuple[str, float, float, float]]) -> list[Time | None]:
    """The times of words from the times of pieces of the same text, which may be cut elsewhere.

    Args:
        words: the words.
        pieces: (text, start, end, score) in order; together they have the same characters as the words, spaces aside.

    Returns:
        For each word the stretch of the pieces that it shares characters with; None where the pieces do not reach.
    """
    owners = [piece for piece in pieces for character in piece[0] if not character.isspace()]
    result: list[Time | None] = []
    at = 0
    for word in words:
        mine = owners[at : at + len(word)]
        at += len(word)
        mean = sum(piece[3] for piece in mine) / len(mine) if mine else 0.0
        result.append((float(mine[0][1]), float(mine[-1][2]), float(mean)) if mine else None)
    return result


def align_segment(aligner: Aligner, wav: Wav, segment: AsrSegment, language: str) -> AsrSegment:
    """A segment with the times of its words.

    Args:
        aligner: finds them.
        wav: the audio.
        segment: recognised text.
        language: the spoken language.

    Returns:
        A copy with `words`, or flagged as not aligned where this segment could not be: the others go on. What was removed
        stays as it is.
    """
    if removal(segment.flags):
        return segment
    words = words_of(segment.text, language)
    samples = wav.seconds(segment.start, segment.end)
    copy = msgspec.structs.replace(segment)
    try:
        times = aligner(samples, words) if len(samples) else [None] * len(words)
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:  # noqa: BLE001
        if "out of memory" in str(error).lower():
            raise
        print(
            f"{segment.start:.1f} to {segment.end:.1f} s not aligned: {type(error).__name__}: {error}", file=sys.stderr
        )
        times = [None] * len(words)
    if any(times):
        moved = [(segment.start + time[0], segment.start + time[1], time[2]) if time else None for time in times]
        copy.words = fill(words, moved, segment.start, segment.end)
    else:
        copy.flags = [*segment.flags, Flag.NOT_ALIGNED]
    return copy


def align_here(options: argparse.Namespace) -> Asr:
    """Aligns in this process, the child.

    Args:
        options: the command line.

    Returns:
        The transcript with word times.
    """
    supervisor.start_child()
    asr = contracts.read(options.asr, Asr)
    check_files(options.model, FILES[options.backend], "fetch the model again")
    with Wav(options.audio) as wav:
        on = device.torch_device(options.device, options.threads) if options.backend == "whisperx" else "mlx"
        context = {"file": options.audio, "language": asr.language, "model": options.model, "device": on}
        what = f"align {options.audio} ({asr.language}, {options.model.name}, {on})"
        with working_on("align", **context), LivelyProgress(what, wav.duration, audio=True) as progress:
            if options.backend == "whisperx":
                aligner = whisperx_aligner(options.model, asr.language, on)
            else:
                aligner = mlx_aligner(options.model, asr.language)
            supervisor.beat(0.0)
            segments = []
            for segment in asr.segments:
                segments.append(align_segment(aligner, wav, segment, asr.language))
                supervisor.beat(segment.end)
                progress.at(segment.end)
            progress.done()
    missed = sum(1 for segment in segments if Flag.NOT_ALIGNED in segment.flags)
    asr.segments = segments
    asr.alignment = Alignment(
        backend=options.backend,
        model=options.model.name,
        status="words" if any(segment.words for segment in segments) or not missed else "segments",
        reason=f"{missed} of {len(segments)} segments could not be aligned" if missed else None,
    )
    return asr


def align_in_child(options: argparse.Namespace, time_limit: float) -> Asr | Failure:
    """Aligns in a child process.

    Args:
        options: the command line.
        time_limit: seconds that it may take.

    Returns:
        The aligned transcript, or how the child failed.
    """
    arguments = [
        *("--audio", str(options.audio), "--asr", str(options.asr), "--model", str(options.model)),
        *("--backend", options.backend, "--device", options.device, "--threads", str(options.threads)),
    ]
    limits = {"time_limit": time_limit, "silence_limit": options.silence_limit}
    on = options.device if options.backend == "whisperx" else ""
    return supervisor.answer(__file__, arguments, options.output.parent, Asr, on, **limits)


def align(options: argparse.Namespace) -> Asr:
    """Aligns, or says why not.

    Args:
        options: the command line.

    Returns:
        The transcript with word times, or with segment times and the reason.
    """
    asr = contracts.read(options.asr, Asr)
    with Wav(options.audio) as wav:
        duration = wav.duration
    model = options.model.name if options.model else None
    if not asr.segments:
        asr.alignment = Alignment(backend=options.backend, status="words", model=model)
        return asr
    reason, failure = None, None
    if options.backend == "none":
        reason = "switched off"
    elif options.model is None:
        reason = f"no alignment model for language {asr.language}"
    elif not options.model.is_dir():
        reason = f"the alignment model {options.model} is not there"
    else:
        found = align_in_child(options, options.time_limit + options.time_limit_share * duration)
        if isinstance(found, Asr):
            return found
        reason, failure = found.reason, found
        about = f"{options.audio}, language {asr.language}, model {options.model}, after {clock(found.seconds or 0.0)}"
        tell(f"alignment failed: {found.reason} ({about})")
    tell(f"{options.audio}: the segments keep their times: {reason}")
    asr.alignment = Alignment(backend=options.backend, status="segments", model=model, reason=reason, failure=failure)
    return asr


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, aligns, writes `aligned.json`.

    Args:
        arguments: those of the command line when None.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audio", type=Path, required=True, help="WAV, 16 kHz mono")
    parser.add_argument("--asr", type=Path, required=True, help="asr.json: the recognised segments")
    parser.add_argument(
        "--model", type=Path, help="model folder: wav2vec2 for whisperx, Whisper in MLX's format for mlx"
    )
    parser.add_argument(
        "--backend", choices=["whisperx", "mlx", "none"], default="whisperx",
        help="whisperx: forced alignment; mlx: Whisper's own attention (experimental); none: segment times",
    )  # fmt: skip
    device.add_limits(parser, seconds=300.0, share=1.0)
    parser.add_argument("--output", type=Path, required=True, help="aligned.json")
    parser.add_argument("--child", action="store_true", help="do the work in this process, as the child does")
    device.add_options(parser)
    options = parser.parse_args(arguments)
    device.configure(options.threads)
    contracts.write(options.output, align_here(options) if options.child else align(options))


if __name__ == "__main__":
    run(main)
