"""Cues of a transcript: where one ends and the next begins, found as the cheapest path through all possible breaks.

Dynamic programming over the words: `best[j]` is the cost of the cheapest cues that hold the words before `j`. A cue's cost says
how well its lines break, whether its time suits its text, and how good the place is at which it ends (`Costs`).
All functions are pure; times are whole milliseconds.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import NamedTuple

from moviesubs import text
from moviesubs.contracts import Cue, Cues, Sentence, Transcript
from moviesubs.limits import Limits, blemishes, default_limits, out_time
from moviesubs.line_breaks import LineBreaks, line_breaks
from moviesubs.word_times import match, spread

#: goes before each speaker's line where a cue holds two of them (Netflix timed text style guides: a hyphen without a space)
DASH = "-"
#: a cue never goes on over a longer silence (milliseconds): what follows would be read long before it is heard
LONGEST_SILENCE = 1000


@dataclass(frozen=True)
class Costs:
    """What a cue, a break and a blemish cost; only their proportions matter.

    Attributes:
        cue: every cue, so that there are not more than needed.
        clause: ending a cue after a comma and the like. (After a sentence it is free.)
        conjunction: ending it before a conjunction.
        soft: ending it before a preposition or relative word.
        plain: ending it between any two words.
        glued: ending it between words that belong together (before a postposition, inside a number or name).
        pause: how much cheaper an ending gets by a pause of half a second.
        sentence_inside: a cue that goes on after a sentence end.
        speaker_inside: a cue that goes on when another person speaks (each gets a line, with a dash).
        silence_inside: a cue that goes on over a silence, for each second beyond the first third of one.
        line: a line break, as a share of the cost of a cue's ending at the same place.
        uneven: two lines of which one is empty; the first line being the longer one counts half as much again.
        fragment: a cue of one character that is neither start nor end of a sentence; falls to nothing at half a line.
        fast: a cue that must be read at twice the reading speed; `fast_at_all` for any excess.
        short: a cue that is shown for no time; `short_at_all` for any shortage.
        overlong: a line of twice the allowed length.
    """

    cue: float = 4.0
    clause: float = 3.0
    conjunction: float = 4.5
    soft: float = 6.0
    plain: float = 8.0
    glued: float = 20.0
    pause: float = 4.0
    sentence_inside: float = 5.0
    speaker_inside: float = 12.0
    silence_inside: float = 20.0
    line: float = 0.4
    uneven: float = 2.0
    fragment: float = 5.0
    fast: float = 40.0
    fast_at_all: float = 3.0
    short: float = 30.0
    short_at_all: float = 5.0
    overlong: float = 100.0


class Atom(NamedTuple):
    """A word as cues see it. Times are milliseconds.

    `start` and `end` are in order and free of overlaps; `heard` and `gone` are as the transcript says; `sentence` is the place
    of its sentence in it.
    """

    piece: text.Piece
    start: int
    end: int
    sentence: int
    speaker: str | None
    heard: int
    gone: int


def atoms(sentences: Sequence[Sentence]) -> list[Atom]:
    """The words of all sentences with their times in milliseconds.

    A sentence without words (a translation) is spread over its own time by length. Where times run backwards or overlap, a word starts no
    earlier than the one before it, and the one before ends when it starts.

    Args:
        sentences: of a transcript, in order.

    Returns:
        The words in order.
    """
    found: list[Atom] = []
    latest = 0
    for index, sentence in enumerate(sentences):
        parts = text.pieces(text.clean(sentence.text))
        if sentence.words:
            timed = match(parts, sentence.words, sentence.start, sentence.end)
        else:
            timed = spread(parts, sentence.start, sentence.end)
        for piece, start, end, _, _ in timed:
            heard, gone = round(start * 1000), round(end * 1000)
            latest = max(latest, heard)
            found.append(Atom(piece, latest, max(latest, gone), index, sentence.speaker, heard, gone))
    return [one._replace(end=min(one.end, after.start)) for one, after in pairwise(found)] + found[-1:]


def glued(before: str, after: str, words: LineBreaks) -> bool:
    """Whether two neighbouring words of one sentence belong together: by the language's lists, or as parts of a number or name.

    Args:
        before: a word with its punctuation.
        after: the next one.
        words: the language's lists.
    """
    first, second = text.bare(before), text.bare(after)
    if text.ends_clause(before) and not (before.endswith(".") and first in words.never_after):
        return False
    if first in words.never_after or second in words.never_before:
        return True
    if any(map(str.isdigit, first)) and (any(map(str.isdigit, second)) or not second):
        return True
    return _capitalised(before) and _capitalised(after) and first not in words.before and second not in words.before


def _capitalised(word: str) -> bool:
    letters = word.lstrip("\"'“‘([")
    return letters[:1].isupper() and letters[1:2].islower()


def _turn(before: Atom, after: Atom) -> bool:
    return before.speaker is not None and after.speaker is not None and before.speaker != after.speaker


def break_cost(before: Atom, after: Atom, words: LineBreaks, costs: Costs) -> float:
    """What it costs to end a cue between two words; pauses not counted.

    Args:
        before: a word.
        after: the next one.
        words: the language's lists.
        costs: the prices.

    Returns:
        The price; 0 after a sentence.
    """
    if before.sentence != after.sentence:
        return 0.0
    if glued(before.piece.text, after.piece.text, words):
        return costs.glued
    if text.ends_clause(before.piece.text):
        return costs.clause
    following = text.bare(after.piece.text)
    if following in words.before:
        return costs.conjunction
    if following in words.before_soft:
        return costs.soft
    return costs.plain


class _Plan:
    """The words of a transcript laid out for quick answers about any stretch of them."""

    def __init__(self, words: Sequence[Atom], language: str, limits: Limits, costs: Costs, until: int | None) -> None:
        self.limits, self.costs, self.until = limits, costs, until
        self.words = words
        self.lists = line_breaks(language)
        self.silence = [False]  # before each word: too long a silence for one cue
        self.turns: list[int] = []  # words before which the speaker changes
        self.first: list[int] = [0]
        self.last: list[int] = []  # characters before and after each word, all on one line
        self.cut, self.line, self.inside = [0.0], [0.0], [0.0]  # before each word; `inside` summed up to it
        for index, word in enumerate(words):
            if index:
                self.first.append(self.last[-1] + int(word.piece.spaced))
                self._add_break(words[index - 1], word)
            self.last.append(self.first[-1] + text.length(word.piece.text))
        self.cut.append(0.0)

    def _add_break(self, before: Atom, after: Atom) -> None:
        costs = self.costs
        price = break_cost(before, after, self.lists, costs)
        pause = max(0, after.start - before.end)
        self.cut.append(max(price * 0.1, price - costs.pause * min(pause, 500) / 500))
        self.line.append(price * costs.line)
        inside = costs.sentence_inside if before.sentence != after.sentence else 0.0
        if _turn(before, after):
            inside += costs.speaker_inside
            self.turns.append(len(self.line) - 1)
        inside += costs.silence_inside * max(0, pause - 333) / 1000
        self.inside.append(self.inside[-1] + inside)
        self.silence.append(pause > LONGEST_SILENCE)

    def width(self, i: int, j: int) -> int:
        """Characters of the words i to j - 1 on one line."""
        return self.last[j - 1] - self.first[i]

    def layout(self, i: int, j: int, lines: int) -> tuple[float, tuple[int, ...]]:
        """The cheapest way to set the words i to j - 1 in at most `lines` lines: its cost, and where new lines begin."""
        longest = self.limits.line_length
        if self.turns:
            turns = self.turns_within(i, j)
            if turns:
                return self._dialogue(i, j, turns)
        whole = self.last[j - 1] - self.first[i]
        if whole <= longest or j == i + 1:
            return (0.0 if whole <= longest else self.costs.overlong * (whole / longest - 1)), ()
        best: tuple[float, tuple[int, ...]] = (math.inf, ())
        if lines < 2 or whole > lines * longest + lines - 1:
            return best
        for k in range(i + 1, j):
            width = self.last[k - 1] - self.first[i]
            if width > longest:
                break
            rest = self.last[j - 1] - self.first[k]
            if rest > (lines - 1) * longest + lines - 2:
                continue
            difference = (width - rest / (lines - 1)) / longest
            cost = self.line[k] + self.costs.uneven * (1.5 * difference if difference > 0 else -difference)
            if cost >= best[0]:
                continue
            if lines == 2:
                best = (cost, (k,))
            else:
                below, breaks = self.layout(k, j, lines - 1)
                if cost + below < best[0]:
                    best = (cost + below, (k, *breaks))
        return best

    def turns_within(self, i: int, j: int) -> tuple[int, ...]:
        """The words after i and before j with which another person begins to speak."""
        return tuple(self.turns[bisect_right(self.turns, i) : bisect_left(self.turns, j)])

    def _dialogue(self, i: int, j: int, turns: tuple[int, ...]) -> tuple[float, tuple[int, ...]]:
        """One line for each speaker; impossible where that does not fit."""
        fits = all(
            self.last[b - 1] - self.first[a] + len(DASH) <= self.limits.line_length for a, b in pairwise((i, *turns, j))
        )
        return (0.0 if fits and len(turns) < self.limits.lines else math.inf), turns

    def cue_cost(self, i: int, j: int) -> float:
        """What one cue of the words i to j - 1 costs, its ending included; infinite where it cannot be set."""
        costs, limits, words = self.costs, self.limits, self.words
        cost, _ = self.layout(i, j, limits.lines)
        if cost == math.inf:
            return cost
        cost += costs.cue + self.cut[j] + self.inside[j - 1] - self.inside[i]
        start = words[i].start
        following = words[j].start if j < len(words) else None
        shown = out_time(start, words[j - 1].end, following, limits, self.until) - start
        if shown < limits.min_duration:
            cost += costs.short_at_all + costs.short * (1 - shown / limits.min_duration)
        width = self.last[j - 1] - self.first[i]
        speed = width * 1000 / max(1, shown, limits.min_duration // 4) / limits.reading_speed
        if speed > 1:
            cost += costs.fast_at_all + costs.fast * (min(speed, 4.0) - 1)
        if 2 * width < limits.line_length and (
            (i > 0 and words[i - 1].sentence == words[i].sentence)
            or (j < len(words) and words[j - 1].sentence == words[j].sentence)
        ):
            cost += costs.fragment * (1 - 2 * width / limits.line_length)
        return cost

    def stretches(self) -> list[tuple[int, int]]:
        """The words of each cue, as (first, last + 1), on the cheapest path."""
        count, limits = len(self.words), self.limits
        widest = limits.lines * limits.line_length + limits.lines - 1
        best, came = [0.0] + [math.inf] * count, [0] * (count + 1)
        for i in range(count):
            for j in range(i + 1, count + 1):
                if j > i + 1 and (
                    self.silence[j - 1]
                    or self.last[j - 1] - self.first[i] > widest
                    or self.words[j - 1].start - self.words[i].start >= limits.max_duration
                ):
                    break
                cost = best[i] + self.cue_cost(i, j)
                if cost < best[j]:
                    best[j], came[j] = cost, i
        found, j = [], count
        while j:
            found.append((came[j], j))
            j = came[j]
        return found[::-1]

    def bad_break(self, k: int) -> bool:
        """Whether words that belong together are torn apart before word k."""
        if not 0 < k < len(self.words):
            return False
        before, after = self.words[k - 1], self.words[k]
        return before.sentence == after.sentence and glued(before.piece.text, after.piece.text, self.lists)


def cues(
    transcript: Transcript, limits: Limits | None = None, *, until: float | None = None, costs: Costs | None = None
) -> Cues:
    """Cues of a transcript or of its translation.

    Every word appears once, in order; cues are in order and at least `limits.gap` apart. A limit that the speech does not allow is
    broken as little as possible, and the cue says so by a flag: "too-fast", "too-short", "too-long-line", "late" (appears more than
    `gap` after its first word is heard), "cut-short" (goes while its last word is heard), "open-gap" (a flash of nothing, shorter
    than `chain`, follows), "bad-break" (a line or cue ends between words that belong together).

    Args:
        transcript: sentences in order, in seconds.
        limits: what a cue may be; those of the transcript's language when None.
        until: where the movie ends, in seconds.
        costs: prices of what is undesirable.

    Returns:
        The cues; none for an empty transcript.
    """
    limits = limits or default_limits(transcript.language)
    ending = None if until is None else round(until * 1000)
    plan = _Plan(atoms(transcript.sentences), transcript.language, limits, costs or Costs(), ending)
    made: list[Cue] = []
    for i, j in plan.stretches():
        words = plan.words[i:j]
        _, breaks = plan.layout(i, j, limits.lines)
        dash = DASH if plan.turns_within(i, j) else ""
        lines = [dash + text.join([word.piece for word in plan.words[a:b]]) for a, b in pairwise((i, *breaks, j))]
        start = words[0].start
        if made and start < made[-1].end + limits.gap:
            start = made[-1].end + limits.gap
        elif made and limits.gap < start - made[-1].end < limits.chain:
            made[-1].flags.append("open-gap")
        following = plan.words[j].start if j < len(plan.words) else None
        end = max(out_time(start, words[-1].end, following, limits, ending), start + max(1, limits.min_duration // 2))
        flags = blemishes(start, end, lines, limits)
        if start > words[0].heard + limits.gap:
            flags.append("late")
        if end < words[-1].gone - 2 * limits.gap:
            flags.append("cut-short")
        if any(plan.bad_break(k) for k in (*breaks, j)):
            flags.append("bad-break")
        ids = list(dict.fromkeys(transcript.sentences[word.sentence].id for word in words))
        made.append(Cue(start=start, end=end, lines=lines, sentences=ids, flags=flags))
    return Cues(
        language=transcript.language, cues=made, limits={name: float(value) for name, value in asdict(limits).items()}
    )
