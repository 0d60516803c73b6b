"""The report of a movie: one HTML file, without network, with what a person checks before trusting the subtitles."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from moviesubs import contracts
from moviesubs.atomic_files import write_text
from moviesubs.errors import UserError
from moviesubs.report.clips import cut, select_ranges
from moviesubs.report.cue_rows import cue_rows
from moviesubs.report.materials import Materials, Media
from moviesubs.report.page import render
from moviesubs.report.quality import quality
from moviesubs.report.stage_costs import stages
from moviesubs.stage import program

T = TypeVar("T")


def by_language(pairs: Sequence[str], kind: type[T]) -> dict[str, T]:
    """Reads files that are given as `language=file`.

    Args:
        pairs: "en=results/M/cues.en.json", ...
        kind: the record that each holds.

    Returns:
        Records by language code, in the given order.

    Raises:
        UserError: a pair without "=", or a file that is missing or damaged.
    """
    records = {}
    for pair in pairs:
        language, equals, path = pair.partition("=")
        if not (language and equals and path):
            raise UserError(f"{pair}: give a language and a file, as in en=cues.en.json")
        records[language] = contracts.read(path, kind)
    return records


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="the movie's name, the page's title")
    parser.add_argument("--probe", type=Path, required=True, help="probe.json")
    parser.add_argument("--speech", type=Path, required=True, help="speech.json")
    parser.add_argument("--asr", type=Path, required=True, help="aligned.json")
    parser.add_argument("--transcript", type=Path, required=True, help="transcript.json")
    parser.add_argument("--translations", nargs="*", default=[], metavar="LANGUAGE=FILE", help="translated transcripts")
    parser.add_argument(
        "--cues", nargs="*", default=[], metavar="LANGUAGE=FILE", help="cues.<language>.json of each track"
    )
    about = "cues.<language>.forced.json of each forced track beside a full one"
    parser.add_argument("--forced", nargs="*", default=[], metavar="LANGUAGE=FILE", help=about)
    parser.add_argument(
        "--models", nargs="*", default=[], type=Path, metavar="FILE", help="descriptions of the models used"
    )
    parser.add_argument("--shots", nargs="?", type=Path, help="shots.json, for the timeline")
    parser.add_argument(
        "--spoken-language", nargs="?", type=Path, help="language.json, where the language was found out"
    )
    parser.add_argument("--corrections", type=Path, help="the movie's table of corrections, or where it would be")
    parser.add_argument(
        "--glossary", type=Path, help="the table of names that corrected names are offered to, there or not"
    )
    parser.add_argument("--log-folder", type=Path, help="the movie's logs and records of usage, named after the rules")
    parser.add_argument("--sound", type=Path, help="sound.json, for what was noticed when the sound was taken out")
    parser.add_argument(
        "--preview", nargs="?", type=Path, help="small copy of the movie (MP4), in the same folder as the page"
    )
    parser.add_argument(
        "--audio", nargs="?", type=Path, help="audio.wav, for the sound of what is to check where there is no copy"
    )
    parser.add_argument(
        "--embed",
        type=float,
        default=24.0,
        metavar="MB",
        help="a preview of up to this size goes into the page (%(default)s)",
    )
    parser.add_argument("--quality", type=Path, help="JSON to write: the movie in figures, for the table of all movies")
    parser.add_argument("--output", type=Path, required=True, help="HTML file to write")
    return parser


def media(materials: Materials, preview: Path | None, audio: Path | None, most: float) -> Media:
    """What the page will play.

    Args:
        preview: small copy of the movie, None where there is none.
        audio: its audio.wav, None where there is none.
        most: megabytes; a larger preview stays beside the page.

    Returns:
        The preview inside the page; else its name, and the sound of everything that was flagged.

    Raises:
        UserError: a file is missing or damaged.
    """
    if preview and not preview.is_file():
        raise UserError(f"{preview}: no such file")
    if preview and preview.stat().st_size <= most * 1e6:
        return Media(preview=preview.read_bytes())
    beside = preview.name if preview else None
    if not audio:
        return Media(beside=beside)
    shown = [
        row
        for code, track in materials.cues.items()
        for row in cue_rows(track, materials.transcript, materials.translations.get(code))
        if row.flags
    ]
    ranges = [row.listen for row in sorted(shown, key=lambda row: -row.severity)]
    ranges += [(segment.start, segment.end) for segment in materials.transcript.removed]
    clips, sound = cut(audio, materials.probe.start, select_ranges(ranges))
    return Media(beside=beside, clips=sound or None, map=clips)


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads what the stages left and writes the page."""
    options = build_parser().parse_args(arguments)
    asr = contracts.read(options.asr, contracts.Asr)
    transcript = contracts.read(options.transcript, contracts.Transcript)
    materials = Materials(
        name=options.name,
        probe=contracts.read(options.probe, contracts.Probe),
        speech=contracts.read(options.speech, contracts.Speech),
        asr=asr,
        transcript=transcript,
        translations=by_language(options.translations, contracts.Transcript),
        cues=by_language(options.cues, contracts.Cues),
        forced=by_language(options.forced, contracts.Cues),
        models=[contracts.read(path, contracts.Model) for path in options.models],
        stages=stages(options.log_folder),
        votes=contracts.read(options.spoken_language, contracts.SpokenLanguage).votes
        if options.spoken_language
        else {},
        corrections=options.corrections,
        glossary=options.glossary,
        sound=contracts.read(options.sound, contracts.Sound) if options.sound else None,
        shots=contracts.read(options.shots, contracts.Shots).changes if options.shots else None,
    )
    materials = replace(materials, media=media(materials, options.preview, options.audio, options.embed))
    if options.quality:
        contracts.write(options.quality, quality(materials))
    write_text(options.output, render(materials))


if __name__ == "__main__":
    program.run(main)
