"""WAV files are read and written in pieces, and wrong ones are refused in one line."""

import wave
from pathlib import Path

import numpy as np
import pytest

from moviesubs.errors import UserError
from moviesubs.media.wav import Wav, write_wav


def make(path: Path, samples: np.ndarray, rate: int = 16000, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def test_pieces_are_those_of_the_whole(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).integers(-32768, 32767, 5000)
    with Wav(make(tmp_path / "a.wav", samples)) as wav:
        assert (len(wav), wav.duration) == (5000, 5000 / 16000)
        whole = wav.read(0, 5000)
        assert whole.dtype == np.float32 and np.array_equal(whole * 32768, samples)
        for start, stop in [(4000, 5000), (0, 1), (1234, 4321), (-5, 10), (4990, 9999)]:
            assert np.array_equal(wav.read(start, stop), whole[max(0, start) : stop])
        assert np.array_equal(wav[100:200], whole[100:200]) and np.array_equal(wav.seconds(0.1, 0.2), whole[1600:3200])
        assert len(wav.read(5000, 6000)) == len(wav.read(10, 10)) == 0


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    samples = np.array([0.0, 0.5, -1.0, 1.5, -2.0], dtype=np.float32)
    assert write_wav(tmp_path / "a.wav", [samples, samples[:2]]) == 7
    with Wav(tmp_path / "a.wav") as wav:
        assert np.allclose(wav.read(0, 7), [0, 0.5, -1, 32767 / 32768, -1, 0, 0.5])


def test_digital_silence_takes_no_room_on_the_disk(tmp_path: Path) -> None:
    second = np.full(16000, 0.5, dtype=np.float32)
    pieces = [second, *[np.zeros(16000, dtype=np.float32)] * 600, second, *[np.zeros(16000, dtype=np.float32)] * 600]
    assert write_wav(tmp_path / "a.wav", pieces) == 1202 * 16000
    (tmp_path / "plain").write_bytes(bytes(10_000_000))
    if (tmp_path / "plain").stat().st_blocks * 512 < 10_000_000:
        pytest.skip("this file system packs zeros by itself")
    assert (tmp_path / "a.wav").stat().st_blocks * 512 < 1_000_000
    with Wav(tmp_path / "a.wav") as wav:
        assert np.array_equal(wav.seconds(0, 1), second) and np.array_equal(wav.seconds(601, 602), second)
        assert not wav.seconds(1, 601).any() and not wav.seconds(602, 1202).any()


@pytest.mark.parametrize(
    ("rate", "channels", "message"), [(44100, 1, "44100 Hz, 1 channels"), (16000, 2, "16000 Hz, 2 channels")]
)
def test_another_format_is_refused_with_what_to_do(tmp_path: Path, rate: int, channels: int, message: str) -> None:
    with pytest.raises(UserError, match=f"{message}.*demux.py"):
        Wav(make(tmp_path / "a.wav", np.zeros(100), rate, channels))


def test_a_file_that_is_no_wav_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("not a sound")
    for name, reason in [("empty.wav", "not a WAV"), ("text.wav", "not a WAV"), ("none.wav", "no such file")]:
        with pytest.raises(UserError, match=f"{name}: {reason}"):
            Wav(tmp_path / name)


def test_a_truncated_file_says_where_it_ends(tmp_path: Path) -> None:
    path = make(tmp_path / "a.wav", np.zeros(32000))
    path.write_bytes(path.read_bytes()[: 44 + 32000])
    with Wav(path) as wav, pytest.raises(UserError, match="truncated at 1.0 s of 2.0 s"):
        wav.read(0, 32000)
