"""The files of an IndicTrans2 model as the Hub lays them out."""

import hashlib
from pathlib import Path

import msgspec

from moviesubs.errors import UserError

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
SHARD_INDEX = "model.safetensors.index.json"
SOURCE_PIECES = "model.SRC"
SOURCE_VOCABULARY = "dict.SRC.json"
TARGET_VOCABULARY = "dict.TGT.json"

#: what a tokenizer needs; every engine's model folder carries these files
TOKENIZER_FILES = (SOURCE_PIECES, SOURCE_VOCABULARY, TARGET_VOCABULARY)

BOS, PAD, EOS, UNK = "<s>", "<pad>", "</s>", "<unk>"
SPECIAL = (BOS, PAD, EOS, UNK)


class Config(msgspec.Struct, kw_only=True, frozen=True):
    """The part of `config.json` that decides how the model computes; names and meaning as in the file, other keys ignored."""

    encoder_layers: int
    decoder_layers: int
    encoder_embed_dim: int
    decoder_embed_dim: int
    encoder_attention_heads: int
    decoder_attention_heads: int
    max_source_positions: int
    max_target_positions: int
    encoder_normalize_before: bool
    decoder_normalize_before: bool
    layernorm_embedding: bool
    activation_function: str
    scale_embedding: bool = True
    share_decoder_input_output_embed: bool = False
    decoder_start_token_id: int = 2


def require(folder: Path, names: tuple[str, ...]) -> None:
    """Checks that a model folder has these files.

    Raises:
        UserError: the folder or a file is missing.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such model folder")
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise UserError(
            f"{folder}: not a complete IndicTrans2 model, {', '.join(missing)} is missing; fetch the model again"
        )


def read_config(folder: Path) -> Config:
    """Reads `config.json`.

    Raises:
        UserError: the file is missing or is not that of an IndicTrans2 model.
    """
    require(folder, (CONFIG,))
    try:
        return msgspec.json.decode((folder / CONFIG).read_bytes(), type=Config)
    except msgspec.DecodeError as error:
        raise UserError(f"{folder / CONFIG}: not the configuration of an IndicTrans2 model: {error}") from None


class Kind(msgspec.Struct, frozen=True):
    """What `config.json` says about the architecture, whichever it is."""

    model_type: str = ""


def model_type(folder: Path) -> str:
    """Which architecture a checkpoint is of.

    Returns:
        `model_type` of its `config.json`: "IndicTrans", "m2m_100", ...; "" where it says nothing.

    Raises:
        UserError: the file is missing or no JSON.
    """
    require(folder, (CONFIG,))
    try:
        return msgspec.json.decode((folder / CONFIG).read_bytes(), type=Kind).model_type
    except msgspec.DecodeError as error:
        raise UserError(f"{folder / CONFIG}: not the configuration of a model: {error}") from None


def digest(folder: Path) -> str:
    """One digest for all that a model folder holds: weights, configuration, vocabularies.

    Returns:
        64 hexadecimal digits; documentation and hidden files do not count.
    """
    whole = hashlib.blake2b(digest_size=32)
    for file in sorted(folder.iterdir()):
        if file.is_file() and not file.name.startswith(".") and file.suffix != ".md":
            with file.open("rb") as content:
                whole.update(f"{file.name}\0{hashlib.file_digest(content, 'blake2b').hexdigest()}\0".encode())
    return whole.hexdigest()


def read_vocabulary(path: Path) -> dict[str, int]:
    """Reads `dict.SRC.json` or `dict.TGT.json`.

    Raises:
        UserError: it is not such a file, lacks a special token, or gives one id to two tokens.
    """
    try:
        vocabulary = msgspec.json.decode(path.read_bytes(), type=dict[str, int])
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; the model is not complete, fetch it again") from None
    except msgspec.DecodeError as error:
        raise UserError(f"{path}: not a vocabulary (an object of token: id): {error}") from None
    missing = [token for token in SPECIAL if token not in vocabulary]
    if missing:
        raise UserError(f"{path}: not an IndicTrans2 vocabulary, it lacks {' '.join(missing)}")
    if len(set(vocabulary.values())) != len(vocabulary):
        raise UserError(f"{path}: two tokens have the same id")
    return vocabulary
