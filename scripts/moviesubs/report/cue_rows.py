"""The cues of a track as a person checks them: with everything that was flagged about them, and what to listen to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from moviesubs.contracts import Cue, Cues, Sentence, Transcript
from moviesubs.flag_meanings import severity
from moviesubs.flags import Flag
from moviesubs.language import text

#: seconds before and after a cue that are played with it
MARGIN = 0.4


@dataclass(frozen=True)
class CueRow:
    """A cue, or a sentence that no cue shows. Times are seconds on the movie's clock.

    Attributes:
        start: in-time.
        end: out-time.
        lines: its text; empty where a sentence has no cue.
        flags: of the cue, and of the sentences that begin in it, the gravest first.
        severity: how much it matters; 0 without flags.
        reasons: what belongs to a flag: figures, why.
        source: the spoken sentences that begin in it, where the track is a translation.
        speaker: who speaks first, "" where it is not known.
        speed: characters a second.
        listen: the stretch to listen to: the cue, and the whole sentences whose flags it bears.
        sung: it is a song's, shown in italics.
        sentences: ids of the sentences that it shows a part of.
    """

    start: float
    end: float
    lines: list[str]
    flags: list[Flag]
    severity: int
    source: str
    speaker: str
    speed: float
    listen: tuple[float, float]
    sung: bool = False
    reasons: dict[Flag, str] = field(default_factory=dict)
    sentences: list[int] = field(default_factory=list)


def cue_speed(cue: Cue, *, two_languages: bool = False) -> float:
    """Characters a second of a cue; where its lines are in two languages, nobody reads more than the longer one."""
    lengths = list(map(text.length, cue.lines))
    return (max(lengths, default=0) if two_languages else sum(lengths)) * 1000 / max(1, cue.end - cue.start)


#: what a person has done already is nothing to check
_SETTLED = frozenset({Flag.CORRECTED, Flag.REMOVED_BY_HAND})


def _ranked(flags: list[Flag]) -> list[Flag]:
    return sorted(dict.fromkeys(flags), key=lambda flag: -severity([flag]))


def cue_rows(track: Cues, transcript: Transcript, translation: Transcript | None) -> list[CueRow]:
    """What a track shows, and what it leaves out.

    Args:
        translation: what it was made from, None where it shows the transcript itself.

    Returns:
        Every cue, and every sentence without one, in order of time. A sentence's flags stand at its first cue.
    """
    spoken = {sentence.id: sentence for sentence in transcript.sentences}
    shown = {sentence.id: sentence for sentence in (translation or transcript).sentences}
    seen: set[int] = set()
    rows = []
    for cue in track.cues:
        begun = [number for number in cue.sentences if number in spoken and number not in seen]
        seen.update(begun)
        rows.append(_row_of_cue(cue, begun, spoken, shown, track.language, translated=translation is not None))
    for number, sentence in spoken.items():
        if number not in seen:
            skipped = number in track.skipped
            rows.append(_row_of_sentence(sentence, shown.get(number), skipped, translated=translation is not None))
    return sorted(rows, key=lambda row: (row.start, row.end))


def _row_of_cue(
    cue: Cue,
    begun: list[int],
    spoken: Mapping[int, Sentence],
    shown: Mapping[int, Sentence],
    language: str,
    *,
    translated: bool,
) -> CueRow:
    flags = list(cue.flags)
    reasons = dict(cue.reasons)
    start, end = cue.start / 1000, cue.end / 1000
    listen = [start, end]
    for number in begun:
        both = [*spoken[number].flags, *(shown[number].flags if number in shown else [])]
        own = [flag for flag in both if flag not in _SETTLED]
        flags += own
        reasons |= spoken[number].reasons | (shown[number].reasons if number in shown else {})
        if own:
            listen += [spoken[number].start, spoken[number].end]
    first = next((spoken[number].speaker for number in cue.sentences if number in spoken), None)
    return CueRow(
        start=start,
        end=end,
        lines=cue.lines,
        flags=_ranked(flags),
        severity=severity(flags),
        source=" ".join(spoken[number].text for number in begun) if translated else "",
        speaker=first or "",
        speed=round(cue_speed(cue, two_languages="+" in language), 1),
        listen=(max(0.0, round(min(listen) - MARGIN, 3)), round(max(listen) + MARGIN, 3)),
        sung=cue.sung,
        reasons=reasons,
        sentences=[number for number in cue.sentences if number in shown],
    )


def _row_of_sentence(sentence: Sentence, shown: Sentence | None, skipped: bool, *, translated: bool) -> CueRow:
    flags = [*sentence.flags, *(shown.flags if shown else [])]
    if skipped:
        flags = [Flag.SONG_SKIPPED]
    elif shown and Flag.REMOVED_BY_HAND in shown.flags:
        flags = []
    elif not (shown and shown.text.strip()):
        flags.append(Flag.TRANSLATION_EMPTY if translated else Flag.NOT_SHOWN)
    elif not flags:
        flags.append(Flag.NOT_SHOWN)
    return CueRow(
        start=sentence.start,
        end=sentence.end,
        lines=[],
        flags=_ranked(flags),
        severity=severity(flags),
        source=sentence.text,
        speaker=sentence.speaker or "",
        speed=0.0,
        listen=(max(0.0, round(sentence.start - MARGIN, 3)), round(sentence.end + MARGIN, 3)),
        reasons={**sentence.reasons, **(shown.reasons if shown else {})},
        sentences=[sentence.id] if shown else [],
    )
