"""Songs: where somebody sings, by the levels of voices and music and the recogniser's own signs, and which sentences are sung."""

from collections.abc import Collection, Sequence
from itertools import groupby

import regex

from moviesubs.contracts import Segment, Sentence

#: what to do with the sentences of a song
POLICIES = ("mark", "speech", "skip")
#: a recogniser's signs of singing or music: notes, or a remark in brackets
_SIGN = regex.compile(
    r"[♩♪♫♬]|[\[(（【]\s*(?:[\p{L}\p{M}\s]*)(?:music|song|sing|संगीत|गाना|गीत|સંગીત|ગીત|সঙ্গীত|সংগীত|গান|இசை|பாடல்|సంగీతం|పాట)[\p{L}\p{M}\s]*[\])）】]",
    regex.IGNORECASE,
)
#: decibels below full scale: softer music, or a softer voice, counts as none
SILENT = -45.0
#: decibels that the music may be softer than the voice in a song; under dialogue it is mixed far softer (about 15 dB and more)
SOFTER = 9.0
#: seconds: shorter stretches are no songs, shorter pauses in them (an interlude) do not end them
SHORTEST, LONGEST_PAUSE = 20.0, 8.0
#: the share of the windows between two pauses in which there must be both
DENSITY = 0.5
#: the share of a sentence that must lie in a song
INSIDE = 0.6


def stretches(voice: Sequence[float], music: Sequence[float], window: float) -> list[Segment]:
    """Where somebody sings: voice and music are both there, about as loud as each other, for long.

    Args:
        voice: level of the separated voices in each window, in decibels below full scale.
        music: level of what is left without them.
        window: seconds of a window.

    Returns:
        Stretches in order, in seconds from the start.
    """
    both = [v > SILENT and m > SILENT and m > v - SOFTER for v, m in zip(voice, music, strict=False)]
    runs: list[list[int]] = []
    for sung, group in groupby(range(len(both)), key=lambda index: both[index]):
        if not sung:
            continue
        windows = list(group)
        if runs and (windows[0] - runs[-1][-1]) * window <= LONGEST_PAUSE:
            runs[-1] += windows
        else:
            runs.append(windows)
    return [
        Segment(start=run[0] * window, end=(run[-1] + 1) * window)
        for run in runs
        if (run[-1] + 1 - run[0]) * window >= SHORTEST and len(run) >= DENSITY * (run[-1] + 1 - run[0])
    ]


def sung(sentences: Sequence[Sentence], songs: Sequence[Segment] = ()) -> set[int]:
    """The sentences that are sung.

    Args:
        sentences: of a transcript.
        songs: stretches of singing, in seconds on the same clock.

    Returns:
        Ids of the sentences that lie in a song for the most part, or that the recogniser wrote with a note or a remark.
    """
    found = set()
    for sentence in sentences:
        length = max(1e-9, sentence.end - sentence.start)
        inside = sum(max(0.0, min(sentence.end, song.end) - max(sentence.start, song.start)) for song in songs)
        if inside >= INSIDE * length or _SIGN.search(sentence.text):
            found.add(sentence.id)
    return found


def kept(sentences: Sequence[Sentence], sung_ids: Collection[int], policy: str) -> tuple[list[Sentence], set[int]]:
    """What the policy leaves.

    Args:
        sentences: of a transcript.
        sung_ids: which of them are sung.
        policy: one of POLICIES.

    Returns:
        The sentences that are shown, and the ids of those that are marked as sung.
    """
    if policy == "skip":
        return [one for one in sentences if one.id not in sung_ids], set()
    return list(sentences), set(sung_ids) if policy == "mark" else set()
