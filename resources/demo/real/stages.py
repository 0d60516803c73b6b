"""The stages of recognition over many recordings in one process, in a stage's environment: python stages.py WHAT FOLDER

WHAT is `recordings`, `speech`, `whisperx`, `mlx`, `align`, `sequential` (faster-whisper's own way) or `demo`. What is done is not
done again.
"""

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "resources" / "demo")]

import msgspec  # noqa: E402

from moviesubs import contracts  # noqa: E402
from moviesubs.contracts import Asr, AsrSegment, Speech  # noqa: E402
from real import recordings  # noqa: E402
from real.recordings import Recording  # noqa: E402


def kept_in_memory(load: Callable[..., Any]) -> Callable[..., Any]:
    """A function that loads a model, once."""
    models: list[Any] = []

    def loaded(*arguments: Any) -> Any:
        if not models:
            models.append(load(*arguments))
        return models[0]

    return loaded


def options_of(folder: Path, one: Recording, **more: Any) -> argparse.Namespace:
    """The command line of a program for a recording."""
    return argparse.Namespace(
        audio=folder / "recordings" / f"{one.name}.wav", speech=folder / "speech" / f"{one.name}.json",
        language=one.language, chunk_size=30.0, max_pause=2.0, timestamps=True, initial_prompt=None, hotwords=None,
        beam_size=5, compute_type="auto", threads=1, batch_size=8, device="cpu", parts=None, **more,
    )  # fmt: skip


def speech(folder: Path, one: Recording, output: Path) -> None:
    """Detects speech."""
    contracts.write(output, _detected(folder, folder / "recordings" / f"{one.name}.wav"))


def recogniser(backend: str, folder: Path) -> Callable[[Path, Recording, Path], None]:
    """Recognises with a backend; how long that takes, and a batched decode without times, is written beside it."""
    import transcribe_mlx
    import transcribe_whisperx
    from moviesubs.media.wav import Wav
    from moviesubs.recognition.chunks import chunks_of
    from moviesubs.recognition.listening import Listener, Look

    program: Any = transcribe_whisperx if backend == "whisperx" else transcribe_mlx
    program.load = kept_in_memory(program.load)
    model = folder / "models" / ("ctranslate2" if backend == "whisperx" else "mlx")

    def plain(options: argparse.Namespace) -> float:
        """Seconds of the first pass alone, without times."""
        segments = contracts.read(options.speech, Speech).segments
        options.timestamps = False
        with Wav(options.audio) as wav:
            if backend == "whisperx":
                one = program.Recogniser(program.load(model, "cpu", "auto", 1), wav, options)
            else:
                one = program.Recogniser(*program.load(model), wav, options.language, None, timestamps=False)
            chunks = chunks_of(wav, segments, options.chunk_size, options.max_pause)
            started = time.monotonic()
            Listener(wav, segments, one.recognise, options.batch_size).batches(chunks, Look())
            return time.monotonic() - started

    def recognise(folder: Path, one: Recording, output: Path) -> None:
        options = options_of(folder, one, model=model)
        if backend == "whisperx":
            program.load(model, "cpu", "auto", 1)
        else:
            program.load(model)
        started = time.monotonic()
        asr = program.transcribe_here(options)
        seconds = time.monotonic() - started
        timing = {"seconds": seconds, "plain": plain(options)}
        output.with_suffix(".time").write_text(json.dumps(timing))
        contracts.write(output, asr)

    return recognise


def aligner(folder: Path) -> Callable[[Path, Recording, Path], None]:
    """Aligns with Whisper's attention what both backends recognised, listens again to speech without words, flags what stays so."""
    import align

    align.load_aligner = kept_in_memory_by_language(align.load_aligner)
    model = folder / "models" / "ctranslate2"

    def both(folder: Path, one: Recording, output: Path) -> None:
        for backend in ("whisperx", "mlx"):
            source = folder / backend / f"{one.name}.json"
            if source.exists():
                limit = {"silence_limit": 600.0, "output": output}
                options = options_of(folder, one, model=model, backend="whisper", asr=source, onnx=None, **limit)
                segments = contracts.read(options.speech, Speech).segments
                asr = align.look_again(options, align.align_here(options), segments, time_limit=600.0)
                contracts.write(output.with_suffix(f".{backend}.json"), align.with_findings(asr, segments))
        output.write_text("{}")

    return both


def kept_in_memory_by_language(load: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a function that loads for a language."""
    models: dict[str, Any] = {}

    def loaded(options: argparse.Namespace, language: str) -> Any:
        if language not in models:
            models[language] = load(options, language)
        return models[language]

    return loaded


def sequential(folder: Path) -> Callable[[Path, Recording, Path], None]:
    """Transcribes as faster-whisper does by itself: one window after the other."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder / "models" / "ctranslate2"), "cpu", compute_type="int8", cpu_threads=1)

    def transcribe(folder: Path, one: Recording, output: Path) -> None:
        segments, _ = model.transcribe(str(folder / "recordings" / f"{one.name}.wav"), language=one.language)
        output.write_text(json.dumps([segment.text for segment in segments]), encoding="utf-8")

    return transcribe


def demo(folder: Path) -> None:
    """Aligns the true words of the demo movie by Whisper's attention."""
    import align

    truth = json.loads((ROOT / "resources" / "demo" / "demo.truth.json").read_text(encoding="utf-8"))
    said = truth["sentences"]
    segments = [AsrSegment(start=max(0.0, one["start"] - 0.2), end=one["end"] + 0.2, text=one["hi"]) for one in said]
    asr = Asr(language="hi", backend="truth", model="", status="ok", segments=segments)
    contracts.write(folder / "demo.asr.json", asr)
    audio = folder / "demo.wav"
    contracts.write(folder / "demo.speech.json", _detected(folder, audio))
    options = argparse.Namespace(
        audio=audio, speech=folder / "demo.speech.json", asr=folder / "demo.asr.json", backend="whisper",
        model=folder / "models" / "ctranslate2", device="cpu", threads=1,
    )  # fmt: skip
    contracts.write(folder / "demo.aligned.json", align.align_here(options))


def _detected(folder: Path, audio: Path) -> Speech:
    from convert_voice_activity import convert
    from detect_speech import detect_speech

    network = folder / "models" / "vad.onnx"
    if not network.exists():
        convert(network)
    return detect_speech(audio, "pyannote", network, 0.5, 0.363, 1)


def main() -> None:
    """Does one stage of all recordings."""
    what, folder = sys.argv[1], Path(sys.argv[2])
    if what == "recordings":
        recordings.make(folder / "source", folder / "recordings")
        return
    if what == "demo":
        demo(folder)
        return
    everything = msgspec.json.decode((folder / "recordings" / "recordings.json").read_bytes(), type=list[Recording])
    work = {
        "speech": lambda: speech,
        "whisperx": lambda: recogniser("whisperx", folder),
        "mlx": lambda: recogniser("mlx", folder),
        "align": lambda: aligner(folder),
        "sequential": lambda: sequential(folder),
    }[what]()
    if what == "sequential":
        everything = [one for one in everything if one.language in ("en", "es", "fr", "pt", "it") and one.said]
    (folder / what).mkdir(exist_ok=True)
    started = time.monotonic()
    for number, one in enumerate(everything, start=1):
        output = folder / what / f"{one.name}.json"
        if output.exists():
            continue
        with (folder / f"{what}.log").open("a") as log, contextlib.redirect_stderr(log):
            work(folder, one, output)
        print(f"{what}: {number} of {len(everything)}, {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
