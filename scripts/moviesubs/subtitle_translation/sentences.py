"""The sentences of a subtitle file, each with the parts of cues that it stands in. All functions are pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from moviesubs.contracts import Sentence
from moviesubs.language import text
from moviesubs.transcript.sentences import SentenceRules, split_sentences
from moviesubs.transcript.word_matching import TimedWord, spread

#: tags of SubRip and WebVTT, the times of words in WebVTT, and what ASS overrides
_TAG = r"(?:</?[A-Za-z][^<>]*>|<[\d:.]+>|\{\\[^{}]*\})"
_FRAMED = re.compile(rf"^((?:{_TAG}|\s)*)(.*?)((?:{_TAG}|\s)*)$", re.DOTALL)
_TAGS = re.compile(_TAG)
_OPENS, _CLOSES = re.compile(r"<[A-Za-z]"), re.compile(r"</")
_DASH = re.compile(r"^((?:<[^<>]*>|\{\\[^{}]*\})*)\s*[-‐‑–—]\s*(?=\S)")


@dataclass(frozen=True)
class Tag:
    """A tag within the text of a part.

    Attributes:
        text: the tag.
        word: how many words stand before it; it counts as before or after the word that it stands in.
        after: it is written behind the word before it, rather than in front of the next one.
    """

    text: str
    word: int
    after: bool

    @property
    def name(self) -> str:
        """What its other half is called too: "i" of `<i>` and `</i>`, "" of what has none."""
        match = re.match(r"</?([A-Za-z]+)", self.text)
        return match[1].casefold() if match else ""


@dataclass(frozen=True)
class Part:
    """What one speaker says in a cue.

    Attributes:
        cue: index of the cue.
        before: tags at its beginning.
        said: text without tags, on one line.
        after: tags at its end.
        dash: it begins with a dash, as one of several speakers.
        tags: those within it, in order.
    """

    cue: int
    before: str
    said: str
    after: str
    dash: bool
    tags: tuple[Tag, ...] = ()


def _tags_within(marked: str) -> tuple[Tag, ...]:
    """The tags in a text, by the words that they stand between."""
    tags = []
    for match in _TAGS.finditer(marked):
        ahead, behind = _TAGS.sub("", marked[: match.start()]), _TAGS.sub("", marked[match.end() :])
        words = len(text.pieces(text.clean(ahead)))
        in_word = bool(ahead and behind and not ahead[-1].isspace() and not behind[0].isspace())
        opens, closes = _OPENS.match(match[0]), _CLOSES.match(match[0])
        after = bool(closes or (not opens and ahead and not ahead[-1].isspace()))
        tags.append(Tag(match[0], words - 1 if in_word and not after else words, after))
    return tuple(tags)


def parts_of(cues: Sequence[Sequence[str]]) -> list[Part]:
    """The parts of all cues in order.

    Args:
        cues: the lines of each cue with their markup.
    """
    parts = []
    for index, lines in enumerate(cues):
        speakers: list[list[str]] = []
        dashed: list[bool] = []
        for line in lines:
            begins = _DASH.match(line)
            if begins or not speakers:
                speakers.append([])
                dashed.append(begins is not None)
            speakers[-1].append(_DASH.sub(r"\1", line))
        for spoken, dash in zip(speakers, dashed, strict=True):
            framed = _FRAMED.match(" ".join(spoken))
            before, said, after = framed.groups() if framed else ("", "", "")
            plain = text.clean(_TAGS.sub("", said))
            parts.append(Part(index, before.strip(), plain, after.strip(), dash, _tags_within(said)))
    return parts


def sentences_of(parts: Sequence[Part], times: Sequence[tuple[int, int]], language: str) -> list[list[TimedWord]]:
    """The words of each sentence; the `segment` of a word is the index of its part.

    Args:
        parts: of the file.
        times: in and out time of each cue, in milliseconds.
        language: code of the file's language.
    """
    words: list[TimedWord] = []
    latest = 0.0
    for index, part in enumerate(parts):
        start, end = (time / 1000 for time in times[part.cue])
        for word in spread(text.pieces(part.said), start, end):
            latest = max(latest, word.start)
            speaker = str(index) if part.dash else None  # a sentence does not reach over a change of speakers
            words.append(word._replace(start=latest, end=max(latest, word.end), segment=index, speaker=speaker))
    return split_sentences(words, language, SentenceRules(longest=60.0))


def as_sentences(sentences: Sequence[Sequence[TimedWord]]) -> list[Sentence]:
    """Sentences as the translator takes them, numbered from 1."""
    return [
        Sentence(id=number, start=words[0].start, end=words[-1].end, text=text.join([word.piece for word in words]))
        for number, words in enumerate(sentences, start=1)
    ]
