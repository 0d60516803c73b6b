"""Converts a Whisper checkpoint in Hugging Face's format to CTranslate2 (for WhisperX) or MLX (for mlx-whisper)."""

import argparse
import json
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs.atomic_files import atomic_folder
from moviesubs.errors import UserError
from moviesubs.stage import device
from moviesubs.stage.program import run, working_on

if TYPE_CHECKING:
    import numpy as np

NOT_FOR_MLX = "mlx-whisper cannot use this model; use the WhisperX backend"
QUANTIZATIONS = ("int8", "int8_float16", "int8_float32", "float16", "float32")

#: (pattern of a weight's name in Hugging Face's checkpoint, its name in mlx-whisper), applied in order
_NAMES = [(re.compile(pattern), name) for pattern, name in (
    (r"^model\.", ""),
    (r"\.layers\.", ".blocks."),
    (r"\.self_attn_layer_norm\.", ".attn_ln."),
    (r"\.self_attn\.", ".attn."),
    (r"\.encoder_attn_layer_norm\.", ".cross_attn_ln."),
    (r"\.encoder_attn\.", ".cross_attn."),
    (r"\.q_proj\.", ".query."),
    (r"\.k_proj\.", ".key."),
    (r"\.v_proj\.", ".value."),
    (r"\.out_proj\.", ".out."),
    (r"\.fc1\.", ".mlp1."),
    (r"\.fc2\.", ".mlp2."),
    (r"\.final_layer_norm\.", ".mlp_ln."),
    (r"^encoder\.layer_norm\.", "encoder.ln_post."),
    (r"^decoder\.layer_norm\.", "decoder.ln."),
    (r"^decoder\.embed_tokens\.", "decoder.token_embedding."),
    (r"^decoder\.embed_positions\.weight$", "decoder.positional_embedding"),
)]  # fmt: skip


def mlx_name(name: str) -> str:
    """mlx-whisper's name of a weight: "encoder.layers.0.fc1.bias" in Hugging Face's checkpoint is "encoder.blocks.0.mlp1.bias"."""
    for pattern, replacement in _NAMES:
        name = pattern.sub(replacement, name)
    return name


def mlx_config(config: Mapping[str, Any]) -> dict[str, int | str]:
    """The `config.json` of mlx-whisper.

    Returns:
        The model's dimensions under the names of the original Whisper.

    Raises:
        UserError: the vocabulary is not one of Whisper's, which mlx-whisper brings along itself.
    """
    if config["vocab_size"] not in (51864, 51865, 51866):
        raise UserError(f"a vocabulary of {config['vocab_size']} tokens is not Whisper's: {NOT_FOR_MLX}")
    if config.get("scale_embedding"):
        raise UserError(f"the model scales its embeddings: {NOT_FOR_MLX}")
    return {
        "model_type": "whisper",
        "n_mels": config["num_mel_bins"],
        "n_audio_ctx": config["max_source_positions"],
        "n_audio_state": config["d_model"],
        "n_audio_head": config["encoder_attention_heads"],
        "n_audio_layer": config["encoder_layers"],
        "n_vocab": config["vocab_size"],
        "n_text_ctx": config["max_target_positions"],
        "n_text_state": config["d_model"],
        "n_text_head": config["decoder_attention_heads"],
        "n_text_layer": config["decoder_layers"],
    }


def sinusoids(length: int, channels: int) -> "np.ndarray":
    """Whisper's encoder positions (openai/whisper, model.py: `sinusoids`): mlx-whisper computes them itself.

    Returns:
        (length, channels), float32.
    """
    import numpy as np

    scales = np.exp(-np.log(10000) / (channels // 2 - 1) * np.arange(channels // 2))
    angles = np.arange(length)[:, None] * scales[None]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def mlx_weights(weights: Mapping[str, "np.ndarray"], heads: Sequence[Sequence[int]] | None) -> dict[str, "np.ndarray"]:
    """The weights as mlx-whisper expects them: other names, convolution kernels as (out, width, in), no encoder
    positions, no output layer.

    Args:
        heads: the decoder's heads that follow the audio, as (layer, head); None where the checkpoint does not say.

    Raises:
        UserError: the model was changed in a way that mlx-whisper cannot express.
    """
    import numpy as np

    positions = weights["model.encoder.embed_positions.weight"].astype(np.float32)
    if np.abs(positions - sinusoids(*positions.shape)).max() > 1e-2:
        raise UserError(f"the encoder's positions are not Whisper's sinusoids: {NOT_FOR_MLX}")
    embedding, output = weights["model.decoder.embed_tokens.weight"], weights.get("proj_out.weight")
    if output is not None and not np.array_equal(embedding, output):
        raise UserError(f"output layer and token embedding differ: {NOT_FOR_MLX}")
    result = {}
    for name, value in weights.items():
        if name in ("model.encoder.embed_positions.weight", "proj_out.weight"):
            continue
        value = value.transpose(0, 2, 1) if re.search(r"\.conv[12]\.weight$", name) else value
        result[mlx_name(name)] = np.ascontiguousarray(value)
    if heads is not None:
        result["alignment_heads"] = np.asarray(heads, dtype=np.int32)
    return result


def to_mlx(model: Path, folder: Path, dtype: str) -> None:
    """Converts to MLX; MLX itself is not needed.

    Args:
        folder: an empty folder to fill with `weights.safetensors` and `config.json`.
        dtype: "float16" or "float32".
    """
    import torch
    from safetensors.numpy import save_file
    from transformers import WhisperForConditionalGeneration

    config = mlx_config(json.loads((model / "config.json").read_text(encoding="utf-8")))
    loaded = WhisperForConditionalGeneration.from_pretrained(model, local_files_only=True, dtype="auto")
    heads = getattr(loaded.generation_config, "alignment_heads", None)
    weights = {name: value.to(getattr(torch, dtype)).numpy() for name, value in loaded.state_dict().items()}
    save_file(mlx_weights(weights, heads), folder / "weights.safetensors", metadata={"format": "mlx"})
    (folder / "weights.safetensors").chmod(0o644)  # safetensors makes files that only their owner can read
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def to_ctranslate2(model: Path, folder: Path, quantization: str) -> None:
    """Converts to CTranslate2, with the tokenizer and the settings of the features that faster-whisper reads beside the
    weights.

    Args:
        folder: an empty folder to fill.
    """
    from ctranslate2.converters import TransformersConverter

    converter = TransformersConverter(str(model), load_as_float16=quantization == "float16", low_cpu_mem_usage=True)
    converter.convert(str(folder), quantization=quantization, force=True)
    _add_tokenizer(model, folder)
    if (model / "preprocessor_config.json").exists():
        shutil.copy(model / "preprocessor_config.json", folder)
    else:
        bins = json.loads((model / "config.json").read_text(encoding="utf-8"))["num_mel_bins"]
        (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": bins}) + "\n", encoding="utf-8")


def _add_tokenizer(model: Path, folder: Path) -> None:
    """Copies `tokenizer.json`, or builds it for older checkpoints that have `vocab.json` and `merges.txt` instead."""
    if (model / "tokenizer.json").exists():
        shutil.copy(model / "tokenizer.json", folder)
        return
    from transformers import WhisperTokenizerFast

    WhisperTokenizerFast.from_pretrained(model, local_files_only=True).backend_tokenizer.save(
        str(folder / "tokenizer.json")
    )


def check_checkpoint(model: Path) -> None:
    """Refuses a folder that is not a Whisper checkpoint.

    Raises:
        UserError: a file is missing or the model is another one.
    """
    try:
        kind = json.loads((model / "config.json").read_text(encoding="utf-8")).get("model_type")
    except FileNotFoundError:
        raise UserError(
            f"{model}: no config.json; give the folder of a Whisper checkpoint in Hugging Face's format"
        ) from None
    except (ValueError, AttributeError):
        raise UserError(f"{model / 'config.json'}: not a JSON object; fetch the model again") from None
    if kind != "whisper":
        raise UserError(f"{model}: a model of type {kind!r}, not Whisper")
    if not any((model / name).exists() for name in ("tokenizer.json", "vocab.json")):
        raise UserError(f"{model}: neither tokenizer.json nor vocab.json; fetch the model again")
    if not any(model.glob("*.safetensors*")) and not any(model.glob("pytorch_model*.bin*")):
        raise UserError(f"{model}: no weights (model.safetensors or pytorch_model.bin); fetch the model again")


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line and converts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of the checkpoint in Hugging Face's format")
    parser.add_argument("--format", choices=["ctranslate2", "mlx"], required=True)
    parser.add_argument(
        "--quantization",
        choices=QUANTIZATIONS,
        default="float16",
        help="mlx knows float16 and float32 (default: %(default)s)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        help="folder to make; an older one is replaced when the new one is complete",
    )
    options = parser.parse_args(arguments)
    if options.format == "mlx" and options.quantization not in ("float16", "float32"):
        parser.error(f"--quantization {options.quantization} is for ctranslate2; mlx knows float16 and float32")
    device.configure(threads=1)
    check_checkpoint(options.model)
    print(f"converting {options.model} to {options.format}", file=sys.stderr, flush=True)
    with (
        working_on("convert_whisper", model=options.model, format=options.format),
        atomic_folder(options.output) as folder,
    ):
        if options.format == "mlx":
            to_mlx(options.model, folder, options.quantization)
        else:
            to_ctranslate2(options.model, folder, options.quantization)


if __name__ == "__main__":
    run(main)
