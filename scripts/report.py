"""The report of a movie: one HTML file, without network, with what a person checks before trusting the subtitles."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from moviesubs import contracts
from moviesubs.atomic_files import write_text
from moviesubs.errors import UserError
from moviesubs.report.clips import chosen, cut
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
    found = {}
    for pair in pairs:
        language, equals, path = pair.partition("=")
        if not (language and equals and path):
            raise UserError(f"{pair}: give a language and a file, as in en=cues.en.json")
        found[language] = contracts.read(path, kind)
    return found


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--name", required=True, help="the movie's name, the page's title")
    made.add_argument("--probe", type=Path, required=True, help="probe.json")
    made.add_argument("--speech", type=Path, required=True, help="speech.json")
    made.add_argument("--asr", type=Path, required=True, help="aligned.json")
    made.add_argument("--transcript", type=Path, required=True, help="transcript.json")
    made.add_argument("--translations", nargs="*", default=[], metavar="LANGUAGE=FILE", help="translated transcripts")
    made.add_argument(
        "--cues", nargs="*", default=[], metavar="LANGUAGE=FILE", help="cues.<language>.json of each track"
    )
    made.add_argument(
        "--models", nargs="*", default=[], type=Path, metavar="FILE", help="descriptions of the models used"
    )
    made.add_argument("--shots", type=Path, help="shots.json, for the timeline")
    made.add_argument("--spoken-language", type=Path, help="language.json, where the language was found out")
    made.add_argument("--corrections", type=Path, help="the movie's table of corrections, or where it would be")
    made.add_argument("--log-folder", type=Path, help="the movie's logs and records of usage, named after the rules")
    made.add_argument("--sound", type=Path, help="sound.json, for what was noticed when the sound was taken out")
    made.add_argument("--preview", type=Path, help="small copy of the movie (MP4), in the same folder as the page")
    made.add_argument("--audio", type=Path, help="audio.wav, for the sound of what is to check where there is no copy")
    made.add_argument(
        "--embed",
        type=float,
        default=24.0,
        metavar="MB",
        help="a preview of up to this size goes into the page (%(default)s)",
    )
    made.add_argument("--quality", type=Path, help="JSON to write: the movie in figures, for the table of all movies")
    made.add_argument("--output", type=Path, required=True, help="HTML file to write")
    return made


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
    wanted = [row.listen for row in sorted(shown, key=lambda row: -row.severity)]
    wanted += [(segment.start, segment.end) for segment in materials.transcript.removed]
    clips, sound = cut(audio, materials.probe.start, chosen(wanted))
    return Media(beside=beside, clips=sound or None, map=clips)


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads what the stages left and writes the page."""
    given = parser().parse_args(arguments)
    asr = contracts.read(given.asr, contracts.Asr)
    transcript = contracts.read(given.transcript, contracts.Transcript)
    materials = Materials(
        name=given.name,
        probe=contracts.read(given.probe, contracts.Probe),
        speech=contracts.read(given.speech, contracts.Speech),
        asr=asr,
        transcript=transcript,
        translations=by_language(given.translations, contracts.Transcript),
        cues=by_language(given.cues, contracts.Cues),
        models=[contracts.read(path, contracts.Model) for path in given.models],
        stages=stages(given.log_folder),
        votes=contracts.read(given.spoken_language, contracts.SpokenLanguage).votes if given.spoken_language else {},
        corrections=given.corrections,
        sound=contracts.read(given.sound, contracts.Sound) if given.sound else None,
        shots=contracts.read(given.shots, contracts.Shots).changes if given.shots else None,
    )
    materials = replace(materials, media=media(materials, given.preview, given.audio, given.embed))
    if given.quality:
        contracts.write(given.quality, quality(materials))
    write_text(given.output, render(materials))


if __name__ == "__main__":
    program.run(main)
