"""Where somebody speaks, and who, against the truth, by pyannote.metrics."""

from collections.abc import Sequence
from typing import NamedTuple

from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.detection import DetectionPrecisionRecallFMeasure
from pyannote.metrics.diarization import DiarizationErrorRate


class Turn(NamedTuple):
    """A stretch of speech in seconds, and whose it is."""

    start: float
    end: float
    speaker: str = "speech"


class Recording(NamedTuple):
    """True and found stretches of one recording of `duration` seconds, on the same clock."""

    true: Sequence[Turn]
    hypothesis: Sequence[Turn]
    duration: float


class Detection(NamedTuple):
    """Shares of time: of what was found, how much is speech; of the speech, how much was found; their harmonic mean."""

    precision: float
    recall: float
    f1: float


def annotation(turns: Sequence[Turn]) -> Annotation:
    """Turns as pyannote's packages take them.

    Args:
        turns: in any order; overlaps are kept.

    Returns:
        The annotation.
    """
    labels = Annotation()
    for number, turn in enumerate(turns):
        labels[Segment(turn.start, turn.end), number] = turn.speaker
    return labels


def speech_detection(recordings: Sequence[Recording], collar: float) -> Detection:
    """How well speech was detected, over several recordings.

    Args:
        recordings: speakers do not matter.
        collar: seconds around each true boundary that are not judged, half before it, half after it.

    Returns:
        Precision, recall and F1.
    """
    metric = DetectionPrecisionRecallFMeasure(collar=collar)
    for recording in recordings:
        metric(*_annotations(recording), uem=_whole(recording))
    return Detection(*metric.compute_metrics())


def diarization_error_rate(recordings: Sequence[Recording], collar: float = 0.0) -> float:
    """The diarization error rate: missed, falsely found and confused speech, in shares of the true speech.

    Args:
        recordings: speakers' names need not agree; the best mapping counts.
        collar: seconds around each true boundary that are not judged.

    Returns:
        0 at best; above 1 is possible.
    """
    metric = DiarizationErrorRate(collar=collar)
    for recording in recordings:
        metric(*_annotations(recording), uem=_whole(recording))
    return float(abs(metric))


def _annotations(recording: Recording) -> tuple[Annotation, Annotation]:
    return annotation(recording.true), annotation(recording.hypothesis)


def _whole(recording: Recording) -> Timeline:
    return Timeline([Segment(0.0, recording.duration)])
