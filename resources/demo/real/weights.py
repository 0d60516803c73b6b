"""Whisper's weights out of CTranslate2's format into Hugging Face's, from which the workflow converts to MLX.

Runs in the environment `whisperx`: python weights.py CTRANSLATE2_FOLDER HUGGING_FACE_FOLDER
"""

import json
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def read_variables(path: Path) -> "dict[str, np.ndarray]":
    """The arrays of a CTranslate2 model file, binary version 6."""
    import numpy as np

    kinds = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
    data = path.read_bytes()
    at = 0

    def number(form: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from("<" + form, data, at)
        at += struct.calcsize("<" + form)
        return int(value)

    def take(length: int) -> bytes:
        nonlocal at
        at += length
        return data[at - length : at]

    def text() -> str:
        return take(number("H")).rstrip(b"\0").decode()

    number("I"), text(), number("I")
    variables = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        kind = kinds[number("B")]
        variables[name] = np.frombuffer(take(number("I")), kind).reshape(shape)
    return variables


def hugging_face(old: "dict[str, np.ndarray]") -> "dict[str, np.ndarray]":
    """The same arrays under Hugging Face's names, joined projections taken apart."""
    import numpy as np

    new: dict[str, np.ndarray] = {}

    def copy(source: str, target: str, names: str = "weight bias") -> None:
        for name, ours in zip(names.split(), ("weight", "bias"), strict=True):
            new[f"{target}.{ours}"] = old[f"{source}/{name}"]

    def apart(source: str, target: str, letters: str) -> None:
        weights = np.split(old[f"{source}/weight"], len(letters))
        biases = np.split(old[f"{source}/bias"], len(letters))
        for letter, weight, bias in zip(letters, weights, biases, strict=True):
            new[f"{target}.{letter}_proj.weight"] = weight
            if letter != "k":
                new[f"{target}.{letter}_proj.bias"] = bias

    norm = "gamma beta"
    for side in ("encoder", "decoder"):
        layers = {name.split("/")[1] for name in old if name.startswith(f"{side}/layer_")} - {"layer_norm"}
        for layer in layers:
            a, b = f"{side}/{layer}", f"model.{side}.layers.{layer.removeprefix('layer_')}"
            copy(f"{a}/self_attention/layer_norm", f"{b}.self_attn_layer_norm", norm)
            apart(f"{a}/self_attention/linear_0", f"{b}.self_attn", "qkv")
            copy(f"{a}/self_attention/linear_1", f"{b}.self_attn.out_proj")
            copy(f"{a}/ffn/layer_norm", f"{b}.final_layer_norm", norm)
            copy(f"{a}/ffn/linear_0", f"{b}.fc1")
            copy(f"{a}/ffn/linear_1", f"{b}.fc2")
            if side == "decoder":
                copy(f"{a}/attention/layer_norm", f"{b}.encoder_attn_layer_norm", norm)
                apart(f"{a}/attention/linear_0", f"{b}.encoder_attn", "q")
                apart(f"{a}/attention/linear_1", f"{b}.encoder_attn", "kv")
                copy(f"{a}/attention/linear_2", f"{b}.encoder_attn.out_proj")
        copy(f"{side}/layer_norm", f"model.{side}.layer_norm", norm)
        new[f"model.{side}.embed_positions.weight"] = old[f"{side}/position_encodings/encodings"]
    copy("encoder/conv1", "model.encoder.conv1")
    copy("encoder/conv2", "model.encoder.conv2")
    new["model.decoder.embed_tokens.weight"] = old["decoder/embeddings/weight"]
    return {name: np.ascontiguousarray(array) for name, array in new.items()}


def config(settings: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Hugging Face's config and generation config of Whisper base."""
    suppressed = {"suppress_tokens": settings["suppress_ids"], "begin_suppress_tokens": settings["suppress_ids_begin"]}
    tokens = {"bos_token_id": 50257, "eos_token_id": 50257, "pad_token_id": 50257, "decoder_start_token_id": 50258}
    sizes = {"d_model": 512, "encoder_layers": 6, "decoder_layers": 6, "encoder_attention_heads": 8,
             "decoder_attention_heads": 8, "encoder_ffn_dim": 2048, "decoder_ffn_dim": 2048, "vocab_size": 51865,
             "num_mel_bins": 80, "max_source_positions": 1500, "max_target_positions": 448, "num_hidden_layers": 6}  # fmt: skip
    kind = {"model_type": "whisper", "architectures": ["WhisperForConditionalGeneration"], "torch_dtype": "float16"}
    generation = {"alignment_heads": settings["alignment_heads"], "no_timestamps_token_id": 50363}
    return {**kind, **sizes, **tokens, **suppressed}, {**generation, **tokens, **suppressed, "is_multilingual": True}


def main() -> None:
    """Converts a folder."""
    from safetensors.numpy import save_file

    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    for name, content in zip(
        ("config.json", "generation_config.json"), config(json.loads((source / "config.json").read_text())), strict=True
    ):
        (target / name).write_text(json.dumps(content), encoding="utf-8")
    (target / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    weights = hugging_face(read_variables(source / "model.bin"))
    save_file(weights, target / "model.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
