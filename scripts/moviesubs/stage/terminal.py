"""Writes lines for a person, to the log and to the terminal behind it."""

import io
import os
import re
import sys

#: Rules redirect standard error into the log and leave the terminal on this descriptor; they say so in the environment.
VARIABLE = "MOVIESUBS_TERMINAL"
#: A supervised child finds its supervisor's process id here.
SUPERVISOR = "MOVIESUBS_SUPERVISOR"
#: characters that a terminal obeys instead of showing them: controls (those of ISO 6429 among them), and those that turn the
#: direction of text; halves of characters, which cannot be written. Joiners stay, Indian scripts are written with them.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_OBEYED_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]")


def printable(text: str) -> str:
    """Escapes control characters, since media, models and settings are written by others.

    Line feeds and tabs stay; "\x1b" (escape) becomes the four characters that are written so in Python.
    """
    return _OBEYED.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def printable_bytes(data: bytes) -> bytes:
    """The same for a piece of output in UTF-8, wherever it was cut; carriage returns stay, progress bars need them."""
    return _OBEYED_BYTES.sub(b"?", data)


class _PrintableStream(io.TextIOWrapper):
    def write(self, text: str) -> int:
        """Writes text with its control characters escaped."""
        return super().write("\r".join(map(printable, text.split("\r"))))


def make_printable() -> None:
    """Passes everything that this process prints through `printable`, including what Python libraries print."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if type(stream) is io.TextIOWrapper and stream is getattr(sys, f"__{name}__"):
            stream.flush()
            # opened anew: the descriptor may be a pipe by now, while the old object remembers a file
            safe = _PrintableStream(
                io.BufferedWriter(io.FileIO(stream.fileno(), "w", closefd=False)),
                "utf-8",
                "backslashreplace",
                line_buffering=stream.line_buffering,
                write_through=stream.write_through,
            )
            setattr(sys, name, safe)
            setattr(sys, f"__{name}__", safe)


def supervised() -> bool:
    """Whether this process is a child that `moviesubs.stage.supervisor` watches."""
    return SUPERVISOR in os.environ


def descriptors() -> dict[str, int]:
    """The terminal for a child process: environment variable and descriptor; empty where there is none."""
    try:
        descriptor = int(os.environ[VARIABLE])
        os.fstat(descriptor)
    except (KeyError, ValueError, OSError):
        return {}
    return {VARIABLE: descriptor}


def tell(line: str) -> None:
    """Writes a line to standard error and, when that is a log, to the terminal as well."""
    line = printable(line)
    print(line, file=sys.stderr, flush=True)
    try:
        os.write(int(os.environ[VARIABLE]), f"{line}\n".encode())
    except (KeyError, ValueError, OSError):
        return
