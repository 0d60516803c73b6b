"""A subtitle track in figures and pictures. All functions are pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from moviesubs.cues.limits import Limits
from moviesubs.flag_meanings import MEANINGS, Meaning
from moviesubs.report.charts import Dots, Histogram, dots, histogram
from moviesubs.report.cue_rows import CueRow, cue_rows, cue_speed
from moviesubs.report.materials import Materials
from moviesubs.report.provenance import language_name


@dataclass(frozen=True)
class Track:
    """A subtitle track: its rows, and itself in figures. `flagged` counts rows, of any kind of flag."""

    language: str
    name: str
    rows: list[CueRow]
    cues: int
    flagged: int
    kinds: list[tuple[Meaning, int]]
    limits: Limits
    speed: Histogram
    duration: Histogram
    speeds: Dots
    durations: Dots
    median_speed: float
    median_duration: float


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0


def track(code: str, materials: Materials) -> Track:
    """A subtitle track with its figures.

    Args:
        materials: the movie's records; limits that the cues do not name count as the usual ones.
    """
    record, probe = materials.cues[code], materials.probe
    known = {name: value for name, value in record.limits.items() if name in Limits.__dataclass_fields__}
    limits = Limits(**known)  # type: ignore[arg-type]
    speeds = [cue_speed(cue, two_languages="+" in code) for cue in record.cues]
    durations = [(cue.end - cue.start) / 1000 for cue in record.cues]
    starts = [cue.start / 1000 for cue in record.cues]
    shown = cue_rows(record, materials.transcript, materials.translations.get(code))
    kinds = Counter(flag for row in shown for flag in row.flags)
    shortest, longest = limits.min_duration / 1000, limits.max_duration / 1000
    return Track(
        language=code,
        name=language_name(code),
        rows=shown,
        cues=len(record.cues),
        flagged=sum(bool(row.flags) for row in shown),
        kinds=[(MEANINGS[flag], count) for flag, count in kinds.most_common()],
        limits=limits,
        speed=histogram(speeds, step=2, high=limits.reading_speed, least=24),
        duration=histogram(durations, step=0.5, low=shortest, high=longest, least=7.5),
        speeds=dots(list(zip(starts, speeds, strict=True)), probe.start, probe.end, high=limits.reading_speed),
        durations=dots(
            list(zip(starts, durations, strict=True)),
            probe.start,
            probe.end,
            low=shortest,
            high=longest,
            least=longest + 1,
        ),
        median_speed=_median(speeds),
        median_duration=_median(durations),
    )
