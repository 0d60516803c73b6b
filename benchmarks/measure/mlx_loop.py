"""The plain way with MLX, `mlx_whisper.transcribe` on one piece of audio after the other, and ours; run in the environment of MLX.

mlx_loop.py MODEL LANGUAGE FILE... transcribes files. With `--chunks SPEECH_JSON --way WAY`, only the chunks of speech of one
file, which both ways get, and says how long that took without imports and loading.
"""

import argparse
import time
from pathlib import Path

#: seconds of a chunk
CHUNK = 12


def main() -> None:
    """Transcribes; prints the number of letters, and of chunks the seconds too."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("language")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--chunks", type=Path, metavar="SPEECH_JSON")
    parser.add_argument("--most", type=int, default=32, help="chunks (default: %(default)s)")
    about = "plain; plain with the matrix product that ours has; or our batches"
    parser.add_argument("--way", choices=("plain", "plain-fast", "batches"), default="plain", help=about)
    options = parser.parse_args()
    if options.way == "plain-fast":
        from moviesubs.stage.mlx_blas import take_blas_of_torch

        take_blas_of_torch()
    if options.way == "batches":
        from moviesubs.recognition.mlx_models import load

        model, kind = load(options.model)

    import mlx_whisper

    from moviesubs import contracts
    from moviesubs.contracts import Segment, Speech
    from moviesubs.media.wav import Wav
    from moviesubs.recognition.chunks import chunks_of
    from moviesubs.recognition.listening import Listener, Look
    from transcribe_mlx import Recogniser

    def plain(wav: Wav, some: list[Segment]) -> list[str]:
        settings = {"path_or_hf_repo": str(options.model), "language": options.language, "fp16": False}
        return [mlx_whisper.transcribe(wav.seconds(one.start, one.end), **settings)["text"] for one in some]

    def batches(wav: Wav, some: list[Segment]) -> list[str]:
        recogniser = Recogniser(model, kind, wav, options.language, None, timestamps=False)
        return [segment.text for segment in Listener(wav, some, recogniser.recognise).decode(some, Look())]

    for file in options.files:
        with Wav(file) as wav:
            some = [Segment(start=0.0, end=wav.duration)]
            way = batches if options.way == "batches" else plain
            if options.chunks:
                some = chunks_of(wav, contracts.read(options.chunks, Speech).segments, CHUNK, 2)[: options.most]
                way(wav, some[:1])  # loads, and compiles what MLX compiles
            started = time.monotonic()
            letters = sum(len(text) for text in way(wav, some))
            print(
                f"{file}: {len(some)} pieces, {letters} letters, {time.monotonic() - started:.2f} seconds", flush=True
            )


if __name__ == "__main__":
    main()
