"""Sentences of a transcript, put together from the recogniser's segments, the aligner's words and the diarizer's turns.

All functions are pure; times are seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from msgspec import to_builtins
from msgspec.structs import replace

from moviesubs.contracts import Asr, AsrSegment, Segment, Sentence, Transcript, Turn, Word
from moviesubs.flags import Flag
from moviesubs.language import text
from moviesubs.language.abbreviations import FullStop, full_stop
from moviesubs.language.languages import languages
from moviesubs.language.line_breaks import line_breaks
from moviesubs.language.scripts import share_in_script
from moviesubs.transcript.dialogue_dashes import split_dashes
from moviesubs.transcript.run_on_speech import at_pauses, shortened
from moviesubs.transcript.speaker_turns import speakers
from moviesubs.transcript.triage import triage
from moviesubs.transcript.word_matching import TimedWord, estimate, match
from moviesubs.transcript.word_times import LONGEST_WORD, SpeechIndex, repair

Record = TypeVar("Record", Sentence, AsrSegment)

#: nobody speaks more characters a second than this; such text is made up or misplaced
FASTEST = 35.0
#: a transcript with fewer sentence ends a word than this has no punctuation to go by
FEWEST_ENDS = 0.01
#: a word lies no further outside its segment than this (seconds): one bad time must not push all words after it
STRAY = 1.0


@dataclass(frozen=True)
class SentenceRules:
    """What ends a sentence besides its punctuation, in seconds."""

    pause: float = 1.5  # silence that ends a sentence
    pause_unpunctuated: float = 0.7  # the same in text that goes on without punctuation
    longest: float = 20.0  # a sentence that takes longer is cut at its best place, if it has a good one


def timed_words(
    segments: Sequence[AsrSegment], turns: Sequence[Turn] = (), speech: Sequence[Segment] | None = None
) -> list[TimedWord]:
    """All words in one stream, each with a time and, where known, a speaker; starts never go back.

    The words of a segment without aligned words share its time by length. Turns and speech are on the segments' clock.

    Args:
        segments: clean, in order of their starts.
        turns: who speaks when.
        speech: where somebody speaks, for times that cannot be right; None where that is not known.
    """
    stream: list[TimedWord] = []
    index = None if speech is None else SpeechIndex(speech)
    latest = 0.0
    for number, segment in enumerate(segments):
        parts, dashes = split_dashes(text.pieces(segment.text))
        times = (segment.start, segment.end)
        timed = repair(match(parts, segment.words, *times), index) if segment.words else estimate(parts, *times, speech)
        first, last = segment.start - STRAY, segment.end + STRAY
        for place, word in enumerate(timed):
            latest = max(latest, min(max(word.start, first), last))
            stop, turn = max(latest, min(word.end, last)), place in dashes
            stream.append(word._replace(start=latest, end=stop, segment=number, turn=turn))
    if not turns:
        return stream
    names = speakers([(word.start, word.end) for word in stream], turns)
    return [word._replace(speaker=name) for word, name in zip(stream, names, strict=True)]


def is_punctuated(words: Sequence[TimedWord]) -> bool:
    """Whether words have punctuation to go by."""
    return sum(text.ends_sentence(word.piece.text) for word in words) >= FEWEST_ENDS * len(words)


def split_languages(
    words: Sequence[TimedWord], languages: Sequence[str], rules: SentenceRules
) -> list[tuple[str, list[TimedWord]]]:
    """Cuts the stream of words into sentences with their languages.

    Args:
        words: in order.
        languages: of each segment, by its index.
        rules: what ends a sentence.
    """

    def spoken(word: TimedWord) -> str:
        return languages[word.segment]

    punctuated = {code: is_punctuated([word for word in words if spoken(word) == code]) for code in set(languages)}
    return [
        (code, sentence)
        for code, run in groupby(words, key=spoken)
        for sentence in split_sentences(list(run), code, rules, punctuated=punctuated[code])
    ]


def split_sentences(
    words: Sequence[TimedWord], language: str, rules: SentenceRules, *, punctuated: bool | None = None
) -> list[list[TimedWord]]:
    """Cuts the stream of words of one language into sentences; none reaches over a speaker change or a pause of `rules.pause`.

    `punctuated`: whether they have punctuation to go by; None: as these words tell.
    """
    punctuated = is_punctuated(words) if punctuated is None else punctuated
    sentences: list[list[TimedWord]] = []
    for run in _runs(words, rules.pause):
        for sentence in _punctuated(run, language):
            for part in at_pauses(sentence, rules.pause_unpunctuated, punctuated=punctuated):
                sentences += shortened(part, rules.longest, line_breaks(language))
    return sentences


def _runs(words: Sequence[TimedWord], pause: float) -> list[list[TimedWord]]:
    runs: list[list[TimedWord]] = []
    speaker: str | None = None
    for word in words:
        changed = word.speaker is not None and speaker is not None and word.speaker != speaker
        if not runs or changed or word.turn or word.start - runs[-1][-1].end >= pause:
            runs.append([])
            speaker = None
        runs[-1].append(word)
        speaker = word.speaker or speaker
    return runs


def _punctuated(run: list[TimedWord], language: str) -> list[list[TimedWord]]:
    import sentencex

    whole = text.join([word.piece for word in run])
    ends = set()
    offset = 0
    for part in sentencex.segment(language, whole):
        ends.add(offset + len(part.rstrip()))
        offset += len(part)
    sentences: list[list[TimedWord]] = [[]]
    offset = 0
    texts = ["", *(word.piece.text for word in run), ""]
    for word, previous, following in zip(run, texts, texts[2:], strict=False):
        offset += len(word.piece.text) + (1 if word.piece.spaced and offset else 0)
        sentences[-1].append(word)
        if offset in ends and full_stop(word.piece.text, following, previous) not in (FullStop.BEFORE, FullStop.AFTER):
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


def sentence_of(number: int, words: Sequence[TimedWord], segments: Sequence[AsrSegment], language: str) -> Sentence:
    """One sentence of the transcript; `language` is the one that it should be written in.

    It has the flags of its segments and its own: "times-estimated" (most of it was not aligned), "implausible-speed", "long-word",
    "times-repaired", "unexpected-script".
    """
    whole = text.join([word.piece for word in words])
    start, end = words[0].start, max(word.end for word in words)
    sources = [segments[index] for index in sorted({word.segment for word in words})]
    flags = list(dict.fromkeys(flag for segment in sources for flag in segment.flags))
    reasons = {flag: reason for segment in sources for flag, reason in segment.reasons.items()}
    count = text.length(whole)
    if 2 * sum(len(word.piece.text) for word in words if word.known) < sum(len(word.piece.text) for word in words):
        flags.append(Flag.TIMES_ESTIMATED)
    if count > 10 and count > FASTEST * (end - start):
        flags.append(Flag.IMPLAUSIBLE_SPEED)
    if any(word.end - word.start > LONGEST_WORD for word in words if word.known):
        flags.append(Flag.LONG_WORD)
    if any(word.repaired for word in words):
        flags.append(Flag.TIMES_REPAIRED)
    if language in languages() and share_in_script(whole, languages()[language].script) < 0.5:
        flags.append(Flag.UNEXPECTED_SCRIPT)
    return Sentence(
        id=number,
        start=start,
        end=end,
        text=whole,
        speaker=next((word.speaker for word in words if word.speaker), None),
        turn=words[0].turn,
        language=sources[0].language,
        words=[
            Word(word=word.piece.text, start=word.start, end=word.end, score=word.score, speaker=word.speaker)
            for word in words
        ],
        flags=flags,
        reasons=reasons,
    )


def shifted(record: Record, seconds: float, last: float) -> Record:
    """A copy of a sentence or segment and its words on another clock: `seconds` later, and no later than `last` on the new clock."""

    def at(time: float) -> float:
        return min(max(time + seconds, seconds), last)

    words = record.words and [replace(word, start=at(word.start), end=at(word.end)) for word in record.words]
    return replace(record, start=at(record.start), end=at(record.end), words=words)


def transcript(
    asr: Asr,
    *,
    start: float,
    end: float,
    turns: Sequence[Turn] = (),
    speech: Sequence[Segment] | None = None,
    rules: SentenceRules | None = None,
) -> Transcript:
    """Makes the transcript of a movie.

    Args:
        asr: recognised and aligned segments, in seconds from the start of the audio.
        start: where the audio starts on the movie's clock, in seconds.
        end: where it ends there.
        turns: who speaks when, on the audio's clock.
        speech: where somebody speaks, on the audio's clock; None where that is not known.

    Returns:
        Sentences with words on the movie's clock, ids from 1; segments without anything to read under `removed`.
    """
    segments, removed = triage(asr.segments)
    spoken = [segment.language or asr.language for segment in segments]
    parts = split_languages(timed_words(segments, turns, speech), spoken, rules or SentenceRules())
    sentences = [sentence_of(number, words, segments, code) for number, (code, words) in enumerate(parts, start=1)]
    facts = to_builtins(replace(asr, segments=[], alignment=None))
    return Transcript(
        language=asr.language,
        sentences=[shifted(sentence, start, end) for sentence in sentences],
        removed=[shifted(segment, start, end) for segment in removed],
        asr={name: value for name, value in facts.items() if name not in ("segments", "language")},
        alignment=asr.alignment,
    )
