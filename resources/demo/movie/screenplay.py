"""Who says what and when, where there is music, and where the picture cuts: everything about a movie but its sound and picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

import phrasebook
import speech

#: variants that are told apart easily, by the kind of voice
MEN = ("m1", "m3", "m4", "m7", "m8", "klatt", "klatt3", "Lee", "Michael", "Reed", "edward", "quincy", "travis")
WOMEN = ("f1", "f2", "f3", "f4", "f5", "Annie", "anika", "belinda", "linda", "steph")
#: places for the titles of shots
PLACES = (
    "The station",
    "The market",
    "At the river",
    "The old house",
    "The rooftop",
    "The school gate",
    "The garden",
    "The village road",
    "The temple steps",
    "The bus stop",
    "The tea stall",
    "The hill",
    "The well",
    "The bridge",
    "The courtyard",
    "The last house",
)
#: seconds of music alone at the start, at the end, and of the long pause in the middle
OVERTURE, FINALE, LONG_PAUSE = 4.5, 3.5, 5.0
#: movies shorter than this have no long pause
LONG_PAUSE_FROM = 40.0
#: shares of the running time up to which the first music goes on under the dialogue, and from which the second plays
MUSIC_UNTIL, MUSIC_FROM = 0.3, 0.75
#: seconds between two cuts, at least
SHORTEST_SHOT = 4.0


@dataclass(frozen=True)
class Voice:
    """A speaker: an espeak-ng variant with a speed (words a minute) and a pitch (0 to 100) of its own."""

    variant: str
    speed_wpm: int
    pitch: int


@dataclass(frozen=True)
class Line:
    """A sentence as spoken; `start` is in seconds from the first sample of the sound."""

    sentence: phrasebook.Sentence
    speaker: str
    start: float
    spoken: speech.Speech

    @property
    def end(self) -> float:
        """Where the last sample is, in seconds."""
        return self.start + len(self.spoken.samples) / speech.RATE


@dataclass(frozen=True)
class Music:
    """A stretch of music, in seconds from the first sample; `alone` where nobody speaks meanwhile."""

    start: float
    end: float
    alone: bool


@dataclass(frozen=True)
class Shot:
    """A stretch between two cuts, in seconds from the first sample, with the title that is shown on it."""

    start: float
    end: float
    title: str


@dataclass(frozen=True)
class Screenplay:
    """All of it."""

    seconds: float
    voices: dict[str, Voice]
    lines: list[Line]
    music: list[Music]
    shots: list[Shot]


def cast(rng: np.random.Generator, variants: Sequence[str]) -> dict[str, Voice]:
    """Chooses the speakers' voices.

    Args:
        rng: what decides.
        variants: espeak-ng variants, one a speaker; empty: a man and a woman are drawn.

    Returns:
        Voice by speaker: "A", "B", ...
    """
    chosen = list(variants) or [str(rng.choice(MEN)), str(rng.choice(WOMEN))]
    return {
        chr(ord("A") + number): Voice(variant, int(rng.integers(135, 176)), int(rng.integers(35, 66)))
        for number, variant in enumerate(chosen)
    }


def different_sentences(seed: int, split: str) -> Iterator[phrasebook.Sentence]:
    """Sentences of the phrasebook, none twice.

    Args:
        seed: the same one gives the same sentences.
        split: "train", "held-out" or "any".

    Yields:
        Sentences without end.
    """
    seen: set[str] = set()
    for sentence in phrasebook.sentences(seed, 1_000_000, split):
        if sentence.hindi not in seen:
            seen.add(sentence.hindi)
            yield sentence


def dialogue(
    rng: np.random.Generator,
    voices: dict[str, Voice],
    sentences: Iterator[phrasebook.Sentence],
    first: float,
    last: float,
    seconds: float,
) -> list[Line]:
    """Sentences in turns: one or two by one speaker, then another's; pauses of 0.3 to 1.5 s, and one long pause.

    Args:
        rng: what decides.
        voices: by speaker.
        sentences: what is said, in order.
        first: nobody speaks before, in seconds.
        last: nor after.
        seconds: length of the movie.

    Returns:
        The lines, one after the other.
    """
    lines: list[Line] = []
    speakers, turn, left = list(voices), 0, int(rng.integers(1, 3))
    time, paused = first, seconds < LONG_PAUSE_FROM
    for sentence in sentences:
        speaker = speakers[turn % len(speakers)]
        voice = voices[speaker]
        spoken = speech.speak(sentence.hindi, f"hi+{voice.variant}", voice.speed_wpm, voice.pitch)
        if time + len(spoken.samples) / speech.RATE > last:
            return lines
        lines.append(Line(sentence, speaker, round(time * speech.RATE) / speech.RATE, spoken))
        left -= 1
        pause = rng.uniform(0.3, 0.7) if left else rng.uniform(0.4, 1.5)
        if not left:
            turn, left = turn + 1, int(rng.integers(1, 3))
        if not paused and lines[-1].end > seconds / 2:
            pause, paused = LONG_PAUSE, True
        time = lines[-1].end + pause
    return lines


def score_music(lines: Sequence[Line], seconds: float) -> list[Music]:
    """Where music plays: at the start and on under the first sentences, and under the last ones to the end.

    Args:
        lines: the dialogue.
        seconds: length of the movie.

    Returns:
        Stretches; those alone end where the first sentence begins, or begin where the last one ends.
    """
    if not lines:
        return [Music(0.0, seconds, alone=True)]
    early = [line.end for line in lines if line.end <= MUSIC_UNTIL * seconds] or [lines[0].end]
    late = [line.start for line in lines if line.start >= MUSIC_FROM * seconds] or [lines[-1].start]
    first, last = lines[0].start - 0.3, lines[-1].end + 0.2
    return [
        Music(0.0, first, alone=True),
        Music(first, early[-1] + 0.3, alone=False),
        Music(late[0] - 0.3, last, alone=False),
        Music(last, seconds, alone=True),
    ]


def cut(rng: np.random.Generator, lines: Sequence[Line], seconds: float, frame_rate: int) -> list[Shot]:
    """Cuts in the middle of pauses, on whole frames.

    Args:
        rng: chooses the places.
        lines: the dialogue.
        seconds: length of the movie.
        frame_rate: frames a second.

    Returns:
        Shots without gaps from 0 to the end.
    """
    pauses = [(line.end + following.start) / 2 for line, following in zip(lines, lines[1:], strict=False)]
    pauses = [lines[0].start - 0.2, *pauses] if lines else []
    times = [0.0]
    for time in pauses:
        if time - times[-1] >= SHORTEST_SHOT and seconds - time >= SHORTEST_SHOT:
            times.append(round(time * frame_rate) / frame_rate)
    places = [PLACES[index] for index in rng.permutation(len(PLACES))]
    titles = [f"{number}. {places[(number - 1) % len(places)]}" for number in range(1, len(times) + 1)]
    return [Shot(*stretch) for stretch in zip(times, [*times[1:], seconds], titles, strict=True)]


def write(seed: int, seconds: float, variants: Sequence[str], split: str, music: bool, frame_rate: int) -> Screenplay:
    """Writes a screenplay.

    Args:
        seed: the same arguments give the same screenplay.
        seconds: length of the sound.
        variants: the speakers' voices; empty: two are drawn.
        split: of the phrasebook.
        music: whether there is any.
        frame_rate: frames a second, for the cuts.

    Returns:
        The screenplay.
    """
    rng = np.random.default_rng(seed)
    voices = cast(rng, variants)
    first, last = (OVERTURE, seconds - FINALE) if music else (1.0, seconds - 1.0)
    lines = dialogue(rng, voices, different_sentences(seed, split), first, last, seconds)
    shots = cut(rng, lines, seconds, frame_rate)
    return Screenplay(seconds, voices, lines, score_music(lines, seconds) if music else [], shots)


def delayed(screenplay: Screenplay, offset: float, frame_rate: int) -> Screenplay:
    """The same, everything heard later; the first shot starts at 0 all the same.

    Args:
        screenplay: times count from the start of the sound.
        offset: seconds by which the sound starts after the picture.
        frame_rate: frames a second, for the cuts.

    Returns:
        A screenplay on the picture's clock.
    """

    def frame(time: float) -> float:
        return round((time + offset) * frame_rate) / frame_rate

    return Screenplay(
        screenplay.seconds + offset,
        screenplay.voices,
        [replace(line, start=line.start + offset) for line in screenplay.lines],
        [replace(part, start=part.start + offset, end=part.end + offset) for part in screenplay.music],
        [
            replace(shot, start=frame(shot.start) if number else 0.0, end=frame(shot.end))
            for number, shot in enumerate(screenplay.shots)
        ],
    )
