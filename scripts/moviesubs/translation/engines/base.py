"""The interface of an engine that runs the network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from moviesubs.stage.workers import workers
from moviesubs.translation.conversion import checkpoint


@dataclass(frozen=True)
class Decoding:
    """Settings of the beam search, with length penalty 1, which stops when `beam_size` hypotheses have ended.

    fairseq, in which the models were trained, and the authors' own programs for CTranslate2 do the same. Their example for
    transformers leaves `early_stopping` at its default, which searches on: of the 100 test vectors (half of them random
    ids), it finds another text for 5.

    Attributes:
        beam_size: hypotheses followed at a time.
        max_length: longest translation, in tokens.
        min_length: shortest translation, in tokens.
        no_repeat: no run of this many tokens occurs twice; 0 switches it off.
        no_unknown: the token for what the vocabulary lacks is not allowed.
    """

    beam_size: int = 5
    max_length: int = 256
    min_length: int = 0
    no_repeat: int = 0
    no_unknown: bool = False

    def stricter(self, min_length: int = 1) -> "Decoding":
        """The settings for a second attempt: not empty, no loops, no unknown token."""
        return replace(self, min_length=min_length, no_repeat=3, no_unknown=True)


@dataclass(frozen=True)
class Origin:
    """Which model an engine runs, and how much text it takes at once (`max_source`, in tokens with the tags and the end token).

    `family` is a key of `languages.FAMILIES`.
    """

    name: str
    revision: str | None
    max_source: int
    max_target: int
    family: str = "indictrans2"


class Engine(Protocol):
    """A network that translates tokens; it is loaded when it is first needed, or fails then with a UserError.

    `workers` is how many batches it translates at the same time.
    """

    backend: str
    device: str
    compute_type: str
    origin: Origin
    folder: Path
    workers: int

    def fingerprint(self) -> dict[str, str]:
        """What decides the translations besides the input and the decoding: backend, device, number format, the model's digest."""
        ...

    def translate(self, batch: Sequence[list[str]], decoding: Decoding) -> list[list[str]]:
        """Translates a batch that fits into memory.

        Args:
            batch: tokens per sentence, from `Tokenizer.tokenize`.

        Returns:
            Target tokens per sentence, in the same order, without the end token.
        """
        ...


def translate_batches(
    engine: Engine, batches: Sequence[Sequence[list[str]]], decoding: Decoding
) -> Iterator[list[list[str]]]:
    """Translates batches, as many at a time as the engine can; yields translations in the order of the batches."""
    if engine.workers == 1:  # by this thread: MLX's streams belong to the thread that made them
        yield from (engine.translate(batch, decoding) for batch in batches)
        return
    with workers(engine.workers) as pool:
        yield from pool.map(lambda batch: engine.translate(batch, decoding), batches)


def fingerprint(engine: Engine, version: str) -> dict[str, str]:
    """Builds the answer of `Engine.fingerprint`; `version` is that of the library that computes."""
    return {
        "backend": f"{engine.backend} {version}",
        "device": engine.device,
        "compute type": engine.compute_type,
        "model": engine.origin.name,
        "revision": engine.origin.revision or "",
        "digest": checkpoint.digest(engine.folder),
    }
