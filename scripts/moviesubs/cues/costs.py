"""What makes a cue, a line or a break bad, and how bad; only the proportions matter."""

from dataclasses import dataclass

from moviesubs.language import text
from moviesubs.language.line_breaks import LineBreaks, glued


@dataclass(frozen=True)
class Costs:
    """What a cue, a break and a blemish cost; only their proportions matter.

    Attributes:
        cue: every cue, so that there are not more than needed.
        clause: ending a cue after a comma and the like. (After a sentence it is free.)
        conjunction: ending it before a conjunction.
        soft: ending it before a preposition or relative word.
        plain: ending it between any two words.
        stranded: ending it after a conjunction.
        glued: ending it between words that belong together (before a postposition, inside a number or name).
        pause: how much cheaper an ending gets by a pause of half a second.
        shot: how much cheaper an ending gets by a shot change.
        shot_inside: a cue that goes on over a shot change.
        sentence_inside: a cue that goes on after a sentence end.
        speaker_inside: a cue that goes on when another person speaks (each gets a line, with a dash).
        silence_inside: a cue that goes on over a silence, for each second beyond the first third of one.
        line: a line break, as a share of the cost of a cue's ending at the same place.
        uneven: two lines of which one is empty; the first line being the longer one counts half as much again.
        fragment: a cue of one character that is neither start nor end of a sentence; falls to nothing at half a line.
        fast: a cue that must be read at twice the reading speed; `fast_at_all` for any excess.
        short: a cue that is shown for no time; `short_at_all` for any shortage.
        overlong: a line of twice the allowed length.
        open_gap: a flash of nothing before the next cue.
        cut_short: a cue that goes while its last word is heard.
    """

    cue: float = 4.0
    clause: float = 3.0
    conjunction: float = 4.5
    soft: float = 6.0
    plain: float = 8.0
    stranded: float = 16.0
    glued: float = 30.0
    pause: float = 4.0
    shot: float = 2.0
    shot_inside: float = 1.5
    sentence_inside: float = 5.0
    speaker_inside: float = 3.0
    silence_inside: float = 20.0
    line: float = 0.4
    uneven: float = 2.5
    fragment: float = 5.0
    fast: float = 40.0
    fast_at_all: float = 3.0
    short: float = 30.0
    short_at_all: float = 5.0
    overlong: float = 100.0
    open_gap: float = 4.0
    cut_short: float = 8.0


def break_cost(before: str, after: str, words: LineBreaks, costs: Costs, previous: str = "") -> float:
    """What it costs to end a cue between two words of one sentence; pauses not counted.

    Args:
        before: a word with its punctuation.
        previous: the word before `before`.

    Returns:
        The price.
    """
    if glued(before, after, words, previous):
        return costs.glued
    if text.ends_clause(before):
        return costs.clause
    if text.bare(before) in words.before:
        return costs.stranded
    following = text.bare(after)
    if following in words.before:
        return costs.conjunction
    if following in words.before_soft:
        return costs.soft
    return costs.plain
