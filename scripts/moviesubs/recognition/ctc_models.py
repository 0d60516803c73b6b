"""CTC models of every kind: which one lies in a folder, and how it is loaded and decoded."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from moviesubs.recognition import indic_conformer, wav2vec2
from moviesubs.recognition.ctc_beam import decoder_of
from moviesubs.recognition.ctc_text import Emission
from moviesubs.recognition.wav2vec2 import Network
from moviesubs.recognition.whisper import check_files

if TYPE_CHECKING:
    import numpy as np

#: seconds; IndicConformer leaves words out of longer ones (seen by its users from 18 s on), and to wav2vec2 they bring nothing
LONGEST_CHUNK = 15.0


class CtcModel:
    """A loaded network, and how it is decoded; `decoding` says it for people."""

    def __init__(self, network: Network, folder: Path) -> None:
        """Puts both together; the folder may hold a language model."""
        self.network, self.alphabet = network, network.alphabet
        self._decode, self.decoding = decoder_of(folder, network.alphabet)

    def logprobs(self, sounds: Sequence["np.ndarray"]) -> list["np.ndarray"]:
        """See `Network`."""
        return self.network.logprobs(sounds)

    def decode(self, logprobs: "np.ndarray") -> list[Emission]:
        """What is said."""
        return self._decode(logprobs)


def check_model(folder: Path, language: str) -> None:
    """Refuses a folder that holds no model, or none of the language, before anything is loaded.

    Raises:
        UserError: it says which file is missing.
    """
    advice = "fetch the model again"
    if indic_conformer.lies_in(folder):
        check_files(folder, indic_conformer.FILES, advice)
        indic_conformer.check_language(folder, language)
    else:
        check_files(folder, wav2vec2.FILES, advice)


def load_model(folder: Path, onnx: Path | None, language: str, choice: str, threads: int) -> tuple[CtcModel, str]:
    """Loads the model of a folder.

    Args:
        folder: of the model.
        onnx: a wav2vec2 model in ONNX, for a processor.
        language: the spoken language.
        choice: the device that is asked for.
        threads: CPU threads.

    Returns:
        It, and what it computes on.

    Raises:
        UserError: the device is not there, or the model cannot be loaded.
    """
    if indic_conformer.lies_in(folder):
        on = indic_conformer.device_of(choice)
        return CtcModel(indic_conformer.IndicConformer(folder, language, on, threads), folder), on
    network, on = wav2vec2.load_network(folder, onnx, choice, threads)
    return CtcModel(network, folder), on
