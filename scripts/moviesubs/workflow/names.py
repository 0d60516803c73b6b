"""Names of movies as Snakemake and file systems can take them.

A movie's name is a wildcard of Snakemake: nearly every name can be one. What Snakemake would read as a placeholder is written
in other brackets in the results; a path that holds one is worked on through a link. Beside the movie, its own name stands.
"""

import hashlib
import os
import re
import unicodedata
from pathlib import Path

#: what Snakemake reads as a wildcard ("{movie}", "{x, [a-z]+}") and as a path variable ("<results>");
#: "{tmdb-579}" is none (snakemake_interface_storage_plugins.io, snakemake.pathvars)
_PLACEHOLDER = re.compile(r"\{(?P<wildcard>\s*[.\w]+\s*(?:,[^{}]*)?)\}|<(?P<variable>[a-z][a-z0-9_]*)>")
#: what turns the direction of text or breaks its line, where Snakemake prints a name
_TURNING = re.compile("[\u2028\u2029\u202a-\u202e\u2066-\u2069]")
#: Snakemake takes a wildcard that ends in 20 equal pieces for a rule that calls itself for ever (snakemake.io.PeriodicityDetector)
_PERIODIC = re.compile(r"(.+?)\1{19}$", re.S)
#: what the workflow itself writes beside the movies' folders (quality.html, hardware.log), and its temporary folders
_OWN = re.compile(r"[a-z_]+\.(html|tsv|json|log)|\.part-.*", re.S)
#: bytes in a file's name, on Linux and macOS
LONGEST = 255
#: where links to files lie whose path Snakemake cannot take, in the folder that Snakemake runs in
LINKS = Path(".snakemake", "moviesubs", "links")


def result_name(name: str) -> str:
    """What a movie is called in the results: its own name, wherever Snakemake can take it."""
    taken = name if name.isprintable() else _TURNING.sub("", name)
    if "{" in taken or "<" in taken:
        taken = _PLACEHOLDER.sub(lambda match: f"({(match['wildcard'] or match['variable']).strip()})", taken)
    return f"{taken}~" if _PERIODIC.search(taken) or _OWN.fullmatch(taken) else taken


def name_problem(text: str, advice: str = "rename the file") -> str | None:
    """Why a name or path cannot be worked with, in one line; None where there is nothing wrong with it."""
    if text.isprintable():
        return None
    if any(unicodedata.category(character) == "Cc" for character in text):
        return f"{text!r} holds a line feed or another control character; {advice}"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return f"{text!r} is not UTF-8, as names are today; {advice}"
    return None


def length_problem(name: str, longest_ending: str) -> str | None:
    """Why results cannot be named after a movie, in one line; None where they can.

    Args:
        name: of the movie in the results.
        longest_ending: what stands behind it in the longest name of a result, ".hi-Latn.forced.ttml".
    """
    over = len(f"{name}{longest_ending}".encode()) - LONGEST
    if over <= 0:
        return None
    return (
        f"{name}: with {longest_ending} behind it, this name is {over} bytes too long for a file ({LONGEST} at most);"
        " give the movie a shorter one in the table of movies, or rename it"
    )


def workable_path(path: str) -> str:
    """The path, or that of a link to it where Snakemake would read a placeholder in it, or a program an option."""
    if path.startswith("-"):
        return f"./{path}"
    if not _PLACEHOLDER.search(path):
        return path
    target = Path(path).absolute()
    link = LINKS / hashlib.sha256(str(target).encode()).hexdigest()[:16] / result_name(target.name)
    if not link.is_symlink():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
    return os.fspath(link)
