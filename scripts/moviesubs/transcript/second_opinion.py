"""What a second recogniser heard of the same speech, held against the text. Two seldom err alike: where they differ, a person listens."""

from collections.abc import Sequence

from msgspec.structs import replace

from moviesubs.alignment.second_ear import DISAGREEMENT, FEWEST_LETTERS, character_error_rate, is_poor_ear
from moviesubs.alignment.second_look import EDGE, RUN, runs
from moviesubs.contracts import Asr, AsrSegment, Word
from moviesubs.flags import Flag, removal
from moviesubs.language.scripts import main_script
from moviesubs.language.text import bare

#: scripts in which texts are held against each other only where both are in it: letters of two scripts always differ
_SCRIPTS = ["Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Arab", "Olck", "Mtei", "Latn"]
#: share of digits from which a text is not compared: letters are heard where a recogniser writes figures
DIGITS = 0.25


def with_second_opinion(asr: Asr, heard: Asr) -> Asr:
    """The recognition, flagged where a second recogniser heard something else, or words where no text was written.

    Args:
        asr: aligned.
        heard: by the second recogniser, with words and their times; in a film of several languages, its speech in one of them.

    Returns:
        The same segments and new ones without text, in order; unchanged where the second recogniser differs so often that it is the
        one that hears badly.
    """
    words = [word for one in heard.segments if not removal(one.flags) for word in one.words or ()]
    own = [(one.language or asr.language) == heard.language for one in asr.segments]
    differences = [
        _difference(one, _within(words, one)) if spoken else None for one, spoken in zip(asr.segments, own, strict=True)
    ]
    judged = [difference for difference in differences if difference is not None]
    if is_poor_ear(sum(difference >= DISAGREEMENT for difference in judged), len(judged)):
        return asr
    flagged = [
        one
        if difference is None or difference < DISAGREEMENT
        else _flagged(
            one, Flag.HEARD_OTHERWISE, f"{difference:.0%} of letters; a second recogniser: {_text(_within(words, one))}"
        )
        for one, difference in zip(asr.segments, differences, strict=True)
    ]
    language = heard.language if any(one.language for one in asr.segments) else None
    segments = _with_words_without_text(flagged, words, language)
    return replace(asr, segments=sorted(segments, key=lambda one: one.start))


def _with_words_without_text(
    segments: Sequence[AsrSegment], words: Sequence[Word], language: str | None
) -> list[AsrSegment]:
    """What is known to have no text with what was heard there, and more such stretches where enough was heard."""
    text = [one for one in segments if one.text and not removal(one.flags)]
    written = runs(text)
    loose = [word for word in words if not any(one.start <= _middle(word) <= one.end for one in written)]
    groups: list[list[Word]] = []
    for word in loose:
        if groups and word.start - groups[-1][-1].end <= RUN:
            groups[-1].append(word)
        else:
            groups.append([word])
    flag, result = Flag.SPEECH_WITHOUT_TEXT, list(segments)
    for group in groups:
        start, end = group[0].start, group[-1].end
        why = f"a second recogniser: {_text(group)}"
        known = [k for k, one in enumerate(result) if flag in one.flags and one.start < end and start < one.end]
        for k in known:
            result[k] = _flagged(result[k], flag, why)
        if not known and sum(len(word.word) for word in group) >= FEWEST_LETTERS:
            result.append(
                AsrSegment(start=start, end=end, text="", language=language, flags=[flag], reasons={flag: why})
            )
    return result


def _difference(segment: AsrSegment, words: Sequence[Word]) -> float | None:
    """How much two texts differ, by the letters of the first; None where that says nothing."""
    written, other = _letters(segment.text), _letters(" ".join(word.word for word in words))
    if removal(segment.flags) or len(written) < FEWEST_LETTERS:
        return None
    if sum(map(str.isdigit, written)) > DIGITS * len(written):
        return None
    if other and main_script(written, _SCRIPTS) != main_script(other, _SCRIPTS):
        return None
    return character_error_rate(written, other)


def _letters(text: str) -> str:
    return "".join(bare(word) for word in text.split())


def _within(words: Sequence[Word], segment: AsrSegment) -> list[Word]:
    """The words whose middle lies in a segment's own words, or in the segment where it has none."""
    start = segment.words[0].start - EDGE if segment.words else segment.start
    end = segment.words[-1].end + EDGE if segment.words else segment.end
    return [word for word in words if start <= _middle(word) <= end]


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.word for word in words) or "nothing"


def _flagged(segment: AsrSegment, flag: Flag, why: str) -> AsrSegment:
    earlier = segment.reasons.get(flag)
    reasons = {**segment.reasons, flag: f"{earlier}; {why}" if earlier else why}
    return replace(segment, flags=list(dict.fromkeys([*segment.flags, flag])), reasons=reasons)
