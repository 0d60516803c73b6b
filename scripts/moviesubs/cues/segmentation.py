"""Where one cue ends and the next begins, found as the cheapest path through all possible breaks.

Dynamic programming over the words: `best[j]` is the cost of the cheapest cues that hold the words before `j`. A cue's cost says
how well its lines break, whether its time suits its text, and how good the place is at which it ends (`Costs`).
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from itertools import pairwise

from moviesubs.cues.costs import Costs, break_cost
from moviesubs.cues.limits import Limits
from moviesubs.cues.timing import NEAR, in_time, out_time
from moviesubs.cues.words import CueWord
from moviesubs.language import text
from moviesubs.language.line_breaks import line_breaks

#: goes before each speaker's line where a cue holds two of them (Netflix timed text style guides: a hyphen without a space)
DASH = "-"
#: goes before and after what is sung (Netflix timed text style guides: a note at the beginning and at the end of each cue)
NOTE = "♪"
#: a cue never goes on over a longer silence (milliseconds): what follows would be read long before it is heard
LONGEST_SILENCE = 1000


def _turn(before: CueWord, after: CueWord) -> bool:
    if after.turn:
        return True
    return before.speaker is not None and after.speaker is not None and before.speaker != after.speaker


class CuePlan:
    """The words of a transcript, measured so that the cost of a cue of any of them is quickly computed."""

    def __init__(
        self,
        words: Sequence[CueWord],
        language: str,
        limits: Limits,
        costs: Costs,
        *,
        until: int | None = None,
        shots: Sequence[int] = (),
        sung: Collection[int] = (),
    ) -> None:
        """Measures the words.

        Args:
            words: in order.
            language: code, for the lists of words that belong together.
            until: when the movie ends, in milliseconds; None where that is not known.
            shots: shot changes in milliseconds, in order.
            sung: the places of sentences that are sung; a note and a space go before and after their cues.
        """
        self.limits, self.costs, self.until, self.shots, self.sung = limits, costs, until, shots, sung
        self.words = words
        self.lists = line_breaks(language)
        self.appears: list[int] = []  # when a cue appears that begins with the word
        self.silence = [False]  # before each word: too long a silence for one cue, or a song begins or ends
        self.turns: list[int] = []  # words before which the speaker changes
        self.first: list[int] = [0]
        self.last: list[int] = []  # characters before and after each word, all on one line
        self.cut, self.line, self.inside = [0.0], [0.0], [0.0]  # before each word; `inside` summed up to it
        for index, word in enumerate(words):
            free = words[index - 1].end + limits.gap if index else 0
            self.appears.append(in_time(word.start, free, shots) if shots else word.start)
            if index:
                self.first.append(self.last[-1] + int(word.piece.spaced))
                self._add_break(words[index - 1], word, words[index - 2].piece.for_breaks if index > 1 else "")
            self.last.append(self.first[-1] + text.length(word.piece.text))
        self.cut.append(0.0)

    def _add_break(self, before: CueWord, after: CueWord, previous: str) -> None:
        costs = self.costs
        same = before.sentence == after.sentence
        price = (
            break_cost(before.piece.for_breaks, after.piece.for_breaks, self.lists, costs, previous) if same else 0.0
        )
        pause = max(0, after.start - before.end)
        shot = bool(self.shots) and self._shot_between(before.end - NEAR, after.start + NEAR)
        cheaper = costs.pause * min(pause, 500) / 500 + costs.shot * shot
        self.cut.append(max(price * 0.1, price - cheaper))
        self.line.append(price * costs.line)
        inside = 0.0 if same else costs.sentence_inside
        inside += costs.silence_inside * max(0, pause - 333) / 1000
        if self.shots and self._shot_between(before.start, after.start):
            inside += costs.shot_inside
        if _turn(before, after):
            inside = 0.0 if after.turn else inside + costs.speaker_inside  # the recogniser's dashes belong on one cue
            self.turns.append(len(self.line) - 1)
        self.inside.append(self.inside[-1] + inside)
        song = not same and bool(self.sung) and (before.sentence in self.sung) != (after.sentence in self.sung)
        self.silence.append(pause > LONGEST_SILENCE or song)

    def _shot_between(self, first: int, last: int) -> bool:
        """Whether a shot begins after `first`, at `last` at the latest."""
        return bisect_right(self.shots, first) < bisect_right(self.shots, last)

    def width(self, i: int, j: int) -> int:
        """Characters of the words i to j - 1 on one line, with the notes of a song."""
        notes = 2 * len(f"{NOTE} ") if self.sung and self.words[i].sentence in self.sung else 0
        return self.last[j - 1] - self.first[i] + notes

    def layout(self, i: int, j: int, lines: int) -> tuple[float, tuple[int, ...]]:
        """The cheapest way to set the words i to j - 1 in at most `lines` lines: its cost, and where new lines begin."""
        longest = self.limits.line_length
        if self.sung and self.words[i].sentence in self.sung:
            longest = max(1, longest - 2 * len(f"{NOTE} "))
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
        width = self.width(i, j)
        start, end = self.times(i, j)
        shown = end - start
        if shown < limits.min_duration:
            cost += costs.short_at_all + costs.short * (1 - shown / limits.min_duration)
        if j < len(words) and limits.gap < self.appears[j] - end < limits.chain:
            cost += costs.open_gap
        if end < words[j - 1].end - 2 * limits.gap:
            cost += costs.cut_short
        speed = limits.reading_time(width, j - i) / max(1, shown, limits.min_duration // 4)
        if speed > 1:
            cost += costs.fast_at_all + costs.fast * (min(speed, 4.0) - 1)
        if 2 * width < limits.line_length and (
            (i > 0 and words[i - 1].sentence == words[i].sentence)
            or (j < len(words) and words[j - 1].sentence == words[j].sentence)
        ):
            cost += costs.fragment * (1 - 2 * width / limits.line_length)
        return cost

    def times(self, i: int, j: int) -> tuple[int, int]:
        """When a cue of the words i to j - 1 would appear and go, in milliseconds."""
        following = self.appears[j] if j < len(self.words) else None
        reading = self.limits.reading_time(self.width(i, j), j - i)
        start = self.appears[i]
        end = out_time(
            start, self.words[j - 1].end, following, self.limits, self.until, reading=reading, shots=self.shots
        )
        return start, end

    def stretches(self) -> list[tuple[int, int]]:
        """The words of each cue on the cheapest path, as (first, last + 1)."""
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
        spans, j = [], count
        while j:
            spans.append((came[j], j))
            j = came[j]
        return spans[::-1]
