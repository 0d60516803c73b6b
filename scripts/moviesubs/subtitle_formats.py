"""Cues as subtitle files: SubRip by pysrt, WebVTT by webvtt-py. UTF-8 text with line feeds, without a byte order mark."""

import html
import io
from collections.abc import Sequence

from moviesubs.contracts import Cue


def to_srt(cues: Sequence[Cue]) -> str:
    """Cues as SubRip.

    SubRip has no way to escape `<`; players show what they do not know as a tag as it stands.

    Args:
        cues: in order.

    Returns:
        The file's text; "" when there are no cues.
    """
    import pysrt

    items = [
        pysrt.SubRipItem(index, start=cue.start, end=cue.end, text="\n".join(cue.lines))
        for index, cue in enumerate(cues, start=1)
    ]
    written = io.StringIO()
    pysrt.SubRipFile(items, eol="\n").write_into(written)
    return written.getvalue()


def to_vtt(cues: Sequence[Cue]) -> str:
    """Cues as WebVTT; `&`, `<` and `>` in their text are escaped.

    Args:
        cues: in order.

    Returns:
        The file's text; a header alone when there are no cues.
    """
    import webvtt

    captions = [
        webvtt.Caption(_stamp(cue.start), _stamp(cue.end), [html.escape(line, quote=False) for line in cue.lines])
        for cue in cues
    ]
    made = webvtt.WebVTT()
    made.captions.extend(captions)
    return str(made.content).rstrip("\n") + "\n"


def _stamp(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
