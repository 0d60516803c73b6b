"""A made movie is what its truth says: who speaks when, to the millisecond, where it cuts, and from which sentences."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import DEMO

pytest.importorskip("espeakng_loader")
pytest.importorskip("PIL")

import imageio_ffmpeg  # noqa: E402
import numpy as np  # noqa: E402

MAKE = DEMO / "movie" / "make.py"
sys.path.insert(0, str(MAKE.parent))

import screenplay  # noqa: E402
import soundtrack  # noqa: E402

import phrasebook  # noqa: E402
import speech  # noqa: E402

DEMO = MAKE.parents[1]
OFFSET = 1.2
RATE = speech.RATE


def make(folder: Path, name: str, *options: str) -> tuple[Path, dict[str, Any]]:
    """Makes a movie."""
    movie, truth = folder / name, folder / f"{name}.json"
    subprocess.run([sys.executable, MAKE, *options, "--output", movie, "--truth", truth], check=True)
    return movie, json.loads(truth.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A short movie whose sound starts late, with noise and music."""
    options = ["--seed", "3", "--seconds", "20", "--split", "held-out", "--start-offset", str(OFFSET)]
    return make(tmp_path_factory.mktemp("movie"), "made.mkv", *options, "--noise-db", "20", "--music-db", "12")


@pytest.fixture(scope="module", params=["made", "demo"])
def truth(request: pytest.FixtureRequest, made: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    """The truth of the movie just made, and of the one that is shipped."""
    if request.param == "made":
        return made[1]
    shipped: dict[str, Any] = json.loads((DEMO / "demo.truth.json").read_text(encoding="utf-8"))
    return shipped


def test_only_held_out_sentences_are_spoken_and_none_twice(truth: dict[str, Any]) -> None:
    spoken = [sentence["hi"] for sentence in truth["sentences"]]
    assert len(spoken) >= 3 and len(set(spoken)) == len(spoken)
    assert all(phrasebook.is_held_out(text) for text in spoken)


def test_sentences_follow_each_other_with_pauses_and_their_words_fill_them(truth: dict[str, Any]) -> None:
    sentences = truth["sentences"]
    for sentence, following in zip(sentences, sentences[1:], strict=False):
        assert following["start"] - sentence["end"] >= 0.29
    for sentence in sentences:
        words = sentence["words"]
        assert [word["word"] for word in words] == phrasebook.words(sentence["hi"])
        assert (words[0]["start"], words[-1]["end"]) == (sentence["start"], sentence["end"])
        assert all(word["start"] < word["end"] for word in words)
    assert sentences[-1]["end"] < truth["duration"]
    assert {turn["speaker"] for turn in truth["turns"]} == set(truth["voices"]) == {"A", "B"}


def test_nobody_speaks_over_a_cut_or_where_music_is_alone(truth: dict[str, Any]) -> None:
    spoken = [(sentence["start"], sentence["end"]) for sentence in truth["sentences"]]
    cuts = [shot["start"] for shot in truth["shots"]]
    alone = [(part["start"], part["end"]) for part in truth["music"] if part["alone"]]
    assert len(cuts) > 1 and len(alone) == 2
    assert not any(start < cut < end for start, end in spoken for cut in cuts)
    assert not any(start < there_end and there < end for start, end in spoken for there, there_end in alone)


def test_every_sentence_is_heard_where_the_truth_says(made: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    movie, truth = made
    arguments = ["-v", "error", "-i", movie, "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), *arguments]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    heard = np.frombuffer(raw, "<i2").astype(np.float64)  # this starts with the sound, OFFSET after the picture
    for sentence in truth["sentences"]:
        voice = truth["voices"][sentence["speaker"]]
        said = speech.speak(sentence["hi"], f"hi+{voice['variant']}", voice["speed_wpm"], voice["pitch"])
        first = round((sentence["start"] - said.words[0].start - OFFSET) * RATE)
        around = heard[first - RATE // 10 : first + len(said.samples) + RATE // 10]
        shift = int(np.argmax(np.correlate(around, said.samples, "valid"))) - RATE // 10
        assert abs(shift / RATE) < 0.002


def test_the_picture_cuts_where_the_truth_says(made: tuple[Path, dict[str, Any]]) -> None:
    movie, truth = made
    arguments = ["-i", movie, "-vf", "select='gt(scene,0.1)',showinfo", "-an", "-f", "null", "-"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", *arguments]
    log = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    cuts = [float(line.split("pts_time:")[1].split()[0]) for line in log.splitlines() if "pts_time:" in line]
    assert cuts == pytest.approx([shot["start"] for shot in truth["shots"][1:]], abs=0.021)


def test_the_same_seed_gives_the_same_movie_and_another_one_another() -> None:
    plays = [screenplay.write(seed, 14.0, [], "any", True, 25) for seed in (1, 1, 2)]
    said = [[(line.sentence.hindi, line.start) for line in play.lines] for play in plays]
    assert [] != said[0] == said[1] != said[2]
    assert plays[0].shots == plays[1].shots and plays[0].voices == plays[1].voices
    sounds = [soundtrack.mix(1, play, 20.0, 10.0) for play in plays[:2]]
    assert np.array_equal(*sounds)
