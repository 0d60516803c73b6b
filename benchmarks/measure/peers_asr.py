"""Transcribes with faster-whisper's own ways, from a file to SRT; run in the environment of WhisperX.

peers_asr.py sequential|batched MODEL LANGUAGE AUDIO SRT --threads N
"""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def timestamp(seconds: float) -> str:
    """Seconds as SRT writes them."""
    milliseconds = round(seconds * 1000)
    return f"{milliseconds // 3600000:02d}:{milliseconds // 60000 % 60:02d}:{milliseconds // 1000 % 60:02d},{milliseconds % 1000:03d}"


def srt(segments: Iterable[Any]) -> str:
    """A cue a segment."""
    return "".join(
        f"{number}\n{timestamp(one.start)} --> {timestamp(one.end)}\n{one.text.strip()}\n\n"
        for number, one in enumerate(segments, start=1)
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=("sequential", "batched"))
    parser.add_argument("model")
    parser.add_argument("language")
    parser.add_argument("audio")
    parser.add_argument("srt", type=Path)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--batch-size", type=int, default=8)
    options = parser.parse_args()
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    model = WhisperModel(options.model, "cpu", compute_type="int8", cpu_threads=options.threads)
    if options.way == "batched":
        batched = BatchedInferencePipeline(model)
        segments, _ = batched.transcribe(options.audio, language=options.language, batch_size=options.batch_size)
    else:
        segments, _ = model.transcribe(options.audio, language=options.language)
    options.srt.write_text(srt(segments), encoding="utf-8")


if __name__ == "__main__":
    main()
