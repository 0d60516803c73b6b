"""IndicConformer of AI4Bharat (600 million parameters, 22 languages) as it lies on the hub, in ONNX: its encoder and its CTC head.

The CTC head has the tokens of all languages side by side; `language_masks.json` says which are a language's own, and the blank is the
last of them. None of the Python and TorchScript code that lies beside the weights is run: the spectrum is computed by torchaudio,
with the figures of NeMo's `AudioToMelSpectrogramPreprocessor`, by which the model was trained.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from moviesubs.errors import UserError
from moviesubs.media.wav import SAMPLE_RATE
from moviesubs.recognition.ctc_text import Alphabet
from moviesubs.stage.onnx import PROCESSOR, load_session

if TYPE_CHECKING:
    import numpy as np
    import torch

FOLDER = "assets"
#: what a model folder must hold; the encoder's weights lie in some 360 files beside it
FILES = tuple(
    (f"{FOLDER}/{name}",) for name in ("encoder.onnx", "ctc_decoder.onnx", "vocab.json", "language_masks.json")
)
#: our codes that it calls otherwise
_CODES = {"gom": "kok"}
#: NeMo's figures: samples of window and step, points of the transform, mel bands, pre-emphasis, what is added before the logarithm
WINDOW, STEP, POINTS, BANDS, PREEMPHASIS, GUARD = 400, 160, 512, 80, 0.97, 2.0**-24
#: what is added to the standard deviation of a band
LEAST_DEVIATION = 1e-5
#: samples; a shorter sound has too few frames for the encoder's convolutions
FEWEST_SAMPLES = SAMPLE_RATE // 4


def lies_in(folder: Path) -> bool:
    """Whether a folder holds such a model."""
    return (folder / FOLDER / "language_masks.json").is_file()


def check_language(folder: Path, language: str) -> None:
    """Refuses a language that the model lacks, before it is loaded.

    Raises:
        UserError: it lacks the language.
    """
    known = json.loads((folder / FOLDER / "vocab.json").read_text(encoding="utf-8"))
    if _CODES.get(language, language) not in known:
        raise UserError(f"{folder}: this model does not hear {language}; it hears {', '.join(known)}")


def device_of(choice: str) -> str:
    """What ONNX Runtime computes on: "cuda" where it has been built for it, else "cpu"."""
    import onnxruntime

    has_cuda = "CUDAExecutionProvider" in onnxruntime.get_available_providers()
    if choice in ("cuda", "mps") and not has_cuda:
        print("this ONNX Runtime computes on the processor only", file=sys.stderr, flush=True)
    return "cuda" if has_cuda and choice in ("auto", "cuda") else "cpu"


def spectrum(samples: "torch.Tensor") -> "torch.Tensor":
    """The logarithmic mel spectrum of a sound as NeMo computes it, each band at mean 0 and variance 1.

    Args:
        samples: at 16 kHz.

    Returns:
        (bands, frames).
    """
    import torch
    from torchaudio.transforms import MelSpectrogram

    emphasised = torch.cat([samples[:1], samples[1:] - PREEMPHASIS * samples[:-1]])
    mel = MelSpectrogram(
        SAMPLE_RATE, n_fft=POINTS, win_length=WINDOW, hop_length=STEP, n_mels=BANDS, norm="slaney", mel_scale="slaney",
        window_fn=torch.hann_window, wkwargs={"periodic": False},
    )  # fmt: skip
    bands: torch.Tensor = torch.log(mel(emphasised) + GUARD)
    return (bands - bands.mean(1, keepdim=True)) / (bands.std(1, keepdim=True) + LEAST_DEVIATION)


class IndicConformer:
    """The loaded model, for one language."""

    def __init__(self, folder: Path, language: str, on: str, threads: int) -> None:
        """Loads it.

        Args:
            folder: as it lies on the hub, with `assets` in it.
            language: the spoken language.
            on: "cuda" or "cpu".
            threads: CPU threads.

        Raises:
            UserError: it lacks the language, or a file is damaged.
        """
        check_language(folder, language)
        providers = [*(["CUDAExecutionProvider"] if on == "cuda" else []), PROCESSOR]
        assets = folder / FOLDER
        self.encoder, self.head = (
            load_session(assets / name, threads, "fetch it again", providers)
            for name in ("encoder.onnx", "ctc_decoder.onnx")
        )
        code = _CODES.get(language, language)
        mask = json.loads((assets / "language_masks.json").read_text(encoding="utf-8"))[code]
        self.own = [number for number, mine in enumerate(mask) if mine]
        pieces = json.loads((assets / "vocab.json").read_text(encoding="utf-8"))[code]
        blank = len(self.own) - 1
        texts = ["" if piece == "<unk>" else piece for piece in pieces[:blank]]
        if len(texts) < blank:
            raise UserError(f"{folder}: {code} has {len(texts)} tokens and {blank} places for them; fetch it again")
        self.alphabet = Alphabet((*texts, ""), blank)

    def logprobs(self, sounds: Sequence["np.ndarray"]) -> list["np.ndarray"]:
        """Log probabilities of the language's tokens, (frames, tokens) for each sound at 16 kHz."""
        return [self._alone(sound) for sound in sounds]

    def _alone(self, sound: "np.ndarray") -> "np.ndarray":
        """One sound: in batches the encoder takes more memory, and is no faster on a processor."""
        import numpy as np
        import torch

        samples = torch.from_numpy(np.pad(sound, (0, max(0, FEWEST_SAMPLES - len(sound)))).astype(np.float32))
        signal = spectrum(samples)[None].numpy()
        length = np.array([signal.shape[2]], np.int64)
        encoded, lengths = self.encoder.run(["outputs", "encoded_lengths"], {"audio_signal": signal, "length": length})
        (scores,) = self.head.run(["logprobs"], {"encoder_output": encoded})
        frames = torch.from_numpy(scores[0, : int(lengths[0])][:, self.own]).float().log_softmax(-1)
        logmel: np.ndarray = frames.numpy()
        return logmel
