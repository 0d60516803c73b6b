"""Write the demo Whisper as a Hugging Face folder, in half precision."""

import json
import shutil
import tempfile
from pathlib import Path

import tokens
from model import DemoWhisper


def generation_config() -> dict[str, object]:
    """Return what generation needs to know, in the fields of the published Whisper checkpoints."""
    return {
        "alignment_heads": [[layer, head] for layer in range(2) for head in range(2)],
        "begin_suppress_tokens": [220, tokens.END],
        "bos_token_id": tokens.END,
        "decoder_start_token_id": tokens.START,
        "eos_token_id": tokens.END,
        "forced_decoder_ids": [[1, None], [2, tokens.TRANSCRIBE]],
        "is_multilingual": True,
        "lang_to_id": {f"<|{code}|>": tokens.START + 1 + i for i, code in enumerate(tokens.languages())},
        "max_initial_timestamp_index": 50,
        "max_length": 448,
        "no_timestamps_token_id": tokens.NO_TIMESTAMPS,
        "pad_token_id": tokens.END,
        "prev_sot_token_id": tokens.PREVIOUS,
        "return_timestamps": False,
        "suppress_tokens": [],
        "task_to_id": {"transcribe": tokens.TRANSCRIBE, "translate": tokens.TRANSLATE},
    }


def export(model: DemoWhisper, folder: Path) -> None:
    """Write config.json, generation_config.json, model.safetensors, tokenizer and feature extractor files.

    The folder is replaced as a whole, so that a reader never sees half a model.
    """
    from transformers import WhisperFeatureExtractor, WhisperTokenizerFast

    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    new.chmod(0o755)
    model.complete().half().save_pretrained(new)
    end = "<|endoftext|>"
    WhisperTokenizerFast(
        tokenizer_object=tokens.tokenizer(), unk_token=end, bos_token=end, eos_token=end, pad_token=end
    ).save_pretrained(new)
    for name in ("vocab.json", "merges.txt", "added_tokens.json"):  # all in tokenizer.json too
        (new / name).unlink(missing_ok=True)
    for path in (new / "tokenizer.json", new / "tokenizer_config.json"):
        compact = json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False, separators=(",", ":"))
        path.write_text(compact + "\n", encoding="utf-8")
    WhisperFeatureExtractor(feature_size=80).save_pretrained(new)
    (new / "generation_config.json").write_text(json.dumps(generation_config(), indent=2) + "\n", encoding="utf-8")
    for path in new.iterdir():
        path.chmod(0o644)
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
