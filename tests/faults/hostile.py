"""Names and files that hurt, in one folder, through the whole workflow: `make hostile`.

Everything is made as a person would: movies lie in the folder, one command is typed. Movies with odd names must come out whole, with
every file that a plain one has. What cannot be worked on must be one line, and nothing else may suffer from it. Nothing that names,
tags or texts say may reach the terminal, a log, a page or a subtitle file as a command.
"""

import argparse
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# run as a program, only this file's own folder is there
sys.path.extend(str(Path(__file__).parents[2] / name) for name in ("tests", "benchmarks", "scripts"))

import pysrt
from support.workflow import ENVIRONMENTS, MODELS, copy_project

SECONDS = 5
#: a title that sets the window's title, turns text red and is a script
CODES = "\x1b]0;pwned\x07\x1b[31mred\x9b31m<script>alert(1)</script>\u202e"
#: the longest name that leaves room for `.hi-Latn.srt`, and repeats nothing
LONG = "".join(f"{number:02d}" for number in range(100)) + "abcdefghijklmnopqrstuvwxyzABCD"
#: names of files, and what their results are called
NAMES = {
    "Sholay (1975) {tmdb-579}": "Sholay (1975) {tmdb-579}",
    "Lagaan {edition-Director's Cut} {imdb-tt0073707}": "Lagaan {edition-Director's Cut} {imdb-tt0073707}",
    "<x>": "(x)",
    "-x": "-x",
    "--help": "--help",
    "{movie}": "(movie)",
    "{x, [a-z]+} {{y}}": "(x, [a-z]+) {(y)}",
    "N" + "o" * 22: "N" + "o" * 22 + "~",
    "a\"b'c$(touch ran)`touch ran`;&|*?[1]\\ %j #!~": "a\"b'c$(touch ran)`touch ran`;&|*?[1]\\ %j #!~",
    '"><img src=x onerror=alert(1)>&amp;': '"><img src=x onerror=alert(1)>&amp;',
    "Caf\u00e9 \u202eflipped": "Caf\u00e9 flipped",
    "नमस्ते दुनिया 🎬 100% ~": "नमस्ते दुनिया 🎬 100% ~",
    " before and behind ": " before and behind ",
    "concat:a|b, c=d": "concat:a|b, c=d",
    "file:x.en": "file:x.en",
    "quality.tsv": "quality.tsv~",
    LONG: LONG,
}
#: names that no result can have, and what is said of them
LEFT_OUT = {
    b"caf\xe9.mkv": "is not UTF-8",
    b"a\nb.mkv": "control character",
    b"\x1b[31mred.mkv": "control character",
    ("क" * 83 + ".mkv").encode(): "bytes too long for a file",
}


def say(line: str) -> None:
    """Tells the person who waits what is being done."""
    print(f"[hostile] {line}", file=sys.stderr, flush=True)


def make_movies(folder: Path) -> None:
    """Fills the folder of movies."""
    folder.mkdir()
    ask = [ENVIRONMENTS / "common" / "bin" / "python", "-c", "import imageio_ffmpeg as i; print(i.get_ffmpeg_exe())"]
    ffmpeg = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    cut = folder.parent / "cut.mkv"

    def write(path: Path, *options: str) -> None:
        subprocess.run([ffmpeg, "-nostdin", "-v", "error", "-y", *options, str(path)], check=True)

    demo = ["-t", str(SECONDS), "-i", str(folder.parent / "resources" / "demo" / "demo.mkv"), "-c", "copy"]
    write(cut, *demo)
    for name in [*(f"{name}.mkv".encode() for name in NAMES), *LEFT_OUT]:
        shutil.copyfile(cut, os.fsencode(folder) + b"/" + name)
    tags = [word for key in ("title", "language") for word in ("-metadata:s:a:0", f"{key}={CODES}")]
    write(folder / "codes.mkv", *demo, *tags, "-metadata", f"title={CODES}", "-metadata", f"artist={CODES}")
    content = bytearray(cut.read_bytes())
    at = content.index(b"\x44\x89\x88")  # Duration, 8 bytes: https://www.matroska.org/technical/elements.html
    content[at + 3 : at + 11] = struct.pack(">d", -5000.0)
    (folder / "negative.mkv").write_bytes(content)
    silence = ["-f", "lavfi", "-i", "anullsrc=r=1000:cl=mono", "-t", "36000", "-c:a", "flac", "-frame_size", "65535"]
    write(folder.parent / "ten hours.flac", *silence)
    (folder.parent / "ten hours.flac").rename(folder / "ten hours.mka")
    os.mkfifo(folder / "pipe.mkv")
    (folder / "device.mkv").symlink_to("/dev/zero")
    (folder / "folder.mkv").mkdir()
    (folder / "nowhere.mkv").symlink_to("nothing")
    (folder / "loop.mkv").symlink_to("loop.mkv")
    (folder / "empty.mkv").touch()
    (folder / "text.mkv").write_text("This is no movie.")
    (folder / "playlist.mkv").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n")
    (folder / "script.mkv").write_text("ffconcat version 1.0\nfile /etc/passwd\n")


#: files that are no movies, and what is said of them
SPECIAL = {
    "pipe": "a pipe, a socket or a device",
    "device": "a pipe, a socket or a device",
    "nowhere": "no such file",
    "loop": "no such file",
}
BROKEN = {"empty": "is empty", "text": "is not a movie", "playlist": "is not a movie", "script": "is not a movie"}
#: those that look odd and are worked on
WORKED_ON = {**NAMES, "codes": "codes", "negative": "negative"}


def whole(results: Path, called: str, silent: bool = False) -> Iterator[str]:
    """What is wrong with the results of a movie."""
    folder = results / called
    for language in ("hi", "en"):
        for suffix in ("srt", "vtt"):
            if not (folder / f"{called}.{language}.{suffix}").is_file():
                yield f"no {language}.{suffix}"
    for name in (f"{called}.mkv", "report.html", "transcript.txt", "preview.mp4", "quality.json"):
        if not (folder / name).is_file() and not (silent and name == "preview.mp4"):
            yield f"no {name}"
    if not silent and (srt := folder / f"{called}.hi.srt").is_file() and not pysrt.open(srt):
        yield "its subtitles are empty"


def commands_in(path: Path) -> Iterator[str]:
    """What of a text file a terminal or a browser would obey."""
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    if odd := re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text):
        yield f"{path.name} holds {odd[0]!r}"
    if path.suffix == ".html" and re.search(r"<script>alert|<img src=x", text):
        yield f"{path.name} holds a script"


def problems(folder: Path, output: str) -> dict[str, list[str]]:
    """What is wrong, by what it is wrong with."""
    results, lines = folder / "results", output.splitlines()
    found = {name: list(whole(results, called)) for name, called in WORKED_ON.items()}
    found["ten hours"] = list(whole(results, "ten hours", silent=True))
    room = sum(file.stat().st_blocks * 512 for file in (results / "ten hours").rglob("*") if file.is_file())
    if room > 20_000_000:
        found["ten hours"].append(f"its results take {room / 1e6:.0f} MB")
    for data, message in LEFT_OUT.items():
        said = [line for line in lines if "left out" in line and message in line]
        found[ascii(data)[:40]] = [] if said else ["nothing is said of it"]
    for name, message in SPECIAL.items():
        said = [line for line in lines if f"{name}.mkv" in line]
        found[name] = [] if len(said) == 1 and message in said[0] else [f"said is {said}"]
    for name, message in BROKEN.items():
        said = sorted({line for line in lines if line.startswith("error: ") and f"{name}.mkv" in line})
        found[name] = [] if len(said) == 1 and message in said[0] else [f"said is {said}"]
    page = (results / "quality.html").read_text(encoding="utf-8") if (results / "quality.html").exists() else ""
    found["quality.html"] = [] if "tmdb-579" in page and "Not finished" in page else ["it lacks movies"]
    everything = [file for part in ("results", "logs") for file in (folder / part).rglob("*")]
    texts = [file for file in everything if file.suffix in {".log", ".html", ".srt", ".vtt", ".txt"} and file.is_file()]
    found["what is printed and written"] = [line for file in [folder / "run.log", *texts] for line in commands_in(file)]
    found["nothing else"] = [f"{path} is there" for path in [*folder.rglob("ran"), *folder.rglob(".part-*")]]
    if "Traceback" in output:
        found["nothing else"].append("a traceback is printed")
    return found


def main() -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cores", type=int, default=2, help="processors to use (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="keep what is made here; must not exist (default: a temporary one)")
    options = parser.parse_args()
    if options.folder:
        options.folder.mkdir(parents=True)
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="hostile."))).resolve()
    try:
        copy_project(folder)
        make_movies(folder / "movies")
        say(f"{len(NAMES) + len(LEFT_OUT) + len(SPECIAL) + len(BROKEN) + 3} movies")
        command = [sys.executable, "-m", "snakemake", "--workflow-profile", "demo", "--cores", str(options.cores)]
        command += ["--config", f"pathvars={{environments: {ENVIRONMENTS}, models: {MODELS}}}"]
        command += ["movies={folder: movies, table: ''}", "diarize={enabled: false}", "subtitles_in=[spoken, en]"]
        command += ["mux={default: gu}"]  # a track that no movie has: then none is switched on
        with (folder / "run.log").open("wb") as log:
            subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)
        found = problems(folder, (folder / "run.log").read_text(encoding="utf-8", errors="surrogateescape"))
    finally:
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)
    for name, wrong in found.items():
        print(f"{ascii(name)[:60]:<60} | {'no: ' + '; '.join(wrong) if wrong else 'as it should be'}")
    good = sum(not wrong for wrong in found.values())
    print(f"goals met: {good} of {len(found)}")
    sys.exit(0 if good == len(found) else 1)


if __name__ == "__main__":
    main()
