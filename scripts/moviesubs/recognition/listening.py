"""Recognises all speech of a file: batches first, then a second look at speech that came out without text, or with too little."""

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from msgspec.structs import replace

from moviesubs.contracts import AsrSegment, Segment
from moviesubs.flags import Flag, removal
from moviesubs.media.wav import Wav
from moviesubs.recognition.chunks import PADDING, WHISPER_WINDOW, batches_of, quietest_moment, split_long
from moviesubs.recognition.coverage import clipped, common, minus, overlap, without_text
from moviesubs.recognition.journal import Parts
from moviesubs.recognition.pace import FASTEST, is_runaway, is_sparse, with_lost_words
from moviesubs.recognition.script_prompts import bare_words, copied
from moviesubs.stage.workers import workers

#: seconds; chunks are not halved below this
SHORTEST_HALF = 3.0
#: second looks at what the look before has left without text; each of them may stop at a pause again
MOST_LOOKS = 4
#: text that is so much like the end of the text before was heard twice (`difflib`'s ratio of letters)
SAME_TEXT = 0.7
#: seconds of speech around a text in a pause that it may belong to: Whisper's times are that inexact
NEAR = 1.0


@dataclass(frozen=True)
class Look:
    """How a chunk is decoded.

    Attributes:
        name: tells looks apart in the file of what is done.
        prompt: text in the expected script that comes before the chunk, after the user's own prompt.
        script: ISO 15924 code: tokens of other scripts are suppressed.
        fallback: whether doubtful text is decoded again at higher temperatures, which takes its time.
    """

    name: str = ""
    prompt: str | None = None
    script: str | None = None
    fallback: bool = True


#: gives the segments of each chunk of a batch, none where there is no text
Recognise = Callable[[Sequence[Segment], Look], list[list[AsrSegment]]]


@dataclass
class Listener:
    """Listens to one file.

    Attributes:
        wav: the audio.
        speech: where somebody speaks, in seconds.
        recognise: decodes a batch.
        batch_size: chunks at a time.
        parts: what is done already; each batch is added to it.
        report: called with the position in seconds after each batch.
        language_of: the language that the model hears in a chunk.
        workers: batches that are decoded at a time, each in a thread of its own.
        prepare: called with the batch that comes next when one is about to be decoded, by a single worker.
    """

    wav: Wav
    speech: Sequence[Segment]
    recognise: Recognise
    batch_size: int = 8
    parts: Parts = field(default_factory=Parts)
    report: Callable[[float], None] = lambda position: None
    language_of: Callable[[Segment], str] = lambda chunk: ""
    workers: int = 1
    prepare: Callable[[Sequence[Segment]], None] = lambda chunks: None

    def batches(self, chunks: Sequence[Segment], look: Look) -> list[list[AsrSegment]]:
        """The segments of each chunk, as the model wrote them."""
        todo = [chunk for chunk in chunks if not self.parts.has(chunk, look.name)]
        batches = batches_of(todo, self.batch_size, self.workers)
        with workers(self.workers) if self.workers > 1 else nullcontext() as pool:
            following = [*batches[1:], ()]
            answers = (pool.map if pool else map)(
                lambda batch, then: self._begin(batch, then, look), batches, following
            )
            for batch, answer in zip(batches, answers, strict=True):
                for chunk, segments in zip(batch, answer, strict=True):
                    self.parts.add(chunk, segments, look.name)
                self.report(batch[-1].end)
        return [self.parts.get(chunk, look.name) for chunk in chunks]

    def _begin(self, batch: Sequence[Segment], following: Sequence[Segment], look: Look) -> list[list[AsrSegment]]:
        self.parts.begin(batch, look.name)
        if self.workers == 1:
            self.prepare(following)
        return self.recognise(batch, look)

    def decode(self, chunks: Sequence[Segment], look: Look) -> list[AsrSegment]:
        """Decodes chunks, in halves where the text of one did not fit into Whisper's decoder.

        The decoder's 448 positions hold 30 s of English, but Indian scripts take one token and more a letter, so half a minute of
        quick speech is cut off.

        Returns:
            The segments in order, each at the speech that it belongs to.
        """
        done: list[AsrSegment] = []
        waiting = list(chunks)
        while waiting:
            again: list[Segment] = []
            for chunk, segments in zip(waiting, self.batches(waiting, look), strict=True):
                full = any(Flag.CUT_OFF in segment.flags for segment in segments)
                if full and chunk.end - chunk.start >= 2 * SHORTEST_HALF:
                    again += self.halves(chunk)
                else:
                    done += map(without_runaway, placed(segments, chunk, self.speech))
            if again:
                _say(f"{len(again) // 2} chunks had more text than Whisper's decoder holds: again in halves")
            waiting = again
        if look.prompt:
            done = [one for one in done if removal(one.flags) or not copied(one.text, look.prompt)]
        return sorted(done, key=lambda segment: segment.start)

    def halves(self, chunk: Segment) -> list[Segment]:
        """Cuts a chunk at its quietest moment in the middle third."""
        third = (chunk.end - chunk.start) / 3
        middle = quietest_moment(self.wav, chunk.start + third, chunk.end - third)
        return [Segment(start=chunk.start, end=middle), Segment(start=middle, end=chunk.end)]

    def fully(self, chunks: Sequence[Segment], look: Look, later: Sequence[Look] = ()) -> list[AsrSegment]:
        """Decodes chunks, and what of their speech comes out without text again, alone.

        Args:
            chunks: what to recognise.
            look: how.
            later: how else speech is decoded that this look leaves without text.

        Returns:
            The segments in order; all texts of the first pass are in them.
        """
        segments = self.complete(self.decode(chunks, look), chunks, look)
        speech = common(self.speech, chunks)
        looked = {(chunk.start, chunk.end, look.name) for chunk in chunks}
        for how in (look, *later):
            for _ in range(MOST_LOOKS):
                gaps = [self.heard_alone(gap) for gap in without_text(speech, done_with(segments))]
                gaps = [part for gap in gaps for part in split_long([gap], WHISPER_WINDOW, self._quiet)]
                gaps = [gap for gap in gaps if (gap.start, gap.end, how.name) not in looked]
                if not gaps:
                    break
                looked |= {(gap.start, gap.end, how.name) for gap in gaps}
                segments = merged(segments, self.decode(gaps, how), speech)
        return segments

    def complete(self, segments: Sequence[AsrSegment], chunks: Sequence[Segment], look: Look) -> list[AsrSegment]:
        """The segments of chunks, those with too little text for their speech decoded again alone, or in halves where they were alone."""

        def pieces(one: AsrSegment) -> list[Segment]:
            stretch = Segment(start=one.start, end=one.end)
            if stretch not in chunks:
                return [self.heard_alone(stretch)]
            return self.halves(stretch) if one.end - one.start >= 2 * SHORTEST_HALF else []

        todo = [(one, parts) for one in segments if is_sparse(one, self.speech) and (parts := pieces(one))]
        if not todo:
            return list(segments)
        heard = self.decode([chunk for _, parts in todo for chunk in parts], look)
        sparse = [one for one, _ in todo]
        result = [one for one in segments if one not in sparse]
        for one in sparse:
            result += with_lost_words(one, [new for new in heard if one.start <= (new.start + new.end) / 2 <= one.end])
        return sorted(result, key=lambda one: one.start)

    def heard_alone(self, gap: Segment) -> Segment:
        """A finding with a little context: silence around it, and of speech that goes on no more than its quietest moment close by."""

        def edge(time: float, outward: float) -> float:
            at = min(max(time + outward, 0.0), max(self.wav.duration, gap.end))
            low, high = sorted((time, at))
            return self._quiet(low, high) if overlap(low, high, self.speech) > 0 else at

        return Segment(start=round(edge(gap.start, -PADDING), 3), end=round(edge(gap.end, PADDING), 3))

    def _quiet(self, start: float, end: float) -> float:
        return quietest_moment(self.wav, start, end)


def without_runaway(segment: AsrSegment) -> AsrSegment:
    """A segment, as a removed one where it holds a loop that nobody can say in its time: its speech then counts as without text."""
    if not segment.text or removal(segment.flags) or not is_runaway(segment):
        return segment
    return replace(segment, flags=[*segment.flags, Flag.REMOVED_LOOP])


def texts(segments: Sequence[AsrSegment]) -> list[Segment]:
    """Where there is text that stays."""
    return [Segment(start=one.start, end=one.end) for one in segments if one.text and not removal(one.flags)]


def done_with(segments: Sequence[AsrSegment]) -> list[Segment]:
    """Where there is text, or the recogniser died each time."""
    lost = [Segment(start=one.start, end=one.end) for one in segments if Flag.REMOVED_NOT_RECOGNISED in one.flags]
    return [*texts(segments), *lost]


def placed(segments: Sequence[AsrSegment], chunk: Segment, speech: Sequence[Segment]) -> list[AsrSegment]:
    """The segments of a chunk at the speech that they belong to.

    Args:
        segments: with Whisper's own times, in order.
        chunk: what was decoded; a single segment that fills it keeps its times, and so do segments of words with times.
        speech: where somebody speaks.

    Returns:
        Copies without silence at their ends; one that lies in a pause gets the speech close by that has no other text.
    """
    if len(segments) == 1 and (segments[0].start, segments[0].end) == (chunk.start, chunk.end):
        return list(segments)
    if any(one.words for one in segments):  # heard where they are
        return list(segments)
    inside = common(speech, [chunk])
    result: list[AsrSegment] = []
    for index, one in enumerate(segments):
        start, end = one.start, one.end
        if overlap(start, end, inside) < min(0.1, (end - start) / 2):
            others = [Segment(start=other.start, end=other.end) for k, other in enumerate(segments) if k != index]
            free = [one for one in minus(inside, others) if one.start < end + NEAR and one.end > start - NEAR]
            if free:
                best = max(free, key=lambda part: part.end - part.start)
                start, end = best.start, best.end
        at = clipped(start, end, inside, PADDING)
        result.append(replace(one, start=max(at.start, chunk.start), end=min(at.end, chunk.end)))
    return result


def merged(first: Sequence[AsrSegment], second: Sequence[AsrSegment], speech: Sequence[Segment]) -> list[AsrSegment]:
    """Puts the segments of a second look among those of the first.

    Args:
        first: the first, in order.
        second: what was heard in speech that had no text.
        speech: where somebody speaks.

    Returns:
        All in order. Words at an edge that a neighbour has already are left out; a neighbour whose own words were heard once more
        reaches as far as they do.
    """
    result = list(first)
    for new in second:
        if removal(new.flags):
            result.append(new)
            continue
        text, again = unheard(new, result, speech)
        for index in again:
            near = result[index]
            result[index] = replace(near, start=min(near.start, new.start), end=max(near.end, new.end))
        if text:
            result.append(with_text(new, text))
    return sorted(result, key=lambda one: one.start)


def with_text(segment: AsrSegment, text: str) -> AsrSegment:
    """A segment with a part of its text that begins or ends where it does, and the words and times of that part."""
    words = segment.words
    if not words or text == segment.text:
        return replace(segment, text=text)
    count = len(text.split())
    words = words[:count] if segment.text.startswith(text) else words[-count:]
    return replace(segment, text=text, words=words, start=words[0].start, end=words[-1].end)


def unheard(new: AsrSegment, before: Sequence[AsrSegment], speech: Sequence[Segment]) -> tuple[str, list[int]]:
    """What of a second look is new.

    Args:
        new: what it heard.
        before: what was heard before.
        speech: where somebody speaks.

    Returns:
        Its text without the words at an edge that a neighbour has already; and the neighbour that has all of them, by index.
    """
    text = new.text
    for side in (-1, 1):
        index = _neighbour(before, new, side)
        if index is None or not _may_be_heard_twice(before[index], new, side, speech):
            continue
        text = _without_repetition(text, before[index].text, side)
        if not text:
            return "", [index]
    return text, []


def _neighbour(segments: Sequence[AsrSegment], new: AsrSegment, side: int) -> int | None:
    """The segment with text before (-1) or after (1) a new one that it nearly touches."""
    near = [
        (abs(new.start - one.end) if side < 0 else abs(one.start - new.end), index)
        for index, one in enumerate(segments)
        if one.text and not removal(one.flags) and (one.start < new.start) == (side < 0)
    ]
    return min(near)[1] if near and min(near)[0] <= NEAR else None


def _may_be_heard_twice(near: AsrSegment, new: AsrSegment, side: int, speech: Sequence[Segment]) -> bool:
    """Whether a neighbour may have the words of a second look: no pause is between them, or its text is too long for its time."""
    low, high = (near.end, new.start) if side < 0 else (new.end, near.start)
    low, high = min(low, high) - PADDING, max(low, high) + PADDING
    together = any(one.start <= low and high <= one.end for one in speech)
    return together or len(near.text) > FASTEST * max(0.1, overlap(near.start, near.end, speech))


def _without_repetition(text: str, neighbour: str, side: int) -> str:
    """A text without the words that its neighbour before (-1) or after (1) has at that edge."""
    words, known = bare_words(text), bare_words(neighbour)
    letters = " ".join(words)
    edge = " ".join(known)[-len(letters) :] if side < 0 else " ".join(known)[: len(letters)]
    if SequenceMatcher(None, letters, edge, autojunk=False).ratio() >= SAME_TEXT:
        return ""
    written = text.split()
    if len(written) != len(words):  # no spaces between words, or punctuation that stands alone
        return text
    for count in range(min(len(words), len(known)), 0, -1):
        if side < 0 and known[-count:] == words[:count]:
            return " ".join(written[count:])
        if side > 0 and known[:count] == words[-count:]:
            return " ".join(written[:-count])
    return text


def findings(segments: Sequence[AsrSegment], speech: Sequence[Segment]) -> list[AsrSegment]:
    """Speech that stays without text, as segments without text that say so."""
    gaps = without_text(speech, done_with(segments))
    return [AsrSegment(start=gap.start, end=gap.end, text="", flags=[Flag.SPEECH_WITHOUT_TEXT]) for gap in gaps]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
