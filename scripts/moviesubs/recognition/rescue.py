"""A child process that dies is started again, more carefully each time, and goes on where the last one died."""

from collections.abc import Callable
from pathlib import Path

from moviesubs.contracts import Asr, AsrSegment, Failure
from moviesubs.errors import USER_ERROR, UserError
from moviesubs.flags import Flag
from moviesubs.recognition.journal import Parts
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
        found = Parts(parts)
        deaths = 1 if len(found) > done else deaths + 1
        done = len(found)
        stuck = found.unfinished() if answer.position is not None else []  # without one it died before any work
        if batch_size == 1 and deaths >= 2 and stuck and given_up < MOST_GIVEN_UP:
            chunk, kind = stuck[-1]
            flag = Flag.REMOVED_NOT_RECOGNISED
            lost = AsrSegment(start=chunk.start, end=chunk.end, text="", flags=[flag], reasons={flag: answer.reason})
            found.add(chunk, [lost], kind)
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
