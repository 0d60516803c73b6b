"""Makes a small movie whose every word is known: `make.py --seed 7 --seconds 75 --output m.mkv --truth m.truth.json`.

The truth beside it says on the movie's clock (0 is where its picture starts) who says what when, word by word, with
translations, where there is music, and where the picture cuts. The same arguments give the same movie.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a program, only this file's own folder is there

import film  # noqa: E402
import screenplay  # noqa: E402
import soundtrack  # noqa: E402

import phrasebook  # noqa: E402

FRAME_RATE = 25
#: seconds of sound that a movie has at least
SHORTEST = 4.0
#: seconds; a pause of the same speaker that is longer ends a turn
TURN_PAUSE = 1.0


def sentence_truth(line: screenplay.Line) -> dict[str, Any]:
    """What is known about a spoken sentence.

    Args:
        line: of the screenplay.

    Returns:
        Times, speaker, text in three languages, and words.
    """
    words = [
        {"word": word.text, "start": round(line.start + word.start, 4), "end": round(line.start + word.end, 4)}
        for word in line.spoken.words
    ]
    spoken = {"start": words[0]["start"], "end": words[-1]["end"], "speaker": line.speaker}
    text = {"hi": line.sentence.hindi, "en": line.sentence.english, "gu": line.sentence.gujarati}
    return {**spoken, **text, "words": words}


def turns(sentences: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who speaks when: sentences of one speaker with short pauses between them are one turn.

    Args:
        sentences: in order.

    Returns:
        Start, end and speaker of each turn.
    """
    speaker_turns: list[dict[str, Any]] = []
    for sentence in sentences:
        last = speaker_turns[-1] if speaker_turns else None
        if last and last["speaker"] == sentence["speaker"] and sentence["start"] - last["end"] <= TURN_PAUSE:
            last["end"] = sentence["end"]
        else:
            speaker_turns.append({name: sentence[name] for name in ("start", "end", "speaker")})
    return speaker_turns


def truth(play: screenplay.Screenplay, settings: dict[str, Any]) -> dict[str, Any]:
    """All that is known about a movie.

    Args:
        play: its screenplay, on the movie's clock.
        settings: what the movie was made with.

    Returns:
        What goes into the truth file; times in seconds.
    """
    sentences = [sentence_truth(line) for line in play.lines]
    return {
        "settings": settings,
        "duration": round(play.seconds, 4),
        "frame_rate": FRAME_RATE,
        "voices": {name: vars(voice) for name, voice in play.voices.items()},
        "sentences": sentences,
        "turns": turns(sentences),
        "music": [{"start": round(m.start, 4), "end": round(m.end, 4), "alone": m.alone} for m in play.music],
        "shots": [{"start": round(s.start, 4), "end": round(s.end, 4), "title": s.title} for s in play.shots],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Makes the movie.

    Args:
        arguments: the command line; None for the process's own.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="decides everything that is left to chance")
    parser.add_argument("--seconds", type=float, default=75.0, help="length of the movie")
    parser.add_argument(
        "--voices", nargs="+", default=[], help="espeak-ng variants, one a speaker (m3 f2, say); drawn when left out"
    )
    parser.add_argument("--noise-db", type=float, help="how far noise lies below the voices; left out: no noise")
    parser.add_argument("--music-db", type=float, help="how far music lies below the voices; left out: no music")
    parser.add_argument("--container", choices=("mkv", "mp4"), help="else the suffix of --output says it")
    parser.add_argument("--codec", choices=tuple(film.CODECS), default="h264", help="of the picture")
    parser.add_argument("--start-offset", type=float, default=0.0, help="seconds by which the sound starts late")
    parser.add_argument("--split", choices=phrasebook.SPLITS, default="any", help="of the phrasebook")
    parser.add_argument("--output", type=Path, required=True, help="the movie to write")
    parser.add_argument("--truth", type=Path, required=True, help="JSON file to write")
    options = parser.parse_args(arguments)
    output = options.output.with_suffix(f".{options.container}") if options.container else options.output
    settings = {name: value for name, value in vars(options).items() if name not in ("output", "truth", "container")}

    if output.suffix not in (".mkv", ".mp4"):
        parser.error(f"--output {output}: only .mkv and .mp4 can be written")
    seconds = options.seconds - options.start_offset
    if options.start_offset < 0 or seconds < SHORTEST:
        parser.error(f"--seconds: at least {SHORTEST:g} s of sound are needed, after --start-offset")
    with_music = options.music_db is not None
    try:
        heard = screenplay.write(options.seed, seconds, options.voices, options.split, with_music, FRAME_RATE)
    except ValueError as error:  # an unknown voice
        parser.error(str(error))
    seen = screenplay.delayed(heard, options.start_offset, FRAME_RATE)
    sound = soundtrack.mix(options.seed, heard, options.noise_db, options.music_db)
    output.parent.mkdir(parents=True, exist_ok=True)
    film.encode(output, seen, sound, options.codec, FRAME_RATE, options.start_offset)
    text = json.dumps(truth(seen, settings), ensure_ascii=False, indent=1)
    options.truth.write_text(text + "\n", encoding="utf-8")
    print(f"{output}: {seen.seconds:g} s, {len(seen.lines)} sentences, {len(seen.shots)} shots")


if __name__ == "__main__":
    main()
