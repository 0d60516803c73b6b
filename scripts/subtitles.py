"""Makes subtitle cues of a transcript or its translation: JSON with the limits that each cue breaks, and subtitle files of any format."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.atomic_files import write_text
from moviesubs.contracts import Cues, Probe, Sentence, Shots, Songs, Transcript
from moviesubs.cues.build import cues
from moviesubs.cues.limit_options import add_cue_limits, chosen_limits
from moviesubs.cues.movie_clock import beside_movie, frame_rate
from moviesubs.errors import UserError
from moviesubs.formats.karaoke import to_ass_words
from moviesubs.formats.write import FORMATS, to_text
from moviesubs.stage import program
from moviesubs.transcript.songs import POLICIES, apply_song_policy, sung

#: the end of the name of an ASS file in which words light up; the kind of a track that stands beside a full one
LIT, FORCED = ".words.ass", ".forced"


def subtitle_file(text: str) -> Path:
    """An argparse type: a file in one of the formats that can be written."""
    if Path(text).suffix[1:] not in FORMATS:
        raise argparse.ArgumentTypeError(f"{text!r} ends in none of .{', .'.join(FORMATS)}")
    return Path(text)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    command_line = argparse.ArgumentParser(description=__doc__)
    command_line.add_argument(
        "--transcript", type=Path, required=True, help="transcript.json or transcript.<language>.json"
    )
    command_line.add_argument(
        "--probe", type=Path, help="probe.json, for the frame rate (24 without it) and the movie's end"
    )
    command_line.add_argument("--cues", type=Path, required=True, help="JSON to write")
    command_line.add_argument(
        "--files",
        type=subtitle_file,
        nargs="+",
        default=[],
        metavar="FILE",
        help=f"files to write; the ending says the format: {', '.join(FORMATS)}, or {LIT}, in which words light up when heard",
    )
    command_line.add_argument(
        "--words-of", choices=("all", "songs"), default="all", help="which words light up in it (%(default)s)"
    )
    command_line.add_argument(
        "--byte-order-mark", action="store_true", help="begin these files with U+FEFF, for old players"
    )
    command_line.add_argument(
        "--source", type=Path, help="transcript.json, of which --transcript may be a translation: for its pauses"
    )
    command_line.add_argument(
        "--shots", nargs="?", type=Path, help="shots.json, for cues that come and go with the shots"
    )
    command_line.add_argument(
        "--speaker-names",
        nargs="*",
        default=[],
        metavar="SPEAKER=NAME",
        help="name these speakers when they begin to speak",
    )
    command_line.add_argument("--songs", nargs="?", type=Path, help="songs.json, where there is one")
    command_line.add_argument(
        "--song-policy",
        choices=POLICIES,
        default="mark",
        help="sung sentences: mark them with notes and italics, treat them as speech, or skip them (%(default)s)",
    )
    command_line.add_argument(
        "--kind",
        default="",
        help=f"{FORCED}: only what is spoken in another language than that of the subtitles: what its audience does not understand",
    )
    add_cue_limits(command_line)
    command_line.add_argument("--reading-speed", type=float, metavar="CPS", help="characters a second at most")
    return command_line


def speaker_names(pairs: Sequence[str]) -> dict[str, str]:
    """Names by speaker from "SPEAKER_00=Jai" and the like.

    Raises:
        UserError: one is no such pair.
    """
    by_speaker = {}
    for pair in pairs:
        speaker, sign, name = (part.strip() for part in pair.partition("="))
        if not (speaker and sign and name):
            raise UserError(f"--speaker-names: {pair!r} is not SPEAKER=NAME; write for instance SPEAKER_00=Jai")
        by_speaker[speaker] = name
    return by_speaker


def forced(transcript: Transcript, source: Transcript | None) -> list[Sentence]:
    """The sentences that are spoken in another language than that of the track.

    Args:
        transcript: in the language of the track.
        source: what it was translated from.
    """
    main = (source or transcript).language
    return [one for one in transcript.sentences if (one.language or main) != transcript.language]


def summary(track: Cues) -> str:
    """What a person wants to know of the cues, in one line."""
    counts = Counter(flag for cue in track.cues for flag in cue.flags)
    flags = ", ".join(f"{count} {flag}" for flag, count in sorted(counts.items())) or "all within the limits"
    return f"{len(track.cues)} cues ({track.language}): {flags}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the transcript and writes the files."""
    options = parser().parse_args(arguments)
    transcript = contracts.read(options.transcript, Transcript)
    probe = contracts.read(options.probe, Probe) if options.probe else None
    limits = chosen_limits(options, transcript.language, frame_rate(probe), options.reading_speed)
    is_translation = options.source not in (None, options.transcript)
    source = contracts.read(options.source, Transcript) if is_translation else None
    if options.kind == FORCED:
        transcript.sentences = forced(transcript, source)
    songs = contracts.read(options.songs, Songs).stretches if options.songs else ()
    sung_ids = sung([*transcript.sentences, *(source.sentences if source else ())], songs)
    transcript.sentences, marked = apply_song_policy(transcript.sentences, sung_ids, options.song_policy)
    track = cues(
        transcript,
        limits,
        until=probe.end if probe else None,
        shots=contracts.read(options.shots, Shots).changes if options.shots else (),
        source=source,
        names=speaker_names(options.speaker_names),
        sung=marked,
    )
    track.skipped = sorted(sung_ids) if options.song_policy == "skip" else []
    contracts.write(options.cues, track)
    mark = "\ufeff" if options.byte_order_mark else ""
    lit = [one for one in transcript.sentences if options.words_of == "all" or one.id in sung_ids]
    for path in options.files:
        if path.name.endswith(LIT):
            text = to_ass_words(track.cues, lit, probe.lead if probe else 0.0)
        else:
            text = to_text(beside_movie(track.cues, probe), track.language, path.suffix[1:])
        write_text(path, mark + text)
    print(summary(track), file=sys.stderr, flush=True)


if __name__ == "__main__":
    program.run(main)
