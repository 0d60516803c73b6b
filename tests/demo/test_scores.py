"""The scores of the whole workflow on movies whose every word is known; a margin beyond each goal, so that a failure is one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import score
from scoring.goals import Score

Scores = dict[str, Score]


@pytest.fixture(scope="module")
def scores() -> Iterator[Scores]:
    """What `make score` measures; what is there already is not made again."""
    before = Path.cwd()
    os.chdir(score.ROOT)
    try:
        yield {measured.name: measured for measured in score.scores()}
    finally:
        os.chdir(before)


def test_clean_speech_is_understood(scores: Scores) -> None:
    assert scores["wer_clean_whisperx"].measured <= 4


def test_speech_in_noise_is_understood(scores: Scores) -> None:
    assert scores["wer_noise_whisperx"].measured <= 10


@pytest.mark.parametrize("movie", ["clean", "noise"])
def test_mlx_understands_what_whisperx_does(scores: Scores, movie: str) -> None:
    assert scores[f"wer_{movie}_mlx"].measured <= 1.5


def test_words_start_when_they_are_spoken(scores: Scores) -> None:
    assert scores["start_median"].measured <= 50


def test_hardly_a_word_starts_far_from_when_it_is_spoken(scores: Scores) -> None:
    assert scores["start_95"].measured <= 150


@pytest.mark.parametrize("language", ["en", "gu"])
def test_right_transcripts_are_translated_rightly(scores: Scores, language: str) -> None:
    assert scores[f"chrf_{language}"].measured >= 93


def test_speech_is_detected_and_silence_is_not(scores: Scores) -> None:
    assert scores["vad"].measured >= 0.93


def test_speakers_are_told_apart(scores: Scores) -> None:
    assert scores["der_demo"].measured <= 18


def test_english_subtitles_say_what_is_said_when_it_is_said(scores: Scores) -> None:
    assert scores["srt_demo"].measured >= 90
