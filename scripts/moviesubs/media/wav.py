"""The workflow's WAV files (16 kHz, mono, 16 bit), read in pieces so that a long movie never lies in memory whole."""

import io
import threading
import wave
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from moviesubs.errors import UserError

if TYPE_CHECKING:
    import numpy as np

#: samples a second in every WAV of the workflow; what Whisper, wav2vec2 and pyannote take
SAMPLE_RATE = 16000


class Wav:
    """A WAV file of the workflow, opened for reading pieces of it, by several threads at once too; use it in a `with` block.

    Attributes:
        samples: its length in samples.
    """

    def __init__(self, path: Path | str) -> None:
        """Opens the file and checks its format.

        Args:
            path: a WAV file of 16 kHz, one channel, 16-bit integers.

        Raises:
            UserError: there is no such file, it is no WAV, or it has another format.
        """
        self.path = Path(path)
        advice = "make it with scripts/demux.py"
        try:
            self._file = wave.open(str(self.path), "rb")  # noqa: SIM115 -- closed by `close`
        except FileNotFoundError:
            raise UserError(f"{path}: no such file; {advice}") from None
        except OSError as error:
            raise UserError(f"{path}: cannot be read: {error.strerror}") from None
        except (wave.Error, EOFError) as error:
            raise UserError(f"{path}: not a WAV file ({str(error) or 'it ends too early'}); {advice}") from None
        audio_format = (self._file.getframerate(), self._file.getnchannels(), self._file.getsampwidth())
        if audio_format != (SAMPLE_RATE, 1, 2):
            self.close()
            rate, channels, width = audio_format
            raise UserError(f"{path}: {rate} Hz, {channels} channels, {8 * width} bit; "
                            f"needed are {SAMPLE_RATE} Hz, 1 channel, 16 bit: {advice}")  # fmt: skip
        self.samples = self._file.getnframes()
        self._place = threading.Lock()

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.samples / SAMPLE_RATE

    def read(self, start: int, stop: int) -> "np.ndarray":
        """A piece of the audio.

        Args:
            start: first sample; below 0 counts as 0.
            stop: the sample after the last one; beyond the end counts as the end.

        Returns:
            Samples from -1 to 1, float32, one dimension; empty where the piece lies outside the file.

        Raises:
            UserError: the file is shorter than its header says.
        """
        import numpy as np

        start, stop = max(0, start), min(stop, self.samples)
        if stop <= start:
            return np.zeros(0, dtype=np.float32)
        with self._place:
            self._file.setpos(start)
            pcm = np.frombuffer(self._file.readframes(stop - start), dtype="<i2")
        if len(pcm) != stop - start:
            end = (start + len(pcm)) / SAMPLE_RATE
            raise UserError(
                f"{self.path}: truncated at {end:.1f} s of {self.duration:.1f} s; delete it to have it made again"
            )
        samples = pcm.astype(np.float32)
        samples /= 32768
        return samples

    def seconds(self, start: float, end: float) -> "np.ndarray":
        """Like `read`, with the bounds in seconds."""
        return self.read(round(start * SAMPLE_RATE), round(end * SAMPLE_RATE))

    def __len__(self) -> int:
        """Length in samples."""
        return self.samples

    def __getitem__(self, piece: slice) -> "np.ndarray":
        """`wav[start:stop]` reads these samples, for libraries that slice an array of samples."""
        return self.read(piece.start or 0, self.samples if piece.stop is None else piece.stop)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def __enter__(self) -> "Wav":
        """The file itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the file."""
        self.close()


class _SparseWriter(io.BufferedWriter):
    """Writes zeros at the end of a file as a hole, which takes no room where the file system knows holes."""

    def write(self, data: "bytes | bytearray | memoryview", /) -> int:  # type: ignore[override]
        """Writes bytes."""
        data = bytes(data)
        if data.count(0) < len(data):
            return super().write(data)
        self.flush()
        end = self.tell() + len(data)
        if end > self.seek(0, io.SEEK_END):
            self.truncate(end)
        self.seek(end)
        return len(data)


@contextmanager
def new_wav(path: Path | str) -> Iterator[wave.Wave_write]:
    """A WAV file of the workflow's format to write; digital silence takes no room on the disk."""
    with _SparseWriter(io.FileIO(path, "w")) as sparse, wave.open(sparse, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        yield file


def write_wav(path: Path | str, pieces: "Iterable[np.ndarray]") -> int:
    """Writes pieces of audio one after the other to a WAV file of the workflow's format.

    Args:
        path: the file to make; write to a temporary path and rename it (`files.atomic_path`).
        pieces: an iterable of one-dimensional float arrays; values outside -1 to 1 are clipped.

    Returns:
        The number of samples written.
    """
    import numpy as np

    written = 0
    with new_wav(path) as file:
        for piece in pieces:
            samples = np.clip(np.round(np.asarray(piece) * 32768), -32768, 32767).astype("<i2")
            file.writeframes(samples.tobytes())
            written += len(samples)
    return written
