"""Finds the time of every recognised word; where that is not possible, the segments keep their times.

The work is done in child processes. wav2vec2 may lack a model for the language, crash natively or hang; none of that fails the
stage: Whisper's attention takes over, in a process of its own, and where that fails too the answer says "segments" and why.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from moviesubs import contracts
from moviesubs.alignment.second_look import gaps, not_looked_at, with_what_was_heard
from moviesubs.alignment.segments import align_together, in_speech, together, without_a_poor_ear
from moviesubs.alignment.unaligned_words import Aligner
from moviesubs.contracts import Alignment, Asr, AsrSegment, Failure, Segment, Speech
from moviesubs.flags import Flag, removal
from moviesubs.media.wav import Wav
from moviesubs.recognition.whisper import CTRANSLATE2_FILES, check_files
from moviesubs.stage import device, supervisor
from moviesubs.stage.options import add_device_options, add_time_limits
from moviesubs.stage.program import run, working_on
from moviesubs.stage.progress import LivelyProgress, clock
from moviesubs.stage.terminal import tell

#: what a model folder must hold
FILES = {
    "whisperx": (("config.json",), ("model.safetensors", "pytorch_model.bin"), ("vocab.json",)),
    "whisper": CTRANSLATE2_FILES,
    "mlx": (("config.json",), ("weights.safetensors", "weights.npz")),
}


def load_aligner(options: argparse.Namespace, language: str) -> tuple[Aligner, str]:
    """Loads the aligner of a backend.

    Returns:
        It, and what it computes on.
    """
    if options.backend == "whisperx":
        from moviesubs.alignment.ctc import ctc_aligner
        from moviesubs.recognition.wav2vec2 import load_network

        network, on = load_network(options.model, options.onnx, options.device, options.threads)
        return ctc_aligner(network, language), on
    from moviesubs.alignment import attention

    if options.backend == "mlx":
        return attention.mlx_aligner(options.model, language), "mlx"
    on = device.ctranslate2_device(options.device)
    return attention.whisper_aligner(options.model, language, on, options.threads), on


def speech_of(options: argparse.Namespace) -> list[Segment]:
    """Where somebody speaks, as far as that is known."""
    return contracts.read(options.speech, Speech).segments if options.speech else []


def align_here(options: argparse.Namespace) -> Asr:
    """Aligns in this process, the child; segments that have words already are left as they are.

    Args:
        options: the command line.

    Returns:
        The transcript with word times.
    """
    supervisor.start_child()
    asr = contracts.read(options.asr, Asr)
    speech = speech_of(options)
    check_files(options.model, FILES[options.backend], "fetch the model again")
    with Wav(options.audio) as wav:
        context = {"file": options.audio, "language": asr.language, "model": options.model, "device": options.device}
        what = f"align {options.audio} ({asr.language}, {options.model.name}, {options.backend})"
        with working_on("align", **context), LivelyProgress(what, wav.duration, audio=True) as progress:
            aligner, _ = load_aligner(options, asr.language)
            supervisor.beat(0.0)
            segments: list[AsrSegment] = []
            for group in together(asr.segments, speech):
                done = all(segment.words for segment in group)
                aligned = group if done else align_together(aligner, wav.seconds, group, asr.language)
                if options.backend != "whisperx" and not done:
                    aligned = [
                        replace(one, words=in_speech(one.words, speech)) if one.words else one for one in aligned
                    ]
                segments += aligned
                supervisor.beat(group[-1].end)
                progress.at(group[-1].end)
            progress.done()
    asr.segments = without_a_poor_ear(segments)
    asr.alignment = Alignment(backend=options.backend, model=options.model.name, status="words")
    return asr


def align_in_child(
    options: argparse.Namespace, asr: Asr, backend: str, model: Path, time_limit: float
) -> Asr | Failure:
    """Aligns in a child process.

    Args:
        options: the command line.
        asr: what to align.
        backend: how.
        model: with which model.
        time_limit: seconds that it may take.

    Returns:
        The aligned transcript, or how the child failed.
    """
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".part-", dir=options.output.parent, ignore_cleanup_errors=True) as folder:
        todo = Path(folder) / "asr.json"
        contracts.write(todo, asr)
        arguments = [
            *("--audio", str(options.audio), "--asr", str(todo), "--model", str(model), "--backend", backend),
            *("--device", options.device, "--threads", str(options.threads)),
            *(("--speech", str(options.speech)) if options.speech else ()),
            *(("--onnx", str(options.onnx)) if options.onnx else ()),
        ]
        limits = {"time_limit": time_limit, "silence_limit": options.silence_limit}
        return supervisor.answer(__file__, arguments, options.output.parent, Asr, **limits)


def align(options: argparse.Namespace) -> Asr:
    """Aligns, with the fallback where the first aligner leaves something undone.

    Args:
        options: the command line.

    Returns:
        The transcript with word times, or with segment times and the reason; speech without a word is flagged.
    """
    asr = contracts.read(options.asr, Asr)
    if options.backend == "ctc":
        return aligned_already(asr, speech_of(options))
    with Wav(options.audio) as wav:
        time_limit = options.time_limit + options.time_limit_share * wav.duration
    model = options.model.name if options.model else None
    if not any(one.text and not removal(one.flags) for one in asr.segments):
        asr.alignment = Alignment(backend=options.backend, status="words", model=model)
        return asr
    ways = [(options.backend, options.model)]
    if options.backend not in ("none", "whisper") and options.fallback == "whisper" and options.whisper:
        ways.append(("whisper", options.whisper))
    reasons: list[str] = []
    failure: Failure | None = None
    used: list[tuple[str, str]] = []
    counts: Counter[str] = Counter()
    for backend, folder in ways:
        reason = _impossible(backend, folder, asr.language)
        if reason is None:
            answer = align_in_child(options, _without_flags(asr), backend, folder, time_limit)
            if isinstance(answer, Asr):
                counts[backend] += _words(answer) - _words(asr)
                asr = answer
                used.append((backend, folder.name))
                missed = sum(1 for one in asr.segments if Flag.NOT_ALIGNED in one.flags)
                reason = f"{missed} of {len(asr.segments)} segments could not be aligned" if missed else None
            else:
                reason, failure = answer.reason, failure or answer
                after = clock(answer.seconds or 0.0)
                tell(f"alignment failed: {reason} ({options.audio}, language {asr.language}, {folder}, after {after})")
        if reason is None:
            break
        reasons.append(reason)
    if not used:
        tell(f"{options.audio}: the segments keep their times: {'; '.join(reasons)}")
        used = [(options.backend, model or "")]
    asr.alignment = Alignment(
        backend=used[0][0],
        model=used[0][1] or None,
        status="words" if any(one.words for one in asr.segments) else "segments",
        reason="; ".join(reasons) or None,
        failure=failure,
        words=dict(counts),
    )
    speech = speech_of(options)
    if asr.alignment.status == "words":
        asr = look_again(options, asr, speech, time_limit)
    return with_findings(asr, speech)


def aligned_already(asr: Asr, speech: Sequence[Segment]) -> Asr:
    """The transcript of a recogniser that has heard the times of the words too."""
    asr.alignment = Alignment(backend=asr.backend, model=asr.model, status="words", words={asr.backend: _words(asr)})
    return with_findings(asr, speech)


def _impossible(backend: str, model: Path | None, language: str) -> str | None:
    """Why there is nothing to align with; None where there is."""
    if backend == "none":
        return "switched off"
    if model is None:
        return f"no alignment model for language {language}"
    return None if model.is_dir() else f"the alignment model {model} is not there"


def _without_flags(asr: Asr) -> Asr:
    """The same to be aligned once more: what was not aligned before may be now."""
    segments = [replace(one, flags=[flag for flag in one.flags if flag != Flag.NOT_ALIGNED]) for one in asr.segments]
    return replace(asr, segments=segments)


def _words(asr: Asr) -> int:
    return sum(len(one.words or ()) for one in asr.segments)


def with_findings(asr: Asr, speech: Sequence[Segment]) -> Asr:
    """The transcript with speech that has no word flagged, by the times of words instead of those of segments."""
    if not speech:
        return asr
    kept = [one for one in asr.segments if Flag.SPEECH_WITHOUT_TEXT not in one.flags]
    flags = [Flag.SPEECH_WITHOUT_TEXT]
    findings = [AsrSegment(start=gap.start, end=gap.end, text="", flags=list(flags)) for gap in gaps(kept, speech)]
    return replace(asr, segments=sorted([*kept, *findings], key=lambda one: one.start))


def look_again(options: argparse.Namespace, asr: Asr, speech: Sequence[Segment], time_limit: float) -> Asr:
    """Recognises speech that has no word, although the segment around it has text, and aligns what comes out.

    Args:
        options: the command line.
        asr: aligned.
        speech: where somebody speaks.
        time_limit: seconds that each step may take.

    Returns:
        The transcript with what was heard; the same where nothing was, or the second look failed.
    """
    model = options.model if options.backend == "whisper" else options.whisper
    todo = not_looked_at(gaps(asr.segments, speech), asr.segments)
    if not todo or model is None or not model.is_dir():
        return asr
    print(f"{len(todo)} stretches of speech have no word: a second look", file=sys.stderr, flush=True)
    with TemporaryDirectory(prefix=".part-", dir=options.output.parent, ignore_cleanup_errors=True) as folder:
        stretches = Path(folder) / "speech.json"
        contracts.write(stretches, Speech(segments=todo, method="without words", duration=max(one.end for one in todo)))
        arguments = [
            *("--audio", str(options.audio), "--speech", str(stretches), "--model", str(model)),
            *("--language", asr.language, "--device", options.device, "--threads", str(options.threads)),
            *("--max-pause", "0.1", *([] if options.timestamps else ["--no-timestamps"])),
        ]
        limits = {"time_limit": time_limit, "silence_limit": options.silence_limit}
        program = str(Path(__file__).with_name("transcribe_whisperx.py"))
        heard = supervisor.answer(program, arguments, options.output.parent, Asr, **limits)
    if not isinstance(heard, Asr):
        tell(f"the second look failed: {heard.reason} ({options.audio})")
        return asr
    new = with_what_was_heard(asr.segments, heard.segments, speech)
    if not new:
        return asr
    aligned = align_in_child(options, replace(asr, segments=new), "whisper", model, time_limit)
    new = aligned.segments if isinstance(aligned, Asr) else new
    return replace(asr, segments=sorted([*asr.segments, *new], key=lambda one: one.start))


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, aligns, writes `aligned.json`.

    Args:
        arguments: those of the command line when None.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audio", type=Path, required=True, help="WAV, 16 kHz mono")
    parser.add_argument("--asr", type=Path, required=True, help="asr.json: the recognised segments")
    parser.add_argument("--speech", type=Path, help="speech.json: where somebody speaks")
    about = "model folder: wav2vec2 for whisperx, Whisper in CTranslate2's format for whisper, in MLX's for mlx"
    parser.add_argument("--model", type=Path, help=about)
    about = "for whisperx on a processor: what convert_wav2vec2.py wrote"
    parser.add_argument("--onnx", nargs="?", type=Path, metavar="MODEL", help=about)
    parser.add_argument(
        "--backend", choices=["whisperx", "whisper", "mlx", "ctc", "none"], default="whisperx",
        help="whisperx: forced alignment; whisper, mlx: Whisper's own attention; ctc: the recogniser's own times; none: segment times",
    )  # fmt: skip
    about = "what aligns where the backend has no model, fails or leaves out segments (default: %(default)s)"
    parser.add_argument("--fallback", choices=["whisper", "none"], default="whisper", help=about)
    parser.add_argument(
        "--whisper", type=Path, metavar="MODEL", help="Whisper in CTranslate2's format, for the fallback"
    )
    about = "the Whisper model writes no times: a second look takes each stretch for one segment"
    parser.add_argument("--no-timestamps", dest="timestamps", action="store_false", help=about)
    add_time_limits(parser, seconds=300.0, share=1.0)
    parser.add_argument("--output", type=Path, required=True, help="aligned.json")
    parser.add_argument("--child", action="store_true", help="do the work in this process, as the child does")
    add_device_options(parser)
    options = parser.parse_args(arguments)
    device.configure(options.threads)
    contracts.write(options.output, align_here(options) if options.child else align(options))


if __name__ == "__main__":
    run(main)
