"""What the page shows, computed from the stages' records. All functions are pure; the template only lays it out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from moviesubs.contracts import AsrSegment, Sentence, Transcript
from moviesubs.corrections.table import COLUMNS, line_of, read_corrections
from moviesubs.flag_meanings import MEANINGS
from moviesubs.flags import Flag
from moviesubs.report.charts import COLOURS, Span, TimelineRow, row_length, timeline
from moviesubs.report.materials import Materials
from moviesubs.report.provenance import events, facts, language_name
from moviesubs.report.track import Track, track
from moviesubs.report.word_coverage import Stretch, coverage, stretches
from moviesubs.stage.progress import clock

#: colour of the shot changes in the timeline
SHOTS = 8


def colours(sentences: Sequence[Sentence]) -> dict[str, int]:
    """A colour for each speaker, by how much each says: 1 for the one who says most.

    Returns:
        Speaker to number of a colour, 1 to COLOURS; rarer speakers share the last one.
    """
    characters: Counter[str] = Counter()
    for sentence in sentences:
        if sentence.speaker:
            characters[sentence.speaker] += len(sentence.text)
    order = sorted(characters, key=lambda speaker: (-characters[speaker], speaker))
    return {speaker: min(number, COLOURS) for number, speaker in enumerate(order, start=1)}


def _picture(materials: Materials) -> tuple[list[str], list[TimelineRow]]:
    """Names of the timeline's lanes, and its rows."""
    probe = materials.probe
    by_speaker = colours(materials.transcript.sentences)
    speech = [Span(probe.start + one.start, probe.start + one.end) for one in materials.speech.segments]
    spoken = [
        Span(one.start, one.end, one.speaker or "", by_speaker.get(one.speaker or "", 1), bool(one.flags))
        for one in materials.transcript.sentences
    ]
    names, lanes = ["Speech", "Sentences"], [speech, spoken]
    if materials.shots is not None:
        names.append("Shots")
        lanes.append([Span(at, at, colour=SHOTS) for at in materials.shots])
    for code, record in materials.cues.items():
        names.append(f"Cues {code}")
        lanes.append([Span(cue.start / 1000, cue.end / 1000, flagged=bool(cue.flags)) for cue in record.cues])
    for code, record in materials.forced.items():
        names.append(f"Forced {code}")
        lanes.append([Span(cue.start / 1000, cue.end / 1000, flagged=bool(cue.flags)) for cue in record.cues])
    return names, timeline(lanes, probe.start, max(probe.end, probe.start + 1))


def _removed(segments: Sequence[AsrSegment]) -> list[dict[str, Any]]:
    return [
        {
            "time": clock(int(one.start)),
            "start": one.start,
            "end": one.end,
            "text": one.text,
            "flags": [(MEANINGS[flag], one.reasons.get(flag, "")) for flag in one.flags],
        }
        for one in segments
    ]


def sentences(transcript: Transcript, spoken: Transcript) -> dict[int, dict[str, Any]]:
    """The sentences of a track as a person corrects them, by id."""
    speakers = {one.id: one.speaker or "" for one in spoken.sentences}
    return {
        one.id: {"start": one.start, "text": one.text, "speaker": speakers.get(one.id, "")}
        for one in transcript.sentences
    }


def corrections(path: Path | None) -> dict[str, Any]:
    """The movie's table of corrections: its name and folder, its header, and the lines that are there already."""
    path = path or Path("corrections.tsv")
    table = read_corrections(path) if path.exists() else []
    return {
        "name": path.name,
        "folder": str(path.parent),
        "header": "\t".join(COLUMNS),
        "lines": [line_of(one) for one in table],
    }


def glossary(path: Path | None, languages: Sequence[str]) -> dict[str, Any]:
    """The table of names: its name and folder, the languages of its columns, and its lines as they are."""
    path = path or Path("glossary.tsv")
    lines = path.read_text(encoding="utf-8-sig").splitlines() if path.is_file() else []
    header = lines[0].split("\t") if lines else list(dict.fromkeys(languages))
    return {"name": path.name, "folder": str(path.parent), "languages": header, "lines": lines[1:]}


def data(tracks: Sequence[Track], materials: Materials) -> dict[str, Any]:
    """What the page's script works with, as JSON can hold it.

    Returns:
        `start` and `end` of what was worked on, the meaning of every flag, the tracks with their rows and sentences, the table of
        corrections, colours of the speakers, and where each clip lies in the file of clips. All times are seconds.
    """
    flags = {flag for one in tracks for row in one.rows for flag in row.flags}
    return {
        "start": materials.probe.start,
        "end": materials.probe.end,
        "flags": {flag: {"label": MEANINGS[flag].label, "why": MEANINGS[flag].why} for flag in sorted(flags)},
        "speakers": colours(materials.transcript.sentences),
        "spoken": materials.transcript.language,
        "sentences": {
            one.language: sentences(
                materials.translations.get(one.language, materials.transcript), materials.transcript
            )
            for one in tracks
            if "+" not in one.language  # both languages have a track of their own
        }
        | {materials.transcript.language: sentences(materials.transcript, materials.transcript)},
        "corrections": corrections(materials.corrections),
        "glossary": glossary(materials.glossary, [materials.transcript.language, *materials.translations]),
        "tracks": [
            {"language": one.language, "name": one.name, "rows": [asdict(row) for row in one.rows]} for one in tracks
        ],
        "clips": [[clip.start, clip.end, clip.offset] for clip in materials.media.map],
    }


def figures(materials: Materials, tracks: Sequence[Track]) -> list[tuple[str, str, str]]:
    """The movie in a few numbers: label, value and note."""
    length = materials.probe.end - materials.probe.start
    spoken = sum(one.end - one.start for one in materials.speech.segments)
    seconds = sum(stage.used.seconds for stage in materials.stages)
    aligned = coverage(materials.asr)
    sentences = materials.transcript.sentences
    words = sum(len(sentence.words or ()) for sentence in sentences)
    return [
        ("Length", clock(length), f"speech in {spoken / length:.0%}" if length > 0 else ""),
        ("Sentences", f"{len(sentences):,}", f"{words:,} words"),
        *((f"{one.name} cues", f"{one.cues:,}", f"{one.flagged:,} to check") for one in tracks),
        *(
            (f"{language_name(code)} forced cues", f"{len(one.cues):,}", "what is said in another language")
            for code, one in materials.forced.items()
        ),
        ("Words aligned", "–" if aligned is None else f"{aligned:.0%}", "of what was recognised"),
        (
            "Work",
            clock(seconds) if seconds else "–",
            f"{seconds / length:.2f} × the movie's length" if seconds and length > 0 else "",
        ),
    ]


def page(materials: Materials) -> dict[str, Any]:
    """Everything that the template shows."""
    tracks = [track(code, materials) for code in materials.cues]
    lanes, drawn = _picture(materials)
    probe = materials.probe
    aligned: list[Stretch] = stretches(materials.asr, probe.start, probe.end)
    return {
        "name": materials.name,
        "language": materials.transcript.language,
        "language_name": language_name(materials.transcript.language),
        "targets": [language_name(code) for code in materials.translations],
        "figures": figures(materials, tracks),
        "events": events(materials),
        "facts": facts(materials),
        "heard": bool(materials.transcript.sentences),
        "silent": _removed([one for one in materials.transcript.removed if Flag.SPEECH_WITHOUT_TEXT in one.flags]),
        "removed": _removed([one for one in materials.transcript.removed if Flag.SPEECH_WITHOUT_TEXT not in one.flags]),
        "unplaced": [line for one in (materials.transcript, *materials.translations.values()) for line in one.unplaced],
        "speakers": sorted(colours(materials.transcript.sentences).items(), key=lambda pair: pair[1]),
        "lanes": lanes,
        "shots": None if materials.shots is None else len(materials.shots),
        "rows": drawn,
        "length": max(probe.end, probe.start + 1) - probe.start,
        "row_length": row_length(max(probe.end, probe.start + 1) - probe.start),
        "start": probe.start,
        "end": probe.end,
        "tracks": tracks,
        "coverage": coverage(materials.asr),
        "aligned": aligned,
        "stages": materials.stages,
        "longest": max((stage.used.seconds for stage in materials.stages), default=0.0),
        "models": materials.models,
        "media": materials.media,
        "has_picture": probe.video is not None,
        "data": data(tracks, materials),
        "clock": clock,
    }
