"""What this machine has, and what each stage therefore runs on."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from moviesubs.errors import SettingError
from moviesubs.language.languages import language

#: What the library of a stage can compute on, best first. CTranslate2 (WhisperX, translation) has no MPS. The stage's other
#: backends have entries of their own.
STAGE_DEVICES: dict[str, tuple[str, ...]] = {
    "separate": ("cuda", "mps", "cpu"),
    "detect_language": ("cuda", "cpu"),
    "transcribe_mlx": ("mlx",),
    "transcribe_whisperx": ("cuda", "cpu"),
    "transcribe_ctc": ("cuda", "mps", "cpu"),
    "align": ("cuda", "cpu"),
    "diarize": ("cuda", "mps", "cpu"),
    "translate": ("cuda", "cpu"),
    "translate_mlx": ("mlx",),
    "translate_transformers": ("cuda", "mps", "cpu"),
}


@dataclass(frozen=True)
class Hardware:
    """What was found.

    Attributes:
        system: "Linux", "Darwin", ...
        machine: "x86_64", "arm64", ...
        cores: processors that this process may use.
        memory_mb: the machine's memory, in MB.
        gpus: names of the NVIDIA cards.
        mlx_failure: why the environment of MLX could not be built here; "" where it could, or has not been tried.
    """

    system: str
    machine: str
    cores: int
    memory_mb: int
    gpus: tuple[str, ...] = field(default=())
    mlx_failure: str = ""

    @property
    def apple_silicon(self) -> bool:
        """Whether MLX computes on this machine's GPU."""
        return self.system == "Darwin" and self.machine == "arm64"

    @property
    def mlx_runs(self) -> bool:
        """Whether there is an MLX for this machine at all; on Linux it computes on the CPU."""
        return self.apple_silicon or (self.system == "Linux" and self.machine in ("x86_64", "aarch64"))


#: rules that run on a card, where there is one and nobody says otherwise
RULES_FOR_CARDS = frozenset(
    {
        "separate",
        "detect_language",
        "assign_languages",
        "transcribe_whisperx",
        "transcribe_ctc",
        "transcribe_second",
        "align",
        "diarize",
        "translate",
    }
)


@cache
def detect(*, cards: bool = True) -> Hardware:
    """Looks at this machine.

    Args:
        cards: ask the driver of NVIDIA's cards, which can take seconds; else there are none.

    Returns:
        What was found; a machine whose NVIDIA driver does not answer within 10 seconds counts as one without.
    """
    gpus: tuple[str, ...] = ()
    nvidia_smi = shutil.which("nvidia-smi") if cards else None
    if nvidia_smi:
        try:
            command = [nvidia_smi, "--query-gpu=name", "--format=csv,noheader"]
            answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout
            gpus = tuple(line.strip() for line in answer.splitlines() if line.strip())
        except (subprocess.SubprocessError, OSError):
            gpus = ()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return Hardware(platform.system(), platform.machine(), cores, memory_mb, gpus)


def load_hardware(path: Path) -> Hardware:
    """What a machine has, from a file that `snakemake hardware` wrote.

    Raises:
        UserError: there is no such file, or it is none of these.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Hardware)
    except OSError as error:
        raise SettingError(f"{path}: {error.strerror}", "hardware") from None
    except msgspec.DecodeError as error:
        raise SettingError(f"{path}: {error}; `snakemake hardware` writes such a file", "hardware") from None


def asr_backend(setting: str, hardware: Hardware, spoken: str = "") -> tuple[str, str]:
    """Which program recognises speech.

    Args:
        setting: `asr.backend` of the config: "auto", "mlx", "whisperx" or "ctc".
        hardware: what the machine has.
        spoken: code of the spoken language, where it is known.

    Returns:
        "mlx", "whisperx" or "ctc", and why.

    Raises:
        UserError: MLX is wanted where it cannot run; "auto" never raises.
    """
    if setting == "mlx" and not hardware.mlx_runs:
        where = f"{hardware.system} on {hardware.machine}"
        raise SettingError(f"there is no MLX for {where}; use auto or whisperx", "asr", "backend")
    if setting != "auto":
        return setting, "asr.backend says so"
    if spoken and not language(spoken).whisper:
        return "ctc", f"Whisper does not recognise {language(spoken).name}"
    if hardware.apple_silicon and hardware.mlx_failure:
        return "whisperx", "the environment of MLX could not be built; `snakemake environments` says more"
    if hardware.apple_silicon:
        return "mlx", "Apple Silicon"
    return "whisperx", f"no Apple Silicon ({hardware.system} on {hardware.machine})"


def translation_backend(setting: str, hardware: Hardware, *, remote_code: bool = False) -> tuple[str, str]:
    """Which program runs the translation model.

    Args:
        setting: `translate.backend` of the config: "auto", "ctranslate2", "mlx" or "transformers".
        hardware: what the machine has.
        remote_code: `translate.remote_code` of the config.

    Returns:
        "ctranslate2", "mlx" or "transformers", and why.

    Raises:
        UserError: the backend cannot run here, or needs a permission that is not given; "auto" never raises.
    """
    if setting == "mlx" and not hardware.mlx_runs:
        where = f"{hardware.system} on {hardware.machine}"
        raise SettingError(f"there is no MLX for {where}; use auto or ctranslate2", "translate", "backend")
    if setting == "transformers" and not remote_code:
        raise SettingError(
            "transformers runs Python code that is downloaded with the model;"
            " allow that with translate.remote_code: true, or use auto",
            *("translate", "backend"),
        )
    if setting == "auto":
        return "ctranslate2", "runs everywhere"
    return setting, "translate.backend says so"


def translation_stage(backend: str) -> str:
    """Where `STAGE_DEVICES` says what a translation backend computes on.

    Args:
        backend: as `translation_backend` returns it.

    Returns:
        A key of `STAGE_DEVICES`.
    """
    return "translate" if backend == "ctranslate2" else f"translate_{backend}"


def align_backend(setting: str, recogniser: str, hardware: Hardware) -> str:
    """Which program finds the times of words.

    Args:
        setting: `align.backend` of the config: "whisperx", "whisper", "mlx", "same" or "none".
        recogniser: the backend of speech recognition, for "same"; "ctc" finds the times itself.
        hardware: what the machine has.

    Returns:
        "whisperx", "whisper", "mlx", "ctc" or "none".

    Raises:
        UserError: MLX is wanted where it cannot run.
    """
    chosen = recogniser if setting == "same" or recogniser == "ctc" else setting
    if chosen == "mlx" and not hardware.mlx_runs:
        where = f"{hardware.system} on {hardware.machine}"
        raise SettingError(f"there is no MLX for {where}; use whisperx", "align", "backend")
    return chosen


def backends(config: Mapping[str, Any], languages: Iterable[str], hardware: Hardware) -> dict[str, tuple[str, str]]:
    """The backends of recognition and alignment for each language.

    Args:
        config: as `settings.load_config` returns it.
        languages: codes of the spoken languages.
        hardware: what the machine has.

    Returns:
        Language to ("mlx", "whisperx" or "ctc", "whisperx", "mlx", "ctc" or "none").

    Raises:
        UserError: MLX is wanted where it cannot run.
    """
    pairs = {}
    asr, align = config["asr"], config["align"]
    asr_backend(asr["backend"], hardware)
    for code in languages:
        recogniser = asr_backend(asr["languages"].get(code, {}).get("backend", asr["backend"]), hardware, code)[0]
        wanted = align["languages"].get(code, {}).get("backend", align["backend"])
        pairs[code] = (recogniser, align_backend(wanted, recogniser, hardware))
    return pairs


def choose_device(stage: str, hardware: Hardware) -> tuple[str, str]:
    """What a stage computes on where no profile says so.

    Args:
        stage: a key of `STAGE_DEVICES`.
        hardware: what the machine has.

    Returns:
        "cuda", "mps", "mlx" or "cpu", and why.
    """
    possible = STAGE_DEVICES[stage]
    if possible == ("mlx",):
        return "mlx", "Apple's GPU" if hardware.apple_silicon else "MLX on the CPU"
    if hardware.gpus and "cuda" in possible:
        return "cuda", hardware.gpus[0]
    if hardware.apple_silicon:
        return ("mps", "Apple's GPU") if "mps" in possible else ("cpu", "its library does not know Apple's GPU")
    return "cpu", "no GPU found"


def uses_gpu(chosen: str, hardware: Hardware) -> bool:
    """Whether a stage must have the card for itself.

    Args:
        chosen: a device, as `choose_device` returns it.
        hardware: what the machine has.

    Returns:
        True for "cuda", "mps", and "mlx" on Apple Silicon.
    """
    return chosen in ("cuda", "mps") or (chosen == "mlx" and hardware.apple_silicon)
