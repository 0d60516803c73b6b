"""What the aligner should say in every frame: each letter inside its own word, the first one where the word starts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

BLANK, BAR = "<pad>", "|"
SPECIAL = (BLANK, "<s>", "</s>", "<unk>", BAR)
PUNCTUATION = (",", "?", "!", "।")


def vocabulary(words: Iterable[str]) -> dict[str, int]:
    """Return token -> id: the blank first, the word delimiter `|`, punctuation, and every character of the words."""
    letters = sorted({character for word in words for character in word})
    return {token: number for number, token in enumerate((*SPECIAL, *PUNCTUATION, *letters))}


def is_letter(character: str) -> bool:
    """Tell letters, vowel signs, other marks and digits from punctuation."""
    return unicodedata.category(character)[0] in "LMN"


def word_frames(
    words: list[tuple[str, float, float]], frames: int, seconds: float, ids: dict[str, int]
) -> list[tuple[int, int, list[int]]]:
    """Return (first frame, last + 1, ids) of each word with what comes right behind it: where these tokens may be.

    Args:
        words: as `frame_targets` takes them.
        frames: how many frames the model makes of the audio.
        seconds: the audio's duration.
        ids: the vocabulary.
    """
    edges = [(round(a * frames / seconds), round(b * frames / seconds)) for _, a, b in words]
    starts = [first for first, _ in [*edges, (frames, frames)]][1:]
    spans = []
    for (token, _, _), (first, end), following in zip(words, edges, starts, strict=True):
        behind = _behind(token, following - end, ids)
        place = min((end if following > end else end - 1) + len(behind), frames)
        spans.append((first, place, [ids[letter] for letter in token if is_letter(letter)] + behind))
    return spans


def _behind(token: str, gap: int, ids: dict[str, int]) -> list[int]:
    """Return what comes behind a word: its punctuation where there is room for it, and the delimiter."""
    return [ids[BAR]] if gap < 2 else [*(ids[c] for c in token if c in PUNCTUATION), ids[BAR]]


def frame_targets(
    words: list[tuple[str, float, float]], frames: int, seconds: float, ids: dict[str, int]
) -> NDArray[np.int64]:
    """Return the token id of every frame, shape (frames,).

    A letter, like any CTC token, takes one frame and blanks follow it. The letters of a word are spread evenly over its
    span and the first is at its start; its punctuation and then `|` come right behind it, where whisperx reads its end.

    Args:
        words: (word with its punctuation, start, end) in seconds, in order.
        frames: how many frames the model makes of the audio.
        seconds: the audio's duration; whisperx takes a frame to be `seconds / frames` long.
        ids: the vocabulary.
    """
    target = np.full(frames, ids[BLANK], np.int64)
    edges = [(round(a * frames / seconds), round(b * frames / seconds)) for _, a, b in words]
    for number, ((token, _, _), (first, end)) in enumerate(zip(words, edges, strict=True)):
        letters = [character for character in token if is_letter(character)]
        following = edges[number + 1][0] if number + 1 < len(edges) else frames
        gap = following - end
        behind = _behind(token, gap, ids)
        place = end if gap else end - 1
        target[place : min(place + len(behind), frames)] = behind[: max(0, frames - place)]
        last = min(place, end)
        for index in reversed(range(len(letters))):  # backwards, so that the first letter wins where frames are few
            frame = first + index * (last - first) // len(letters)
            if frame < frames:
                target[frame] = ids[letters[index]]
    return target


def being_spoken(target: NDArray[np.int64], ids: dict[str, int]) -> NDArray[np.int64]:
    """Fill the blanks: return for every frame the last token emitted, shape (takes, frames); `|` before the first."""
    index = np.where(target != ids[BLANK], np.arange(target.shape[1]), -1)
    latest = np.maximum.accumulate(index, axis=1)
    filled = np.take_along_axis(target, np.maximum(latest, 0), axis=1)
    return np.where(latest < 0, ids[BAR], filled)
