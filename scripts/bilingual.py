"""Two languages on the screen: cues with a line of each, as SubRip, WebVTT and ASS (there the upper line is smaller)."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.atomic_files import write_text
from moviesubs.contracts import Cue, Probe, Shots, Transcript
from moviesubs.cues.bilingual import bilingual_cues
from moviesubs.cues.limit_options import add_cue_limits, chosen_limits
from moviesubs.cues.limits import Limits
from moviesubs.cues.movie_clock import beside_movie, frame_rate
from moviesubs.errors import UserError
from moviesubs.formats.write import to_ass, to_srt, to_vtt, without_commands
from moviesubs.stage import program

#: height of the upper line in ASS; the lower one has the usual 60
UPPER = 44


def upper_smaller(cue: Cue) -> list[str]:
    """The lines of a cue in ASS, the upper of two smaller."""
    lines = [without_commands(line) for line in cue.lines]
    return [rf"{{\fs{UPPER}}}{lines[0]}{{\r}}", *lines[1:]] if len(lines) > 1 else lines


def speed_of(pairs: Sequence[str], language: str) -> float | None:
    """The reading speed of a language among "en=17" and the like; None where none is named."""
    speeds: dict[str, float] = {}
    for pair in pairs:
        code, _, speed = pair.rpartition("=")
        try:
            speeds[code or "default"] = float(speed)
        except ValueError:
            raise UserError(f"--reading-speed: {pair!r} is not [CODE=]CPS; write for instance en=17") from None
    return speeds.get(language.split("-")[0], speeds.get("default"))


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--upper", type=Path, required=True, help="transcript for the upper line")
    made.add_argument("--lower", type=Path, required=True, help="transcript for the lower line")
    made.add_argument(
        "--source", type=Path, required=True, help="transcript.json in the spoken language, for the times"
    )
    made.add_argument("--probe", type=Path, required=True, help="probe.json, for the frame rate and the movie's end")
    made.add_argument("--shots", nargs="?", type=Path, help="shots.json, for cues that come and go with the shots")
    add_cue_limits(made)
    made.add_argument(
        "--reading-speed", action="append", default=[], metavar="[CODE=]CPS", help="characters a second at most"
    )
    for form in ("cues", "srt", "vtt", "ass"):
        made.add_argument(f"--{form}", type=Path, required=True, metavar="FILE", help=f"{form.upper()} to write")
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the transcripts and writes the files."""
    options = parser().parse_args(arguments)
    upper, lower, source = (contracts.read(path, Transcript) for path in (options.upper, options.lower, options.source))
    probe = contracts.read(options.probe, Probe)

    def limits(language: str) -> Limits:
        return chosen_limits(options, language, frame_rate(probe), speed_of(options.reading_speed, language))

    made = bilingual_cues(
        upper,
        lower,
        source,
        (limits(upper.language), limits(lower.language)),
        until=probe.end,
        shots=contracts.read(options.shots, Shots).changes if options.shots else (),
    )
    contracts.write(options.cues, made)
    shown = beside_movie(made.cues, probe)
    write_text(options.srt, to_srt(shown))
    write_text(options.vtt, to_vtt(shown))
    write_text(options.ass, to_ass(shown, upper_smaller))
    counts = Counter(flag for cue in made.cues for flag in cue.flags)
    summary = ", ".join(f"{count} {flag}" for flag, count in sorted(counts.items())) or "all within the limits"
    print(f"{len(made.cues)} cues ({made.language}): {summary}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    program.run(main)
