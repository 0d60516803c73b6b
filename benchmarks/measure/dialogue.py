"""A long dialogue that nobody spoke: sentences of the demo's phrasebook, joined and timed as people talk."""

import random
from functools import cache

import phrasebook
from moviesubs.contracts import Sentence, Transcript, Word
from moviesubs.language import text

#: what joins two clauses to a long sentence, by language
JOINTS = {
    "hi": ["और", "लेकिन", "क्योंकि", "इसलिए"],
    "en": ["and", "but", "because", "so"],
    "gu": ["અને", "પણ", "કારણ કે", "એટલે"],
}
#: characters a second that people speak: mean and deviation from sentence to sentence (Hindi graphemes are larger than English letters)
PACE = {"hi": (11.0, 2.5), "en": (15.0, 3.0), "gu": (11.0, 2.5)}
#: every so many sentences somebody speaks much faster than anyone can read
HURRIED = 50
#: where the sound of a sentence ends, whatever the phrasebook writes
STOPS = ".?!।"


def dialogue(language: str, sentences: int, words: int, seconds: float, seed: int = 0) -> Transcript:
    """Makes a dialogue of two to three people.

    Args:
        language: "hi", "en" or "gu".
        sentences: how many.
        words: about how many words they have together.
        seconds: about how long it takes; pauses are stretched to fit.
        seed: of the random numbers.

    Returns:
        Sentences with a time for each word.
    """
    dice = random.Random(seed)
    said = [_sentence(dice, language, words / sentences) for _ in range(sentences)]
    paces = [
        max(6.0, dice.gauss(*PACE[language])) * (2.2 if n % HURRIED == HURRIED - 1 else 1) for n in range(sentences)
    ]
    spoken = [_timed(dice, words, pace) for words, pace in zip(said, paces, strict=True)]
    pauses = [dice.choice([0.08, 0.15, 0.25, 0.4, 0.7, 1.2, 3.0]) * dice.uniform(0.6, 1.6) for _ in said]
    left = seconds - sum(timed[-1][2] for timed in spoken) - sum(pauses)
    scenes = max(1, sentences // 25)
    made: list[Sentence] = []
    at, speaker = 1.0, 0
    for number, (timed, pause) in enumerate(zip(spoken, pauses, strict=True), start=1):
        if dice.random() < 0.6:
            speaker = (speaker + dice.choice([1, 1, 2])) % 3
        words_of = [Word(word=word, start=round(at + a, 3), end=round(at + b, 3)) for word, a, b in timed]
        made.append(
            Sentence(
                id=number,
                start=words_of[0].start,
                end=words_of[-1].end,
                text=" ".join(word for word, _, _ in timed),
                speaker=f"SPEAKER_{speaker:02d}",
                words=words_of,
            )
        )
        at = words_of[-1].end + pause + (max(0.0, left) / scenes if number % 25 == 0 else 0.0)
    return Transcript(language=language, sentences=made)


def _sentence(dice: random.Random, language: str, length: float) -> list[str]:
    """One sentence: a clause, or several joined, about as long as wanted on the average."""
    words: list[str] = []
    wanted = dice.expovariate(1 / max(1.0, length - 3.5)) + 2
    while True:
        clause = getattr(_phrase(dice), {"hi": "hindi", "en": "english", "gu": "gujarati"}[language]).split()
        if words:
            words[-1] = words[-1].rstrip(STOPS) + ("," if dice.random() < 0.6 else "")
            words += dice.choice(JOINTS[language]).split()
            if clause[0].lower() in ("the", "my", "this", "do", "he", "she", "is", "has", "how", "come"):
                clause[0] = clause[0].lower()
        words += clause
        if len(words) >= wanted - 2 or len(words) > 30:
            return words


@cache
def _book() -> list[phrasebook.Sentence]:
    return list(phrasebook.sentences(1, 4000, "any"))


def _phrase(dice: random.Random) -> phrasebook.Sentence:
    return dice.choice(_book())


def _timed(dice: random.Random, words: list[str], pace: float) -> list[tuple[str, float, float]]:
    """Words with start and end in seconds from the sentence's start; a breath after commas, a pause now and then."""
    timed, at = [], 0.0
    for word in words:
        end = at + max(0.08, text.length(word) / pace * dice.uniform(0.8, 1.25))
        timed.append((word, at, end))
        at = end + dice.uniform(0.01, 0.05)
        if word.endswith(","):
            at += dice.uniform(0.05, 0.5)
        elif dice.random() < 0.02:
            at += dice.uniform(0.2, 0.9)
    return timed
