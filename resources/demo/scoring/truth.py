"""The truth that lies beside a made movie."""

from pathlib import Path

import msgspec

from moviesubs import contracts
from scoring.words import WordStart


class Word(msgspec.Struct):
    """A spoken word, in seconds on the movie's clock."""

    word: str
    start: float
    end: float


class Sentence(msgspec.Struct):
    """A spoken sentence with its translations."""

    start: float
    end: float
    speaker: str
    hi: str
    en: str
    gu: str
    words: list[Word]

    def in_language(self, language: str) -> str:
        """The text in a language.

        Args:
            language: "hi", "en" or "gu".

        Returns:
            The phrasebook's sentence.
        """
        return {"hi": self.hi, "en": self.en, "gu": self.gu}[language]


class Truth(msgspec.Struct):
    """All that is said in a movie."""

    sentences: list[Sentence]

    def timed_words(self) -> list[WordStart]:
        """All words, in order."""
        return [WordStart(word.word, word.start) for sentence in self.sentences for word in sentence.words]


def read_truth(file: Path) -> Truth:
    """Reads what the movie's maker wrote.

    Args:
        file: `<movie>.truth.json`.

    Returns:
        The truth; fields that scores do not need are left out.
    """
    return contracts.read(file, Truth)
