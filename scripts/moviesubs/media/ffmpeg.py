"""Movie files: how they are opened, and how FFmpeg is run on them. Movies are untrusted: only local files are ever opened."""

import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from moviesubs.contracts import Probe
from moviesubs.errors import UserError
from moviesubs.media.clock import input_clock
from moviesubs.media.disc import parts_of
from moviesubs.stage.lifetime import killed_with_parent

#: protocols that FFmpeg may use, whatever a file or a playlist in it asks for
PROTOCOLS = "file,pipe,concat"
#: how much of a file is looked at to learn its streams: a stream may begin a minute late (FFmpeg's own default is 5 s or 5 MB)
LOOK = {"probesize": "100M", "analyzeduration": "100M"}
#: formats that name other files or addresses instead of holding a movie
PLAYLISTS = frozenset({"concat", "dash", "hls", "rtsp", "sdp", "webm_dash_manifest"})
#: seconds before a stretch at which decoding begins, so that decoders have settled when it starts
RUN_UP_SECONDS = 10.0
#: lines of FFmpeg's complaints that are passed on; a damaged movie may cause millions
PASSED_LINES = 40


def local(path: Path | str) -> str:
    """The address of a local file, for FFmpeg: never an option ("-x.mkv"), another protocol ("concat:a|b") or a device.

    Args:
        path: the file, under any name.

    Returns:
        The path behind "file:"; of a DVD's film all parts, one after the other.
    """
    parts = parts_of(Path(path))
    return f"file:{path}" if len(parts) == 1 else "concat:" + "|".join(f"file:{part}" for part in parts)


def ffmpeg_program() -> str:
    """The FFmpeg to run: $IMAGEIO_FFMPEG_EXE, else the one inside the imageio-ffmpeg wheel, else the machine's.

    Returns:
        Path of the program.

    Raises:
        UserError: there is none.
    """
    import imageio_ffmpeg

    try:
        program: str = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:
        raise UserError("FFmpeg is missing: install it, or name it in IMAGEIO_FFMPEG_EXE") from None
    return program


@contextmanager
def open_movie(path: Path | str, look: Mapping[str, str] = LOOK) -> Iterator[Any]:
    """Opens a movie with FFmpeg's libraries, for reading.

    Args:
        path: the movie file.
        look: how much of it is read to learn its streams.

    Yields:
        An `av.container.InputContainer`.

    Raises:
        UserError: the file is missing, empty, may not be read, is no movie, or is cut off so that nothing can be found in it;
            or FFmpeg's libraries gave up on it within the block.
    """
    import av

    path = Path(path)
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise UserError(f"{path}: is a pipe, a socket or a device, not a movie file")
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except PermissionError:
        raise UserError(f"{path}: may not be read; give yourself read permission (chmod u+r)") from None
    except IsADirectoryError:
        raise UserError(f"{path}: is a folder, not a movie file") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    if empty:
        raise UserError(f"{path}: is empty (0 bytes); copy or download it again")
    try:
        # container_options, not options: PyAV 15 crashes on the latter when streams turn up late, as they do in MPEG program streams
        container = av.open(
            local(path), container_options={"protocol_whitelist": PROTOCOLS, **look}, metadata_errors="replace"
        )
    except (av.error.FFmpegError, OSError, ValueError):
        raise UserError(
            f"{path}: is not a movie that FFmpeg can read, or it is cut off or damaged beyond use"
        ) from None
    with container:
        if PLAYLISTS & set(container.format.name.split(",")):
            raise UserError(f"{path}: is a playlist, not a movie; give the movie itself")
        try:
            yield container
        except av.error.FFmpegError as error:
            raise UserError(
                f"{path}: cannot be read on: {error.strerror or error}; it is cut off or damaged beyond use"
            ) from None


def codec_names(path: Path | str) -> dict[int, str]:
    """What FFmpeg's program calls the codecs of a file's streams, those that nobody can decode among them ("ttml").

    Args:
        path: the movie file.

    Returns:
        Names by index of the stream.
    """
    lines = re.findall(r"^ *Stream #0:(\d+).*?: \w+: (\w+)", _described(path), re.MULTILINE)
    return {int(index): name for index, name in lines if name != "none"}


def has_chapters(path: Path | str) -> bool:
    """Whether a movie has chapters."""
    return re.search(r"^ *Chapter #0:0: start", _described(path), re.MULTILINE) is not None


def _described(path: Path | str) -> str:
    """What FFmpeg's program says of a file."""
    look = [word for name, value in LOOK.items() for word in (f"-{name}", value)]
    done = subprocess.run(  # noqa: S603
        [ffmpeg_program(), "-nostdin", "-hide_banner", "-protocol_whitelist", PROTOCOLS, *look, "-i", local(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.stderr.decode("utf-8", "replace")


def input_options(movie: Probe) -> dict[str, str]:
    """FFmpeg's options for opening a movie that was probed: local files only, as the very format that was found.

    Args:
        movie: its probe.

    Returns:
        Options for `ffmpeg.input`.
    """
    return {"protocol_whitelist": PROTOCOLS, "format_whitelist": movie.format, **LOOK}


def read_options(
    movie: Probe, streams: Iterable[int], start: float | None = None, shift: float = 0.0
) -> dict[str, str | int | None]:
    """FFmpeg's options for reading streams of a movie on its own clock: timestamps stay, jumps of the clock are undone.

    A file whose clock jumps is read from its beginning, for its index cannot be trusted.

    Args:
        movie: its probe.
        streams: indices of those that are read.
        start: reading may begin shortly before this time, in seconds on the movie's clock.
        shift: seconds to add to all timestamps.

    Returns:
        Options for `ffmpeg.input`.
    """
    seek: dict[str, str | int | None] = {}
    if start is not None and start > RUN_UP_SECONDS and not movie.steps:
        seek = {"ss": f"{movie.clock + start - RUN_UP_SECONDS:.3f}", "seek_timestamp": 1, "noaccurate_seek": None}
    return {**input_options(movie), **seek, **input_clock(movie.steps, streams, shift)}


class Ffmpeg:
    """A running FFmpeg: its standard output to read from; its complaints go to our log, the first ones at least."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Starts FFmpeg.

        Args:
            arguments: its command line, without the program.
        """
        options = ["-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+warning"]
        self.process = subprocess.Popen(  # noqa: S603
            [ffmpeg_program(), *options, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=killed_with_parent(),
        )
        self.complaints: deque[str] = deque(maxlen=PASSED_LINES)
        self.listener = threading.Thread(target=self._listen, name="ffmpeg-complaints", daemon=True)
        self.listener.start()

    @property
    def output(self) -> IO[bytes]:
        """FFmpeg's standard output."""
        assert self.process.stdout
        return self.process.stdout

    def _listen(self) -> None:
        assert self.process.stderr
        for count, line in enumerate(self.process.stderr):
            text = line.decode("utf-8", "replace").rstrip()
            self.complaints.append(text)
            if count < PASSED_LINES:
                print(f"ffmpeg: {text}", file=sys.stderr, flush=True)
            elif count == PASSED_LINES:
                print("ffmpeg: ... (more lines like these are left out)", file=sys.stderr, flush=True)

    def __enter__(self) -> "Ffmpeg":
        """Returns itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends FFmpeg, if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.output.close()
        self.listener.join()

    @property
    def damage(self) -> bool:
        """Whether a complaint was about damaged content; complete after `wait`."""
        return any(mark in line.lower() for line in self.complaints for mark in ("[error]", "[fatal]", "corrupt"))

    def wait(self) -> int:
        """Waits for FFmpeg's end.

        Returns:
            Its exit status; all its complaints have arrived then.
        """
        status = self.process.wait()
        self.listener.join()
        return status
