"""The demo's speech: word times that come from the synthesiser, and the same sound for the same arguments."""

from __future__ import annotations

import pytest

pytest.importorskip("espeakng_loader")
pytest.importorskip("scipy")

import numpy as np  # noqa: E402

import speech  # noqa: E402

TEXT = "क्या तुम 2500 रुपये लाए? नहीं, “मैं” कल आऊँगा — ठीक है!"


def energy(samples: np.ndarray, start: float, end: float) -> float:
    part = samples[int(start * speech.RATE) : int(end * speech.RATE)]
    return float(np.sqrt(np.mean(part**2)))


def test_every_word_is_timed_in_order_and_without_punctuation() -> None:
    said = speech.speak(TEXT)
    assert " ".join(word.text for word in said.words) == "क्या तुम 2500 रुपये लाए नहीं मैं कल आऊँगा ठीक है"
    edges = [edge for word in said.words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert edges[-1] <= len(said.samples) / speech.RATE


@pytest.mark.parametrize("voice", ["hi+m3", "hi+f2", "hi+Annie"])
def test_words_are_loud_and_pauses_are_quiet(voice: str) -> None:
    said = speech.speak(TEXT, voice)
    quietest_word = min(energy(said.samples, word.start, word.end) for word in said.words)
    before, after = said.words[4:6]
    assert after.start - before.end > 0.1, "the question mark makes a pause"
    assert energy(said.samples, before.end + 0.02, after.start) < 0.1 * quietest_word


def test_a_slower_voice_takes_longer_for_every_word() -> None:
    slow, fast = speech.speak(TEXT, speed_wpm=110), speech.speak(TEXT, speed_wpm=200)
    assert all(a.end - a.start > b.end - b.start for a, b in zip(slow.words, fast.words, strict=True))


def test_the_same_arguments_give_the_same_samples_whatever_was_said_before() -> None:
    first = speech.speak(TEXT, "hi+f2")
    speech.speak("और कुछ", "hi+klatt2")
    again = speech.speak(TEXT, "hi+f2")
    assert np.array_equal(first.samples, again.samples)
    assert first.words == again.words


def test_processes_give_the_same_speech_in_the_same_order() -> None:
    requests = [speech.Request(TEXT, "hi+m3"), speech.Request("मैं कल आऊँगा।", "hi+f2", 140, 60)]
    for request, said in zip(requests, speech.speak_many(requests, processes=2), strict=True):
        assert np.array_equal(said.samples, speech.speak(*request).samples)


def test_samples_are_float_and_within_full_scale() -> None:
    said = speech.speak(TEXT)
    assert said.samples.dtype == np.float32
    assert 0.1 < np.abs(said.samples).max() <= 1.0


@pytest.mark.parametrize("voice", ["xx", "hi+nobody"])
def test_an_unknown_voice_is_refused(voice: str) -> None:
    with pytest.raises(ValueError, match="no voice"):
        speech.speak(TEXT, voice)


def test_every_listed_human_variant_exists() -> None:
    assert set(speech.HUMAN_VARIANTS) <= set(speech.variants())
