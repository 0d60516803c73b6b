"""What the page shows, computed from the stages' records. All functions are pure; the template only lays it out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from moviesubs import text
from moviesubs.contracts import Asr, AsrSegment, Cue, Cues, Failure, Model, Probe, Sentence, Speech, Transcript
from moviesubs.languages import languages
from moviesubs.limits import Limits
from moviesubs.progress import clock
from moviesubs.report.charts import COLOURS, Histogram, Row, Span, histogram, timeline
from moviesubs.report.flags import Meaning, meaning, weight
from moviesubs.report.stages import Stage

#: as many sentences are listed for checking; all flags show in the list of all sentences too
MOST_DOUBTFUL = 200


@dataclass(frozen=True)
class Materials:
    """The records of one movie. `asr` is the aligned recognition; `translations` and `cues` are by language code."""

    name: str
    probe: Probe
    speech: Speech
    asr: Asr
    transcript: Transcript
    translations: Mapping[str, Transcript] = field(default_factory=dict)
    cues: Mapping[str, Cues] = field(default_factory=dict)
    models: Sequence[Model] = ()
    stages: Sequence[Stage] = ()


@dataclass(frozen=True)
class Line:
    """A sentence in the report's tables; `texts` are pairs of language code and translation, `places` says where each flag was given."""

    sentence: Sentence
    time: str
    colour: int
    texts: list[tuple[str, str]]
    flags: list[tuple[Meaning, str]]
    weight: int


@dataclass(frozen=True)
class Track:
    """A subtitle track in figures."""

    language: str
    name: str
    cues: int
    flagged: int
    kinds: list[tuple[Meaning, int]]
    limits: Limits
    speed: Histogram
    duration: Histogram
    median_speed: float
    median_duration: float


def language_name(code: str) -> str:
    """English name of a language.

    Args:
        code: "hi"; an unknown one is its own name.
    """
    known = languages().get(code.split("-")[0])
    return known.name if known else code


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


def lines(materials: Materials) -> list[Line]:
    """The sentences with their translations and every flag that concerns them.

    Args:
        materials: the movie's records.

    Returns:
        One line a sentence, in order. A flag of a translation or a cue names its language.
    """
    by_speaker = colours(materials.transcript.sentences)
    translated = {
        code: {sentence.id: sentence for sentence in record.sentences}
        for code, record in materials.translations.items()
    }
    of_cues: dict[int, list[tuple[str, str]]] = {}
    for code, track in materials.cues.items():
        for cue in track.cues:
            for number in cue.sentences:
                of_cues.setdefault(number, []).extend((flag, code) for flag in cue.flags)
    made = []
    for sentence in materials.transcript.sentences:
        given = [(flag, "") for flag in sentence.flags]
        texts = []
        for code, known in translated.items():
            other = known.get(sentence.id)
            texts.append((code, other.text if other else ""))
            given += [
                (flag, code) for flag in (other.flags if other else ["translation-empty"]) if flag not in sentence.flags
            ]
        given += of_cues.get(sentence.id, [])
        ranked = sorted(dict.fromkeys(given), key=lambda pair: -meaning(pair[0]).weight)
        made.append(
            Line(
                sentence=sentence,
                time=clock(int(sentence.start)),
                colour=by_speaker.get(sentence.speaker or "", 0),
                texts=texts,
                flags=[(meaning(flag), code) for flag, code in ranked],
                weight=weight(flag for flag, _ in ranked),
            )
        )
    return made


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0


def cue_speed(cue: Cue) -> float:
    """Characters a second of a cue.

    Args:
        cue: the cue.
    """
    return sum(map(text.length, cue.lines)) * 1000 / max(1, cue.end - cue.start)


def track(record: Cues) -> Track:
    """The figures of a subtitle track.

    Args:
        record: its cues; limits that it does not name count as the usual ones.
    """
    known = {name: value for name, value in record.limits.items() if name in Limits.__dataclass_fields__}
    limits = Limits(**known)  # type: ignore[arg-type]
    speeds = [cue_speed(cue) for cue in record.cues]
    durations = [(cue.end - cue.start) / 1000 for cue in record.cues]
    kinds = Counter(flag for cue in record.cues for flag in cue.flags)
    return Track(
        language=record.language,
        name=language_name(record.language),
        cues=len(record.cues),
        flagged=sum(bool(cue.flags) for cue in record.cues),
        kinds=[(meaning(flag), count) for flag, count in kinds.most_common()],
        limits=limits,
        speed=histogram(speeds, step=2, high=limits.reading_speed, least=24),
        duration=histogram(
            durations, step=0.5, low=limits.min_duration / 1000, high=limits.max_duration / 1000, least=7.5
        ),
        median_speed=_median(speeds),
        median_duration=_median(durations),
    )


def _picture(materials: Materials, told: Sequence[Line]) -> tuple[list[str], list[Row]]:
    """Names of the timeline's lanes, and its rows."""
    probe = materials.probe
    speech = [Span(probe.start + one.start, probe.start + one.end) for one in materials.speech.segments]
    spoken = [
        Span(
            line.sentence.start,
            line.sentence.end,
            f"{line.time} {line.sentence.speaker or ''} {line.sentence.text}".replace("  ", " "),
            line.colour or 1,
            bool(line.flags),
        )
        for line in told
    ]
    names, lanes = ["Speech", "Sentences"], [speech, spoken]
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
        found.append((f"Recognised by {asr.backend} after the first choice failed", _why(asr.reason, asr.failure)))
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
        {"time": clock(int(one.start)), "text": one.text, "flags": [(meaning(flag), "") for flag in one.flags]}
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


def coverage(asr: Asr) -> float | None:
    """Share of the recognised words that were aligned.

    Args:
        asr: the aligned recognition.

    Returns:
        0 to 1, by characters; None where nothing was recognised.
    """
    said = sum(len("".join(segment.text.split())) for segment in asr.segments)
    aligned = 0
    for segment in asr.segments:
        words = segment.words or ()
        scored = any(word.score is not None for word in words)  # then a word without a score has an estimated time
        aligned += sum(len("".join(word.word.split())) for word in words if word.score is not None or not scored)
    return min(1.0, aligned / said) if said else None


def page(materials: Materials) -> dict[str, Any]:
    """Everything that the template shows.

    Args:
        materials: the movie's records.

    Returns:
        Variables of the template.
    """
    told = lines(materials)
    doubtful = sorted((line for line in told if line.flags), key=lambda line: (-line.weight, line.sentence.start))
    length = materials.probe.end - materials.probe.start
    spoken = sum(one.end - one.start for one in materials.speech.segments)
    seconds = sum(stage.seconds for stage in materials.stages)
    aligned = coverage(materials.asr)
    lanes, rows = _picture(materials, told)
    figures = [
        ("Length", clock(length), ""),
        ("Speech", f"{spoken / length:.0%}" if length > 0 else "–", clock(spoken)),
        ("Sentences", f"{len(told):,}", f"{sum(len(line.sentence.words or ()) for line in told):,} words"),
        ("To check", f"{len(doubtful):,}", f"{len(doubtful) / len(told):.0%} of the sentences" if told else ""),
        ("Words aligned", "–" if aligned is None else f"{aligned:.0%}", ""),
        ("Work", clock(seconds) if seconds else "–", f"{seconds / length:.2f} × the movie's length" if seconds and length > 0 else ""),
    ]  # fmt: skip
    return {
        "name": materials.name,
        "language": materials.transcript.language,
        "language_name": language_name(materials.transcript.language),
        "targets": [(code, language_name(code)) for code in materials.translations],
        "figures": figures,
        "events": events(materials.asr),
        "facts": _facts(materials),
        "lines": told,
        "doubtful": doubtful,
        "most": MOST_DOUBTFUL,
        "removed": _removed(materials.transcript.removed),
        "speakers": sorted(colours(materials.transcript.sentences).items(), key=lambda pair: pair[1]),
        "lanes": lanes,
        "rows": rows,
        "tracks": [track(record) for record in materials.cues.values()],
        "stages": materials.stages,
        "longest": max((stage.seconds for stage in materials.stages), default=0.0),
        "models": materials.models,
        "clock": clock,
    }
