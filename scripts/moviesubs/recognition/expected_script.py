"""Text that came out in another script than the language's own is asked for again: with a prompt, then without foreign letters."""

import math
import sys
from collections.abc import Callable, Sequence
from unicodedata import category

from msgspec.structs import replace

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.flags import Flag, removal
from moviesubs.language.scripts import share_in_script
from moviesubs.recognition.chunks import PADDING
from moviesubs.recognition.coverage import overlap
from moviesubs.recognition.listening import Listener, Look, texts
from moviesubs.recognition.transliteration import transliterated

#: text with less than this share of its letters in the language's own script is in another one
LEAST_IN_SCRIPT = 0.5
#: English said in an Indian film is rightly written in Latin letters: a text in the right script is taken instead unless its
#: mean log probability is worse by more than this
WORSE_LOGPROB = 0.3
#: a text keeps its place where less than this share of its speech got another one
LEAST_REPLACED = 0.5
#: mean log probability of an answer that needs no other (below it Whisper's own decoder asks again, too)
SURE = -1.0
#: an answer with less than this share of the letters of what it would replace has left words out, as a prompted model may
LEAST_LETTERS = 0.6
#: letters that a digit is read as, about
LETTERS_OF_DIGIT = 3
#: seconds between two texts that are asked for again apart: of several with pauses between them a prompted model leaves out words
PAUSE = 0.3


def looks(script: str, prompt: str | None) -> tuple[Look, ...]:
    """How text is asked for again, in this order.

    Args:
        script: ISO 15924 code of what the language is written in.
        prompt: a sentence in it; None where there is none.
    """
    suppressed = Look("script", prompt, script, fallback=False)
    return (Look("prompt", prompt, fallback=False), suppressed) if prompt else (suppressed,)


def in_script(
    listener: Listener, segments: Sequence[AsrSegment], chunks: Sequence[Segment], script: str, prompt: str | None
) -> list[AsrSegment]:
    """Replaces text in another script where the model can write it in the right one.

    Args:
        listener: listens again.
        segments: the segments, in order.
        chunks: what they were decoded from.
        script: ISO 15924 code of what the language is written in.
        prompt: a sentence in it; None where there is none.

    Returns:
        All segments in order. What was replaced stays as a removed one; what could not be is flagged, in the letters of the
        right script where they can be carried over.
    """
    stretches = _stretches(segments, chunks, script)
    if not stretches:
        return list(segments)
    print(
        f"{len(stretches)} stretches came out in another script than {script}: again with a prompt",
        file=sys.stderr,
        flush=True,
    )
    wrong = [[one for one in segments if _wrong(one, script) and _inside(one, stretch)] for stretch in stretches]
    answers: dict[int, list[AsrSegment]] = {}
    for look in looks(script, prompt):
        todo = [index for index in range(len(stretches)) if mean_logprob(answers.get(index, [])) < SURE]
        heard = listener.fully([stretches[index] for index in todo], look) if todo else []
        for index in todo:
            stretch = stretches[index]
            mine = [one for one in heard if _inside(one, stretch) and not removal(one.flags)]
            right = all(is_in_script(one.text, script) for one in mine) and is_as_long(mine, wrong[index])
            if mine and right and mean_logprob(mine) >= mean_logprob(answers.get(index, [])):
                answers[index] = mine
    result = list(segments)
    for index, (stretch, firsts) in enumerate(zip(stretches, wrong, strict=True)):
        result = [one for one in result if not any(one is first for first in firsts)]
        result += better_script(firsts, answers.get(index, []), script, lambda at=stretch: listener.language_of(at))  # type: ignore[misc]
    return sorted(result, key=lambda one: one.start)


def better_script(
    firsts: Sequence[AsrSegment], seconds: Sequence[AsrSegment], script: str, spoken: Callable[[], str]
) -> list[AsrSegment]:
    """Chooses between texts in another script and what was heard in the same stretch in the right one.

    Args:
        firsts: in another script.
        seconds: in the right script; none where the model wrote none.
        script: the script that was expected.
        spoken: the language that the model hears there: English is rightly written in Latin letters.

    Returns:
        The better ones. Where the second ones are taken the first ones stay as removed segments, but for those whose speech the
        second ones leave out.
    """
    if seconds and _much_less_sure(firsts, seconds) and spoken() == "en":
        return [replace(first, flags=[*first.flags, Flag.OTHER_SCRIPT]) for first in firsts]
    result = list(seconds)
    for first in firsts:
        replaced = overlap(first.start, first.end, texts(seconds))
        if replaced >= LEAST_REPLACED * (first.end - first.start):
            result.append(replace(first, flags=[*first.flags, Flag.REMOVED_OTHER_SCRIPT]))
        else:
            result.append(_in_letters_of(first, script, spoken))
    return result


def _much_less_sure(firsts: Sequence[AsrSegment], seconds: Sequence[AsrSegment]) -> bool:
    """Whether Latin text is so much more probable that it is English, or a name, rather than the language in Latin letters."""
    if not all(is_in_script(first.text, "Latn") for first in firsts):
        return False
    return mean_logprob(seconds) < mean_logprob(firsts) - WORSE_LOGPROB


def mean_logprob(segments: Sequence[AsrSegment]) -> float:
    """How probable a text is, as the mean of its segments' mean log probabilities; minus infinity where there is no text.

    Segments whose decoder tells no probability count as certain.
    """
    values = [0.0 if one.avg_logprob is None else one.avg_logprob for one in segments]
    return sum(values) / len(values) if values else -math.inf


def _in_letters_of(segment: AsrSegment, script: str, spoken: Callable[[], str]) -> AsrSegment:
    """A segment whose script the model cannot mend: its letters carried over where that can be done, flagged in any case."""
    english = is_in_script(segment.text, "Latn") and spoken() == "en"
    text = None if english else transliterated(segment.text, script)
    if text is None:
        return replace(segment, flags=[*segment.flags, Flag.OTHER_SCRIPT])
    reasons = {**segment.reasons, Flag.TRANSLITERATED: segment.text}
    return replace(segment, text=text, flags=[*segment.flags, Flag.TRANSLITERATED], reasons=reasons)


def is_in_script(text: str, script: str) -> bool:
    """Whether most letters of a text are of a script; a text without letters (digits) is."""
    return share_in_script(text, script) >= LEAST_IN_SCRIPT


def is_as_long(answer: Sequence[AsrSegment], firsts: Sequence[AsrSegment]) -> bool:
    """Whether an answer says about as much as what it would replace, in whatever script each is."""
    return _letters(answer) >= LEAST_LETTERS * _letters(firsts)


def _letters(segments: Sequence[AsrSegment]) -> int:
    characters = [character for one in segments for character in one.text]
    digits = sum(character.isdigit() for character in characters)
    return LETTERS_OF_DIGIT * digits + sum(category(character)[0] in "LM" for character in characters)


def _wrong(segment: AsrSegment, script: str) -> bool:
    return bool(segment.text) and not removal(segment.flags) and not is_in_script(segment.text, script)


def _inside(segment: AsrSegment, stretch: Segment) -> bool:
    return stretch.start <= (segment.start + segment.end) / 2 <= stretch.end


def _stretches(segments: Sequence[AsrSegment], chunks: Sequence[Segment], script: str) -> list[Segment]:
    """What to listen to again: text in another script, each stretch between two pauses alone."""
    result: list[Segment] = []
    for chunk in chunks:
        mine = [one for one in segments if one.text and not removal(one.flags) and _inside(one, chunk)]
        if len(mine) == 1 and _wrong(mine[0], script):
            result.append(chunk)
            continue
        last: AsrSegment | None = None
        for one in mine:
            if not _wrong(one, script):
                last = None
                continue
            start, end = max(one.start - PADDING, chunk.start), min(one.end + PADDING, chunk.end)
            if last and one.start - last.end < PAUSE:
                result[-1] = Segment(start=result[-1].start, end=end)
            else:
                result.append(Segment(start=start, end=end))
            last = one
    return result
