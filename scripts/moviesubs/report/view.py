"""What the page shows, computed from the stages' records. All functions are pure; the template only lays it out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from moviesubs.contracts import Asr, AsrSegment, Cues, Failure, Model, Probe, Sentence, Speech, Transcript
from moviesubs.cues.limits import Limits
from moviesubs.errors import UserError
from moviesubs.flags import MEANINGS, Meaning
from moviesubs.language.languages import language
from moviesubs.report.charts import COLOURS, Dots, Histogram, Span, dots, histogram, row_length, timeline
from moviesubs.report.charts import Row as TimelineRow
from moviesubs.report.clips import Clip
from moviesubs.report.cue_rows import Row, cue_speed, rows
from moviesubs.report.stage_costs import Stage
from moviesubs.report.word_coverage import Stretch, coverage, stretches
from moviesubs.stage.progress import clock

#: colour of the shot changes in the timeline
SHOTS = 8
#: a language with a smaller share of the votes is not worth telling
LEAST_VOTES = 0.01


@dataclass(frozen=True)
class Media:
    """What the page can play.

    Attributes:
        preview: the small copy of the movie (MP4) that goes into the page, or None.
        beside: name of the small copy that lies beside the page instead, or None.
        clips: the sound of what is to be checked (MP4), or None.
        map: where each clip lies in it.
    """

    preview: bytes | None = None
    beside: str | None = None
    clips: bytes | None = None
    map: Sequence[Clip] = ()


@dataclass(frozen=True)
class Materials:
    """The records of one movie.

    `asr` is the aligned recognition; `translations` and `cues` are by language code; `shots` is None where nobody looked for them;
    `votes` are those on the spoken language, where it was found out.
    """

    name: str
    probe: Probe
    speech: Speech
    asr: Asr
    transcript: Transcript
    translations: Mapping[str, Transcript] = field(default_factory=dict)
    cues: Mapping[str, Cues] = field(default_factory=dict)
    models: Sequence[Model] = ()
    stages: Sequence[Stage] = ()
    media: Media = field(default_factory=Media)
    shots: Sequence[float] | None = None
    votes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Track:
    """A subtitle track: its rows, and itself in figures. `flagged` counts rows, of any kind of flag."""

    language: str
    name: str
    rows: list[Row]
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


def language_name(code: str) -> str:
    """English name of a language.

    Args:
        code: "hi"; an unknown one is its own name.
    """
    try:
        return language(code).name
    except UserError:
        return code


def colours(sentences: Sequence[Sentence]) -> dict[str, int]:
    """A colour for each speaker, by how much each says: 1 for the one who says most.

    Args:
        sentences: of the transcript.

    Returns:
        Speaker to number of a colour, 1 to COLOURS; rarer speakers share the last one.
    """
    said: Counter[str] = Counter()
    for sentence in sentences:
        if sentence.speaker:
            said[sentence.speaker] += len(sentence.text)
    order = sorted(said, key=lambda speaker: (-said[speaker], speaker))
    return {speaker: min(number, COLOURS) for number, speaker in enumerate(order, start=1)}


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0


def track(code: str, materials: Materials) -> Track:
    """A subtitle track with its figures.

    Args:
        code: its language.
        materials: the movie's records; limits that the cues do not name count as the usual ones.
    """
    record, probe = materials.cues[code], materials.probe
    known = {name: value for name, value in record.limits.items() if name in Limits.__dataclass_fields__}
    limits = Limits(**known)  # type: ignore[arg-type]
    speeds = [cue_speed(cue) for cue in record.cues]
    durations = [(cue.end - cue.start) / 1000 for cue in record.cues]
    starts = [cue.start / 1000 for cue in record.cues]
    shown = rows(record, materials.transcript, materials.translations.get(code))
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
    return names, timeline(lanes, probe.start, max(probe.end, probe.start + 1))


def failure_told(failure: Failure) -> str:
    """How a child process ended, in one line.

    Args:
        failure: what its supervisor saw.
    """
    parts = [failure.reason]
    if failure.signal:
        parts.append(f"signal {failure.signal}")
    if failure.exit_code is not None:
        parts.append(f"exit status {failure.exit_code}")
    if failure.seconds is not None:
        parts.append(f"after {clock(failure.seconds)}")
    if failure.position is not None:
        parts.append(f"at {clock(failure.position)} of the audio")
    return ", ".join(parts)


def events(asr: Asr) -> list[tuple[str, str]]:
    """What went otherwise than planned while the movie was recognised and aligned.

    Args:
        asr: the aligned recognition.

    Returns:
        Pairs of headline and explanation; none where all went well.
    """
    found = []
    if asr.status == "rescued":
        found.append((f"Recognised by {asr.backend} after the first attempt failed", _why(asr.reason, asr.failure)))
    alignment = asr.alignment
    if alignment and alignment.status == "segments":
        found.append(("Words were not aligned: their times are estimates", _why(alignment.reason, alignment.failure)))
    return found


def _why(reason: str | None, failure: Failure | None) -> str:
    told = [reason] if reason else []
    if failure and failure_told(failure) != reason:
        told.append(failure_told(failure))
    return "; ".join(told) or "no reason recorded"


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


def _facts(materials: Materials) -> list[tuple[str, str]]:
    probe, asr = materials.probe, materials.asr
    alignment = asr.alignment
    sound = next((stream for stream in probe.streams if stream.index == probe.audio), None)
    picture = next((stream for stream in probe.streams if stream.index == probe.video), None)
    whole = probe.start == 0 and abs(probe.end - probe.duration) < 1
    facts = [
        ("File", probe.path),
        ("Container", f"{probe.format}, {clock(probe.duration)}"),
        ("Worked on", "the whole movie" if whole else f"{clock(probe.start)} to {clock(probe.end)}"),
    ]
    if picture:
        size = f" {picture.width} × {picture.height}" if picture.width and picture.height else ""
        rate = f", {picture.frame_rate:.3f}".rstrip("0").rstrip(".") + " frames a second" if picture.frame_rate else ""
        facts.append(("Picture", f"{picture.codec}{size}{rate}"))
    if sound:
        details = [sound.codec, sound.language, sound.title, f"{sound.channels} channels" if sound.channels else None]
        facts.append(("Sound", f"stream {sound.index}: " + ", ".join(part for part in details if part)))
    facts.append(("Spoken language", language_name(materials.transcript.language)))
    if materials.votes:
        votes = sorted(materials.votes.items(), key=lambda pair: -pair[1])[:3]
        told = [f"{language_name(code)} {share:.0%}" for code, share in votes if share >= LEAST_VOTES]
        facts.append(("Language heard", ", ".join(told)))
    facts.append(
        (
            "Speech found by",
            materials.speech.method + (f" ({materials.speech.model})" if materials.speech.model else ""),
        )
    )
    device = f" on {asr.device}" if asr.device else ""
    facts.append(("Recognised by", f"{asr.backend}, {asr.model}{device}"))
    if alignment:
        facts.append(("Aligned by", f"{alignment.backend}" + (f", {alignment.model}" if alignment.model else "")))
    for code, record in materials.translations.items():
        if record.translation:
            made = record.translation
            facts.append((f"Translated to {language_name(code)} by", f"{made.backend}, {made.model}"))
    return facts


def data(tracks: Sequence[Track], materials: Materials) -> dict[str, Any]:
    """What the page's script works with, as JSON can hold it.

    Args:
        tracks: of the movie.
        materials: the movie's records.

    Returns:
        `start` and `end` of what was worked on, the meaning of every flag, the tracks with their rows, colours of the
        speakers, and where each clip lies in the file of clips. All times are seconds.
    """
    flags = {flag for one in tracks for row in one.rows for flag in row.flags}
    return {
        "start": materials.probe.start,
        "end": materials.probe.end,
        "flags": {flag: {"label": MEANINGS[flag].label, "why": MEANINGS[flag].why} for flag in sorted(flags)},
        "speakers": colours(materials.transcript.sentences),
        "spoken": materials.transcript.language,
        "tracks": [
            {"language": one.language, "name": one.name, "rows": [asdict(row) for row in one.rows]} for one in tracks
        ],
        "clips": [[clip.start, clip.end, clip.offset] for clip in materials.media.map],
    }


def figures(materials: Materials, tracks: Sequence[Track]) -> list[tuple[str, str, str]]:
    """The movie in a few numbers.

    Args:
        materials: the movie's records.
        tracks: of the movie.

    Returns:
        Label, value and a note for each.
    """
    length = materials.probe.end - materials.probe.start
    spoken = sum(one.end - one.start for one in materials.speech.segments)
    seconds = sum(stage.seconds for stage in materials.stages)
    aligned = coverage(materials.asr)
    sentences = materials.transcript.sentences
    words = sum(len(sentence.words or ()) for sentence in sentences)
    return [
        ("Length", clock(length), f"speech in {spoken / length:.0%}" if length > 0 else ""),
        ("Sentences", f"{len(sentences):,}", f"{words:,} words"),
        *((f"{one.name} cues", f"{one.cues:,}", f"{one.flagged:,} to check") for one in tracks),
        ("Words aligned", "–" if aligned is None else f"{aligned:.0%}", "of what was recognised"),
        (
            "Work",
            clock(seconds) if seconds else "–",
            f"{seconds / length:.2f} × the movie's length" if seconds and length > 0 else "",
        ),
    ]


def page(materials: Materials) -> dict[str, Any]:
    """Everything that the template shows.

    Args:
        materials: the movie's records.

    Returns:
        Variables of the template.
    """
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
        "events": events(materials.asr),
        "facts": _facts(materials),
        "heard": bool(materials.transcript.sentences),
        "removed": _removed(materials.transcript.removed),
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
        "longest": max((stage.seconds for stage in materials.stages), default=0.0),
        "models": materials.models,
        "media": materials.media,
        "has_picture": probe.video is not None,
        "data": data(tracks, materials),
        "clock": clock,
    }
