"""A transcript, or its translation, to subtitle cues: JSON with what each cue breaks of the limits, and subtitle files of any format."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.atomic_files import write_text
from moviesubs.contracts import Cues, Probe, Shots, Songs, Transcript
from moviesubs.cues.build import cues
from moviesubs.cues.limit_options import add_limits, chosen_limits
from moviesubs.cues.movie_clock import beside_movie, frame_rate
from moviesubs.errors import UserError
from moviesubs.formats.karaoke import to_ass_words
from moviesubs.formats.write import FORMATS, to_text
from moviesubs.stage import program
from moviesubs.transcript.songs import POLICIES, kept, sung


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--transcript", type=Path, required=True, help="transcript.json or transcript.<language>.json")
    made.add_argument("--probe", type=Path, help="probe.json, for the frame rate (24 without it) and the movie's end")
    made.add_argument("--cues", type=Path, required=True, help="JSON to write")
    for form in FORMATS:
        made.add_argument(f"--{form}", type=Path, metavar="FILE", help=f"{form.upper()} file to write")
    made.add_argument(
        "--ass-words", type=Path, metavar="FILE", help="ASS file to write in which words light up when heard"
    )
    made.add_argument("--byte-order-mark", action="store_true", help="begin these files with U+FEFF, for old players")
    made.add_argument(
        "--source", type=Path, help="transcript.json, where --transcript is its translation: for its pauses"
    )
    made.add_argument("--shots", type=Path, help="shots.json, for cues that come and go with the shots")
    made.add_argument(
        "--speaker-names",
        nargs="*",
        default=[],
        metavar="SPEAKER=NAME",
        help="name these speakers when they begin to speak",
    )
    made.add_argument("--songs", type=Path, help="songs.json, where there is one")
    made.add_argument(
        "--song-policy",
        choices=POLICIES,
        default="mark",
        help="sung sentences: mark them with notes and italics, treat them as speech, or skip them (%(default)s)",
    )
    add_limits(made)
    made.add_argument("--reading-speed", type=float, metavar="CPS", help="characters a second at most")
    return made


def names(pairs: Sequence[str]) -> dict[str, str]:
    """Names by speaker from "SPEAKER_00=Jai" and the like.

    Raises:
        UserError: one is no such pair.
    """
    found = {}
    for pair in pairs:
        speaker, sign, name = (part.strip() for part in pair.partition("="))
        if not (speaker and sign and name):
            raise UserError(f"--speaker-names: {pair!r} is not SPEAKER=NAME; write for instance SPEAKER_00=Jai")
        found[speaker] = name
    return found


def summary(made: Cues) -> str:
    """What a person wants to know of the cues, in one line."""
    counts = Counter(flag for cue in made.cues for flag in cue.flags)
    told = ", ".join(f"{count} {flag}" for flag, count in sorted(counts.items())) or "all within the limits"
    return f"{len(made.cues)} cues ({made.language}): {told}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the transcript and writes the files."""
    given = parser().parse_args(arguments)
    transcript = contracts.read(given.transcript, Transcript)
    probe = contracts.read(given.probe, Probe) if given.probe else None
    limits = chosen_limits(given, transcript.language, frame_rate(probe), given.reading_speed)
    source = contracts.read(given.source, Transcript) if given.source else None
    songs = contracts.read(given.songs, Songs).stretches if given.songs else ()
    found = sung([*transcript.sentences, *(source.sentences if source else ())], songs)
    transcript.sentences, marked = kept(transcript.sentences, found, given.song_policy)
    made = cues(
        transcript,
        limits,
        until=probe.end if probe else None,
        shots=contracts.read(given.shots, Shots).changes if given.shots else (),
        source=source,
        names=names(given.speaker_names),
        sung=marked,
    )
    made.skipped = sorted(found) if given.song_policy == "skip" else []
    contracts.write(given.cues, made)
    mark = "\ufeff" if given.byte_order_mark else ""
    for form in FORMATS:
        if path := getattr(given, form):
            write_text(path, mark + to_text(beside_movie(made.cues, probe), made.language, form))
    if given.ass_words:
        write_text(given.ass_words, mark + to_ass_words(made.cues, transcript.sentences, probe.lead if probe else 0.0))
    print(summary(made), file=sys.stderr, flush=True)


if __name__ == "__main__":
    program.run(main)
