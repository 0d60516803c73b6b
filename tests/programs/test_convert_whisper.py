"""A converted Whisper computes what the original computes; what is no Whisper is refused."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import demo_movie
from support.inside import inside

from convert_whisper import mlx_config, mlx_name, mlx_weights, sinusoids
from moviesubs.errors import UserError

Run = Callable[..., subprocess.CompletedProcess[str]]
Python = Callable[[str], str]

CONFIG = {
    "vocab_size": 51865, "num_mel_bins": 80, "max_source_positions": 1500, "d_model": 8, "encoder_attention_heads": 2,
    "encoder_layers": 1, "decoder_attention_heads": 2, "decoder_layers": 1, "max_target_positions": 448,
}  # fmt: skip


def logits_of_original(model: str, tokens: list[int]) -> "Any":
    import torch
    from transformers import WhisperForConditionalGeneration

    whisper = WhisperForConditionalGeneration.from_pretrained(model).eval()
    mel = torch.sin(torch.arange(80 * 3000).reshape(1, 80, 3000) / 7.0)
    with torch.no_grad():
        return whisper(input_features=mel, decoder_input_ids=torch.tensor([tokens])).logits[0, :, ::500].tolist()


def logits_of_mlx(model: str, tokens: list[int]) -> "Any":
    from pathlib import Path

    import mlx.core as mx

    from moviesubs.recognition.mlx_models import load

    whisper, _ = load(Path(model))
    mel = mx.sin(mx.arange(80 * 3000).reshape(1, 80, 3000) / 7.0).transpose(0, 2, 1)
    return whisper(mel, mx.array([tokens]))[0, :, ::500].tolist()


TOKENS = [50258, 50276, 50359, 50363, 8485, 101, 48521]


def test_mlx_gives_the_logits_of_the_original(python: Python, program: Run) -> None:
    original = inside(python("whisperx"), logits_of_original, str(demo_movie.MODELS / "whisper-hi-demo"), TOKENS)
    converted = inside(python("mlx"), logits_of_mlx, str(demo_movie.whisper(program, "mlx")), TOKENS)
    assert np.abs(np.array(original)).max() > 1
    assert np.allclose(original, converted, atol=0.01)


def test_a_wrong_checkpoint_is_one_clear_line_and_leaves_nothing(program: Run, tmp_path: Path) -> None:
    for name, config, message in [
        ("none", None, "no config.json"),
        ("bert", {"model_type": "bert"}, "a model of type 'bert', not Whisper"),
        ("bare", {"model_type": "whisper"}, "neither tokenizer.json nor vocab.json"),
    ]:
        folder = tmp_path / name
        folder.mkdir()
        if config is not None:
            (folder / "config.json").write_text(json.dumps(config))
        done = program(
            *("whisperx", "convert_whisper", "--model", folder, "--format", "mlx", "--output", tmp_path / "out" / name)
        )
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and message in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "converted"),
    [
        ("model.encoder.conv1.weight", "encoder.conv1.weight"),
        ("model.encoder.layers.11.self_attn.q_proj.weight", "encoder.blocks.11.attn.query.weight"),
        ("model.encoder.layers.0.final_layer_norm.bias", "encoder.blocks.0.mlp_ln.bias"),
        ("model.encoder.layer_norm.weight", "encoder.ln_post.weight"),
        ("model.decoder.layers.2.encoder_attn.out_proj.bias", "decoder.blocks.2.cross_attn.out.bias"),
        ("model.decoder.layers.2.encoder_attn_layer_norm.weight", "decoder.blocks.2.cross_attn_ln.weight"),
        ("model.decoder.layers.2.fc2.weight", "decoder.blocks.2.mlp2.weight"),
        ("model.decoder.embed_positions.weight", "decoder.positional_embedding"),
        ("model.decoder.embed_tokens.weight", "decoder.token_embedding.weight"),
        ("model.decoder.layer_norm.bias", "decoder.ln.bias"),
    ],
)
def test_weights_get_mlx_whispers_names(name: str, converted: str) -> None:
    assert mlx_name(name) == converted


def test_what_mlx_whisper_cannot_express_is_refused() -> None:
    with pytest.raises(UserError, match="50000 tokens"):
        mlx_config({**CONFIG, "vocab_size": 50000})
    weights = {
        "model.encoder.embed_positions.weight": sinusoids(1500, 8),
        "model.decoder.embed_tokens.weight": np.zeros((10, 8)),
        "proj_out.weight": np.zeros((10, 8)),
    }
    assert set(mlx_weights(weights, [[0, 1]])) == {"decoder.token_embedding.weight", "alignment_heads"}
    with pytest.raises(UserError, match="sinusoids"):
        mlx_weights({**weights, "model.encoder.embed_positions.weight": sinusoids(1500, 8) * 2}, None)
    with pytest.raises(UserError, match="output layer"):
        mlx_weights({**weights, "proj_out.weight": np.ones((10, 8))}, None)
