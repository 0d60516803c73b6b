"""What makes a cue, a line or a break bad, and how bad."""

from dataclasses import dataclass

from moviesubs.language import text
from moviesubs.language.line_breaks import LineBreaks, glued


@dataclass(frozen=True)
class Costs:
    """What cues, breaks and blemishes cost; only their proportions matter."""

    cue: float = 4.0  # every cue, so that there are not more than needed
    clause: float = 3.0  # ending a cue after a comma and the like; after a sentence it is free
    conjunction: float = 4.5  # ending it before a conjunction
    soft: float = 6.0  # ending it before a preposition or relative word
    plain: float = 8.0  # ending it between any two words
    stranded: float = 16.0  # ending it after a conjunction
    glued: float = 30.0  # ending it between words that belong together (before a postposition, inside a number or name)
    pause: float = 4.0  # how much cheaper an ending gets by a pause of half a second
    shot: float = 2.0  # how much cheaper an ending gets by a shot change
    shot_inside: float = 1.5  # a cue that goes on over a shot change
    sentence_inside: float = 5.0  # a cue that goes on after the end of a sentence
    speaker_inside: float = 3.0  # a cue that goes on when another person speaks (each gets a line, with a dash)
    silence_inside: float = 20.0  # a cue that goes on over a silence, for each second beyond the first third of one
    line: float = 0.4  # a line break, as a share of the cost of a cue's ending at the same place
    uneven: float = 2.5  # two lines, one of them empty; half as much again if the longer line comes first
    fragment: float = 5.0  # a cue of one character inside a sentence; falls to nothing at half a line
    fast: float = 40.0  # a cue that must be read at twice the reading speed; `fast_at_all` for any excess
    fast_at_all: float = 3.0
    short: float = 30.0  # a cue that is shown for no time; `short_at_all` for any shortage
    short_at_all: float = 5.0
    overlong: float = 100.0  # a line of twice the allowed length
    open_gap: float = 4.0  # a flash of nothing before the next cue
    cut_short: float = 8.0  # a cue that goes while its last word is spoken


def break_cost(before: str, after: str, words: LineBreaks, costs: Costs, previous: str = "") -> float:
    """What it costs to end a cue between two words of one sentence, given with their punctuation; pauses not counted."""
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
