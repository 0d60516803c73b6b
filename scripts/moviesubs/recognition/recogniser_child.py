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
from moviesubs.recognition.chunks import chunks_of
from moviesubs.recognition.journal import Parts
from moviesubs.recognition.whisper import finish, recognise_all
from moviesubs.stage import supervisor
from moviesubs.stage.program import working_on
from moviesubs.stage.progress import LivelyProgress, clock


class Recogniser(Protocol):
    """A loaded model that listens to one file, in one language."""

    def recognise(self, chunks: Sequence[Segment], suppressed: Sequence[int] = ()) -> list[AsrSegment | None]:
        """Recognises a batch.

        Args:
            chunks: what to recognise, each at most 30 s.
            suppressed: tokens that must not come, besides those that never do.

        Returns:
            The segment of each chunk, None where no text was recognised.
        """
        ...

    def foreign_tokens(self, script: str) -> list[int]:
        """The tokens that cannot stand in text of a script (ISO 15924)."""
        ...


def recognise_file(
    options: argparse.Namespace,
    backend: str,
    asked: str,
    opened: Callable[[Wav], tuple[Recogniser, str]],
    parts: Parts | None = None,
) -> Asr:
    """Recognises the speech of a file in this process, the child of a program that watches it.

    Args:
        options: the command line: `audio`, `speech`, `model`, `language`, `chunk_size`, `max_pause`, `batch_size`.
        backend: "mlx" or "whisperx".
        asked: the device that it was told to compute on, for the message when it fails.
        opened: loads the model; says on what it computes indeed, too.
        parts: what an earlier child has done already.

    Returns:
        The transcript.
    """
    supervisor.start_child()
    speech = contracts.read(options.speech, Speech)
    started = time.monotonic()
    context = {"file": options.audio, "language": options.language, "model": options.model, "device": asked}
    with Wav(options.audio) as wav, working_on(f"transcribe_{backend}", **context):
        chunks = chunks_of(wav, speech.segments, options.chunk_size, options.max_pause)
        recogniser, device = opened(wav)
        supervisor.beat(0.0)
        loaded = f"model {options.model} loaded on {device} after {clock(time.monotonic() - started)}"
        print(loaded, file=sys.stderr, flush=True)
        script = language(options.language).script

        def in_script(batch: Sequence[Segment]) -> list[AsrSegment | None]:
            return recogniser.recognise(batch, recogniser.foreign_tokens(script))

        what = f"transcribe {options.audio} ({options.language}, {options.model.name}, {backend} on {device})"
        with LivelyProgress(what, wav.duration, audio=True) as progress:

            def report(position: float) -> None:
                supervisor.beat(position)
                progress.at(max(position, progress.position))

            segments = recognise_all(
                wav,
                chunks,
                recogniser.recognise,
                batch_size=options.batch_size,
                parts=parts,
                report=report,
                in_script=(script, in_script),
            )
            progress.done()
        segments = finish(segments, speech.segments, wav)
    name = options.model.name
    return Asr(language=options.language, backend=backend, model=name, status="ok", segments=segments, device=device)
