"""Writes SRT files with the writers of others, from words and times that are given; runs in the environment of `cues.yaml`.

python peers.py said.json folder
"""

import json
import sys
import types
from pathlib import Path
from typing import Any


def result(said: dict[str, Any], space: str) -> dict[str, Any]:
    """What a recogniser would have handed to its writer.

    Args:
        said: {"language", "segments": [{"start", "end", "text", "words": [{"word", "start", "end"}]}]}
        space: goes before each word, as Whisper has it.

    Returns:
        A copy in the form that Whisper and WhisperX share.
    """
    segments = [
        {
            **segment,
            "id": number,
            "words": [{**word, "word": space + word["word"], "probability": 0.9} for word in segment["words"]],
        }
        for number, segment in enumerate(said["segments"])
    ]
    return {"language": said["language"], "text": " ".join(one["text"] for one in segments), "segments": segments}


def main(source: Path, folder: Path) -> None:
    """Writes `<peer>.srt` for each peer.

    Args:
        source: JSON with what was said.
        folder: to write into.
    """
    said = json.loads(source.read_text(encoding="utf-8"))

    from whisper.utils import get_writer

    options = {"max_line_width": 42, "max_line_count": 2, "highlight_words": False}
    get_writer("srt", str(folder))(result(said, " "), "whisper", options)

    import stable_whisper

    regrouped = stable_whisper.WhisperResult(result(said, " "))
    regrouped.regroup()
    regrouped.to_srt_vtt(str(folder / "stable-ts.srt"), word_level=False)

    # the package itself would load its models' libraries; its writer needs none of them
    import importlib.util

    package = importlib.util.find_spec("whisperx")
    assert package and package.submodule_search_locations
    bare = types.ModuleType("whisperx")
    bare.__path__ = list(package.submodule_search_locations)
    sys.modules["whisperx"] = bare
    from whisperx.utils import get_writer as whisperx_writer

    usual = {"max_line_width": None, "max_line_count": None, "highlight_words": False}
    whisperx_writer("srt", str(folder))(result(said, ""), "whisperx", usual)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
