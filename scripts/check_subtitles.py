"""Checks subtitle files against a preset: reading speed, lines, durations, gaps, overlaps, torn words.

python scripts/check_subtitles.py Movie.hi.srt Movie.en.vtt --preset netflix

Exit status: 0 where every file meets the preset, 1 where something was found, 2 where a file could not be read (the others are
checked all the same) or an option is wrong.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.contracts import Cue, Probe
from moviesubs.cues.checks import ROUNDING, UNKNOWN_RATE, Finding, findings
from moviesubs.cues.limit_options import add_cue_limits, chosen_limits
from moviesubs.errors import UserError
from moviesubs.formats.read import language_of_file, read_cues
from moviesubs.language.languages import language_code
from moviesubs.stage import program
from moviesubs.stage.progress import clock


def parser() -> argparse.ArgumentParser:
    """The command line."""
    command_line = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command_line.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="SubRip (.srt), WebVTT (.vtt), ASS, SSA or TTML"
    )
    command_line.add_argument(
        "--language",
        type=language_code,
        metavar="CODE",
        help="of all files (default: by name, as in Movie.hi.srt, or by script)",
    )
    command_line.add_argument(
        "--frame-rate",
        type=float,
        metavar="FPS",
        help="frames a second, for gaps (default: of the probe.json beside the file, else 24 or more)",
    )
    command_line.add_argument(
        "--ignore", nargs="+", default=[], metavar="FLAG", help="flags that are not reported, such as bad-break"
    )
    add_cue_limits(command_line)
    command_line.add_argument(
        "--reading-speed",
        action="append",
        default=[],
        metavar="[CODE=]CPS",
        help="characters a second at most, of one language or of all; may be repeated",
    )
    return command_line


def reading_speeds(values: Sequence[str]) -> dict[str, float]:
    """Characters a second by language from "17", "en=17" and the like; that of all languages under "default".

    Raises:
        UserError: one is no number above 0.
    """
    speeds = {}
    for value in values:
        code, _, speed = value.rpartition("=")
        try:
            speeds[code or "default"] = float(speed)
        except ValueError:
            speeds[code or "default"] = 0.0
        if not speeds[code or "default"] > 0:
            raise UserError(f"--reading-speed: {value!r} is no number above 0")
    return speeds


def frame_rate_beside(path: Path) -> float | None:
    """Frames a second of the movie that a file belongs to, where our own `probe.json` lies beside it."""
    probe = path.parent / "probe.json"
    if not probe.is_file():
        return None
    known = contracts.read(probe, Probe)
    return next((stream.frame_rate for stream in known.streams if stream.index == known.video), None)


def finding_line(path: Path, number: int, cue: Cue, finding: Finding) -> str:
    """A finding as a person reads it; `number` counts cues from 1."""
    text = " / ".join(cue.lines)
    milliseconds = max(0, cue.start) % 1000
    at = f"{clock(max(0, cue.start) // 1000)}.{milliseconds:03d}"
    return f"{path}: cue {number} at {at}: {finding.flag}: {finding.detail}: {text}"


def check_file(path: Path, options: argparse.Namespace) -> tuple[int, list[str], Counter[str]]:
    """Checks one file. Returns how many cues it has, a line for each finding, and how often each flag was given."""
    cues, problems = read_cues(path)
    code = options.language or language_of_file(path, cues)
    speeds = reading_speeds(options.reading_speed)
    speed = speeds.get(code.split("-")[0], speeds.get("default"))
    rate = options.frame_rate or frame_rate_beside(path)
    limits = chosen_limits(options, code, rate, speed)
    findings_by_cue = findings(cues, code, limits, ROUNDING if rate else UNKNOWN_RATE)
    lines = [f"{path}: unreadable: {problem}" for problem in problems]
    counted: Counter[str] = Counter({"unreadable": len(problems)} if problems else {})
    for number, (cue, cue_findings) in enumerate(zip(cues, findings_by_cue, strict=True), start=1):
        for finding in cue_findings:
            if finding.flag not in options.ignore:
                lines.append(finding_line(path, number, cue, finding))
                counted[finding.flag] += 1
    return len(cues), lines, counted


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints what is wrong with each file, and a summary.

    Raises:
        SystemExit: with the status that the module's docstring names.
    """
    command_line = parser()
    try:
        options = command_line.parse_args(arguments)
        chosen_limits(options, "und", options.frame_rate, reading_speeds(options.reading_speed).get("default"))
    except UserError as error:
        command_line.error(f"{error}")
    broken = unreadable = 0
    for path in options.files:
        try:
            count, lines, counted = check_file(path, options)
        except UserError as error:
            unreadable += 1
            print(f"{error}", flush=True)
            continue
        broken += len(lines)
        print(*lines, sep="\n", end="\n" if lines else "")
        summary = ", ".join(f"{times} {flag}" for flag, times in counted.most_common()) or f"all meet {options.preset}"
        print(f"{path}: {count} cues: {summary}", flush=True)
    files = "1 file" if len(options.files) == 1 else f"{len(options.files)} files"
    if broken:
        print(f"{broken} findings in {files}", file=sys.stderr)
    if unreadable:
        print(f"{unreadable} of {files} could not be read", file=sys.stderr)
    if broken or unreadable:
        raise SystemExit(2 if unreadable else 1)


if __name__ == "__main__":
    program.run(main)
