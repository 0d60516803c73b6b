"""A child process that dies is started again, more carefully each time, and goes on where the last one died."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.atomic_files import part_folder
from moviesubs.contracts import Asr, AsrSegment, Failure, Speech
from moviesubs.errors import USER_ERROR, UserError
from moviesubs.flags import Flag
from moviesubs.media.wav import Wav
from moviesubs.recognition.journal import Parts
from moviesubs.stage import supervisor
from moviesubs.stage.progress import clock
from moviesubs.stage.terminal import tell

#: children that may die in a row without getting any further
MOST_DEATHS = 3
#: chunks that may be given up before the model itself is taken for broken
MOST_GIVEN_UP = 3

#: given batch size, device and file of parts: the transcript, or how the child failed
Attempt = Callable[[int, str, Path], Asr | Failure]


def until_done(attempt: Attempt, parts: Path, batch_size: int, on: str, about: str, backend: str = "WhisperX") -> Asr:
    """Tries until there is a transcript.

    After the first death batches have one chunk. A chunk on which two children died alone is given up and kept as a removed
    segment that says why; where nothing gets done, the processor is tried instead of the graphics card.

    Args:
        attempt: one child.
        parts: file of what is done.
        batch_size: chunks at a time in the first attempt.
        on: device of the first attempt.
        about: what is worked on, for the messages.
        backend: what recognises, for the messages.

    Returns:
        The transcript; "rescued", with the first failure, where a child died.

    Raises:
        UserError: the child said that trying again is no use, or one after the other died.
    """
    first: Failure | None = None
    deaths, done, given_up = 0, 0, 0
    while True:
        answer = attempt(batch_size, on, parts)
        if isinstance(answer, Asr):
            break
        if answer.exit_code == USER_ERROR and "out of memory" not in answer.reason.lower():
            raise UserError(answer.reason)
        journal = Parts(parts)
        deaths = 1 if len(journal) > done else deaths + 1
        done = len(journal)
        stuck = journal.unfinished() if answer.position is not None else []  # without one it died before any work
        if batch_size == 1 and deaths >= 2 and stuck and given_up < MOST_GIVEN_UP:
            chunk, kind = stuck[-1]
            flag = Flag.REMOVED_NOT_RECOGNISED
            lost = AsrSegment(start=chunk.start, end=chunk.end, text="", flags=[flag], reasons={flag: answer.reason})
            journal.add(chunk, [lost], kind)
            deaths, done, given_up = 0, done + 1, given_up + 1
            tell(f"{clock(chunk.start)} to {clock(chunk.end)} cannot be recognised: {answer.reason} ({about})")
        if deaths >= MOST_DEATHS:
            raise UserError(f"{backend} failed {MOST_DEATHS} times in a row: {answer.reason} ({about}); see the log")
        on = "cpu" if deaths == MOST_DEATHS - 1 else on
        first, batch_size = first or answer, 1
        after = clock(answer.seconds or 0.0)
        tell(f"{backend} failed: {answer.reason} (after {after}, {about}); trying again with {done} chunks done")
    if first:
        answer.status, answer.failure = "rescued", first
        answer.reason = f"{backend.lower()} failed: {first.reason}; a fresh process went on"
    return answer


def recognise_in_children(
    options: argparse.Namespace, program: str, arguments: Sequence[str], backend: str = "WhisperX"
) -> Asr:
    """Recognises the speech of a file with a program's own child, in as many processes as it takes.

    Args:
        options: the program's command line.
        program: its file.
        arguments: what the child is told besides audio, speech, model, language, batch size, device and the file of parts.
        backend: what recognises, for the messages.

    Returns:
        The transcript; see `until_done`.
    """
    with Wav(options.audio) as wav:
        time_limit = options.time_limit + options.time_limit_share * wav.duration
    common = [
        *("--audio", str(options.audio), "--speech", str(options.speech), "--model", str(options.model)),
        *("--language", options.language, "--chunk-size", str(options.chunk_size)),
        *("--max-pause", str(options.max_pause), "--threads", str(options.threads)),
    ]

    def attempt(batch_size: int, on: str, parts: Path) -> Asr | Failure:
        more = ["--batch-size", str(batch_size), "--device", on, "--parts", str(parts)]
        return supervisor.answer(
            program, [*common, *arguments, *more], options.output.parent, Asr,
            time_limit=time_limit, silence_limit=options.silence_limit,
        )  # fmt: skip

    about = f"{options.audio}, language {options.language}, model {options.model}"
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with part_folder(options.output.parent) as temporary:
        return until_done(attempt, temporary / "parts", options.batch_size, options.device, about, backend)


def without_speech(options: argparse.Namespace, backend: str) -> Asr | None:
    """The empty transcript of a file in which nobody speaks, for which no model is loaded; None where somebody does.

    Raises:
        UserError: the audio or `speech.json` cannot be read.
    """
    with Wav(options.audio):
        pass
    if contracts.read(options.speech, Speech).segments:
        return None
    print(f"{options.audio}: no speech was detected, nothing to transcribe", file=sys.stderr, flush=True)
    return Asr(language=options.language, backend=backend, model=options.model.name, status="ok", segments=[])
