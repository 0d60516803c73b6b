"""The plain way with MLX: `mlx_whisper.transcribe` on one file after the other; run in the environment of MLX.

mlx_loop.py MODEL LANGUAGE FILE...; with `batched=SPEECH_JSON` before the file, our own batches on the same audio, and both times.
"""

import sys
import time
from pathlib import Path

#: seconds of a chunk, and how many of them are compared
CHUNK, CHUNKS = 12, 16


def main() -> None:
    """Transcribes; prints the number of letters, and in the other case both times."""
    import mlx_whisper

    from moviesubs import contracts
    from moviesubs.audio import Wav
    from moviesubs.chunks import chunks_of
    from moviesubs.contracts import Speech
    from moviesubs.mlx_models import load
    from moviesubs.whisper import recognise_all
    from transcribe_mlx import Recogniser

    model, language, *words = sys.argv[1:]
    speech = words.pop(0).partition("=")[2] if words[0].startswith("batched=") else ""
    for word in words:
        with Wav(word) as wav:
            if not speech:
                audio = wav.seconds(0, wav.duration)
                found = mlx_whisper.transcribe(audio, path_or_hf_repo=model, language=language, fp16=False)
                print(word, len(found["text"]), flush=True)
                continue
            loaded, kind = load(Path(model))
            chunks = chunks_of(wav, contracts.read(speech, Speech).segments, CHUNK, 2)[:CHUNKS]
            started = time.monotonic()
            one_by_one = [
                mlx_whisper.transcribe(
                    wav.seconds(chunk.start, chunk.end), path_or_hf_repo=model, language=language, fp16=False
                )
                for chunk in chunks
            ]
            middle = time.monotonic()
            together = recognise_all(wav, chunks, Recogniser(loaded, kind, wav, language, None).recognise)
            ended = time.monotonic()
            print(f"chunks {len(chunks)}, letters {sum(len(one['text']) for one in one_by_one)}", flush=True)
            print(f"letters {sum(len(one.text) for one in together)}", flush=True)
            print(f"sequential {middle - started:.2f} batched {ended - middle:.2f}", flush=True)


if __name__ == "__main__":
    main()
