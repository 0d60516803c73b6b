"""The cues of a file in step with the sound, by the words that were heard or by detected speech. Pure functions."""

from collections.abc import Sequence

from msgspec.structs import replace

from moviesubs.contracts import Cue, Retimed, RetimedPiece, Segment, Word
from moviesubs.retime.candidates import by_speech, by_words
from moviesubs.retime.fit import Fit, fit, measured_drift, usual_drifts

#: the share of the cues that must be found by their words, else speech alone is asked
ENOUGH = 0.3


def find_fit(cues: Sequence[Cue], words: Sequence[Word], speech: Sequence[Segment]) -> tuple[Fit | None, str]:
    """How the file's clock runs against the movie's, and by what that was found, "words" or "speech".

    Args:
        cues: of the file.
        words: heard, in the language of the file; none where nobody listened.
        speech: detected. Words and speech are on the movie's clock.
    """
    matched = by_words(cues, words)
    measured = measured_drift(matched)
    words_fit = fit(lambda drift: matched, [*usual_drifts(), *([measured] if measured else [])])
    if words_fit and len(words_fit.agreeing) >= ENOUGH * len(cues):
        return words_fit, "words"
    return fit(lambda drift: by_speech(cues, speech, drift), usual_drifts()), "speech"


def retimed_spans(spans: Sequence[tuple[int, int]], clock: Fit) -> list[tuple[int, int]]:
    """In and out times on the movie's clock, in milliseconds; a cue lasts as long as before, but for the drift."""
    moved = []
    for start, end in spans:
        new = max(0, round(clock.at(start / 1000) * 1000))
        moved.append((new, new + round((end - start) * clock.drift)))
    return moved


def record(cues: Sequence[Cue], clock: Fit, method: str) -> Retimed:
    """What was done, with the cues that were not found in the sound."""
    moved = retimed_spans([(cue.start, cue.end) for cue in cues], clock)
    unmatched = [
        replace(cue, start=start, end=end)
        for number, (cue, (start, end)) in enumerate(zip(cues, moved, strict=True))
        if number not in clock.agreeing
    ]
    pieces = [RetimedPiece(start=start, offset=offset) for start, offset in clock.pieces]
    return Retimed(
        method="words" if method == "words" else "speech", drift=clock.drift, pieces=pieces, unmatched=unmatched
    )
