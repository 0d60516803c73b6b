"""A movie in figures, for the table of all movies of a batch. All functions are pure."""

from moviesubs.contracts import Record
from moviesubs.flags import Flag
from moviesubs.report.cue_rows import cue_rows, cue_speed
from moviesubs.report.materials import Materials
from moviesubs.report.provenance import events
from moviesubs.report.word_coverage import coverage


class TrackQuality(Record):
    """A track in figures: its cues, how many rows of its list are to be checked, and its median reading speed."""

    language: str
    cues: int
    to_check: int
    reading_speed: float


class Quality(Record):
    """`quality.json`: a movie in figures.

    `length`, `speech`, `speech_without_text` and `work` are seconds;
    `aligned` is the share of the text that was aligned; `events` are what went
    otherwise than planned; `flags` counts each flag over all tracks.
    """

    movie: str
    language: str
    length: float
    speech: float
    sentences: int
    removed: int
    tracks: list[TrackQuality]
    flags: dict[Flag, int]
    events: list[str] = []
    aligned: float | None = None
    speech_without_text: float = 0.0
    work: float | None = None


def quality(materials: Materials) -> Quality:
    """The figures of a movie."""
    tracks, flags = [], dict[Flag, int]()
    for code, record in materials.cues.items():
        shown = cue_rows(record, materials.transcript, materials.translations.get(code))
        speeds = sorted(cue_speed(cue, two_languages="+" in code) for cue in record.cues)
        tracks.append(
            TrackQuality(
                language=code,
                cues=len(record.cues),
                to_check=sum(bool(row.flags) for row in shown),
                reading_speed=speeds[len(speeds) // 2] if speeds else 0.0,
            )
        )
        for flag in (flag for row in shown for flag in row.flags):
            flags[flag] = flags.get(flag, 0) + 1
    silent = [segment for segment in materials.transcript.removed if Flag.SPEECH_WITHOUT_TEXT in segment.flags]
    if silent:
        flags[Flag.SPEECH_WITHOUT_TEXT] = len(silent)
    seconds = sum(stage.used.seconds for stage in materials.stages)
    return Quality(
        movie=materials.name,
        language=materials.transcript.language,
        length=materials.probe.end - materials.probe.start,
        speech=sum(segment.end - segment.start for segment in materials.speech.segments),
        sentences=len(materials.transcript.sentences),
        removed=len(materials.transcript.removed) - len(silent),
        speech_without_text=sum(segment.end - segment.start for segment in silent),
        tracks=tracks,
        flags=dict(sorted(flags.items(), key=lambda pair: (-pair[1], pair[0]))),
        events=[headline for headline, _ in events(materials)],
        aligned=coverage(materials.asr),
        work=seconds or None,
    )
