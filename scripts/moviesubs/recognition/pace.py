"""Text held against the time that it takes to say: too little for its speech, or more than anybody says in it.

Of the first kind Whisper has left words out, and its times hide that; the second it has made up.
"""

import unicodedata
from collections.abc import Sequence

from msgspec.structs import replace

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.flags import removal
from moviesubs.recognition.coverage import overlap
from moviesubs.recognition.loops import compression_ratio
from moviesubs.recognition.script_prompts import bare_words
from moviesubs.recognition.temperature_fallback import is_believed

#: letters a second of very slow speech; of 502 texts of real recordings in nine languages, the five with a second and more of speech
#: beyond that were those that had lost words
SLOWEST = 5.0
#: characters a second that people hardly reach
FASTEST = 25.0
#: a text at twice that pace that can be compressed so well is a loop, if only of letters ("शाशाशाशा"); of 1972 texts of real recordings
#: those had 2.3 and more, the others 1.6 at most (a short one may be fast, where Whisper's times are wrong)
MOST_COMPRESSED = 2.0
#: seconds of speech beyond what a text takes at that pace
LEAST_LOST = 1.0
#: what a sign counts where it stands for more than one sound: a digit is read as a word, a syllable or a word of Chinese is one sign
_SIGNS = {"CJK": 3, "HANGUL": 3, "HIRAGANA": 2, "KATAKANA": 2}
_DIGIT = 4
#: share of a text's words that an answer has at least which may stand for it
SAME_WORDS = 0.6


def letters(text: str) -> int:
    """How many letters a text is read as, about: vowel signs count, a digit as a word, a Chinese sign as a syllable."""
    return sum(map(_letters_of, text))


def _letters_of(sign: str) -> int:
    kind = unicodedata.category(sign)[0]
    if kind == "N":
        return _DIGIT
    return _SIGNS.get(unicodedata.name(sign, "").split(" ")[0].split("-")[0], 1) if kind in "LM" else 0


def is_runaway(segment: AsrSegment) -> bool:
    """Whether a text repeats itself faster than anybody speaks."""
    fast = letters(segment.text) > 2 * FASTEST * (segment.end - segment.start)
    return fast and compression_ratio(segment.text) > MOST_COMPRESSED


def is_sparse(segment: AsrSegment, speech: Sequence[Segment]) -> bool:
    """Whether the speech of a segment is longer than even slow speakers take for its text."""
    if not segment.text or segment.words or removal(segment.flags):
        return False
    most = letters(segment.text) / SLOWEST + LEAST_LOST
    return segment.end - segment.start >= most and overlap(segment.start, segment.end, speech) >= most


def with_lost_words(segment: AsrSegment, heard: Sequence[AsrSegment]) -> list[AsrSegment]:
    """A sparse segment and what was heard when its stretch was decoded alone.

    Args:
        segment: the sparse one.
        heard: what came out, in order.

    Returns:
        What was heard, where it says most of the words and more; else the segment, and after it what was heard besides, where that is
        believed; the segment then ends where the other text begins.
    """
    new = [one for one in heard if one.text and not removal(one.flags) and is_believed(one)]
    if sum(letters(one.text) for one in new) <= letters(segment.text):
        return [segment]
    words, answer = bare_words(segment.text), bare_words(" ".join(one.text for one in new))
    if sum(word in answer for word in words) >= SAME_WORDS * len(words):
        return new
    end = min(segment.end, segment.start + letters(segment.text) / SLOWEST)
    later = [replace(one, start=max(one.start, end)) for one in new if one.end > end]
    return [replace(segment, end=min(later[0].start, segment.end)), *later] if later else [segment]
