"""Ten thousand random transcripts: every word is kept, in order; cues never overlap; every limit is met or flagged."""

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from support.transcripts import ENGLISH, GUJARATI, HINDI, sentence

from moviesubs.contracts import Transcript
from moviesubs.cues.build import cues
from moviesubs.cues.limits import Limits, preset_limits
from moviesubs.cues.presets import presets
from moviesubs.cues.timing import NEAR
from moviesubs.cues.words import cue_words
from moviesubs.language import text

TRANSCRIPTS = 10_000
WORDS = {
    "hi": HINDI.split(),
    "en": ENGLISH.split(),
    "gu": GUJARATI.split(),
    "ta": ["ஒரு", "நாள்", "போக", "வேண்டும்.", "இல்லை,", "ஸ்ரீ", "5", "மணி"],
}
ODD = ["-", "♪", "<b>", "ब" * 60, "x" * 43, "日本語です。"]
PAUSES, LENGTHS = [0, 20, 60, 300, 700, 1600, -300], [0, 80, 200, 450, 900, 5000]


def made_up(dice: random.Random, sizes: list[int]) -> tuple[Transcript, Transcript | None, list[float], Limits]:
    """A transcript with sentences of the given sizes, the one that it translates or None, shot changes, and limits."""
    language = dice.choice(list(WORDS))
    sentences, spoken, at = [], [], dice.randint(0, 5000)
    translated = dice.random() < 0.3
    for number, size in enumerate(sizes, start=1):
        parts = [
            (dice.choice(ODD if dice.random() < 0.03 else WORDS[language]), dice.choice(PAUSES), dice.choice(LENGTHS))
            for _ in range(size)
        ]
        speaker = dice.choice([None, "A", "A", "B"])
        spoken.append(sentence(number, at, parts, speaker, True))
        sentences.append(sentence(number, at, parts, speaker, not translated))
        at += dice.choice([100, 900, 3000, 8000]) if dice.random() < 0.9 else -500
        at = max(0, at)
    shots = sorted(round(dice.uniform(0, 40), 2) for _ in range(dice.choice([0, 0, 3, 12])))
    limits = preset_limits(dice.choice(list(presets())), language, dice.choice([None, 24, 25, 60]))
    if dice.random() < 0.3:
        limits = preset_limits(
            "netflix",
            language,
            line_length=dice.randint(5, 60),
            lines=dice.randint(1, 3),
            reading_speed=dice.uniform(5, 30),
        )
    source = Transcript(language="hi", sentences=spoken) if translated else None
    return Transcript(language=language, sentences=sentences), source, shots, limits


@settings(max_examples=TRANSCRIPTS, deadline=None, database=None)
@given(st.lists(st.integers(0, 12), max_size=4), st.integers(0, 2**32 - 1))
def test_words_order_distance_and_limits(sizes: list[int], seed: int) -> None:
    transcript, source, shots, limits = made_up(random.Random(seed), sizes)
    made = cues(transcript, limits, shots=shots, source=source).cues

    shown = "".join("".join(cue.lines) for cue in made)
    wanted = "".join(sentence.text for sentence in transcript.sentences)
    assert "".join(shown.split()).replace("-", "") == "".join(text.clean(wanted).split()).replace("-", "")

    assert all(cue.start < cue.end for cue in made)
    assert all(after.start - before.end >= limits.gap for before, after in pairwise(made))

    heard: dict[int, int] = {}
    for atom in cue_words(transcript.sentences, source={one.id: one for one in source.sentences} if source else None):
        heard.setdefault(transcript.sentences[atom.sentence].id, atom.spoken_from)
    for index, cue in enumerate(made):
        seconds = (cue.end - cue.start) / 1000
        lengths = [text.length(line) for line in cue.lines]
        words = sum(len(line.split()) for line in cue.lines)
        broken = {
            "too-fast": sum(lengths) > limits.reading_speed * seconds + 1e-6
            or words * limits.word_time / 1000 > seconds,
            "too-short": cue.end - cue.start < limits.min_duration,
            "too-long": cue.end - cue.start > limits.max_duration,
            "too-long-line": max(lengths) > limits.line_length,
            "too-many-lines": len(lengths) > limits.lines,
        }
        if index + 1 < len(made):
            broken["open-gap"] = max(limits.gap, 84) + 1 < made[index + 1].start - cue.end < limits.chain
        if index == 0 or made[index - 1].sentences[-1] != cue.sentences[0]:
            late = cue.start - heard[cue.sentences[0]]
            broken["late"] = late > max(limits.gap, NEAR if shots else 0)
        assert {flag for flag, is_broken in broken.items() if is_broken} <= set(cue.flags)
        assert "too-long" not in cue.flags and "too-many-lines" not in cue.flags
