"""What a recogniser's child process does, whichever backend it has."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from moviesubs import contracts
from moviesubs.contracts import Asr, AsrSegment, Segment, Speech
from moviesubs.language.languages import language
from moviesubs.media.wav import Wav
from moviesubs.recognition.chunks import WHISPER_WINDOW, chunks_of
from moviesubs.recognition.expected_script import in_script
from moviesubs.recognition.journal import Parts
from moviesubs.recognition.listening import Listener, Look, findings
from moviesubs.recognition.script_prompts import script_prompt
from moviesubs.recognition.whisper import finish
from moviesubs.stage import supervisor
from moviesubs.stage.program import working_on
from moviesubs.stage.progress import LivelyProgress, clock


class Recogniser(Protocol):
    """A loaded model that listens to one file, in one language."""

    def recognise(self, chunks: Sequence[Segment], look: Look) -> list[list[AsrSegment]]:
        """Recognises a batch.

        Args:
            chunks: what to recognise, each at most 30 s.
            look: with which prompt, and in which letters.

        Returns:
            The segments of each chunk, none where no text was recognised.
        """
        ...

    def prepare(self, chunks: Sequence[Segment]) -> None:
        """Begins with what a processor does for a batch, while the one before it is decoded; there may be nothing to do."""
        return

    def longest_chunk(self) -> float:
        """Seconds of speech whose text the model has room for."""
        return WHISPER_WINDOW

    def language_of(self, chunk: Segment) -> str:
        """The short code of the language that it hears in a chunk."""
        ...


def recognise_all(listener: Listener, chunks: Sequence[Segment], code: str) -> list[AsrSegment]:
    """Recognises all chunks: once in batches, speech without text again, text in another script again.

    Args:
        listener: listens to the file.
        chunks: what to recognise, in order.
        code: the spoken language.

    Returns:
        The segments in order.
    """
    script, prompt = language(code).script, script_prompt(code)
    segments = listener.fully(chunks, Look(), (Look("prompt", prompt, fallback=False),) if prompt else ())
    return in_script(listener, segments, chunks, script, prompt)


def recognise_file(
    options: argparse.Namespace,
    backend: str,
    asked: str,
    opened: Callable[[Wav], tuple[Recogniser, str]],
    parts: Parts | None = None,
    listen: Callable[[Listener, Sequence[Segment], str], list[AsrSegment]] = recognise_all,
    finish: Callable[[Sequence[AsrSegment], Sequence[Segment], Wav], list[AsrSegment]] = finish,
    workers: int = 1,
) -> Asr:
    """Recognises the speech of a file in this process, the child of a program that watches it.

    Args:
        options: the command line: `audio`, `speech`, `model`, `language`, `chunk_size`, `max_pause`, `batch_size`.
        backend: "mlx", "whisperx" or "ctc".
        asked: the device that it was told to compute on, for the message when it fails.
        opened: loads the model; says on what it computes indeed, too.
        parts: what an earlier child has done already.
        listen: recognises all chunks.
        finish: sets apart what was made up.
        workers: batches at a time.

    Returns:
        The transcript.
    """
    supervisor.start_child()
    speech = contracts.read(options.speech, Speech)
    started = time.monotonic()
    context = {"file": options.audio, "language": options.language, "model": options.model, "device": asked}
    with Wav(options.audio) as wav, working_on(f"transcribe_{backend}", **context):
        recogniser, device = opened(wav)
        supervisor.beat(0.0)
        loaded = f"model {options.model} loaded on {device} after {clock(time.monotonic() - started)}"
        print(loaded, file=sys.stderr, flush=True)
        most = recogniser.longest_chunk()
        if most < options.chunk_size:
            print(
                f"chunks of {most:.1f} s: the model has room for no more in {options.language}",
                file=sys.stderr,
                flush=True,
            )
        chunks = chunks_of(wav, speech.segments, min(options.chunk_size, most), options.max_pause)
        what = f"transcribe {options.audio} ({options.language}, {options.model.name}, {backend} on {device})"
        with LivelyProgress(what, wav.duration, audio=True) as progress:

            def report(position: float) -> None:
                supervisor.beat(position)
                progress.at(max(position, progress.position))

            listener = Listener(
                wav, speech.segments, recogniser.recognise, options.batch_size, Parts() if parts is None else parts,
                report, recogniser.language_of, workers, recogniser.prepare,
            )  # fmt: skip
            segments = listen(listener, chunks, options.language)
            progress.done()
        segments = finish(segments, speech.segments, wav)
        segments = sorted([*segments, *findings(segments, speech.segments)], key=lambda one: one.start)
    name = options.model.name
    return Asr(language=options.language, backend=backend, model=name, status="ok", segments=segments, device=device)
