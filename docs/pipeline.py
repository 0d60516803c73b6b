"""Draws docs/pipeline.svg, the picture of the stages in the README."""

from html import escape
from pathlib import Path

#: stage, what it makes, what with, column, row
STAGES = [
    ("probe", "probe.json", "PyAV", 0, 1),
    ("demux", "audio.wav", "FFmpeg", 1, 1),
    ("separate", "vocals.wav", "Demucs, optional", 2, 0),
    ("detect_speech", "speech.json", "pyannote or Silero", 2, 1),
    ("transcribe_mlx", "asr.mlx.json", "mlx-whisper", 3, 0),
    ("transcribe_whisperx", "asr.json", "WhisperX; rescues MLX", 3, 1),
    ("align", "aligned.json", "wav2vec2, own process", 4, 1),
    ("diarize", "speakers.json", "pyannote, optional", 4, 0),
    ("transcript", "transcript.json, .txt", "sentences", 5, 1),
    ("translate", "transcript.en.json", "IndicTrans2", 5, 2),
    ("subtitles", "M.hi.srt, M.en.srt, .vtt", "cues", 4, 2),
    ("detect_shots", "shots.json", "FFmpeg", 4, 3),
    ("mux", "M.mkv or M.mp4", "FFmpeg", 3, 2),
    ("report", "report.html", "what to check", 3, 3),
    ("preview", "preview.mp4", "FFmpeg; for the report", 2, 3),
    ("quality", "quality.html", "all movies", 2, 2),
]
ARROWS = [
    ("probe", "demux"),
    ("demux", "separate"),
    ("separate", "detect_speech"),
    ("demux", "detect_speech"),
    ("detect_speech", "transcribe_mlx"),
    ("detect_speech", "transcribe_whisperx"),
    ("transcribe_mlx", "transcribe_whisperx"),
    ("transcribe_whisperx", "align"),
    ("align", "transcript"),
    ("diarize", "transcript"),
    ("transcript", "translate"),
    ("translate", "subtitles"),
    ("detect_shots", "subtitles"),
    ("subtitles", "mux"),
    ("subtitles", "report"),
    ("preview", "report"),
    ("report", "quality"),
]
WIDTH, HEIGHT, GAP_X, GAP_Y = 168, 66, 30, 40
OPTIONAL = {"separate", "transcribe_mlx", "diarize"}


def corner(column: int, row: int) -> tuple[int, int]:
    """Upper left corner of a box, in pixels."""
    return 12 + column * (WIDTH + GAP_X), 12 + row * (HEIGHT + GAP_Y)


def arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    """A line from the side of one box to the facing side of another."""
    (x1, y1), (x2, y2) = corner(*start), corner(*end)
    if start[0] == end[0]:
        x1, x2 = x1 + WIDTH // 2, x2 + WIDTH // 2
        y1, y2 = (y1 + HEIGHT, y2) if y2 > y1 else (y1, y2 + HEIGHT)
    else:
        y1, y2 = y1 + HEIGHT // 2, y2 + HEIGHT // 2
        x1, x2 = (x1 + WIDTH, x2) if x2 > x1 else (x1, x2 + WIDTH)
    return f'<path class="arrow" d="M{x1},{y1} L{x2},{y2}" marker-end="url(#head)"/>'


def drawing() -> str:
    """The whole picture as SVG."""
    places = {name: (column, row) for name, _, _, column, row in STAGES}
    columns, rows = 1 + max(c for c, _ in places.values()), 1 + max(r for _, r in places.values())
    width, height = corner(columns, rows)
    parts = [arrow(places[start], places[end]) for start, end in ARROWS]
    for name, makes, how, column, row in STAGES:
        x, y = corner(column, row)
        kind = "stage optional" if name in OPTIONAL else "stage"
        parts.append(f'<rect class="{kind}" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>')
        for offset, style, text in ((22, "name", name), (40, "makes", makes), (56, "how", how)):
            parts.append(f'<text class="{style}" x="{x + WIDTH // 2}" y="{y + offset}">{escape(text)}</text>')
    style = (
        "text{font-family:system-ui,sans-serif;text-anchor:middle;fill:#1f2933}.name{font-weight:600;font-size:14px}"
        ".makes{font-size:12px}.how{font-size:11px;fill:#52606d}.stage{fill:#e6f0fa;stroke:#3b7cb8;stroke-width:1.5}"
        ".optional{fill:#fff;stroke-dasharray:5 4}.arrow{stroke:#7b8794;stroke-width:1.6;fill:none}"
    )
    head = '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width - 6} {height - 16}" role="img">'
        f"<title>The stages, from the movie to its subtitles</title><style>{style}</style>"
        f'<rect width="100%" height="100%" fill="#fff"/><defs>{head}<path d="M0,0 L8,4 L0,8 z" fill="#7b8794"/></marker></defs>'
        f"{''.join(parts)}</svg>\n"
    )


if __name__ == "__main__":
    Path(__file__).with_suffix(".svg").write_text(drawing(), encoding="utf-8")
