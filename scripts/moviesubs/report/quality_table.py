"""All movies of a batch in one table, what needs a person first on top: as a page, and as tab-separated values."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from moviesubs.flag_meanings import MEANINGS
from moviesubs.report.page import script, templates
from moviesubs.report.provenance import language_name
from moviesubs.report.quality import Quality
from moviesubs.stage.progress import clock

#: flags of a movie that the table names
MOST_FLAGS = 4


@dataclass(frozen=True)
class Entry:
    """A movie in the table; shares are 0 to 1, None where there is nothing to have a share of."""

    record: Quality
    language: str
    length: str
    speech: float | None
    doubtful: float | None
    flags: list[tuple[str, str, int]]


def to_check(record: Quality) -> float | None:
    """Share of the rows of all tracks that a person should check, 0 to 1; None where there are no cues."""
    cues = sum(track.cues for track in record.tracks)
    return min(1.0, sum(track.to_check for track in record.tracks) / cues) if cues else None


def ranked(records: Sequence[Quality]) -> list[Quality]:
    """The movies, what needs a person first on top: those without cues or with events, then by the share to check."""

    def urgency(record: Quality) -> tuple[bool, bool, float, str]:
        share = to_check(record)
        return (share is not None, not record.events, -(share or 0.0), record.movie)

    return sorted(records, key=urgency)


def _entry(record: Quality) -> Entry:
    flags = [
        (MEANINGS[flag].label, MEANINGS[flag].why, count) for flag, count in list(record.flags.items())[:MOST_FLAGS]
    ]
    return Entry(
        record=record,
        language=language_name(record.language),
        length=clock(record.length),
        speech=record.speech / record.length if record.length > 0 else None,
        doubtful=to_check(record),
        flags=flags,
    )


def render(records: Sequence[Quality], unfinished: Sequence[str] = ()) -> str:
    """The table as a page.

    Args:
        unfinished: names of movies without a record.

    Returns:
        A whole HTML document; it refers to nothing but the movies' reports, at `<movie>/report.html` beside it.
    """
    text, digest = script("quality_table.js")
    entries = [_entry(record) for record in ranked(records)]
    variables = {
        "entries": entries,
        "unfinished": unfinished,
        "cues": sum(track.cues for record in records for track in record.tracks),
        "length": clock(sum(record.length for record in records)),
        "work": clock(sum(record.work or 0.0 for record in records)),
        "script": text,
        "digest": digest,
        "clock": clock,
    }
    return str(templates().get_template("quality_table.html.j2").render(variables)).strip() + "\n"


def table(records: Sequence[Quality]) -> str:
    """The table as tab-separated values, a row a track.

    Returns:
        Text with a header line; a movie without tracks has one row.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="\t", lineterminator="\n")
    writer.writerow(
        [
            "movie",
            "spoken",
            "seconds",
            "speech",
            "aligned",
            "sentences",
            "removed",
            "speech_without_text",
            "events",
            "work",
        ]
        + ["track", "cues", "to_check", "reading_speed"]
    )
    for record in ranked(records):
        aligned = "" if record.aligned is None else f"{record.aligned:.3f}"
        work = "" if record.work is None else f"{record.work:.1f}"
        movie = [record.movie, record.language, f"{record.length:.1f}", f"{record.speech:.1f}", aligned]
        movie += [
            str(record.sentences),
            str(record.removed),
            f"{record.speech_without_text:.1f}",
            "; ".join(record.events),
            work,
        ]
        for track in record.tracks:
            writer.writerow(
                [*movie, track.language, str(track.cues), str(track.to_check), f"{track.reading_speed:.1f}"]
            )
        if not record.tracks:
            writer.writerow([*movie, "", "", "", ""])
    return buffer.getvalue()
