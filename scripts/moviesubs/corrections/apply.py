"""Corrections laid over the sentences of a transcript or of a translation.

Stages make other sentences when a setting changes, so a correction is placed by what was said and when: the sentence with the old text that
is nearest in time, else a sentence near it that holds the old text among others.
"""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from moviesubs.contracts import AsrSegment, Sentence, Transcript, Word
from moviesubs.corrections.table import CUT, Correction, line_of, of_track
from moviesubs.flags import Flag
from moviesubs.language import text
from moviesubs.stage.terminal import tell
from moviesubs.transcript.word_matching import match

#: seconds by which a sentence with the very old text may be elsewhere than the correction says
WINDOW = 30.0
#: the same for a sentence that holds the old text among others
NEAR = 5.0
#: the same for the translation of a sentence that was corrected itself
SAME_TIME = 0.05
#: flags about times outlive a correction of the text; those about the text do not
ABOUT_TIMES = frozenset({Flag.LONG_WORD, Flag.NOT_ALIGNED, Flag.TIMES_ESTIMATED})


def _same(said: str) -> str:
    """Texts that are the same to a reader have the same key."""
    return unicodedata.normalize("NFC", text.clean(said))


def _distance(sentence: Sentence, time: float) -> float:
    return abs(sentence.start - time)


def _around(sentence: Sentence, time: float) -> bool:
    return sentence.start - NEAR <= time <= sentence.end + NEAR


def _inside(said: str, part: str) -> int | None:
    """Where a text begins within another, between words; None where it does not."""
    at = said.find(part)
    while at >= 0:
        before, after = said[at - 1 : at], said[at + len(part) : at + len(part) + 1]
        if not (before.isalnum() or after.isalnum() or unicodedata.category(after or " ").startswith("M")):
            return at
        at = said.find(part, at + 1)
    return None


def find(sentences: Sequence[Sentence], correction: Correction) -> int | None:
    """The index of the sentence that a correction is about; None where there is none.

    Where the transcript was corrected too, its translation has changed and the old one is not to be found: the time tells.
    """
    old = _same(correction.old)
    if not old:
        there = [i for i, one in enumerate(sentences) if one.start - 0.5 <= correction.time <= one.end + 0.5]
    else:
        there = [
            i for i, one in enumerate(sentences) if _same(one.text) == old and _distance(one, correction.time) <= WINDOW
        ]
        if not there and correction.action in ("replace", "delete"):
            there = [
                i
                for i, one in enumerate(sentences)
                if _around(one, correction.time) and _inside(_same(one.text), old) is not None
            ]
        if not there and correction.action == "replace" and correction.track:
            there = [
                i
                for i, one in enumerate(sentences)
                if Flag.CORRECTED in one.flags and _distance(one, correction.time) < SAME_TIME
            ]
    return min(there, key=lambda i: _distance(sentences[i], correction.time), default=None)


def _done_already(sentences: Sequence[Sentence], correction: Correction) -> bool:
    """Whether a sentence says what it should without the correction: the stages have got it right meanwhile."""
    new = _same(correction.new)
    return correction.action == "replace" and any(
        _around(one, correction.time) and _inside(_same(one.text), new) is not None for one in sentences
    )


def rewritten(sentence: Sentence, said: str) -> Sentence:
    """A sentence with another text; its words keep the times that the old ones had, new ones lie between them."""
    said = text.clean(said)
    words = None
    if sentence.words:
        timed = match(text.pieces(said), sentence.words, sentence.start, sentence.end)
        words = [
            Word(
                word=one.piece.text,
                start=one.start,
                end=one.end,
                score=one.score if one.known else None,
                speaker=sentence.speaker,
            )
            for one in timed
        ]
    flags = [flag for flag in sentence.flags if flag in ABOUT_TIMES]
    reasons = {flag: why for flag, why in sentence.reasons.items() if flag in flags}
    return replace(sentence, text=said, words=words, flags=[*flags, Flag.CORRECTED], reasons=reasons)


def _replaced(sentence: Sentence, old: str, new: str) -> Sentence:
    said, part = _same(sentence.text), _same(old)
    at = _inside(said, part) if part else None
    if at is None:
        return rewritten(sentence, new)
    return rewritten(sentence, said[:at] + new + said[at + len(part) :])


def _split(sentence: Sentence, new: str) -> list[Sentence]:
    first, _, second = (part.strip() for part in new.partition(CUT.strip()))
    whole = rewritten(sentence, f"{first} {second}")
    count = len(text.pieces(text.clean(first)))
    timed = match(text.pieces(whole.text), sentence.words or [], sentence.start, sentence.end)
    end, start = timed[count - 1].end, timed[count].start
    words = whole.words or []
    return [
        replace(whole, text=text.clean(first), end=end, words=words[:count] or None),
        replace(whole, text=text.clean(second), start=start, words=words[count:] or None),
    ]


def _merged(first: Sentence, second: Sentence, new: str) -> Sentence:
    words = [*first.words, *second.words] if first.words and second.words else None
    joined = replace(
        first,
        end=max(first.end, second.end),
        text=f"{first.text} {second.text}",
        words=words,
        flags=list(dict.fromkeys([*first.flags, *second.flags])),
        reasons={**first.reasons, **second.reasons},
    )
    return rewritten(joined, new or joined.text)


def _removed(sentence: Sentence) -> AsrSegment:
    return AsrSegment(
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        words=sentence.words,
        flags=[Flag.REMOVED_BY_HAND, *sentence.flags],
        reasons=sentence.reasons,
    )


def apply(transcript: Transcript, table: Sequence[Correction], track: str = "") -> Transcript:
    """A transcript with its corrections, one after the other.

    Args:
        transcript: in the spoken language, or translated or romanised.
        table: the corrections of the movie.
        track: "" for the spoken language, else the language that it was put into.

    Returns:
        A copy. What is deleted stands under `removed`; a translation keeps an empty sentence in its place, for its ids are those of the
        transcript. The sentences of a transcript are numbered anew. Corrections that fit nowhere stand in `unplaced`.
    """
    sentences, removed = list(transcript.sentences), list(transcript.removed)
    corrections = of_track(table, track)
    unplaced = []
    for correction in corrections:
        index = find(sentences, correction)
        last = index is not None and index + 1 == len(sentences)
        if index is None or (correction.action == "merge" and last):
            if not _done_already(sentences, correction):
                unplaced.append(line_of(correction))
            continue
        sentence = sentences[index]
        part_only = correction.old and _same(sentence.text) != _same(correction.old)
        if correction.action == "replace" or (correction.action == "delete" and part_only):
            sentences[index] = _replaced(sentence, correction.old, correction.new)
        elif correction.action == "delete":
            removed.append(_removed(sentence))
            emptied = replace(sentence, text="", words=None, flags=[Flag.REMOVED_BY_HAND], reasons={})
            sentences[index : index + 1] = [emptied] if track else []
        elif correction.action == "speaker":
            words = sentence.words and [replace(word, speaker=correction.new) for word in sentence.words]
            sentences[index] = replace(sentence, speaker=correction.new, words=words)
        elif correction.action == "split":
            sentences[index : index + 1] = _split(sentence, correction.new)
        else:
            sentences[index : index + 2] = [_merged(sentence, sentences[index + 1], correction.new)]
    if corrections and not track:
        sentences = [replace(one, id=number) for number, one in enumerate(sentences, start=1)]
    return replace(transcript, sentences=sentences, removed=removed, unplaced=unplaced)


def report_unplaced(unplaced: Sequence[str], where: Path) -> None:
    """Tells a person which corrections of a table fit nowhere."""
    for line in unplaced:
        said = " ".join(line.split("\t"))
        tell(f"warning: {where}: a correction fits nowhere and was not made: {said}")
