"""What the demo's aligner is taught: each letter inside its own word, the first where the word starts."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy")

from aligner import targets  # noqa: E402

WORDS = [("क्या", 0.0, 0.32), ("तुम", 0.32, 0.58), ("लाए?", 0.58, 0.9), ("नहीं,", 1.2, 1.5), ("कल", 1.5, 1.7)]
IDS = targets.vocabulary(["क्या", "तुम", "लाए", "नहीं", "कल"])
NAMES = {number: token for token, number in IDS.items()}


def spelled(frames: int, seconds: float) -> list[tuple[int, str]]:
    target = targets.frame_targets(WORDS, frames, seconds, IDS)
    return [(frame, NAMES[token]) for frame, token in enumerate(target.tolist()) if token != IDS[targets.BLANK]]


def test_the_text_can_be_read_off_the_frames() -> None:
    assert "".join(token for _, token in spelled(100, 2.0)) == "क्या|तुम|लाए?|नहीं|कल|"


def test_words_start_in_the_frame_of_their_start() -> None:
    after_bar = [
        frame
        for (_, before), (frame, _) in zip(spelled(100, 2.0), spelled(100, 2.0)[1:], strict=False)
        if before == "|"
    ]
    assert after_bar == [16, 29, 60, 75]


def test_letters_stay_inside_their_word() -> None:
    letters = [(frame, token) for frame, token in spelled(100, 2.0) if targets.is_letter(token) and token != "|"]
    for word, start, end in WORDS:
        own = [letters.pop(0) for character in word if targets.is_letter(character)]
        assert all(start <= frame / 50 + 1e-9 < end for frame, _ in own), word


def test_punctuation_takes_the_pause_and_nothing_else() -> None:
    punctuation = [(frame, token) for frame, token in spelled(100, 2.0) if token in targets.PUNCTUATION]
    assert punctuation == [(45, "?")], "the comma has no pause behind it here, so it has no frame"


def test_too_few_frames_keep_the_first_letters() -> None:
    target = targets.frame_targets(WORDS, 20, 2.0, IDS)
    assert NAMES[int(target[3])] == "त"
    assert NAMES[int(target[12])] == "न"


def test_blanks_are_filled_with_the_letter_being_spoken() -> None:
    target = targets.frame_targets(WORDS, 100, 2.0, IDS)
    spoken = targets.being_spoken(target[None], IDS)[0]
    assert IDS[targets.BLANK] not in spoken
    assert all(spoken[frame] == target[frame] for frame in np.flatnonzero(target))
    assert NAMES[int(spoken[50])] == "|", "the pause belongs to no letter"
