"""Songs: where somebody sings, by the levels of voices and music and the recogniser's own signs, and which sentences are sung."""

from collections.abc import Collection, Sequence
from itertools import groupby

import regex

from moviesubs.contracts import Segment, Sentence
from moviesubs.language import text

#: what to do with the sentences of a song
POLICIES = ("mark", "speech", "skip")
_NOTES = r"[♩♪♫♬]"
#: what a recogniser writes between notes; a note that nothing closes reaches to the end, one that nothing opens to the beginning
_BETWEEN_NOTES = regex.compile(rf"^[^♩♪♫♬]*{_NOTES}+\s*$|{_NOTES}+[^♩♪♫♬]*{_NOTES}*")
_REMARK = regex.compile(r"[\[(（【]([^\])）】]*)[\])）】]")
#: remarks that name music, as whole words ("(missing)" and "[Door closing]" do not)
_MUSIC = regex.compile(
    r"\b(?:music|musical|song|songs|संगीत|म्यूजिक|म्यूज़िक|गाना|गाने|गीत|સંગીત|ગીત|সঙ্গীত|সংগীত|গান|গীত|ਸੰਗੀਤ|ਗੀਤ|ਗਾਣਾ|ସଙ୍ଗୀତ|ଗୀତ"
    r"|இசை|பாடல்|సంగీతం|పాట|ಸಂಗೀತ|ಹಾಡು|സംഗീതം|ഗാനം|പാട്ട്|موسیقی|گانا|گیت)\b",
    regex.IGNORECASE,
)
#: remarks that say that somebody sings what follows them
_SINGING = regex.compile(
    r"\b(?:sings?|singing|sung|hums|humming|गाते हुए|गाती है|गाता है|गा रहा है|गा रही है|गा रहे हैं|गुनगुना[^ ]*)(?!\w)",
    regex.IGNORECASE,
)
_STOPS = regex.compile(r"\b(?:ends?|ended|stops?|stopped|fades?|fading|over|बंद|ख़त्म|खत्म)\b", regex.IGNORECASE)
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


def song_stretches(voice: Sequence[float], music: Sequence[float], window: float) -> list[Segment]:
    """Finds where somebody sings: voice and music are both there, about as loud as each other, for long.

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


def _is_marked_as_sung(content: str) -> bool:
    """Whether the recogniser's own signs say that a sentence, or more of it than not, is sung; dialogue beside a remark is not."""
    remarks = [match[1] for match in _REMARK.finditer(content)]
    words = _REMARK.sub(" ", content)
    spoken = _BETWEEN_NOTES.sub(" ", words)
    if spoken != words:
        return 2 * text.length(" ".join(spoken.split())) < text.length(" ".join(words.split()))
    if any(_SINGING.search(remark) and not _STOPS.search(remark) for remark in remarks):
        return True
    return any(_MUSIC.search(remark) for remark in remarks) and not text.has_words(words)


def sung(sentences: Sequence[Sentence], songs: Sequence[Segment] = ()) -> set[int]:
    """The ids of the sentences that lie mostly in a song, or that the recogniser wrote between notes or with a remark.

    Args:
        songs: stretches of singing, in seconds on the sentences' clock.
    """
    ids = set()
    for sentence in sentences:
        length = max(1e-9, sentence.end - sentence.start)
        inside = sum(max(0.0, min(sentence.end, song.end) - max(sentence.start, song.start)) for song in songs)
        if inside >= INSIDE * length or _is_marked_as_sung(sentence.text):
            ids.add(sentence.id)
    return ids


def apply_song_policy(
    sentences: Sequence[Sentence], sung_ids: Collection[int], policy: str
) -> tuple[list[Sentence], set[int]]:
    """The sentences that a policy (one of POLICIES) shows, and the ids of those that are marked as sung."""
    if policy == "skip":
        return [sentence for sentence in sentences if sentence.id not in sung_ids], set()
    return list(sentences), set(sung_ids) if policy == "mark" else set()
