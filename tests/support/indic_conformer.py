"""A tiny IndicConformer in the layout of the hub, and the text that the reference's steps give, in numpy alone.

The layout is that of ai4bharat/indic-conformer-600m-multilingual: `assets/encoder.onnx` with its weights in files beside it (audio_signal,
length -> outputs, encoded_lengths), `assets/ctc_decoder.onnx` (encoder_output -> logprobs), `vocab.json` (each language's pieces, one
more than are used) and `language_masks.json` (which columns are a language's; the last column is the blank of all).
"""

import json
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

LANGUAGES = {"hi": "नमस्तेकलर", "kok": "कोंणीहआव", "or": "ଓଡ଼ିଆନମ"}
#: tokens of each language, the shape of the encoder, and by how much it has fewer frames than the spectrum
TOKENS, BANDS, WIDTH, FEWER = 8, 80, 16, 8


def _weights() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rng = np.random.default_rng(3)
    columns = TOKENS * len(LANGUAGES) + 1
    return (
        rng.normal(0, 0.3, (BANDS, WIDTH)).astype(np.float32),
        rng.normal(0, 1.0, (WIDTH, columns)).astype(np.float32),
    )


def make_model(folder: Path) -> None:
    """Writes the model."""
    assets = folder / "assets"
    assets.mkdir(parents=True)
    first, second = _weights()
    signal = helper.make_tensor_value_info("audio_signal", TensorProto.FLOAT, ["batch", BANDS, "time"])
    length = helper.make_tensor_value_info("length", TensorProto.INT64, ["batch"])
    outputs = helper.make_tensor_value_info("outputs", TensorProto.FLOAT, ["batch", WIDTH, "frames"])
    lengths = helper.make_tensor_value_info("encoded_lengths", TensorProto.INT64, ["batch"])
    nodes = [
        helper.make_node("AveragePool", ["audio_signal"], ["pooled"], kernel_shape=[FEWER], strides=[FEWER]),
        helper.make_node("Transpose", ["pooled"], ["frames_first"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["frames_first", "layers.0.weight"], ["hidden"]),
        helper.make_node("Transpose", ["hidden"], ["outputs"], perm=[0, 2, 1]),
        helper.make_node("Div", ["length", "fewer"], ["encoded_lengths"]),
    ]
    constants = [
        numpy_helper.from_array(first, "layers.0.weight"),
        numpy_helper.from_array(np.array([FEWER], np.int64), "fewer"),
    ]
    graph = helper.make_graph(nodes, "encoder", [signal, length], [outputs, lengths], constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(
        made, assets / "encoder.onnx", save_as_external_data=True, all_tensors_to_one_file=False, size_threshold=64
    )
    encoded = helper.make_tensor_value_info("encoder_output", TensorProto.FLOAT, ["batch", WIDTH, "frames"])
    scores = helper.make_tensor_value_info("logprobs", TensorProto.FLOAT, ["batch", "frames", second.shape[1]])
    nodes = [
        helper.make_node("Transpose", ["encoder_output"], ["frames_first"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["frames_first", "weight"], ["scores"]),
        helper.make_node("LogSoftmax", ["scores"], ["logprobs"], axis=-1),
    ]
    graph = helper.make_graph(nodes, "head", [encoded], [scores], [numpy_helper.from_array(second, "weight")])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(made, assets / "ctc_decoder.onnx")
    (assets / "vocab.json").write_text(json.dumps(vocabulary(), ensure_ascii=False), encoding="utf-8")
    (assets / "language_masks.json").write_text(json.dumps(_masks()), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"BLANK_ID": TOKENS}))


def vocabulary() -> dict[str, list[str]]:
    """Each language's pieces; every second one begins a word."""
    return {
        code: [
            "<unk>",
            *(f"▁{letter}" if number % 2 else letter for number, letter in enumerate(letters[: TOKENS - 1])),
            "x",
        ]
        for code, letters in LANGUAGES.items()
    }


def _masks() -> dict[str, list[bool]]:
    columns = TOKENS * len(LANGUAGES) + 1
    return {
        code: [TOKENS * number <= column < TOKENS * (number + 1) or column == columns - 1 for column in range(columns)]
        for number, code in enumerate(LANGUAGES)
    }


def nemo_spectrum(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """NeMo's logarithmic mel spectrum (FilterbankFeatures: pre-emphasis, Slaney's bands, 2^-24, each band normalised), (bands, frames)."""
    signal = np.concatenate([samples[:1], samples[1:] - 0.97 * samples[:-1]]).astype(np.float64)
    signal = np.pad(signal, 256, mode="reflect")
    window = np.pad(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399), 56)
    count = (len(signal) - 512) // 160 + 1
    power = np.abs(np.fft.rfft([signal[160 * k : 160 * k + 512] * window for k in range(count)])) ** 2

    def hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(mel < 15, 200 / 3 * mel, 1000 * np.exp(np.log(6.4) / 27 * (mel - 15)))

    edges = hertz(np.linspace(0, 15 + np.log(8) / (np.log(6.4) / 27), BANDS + 2))
    bins = np.linspace(0, 8000, 257)
    rising = (bins[None] - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins[None]) / np.diff(edges)[1:, None]
    bands = np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    logs = np.log(power @ bands.T + 2.0**-24).T
    normalised: NDArray[np.float64] = (logs - logs.mean(1, keepdims=True)) / (logs.std(1, ddof=1, keepdims=True) + 1e-5)
    return normalised


def text_of(folder: Path, samples: NDArray[np.float32], language: str) -> str:
    """What the reference writes: the best of the language's tokens in each frame, without repeats and blanks."""
    spectrum = nemo_spectrum(samples)
    count = spectrum.shape[1] // FEWER
    pooled = spectrum[:, : count * FEWER].reshape(BANDS, count, FEWER).mean(2).T
    first, second = _weights()
    scores = (pooled @ first @ second)[:, np.array(_masks()[language])]
    pieces, last, text = vocabulary()[language], TOKENS, ""
    for token in scores.argmax(1):
        if token != last and token != TOKENS:
            text += pieces[token].replace("<unk>", "")
        last = token
    return text.replace("▁", " ").strip()
