"""Cues of a transcript or of its translation.

The words get their times (`words`), the cheapest way to divide them into cues and lines is found (`segmentation`, with the prices of
`costs`), each cue appears and goes as `timing` says, and `checks`, which also judges files from elsewhere, flags the limits that it
breaks. All functions are pure; times are whole milliseconds.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise

from moviesubs.contracts import Cue, Cues, Transcript
from moviesubs.cues.checks import findings
from moviesubs.cues.costs import Costs
from moviesubs.cues.limits import Limits, default_limits
from moviesubs.cues.segmentation import DASH, NOTE, CuePlan
from moviesubs.cues.timing import NEAR
from moviesubs.cues.words import cue_words
from moviesubs.flags import Flag
from moviesubs.language import text
from moviesubs.language.line_breaks import line_breaks


def cues(
    transcript: Transcript,
    limits: Limits | None = None,
    *,
    until: float | None = None,
    costs: Costs | None = None,
    shots: Sequence[float] = (),
    source: Transcript | None = None,
    names: Mapping[str, str] | None = None,
    sung: Collection[int] = (),
) -> Cues:
    """Cues of a transcript or of its translation.

    Every word appears once, in order; cues are in order and at least `limits.gap` apart. A limit that the speech does not allow is
    broken as little as possible, and the cue says so by a flag: those of `checks.findings`, "late" (appears more than `gap` after its first
    word is spoken, and not with a shot), "cut-short" (goes while its last word is spoken).

    Args:
        transcript: sentences in order, in seconds.
        limits: None for those of the transcript's language.
        until: where the movie ends, in seconds.
        shots: when shots begin, in seconds and in order.
        source: the transcript in the spoken language, for the pauses of its translation.
        names: names by speaker; speakers that are not in it are not named.
        sung: ids of sentences that are sung: their cues are marked with notes and hold nothing that is spoken.
    """
    language = transcript.language
    limits = limits or default_limits(language)
    changes = sorted({round(shot * 1000) for shot in shots})
    spoken = {sentence.id: sentence for sentence in source.sentences} if source else None
    words = cue_words(transcript.sentences, source=spoken, names=names, words=line_breaks(language), limits=limits)
    ending = None if until is None else round(until * 1000)
    songs = {place for place, sentence in enumerate(transcript.sentences) if sentence.id in sung}
    plan = CuePlan(words, language, limits, costs or Costs(), until=ending, shots=changes, sung=songs)
    built: list[Cue] = []
    for i, j in plan.stretches():
        _, breaks = plan.layout(i, j, limits.lines)
        dash = DASH if plan.turns_within(i, j) else ""
        lines = [dash + text.join([word.piece for word in words[a:b]]) for a, b in pairwise((i, *breaks, j))]
        is_sung = words[i].sentence in songs
        if is_sung:
            lines[0] = lines[0] if lines[0].startswith(NOTE) else f"{NOTE} {lines[0]}"
            lines[-1] = lines[-1] if lines[-1].endswith(NOTE) else f"{lines[-1]} {NOTE}"
        start, end = plan.times(i, j)
        if built and start < built[-1].end + limits.gap:
            start = built[-1].end + limits.gap
        end = max(end, start + max(1, limits.min_duration // 2))
        flags: list[Flag] = []
        with_shot = start in changes and start - words[i].spoken_from <= NEAR
        if start > words[i].spoken_from + limits.gap and not with_shot:
            flags.append(Flag.LATE)
        if end < words[j - 1].spoken_until - 2 * limits.gap - (NEAR if changes else 0):
            flags.append(Flag.CUT_SHORT)
        ids = list(dict.fromkeys(transcript.sentences[word.sentence].id for word in words[i:j]))
        built.append(Cue(start=start, end=end, lines=lines, sentences=ids, flags=flags, sung=is_sung))
    for cue, broken in zip(built, findings(built, language, limits), strict=True):
        cue.flags = [*(finding.flag for finding in broken), *cue.flags]
        cue.reasons = {finding.flag: finding.detail for finding in broken}
    return Cues(language=language, cues=built, limits={name: float(value) for name, value in asdict(limits).items()})
