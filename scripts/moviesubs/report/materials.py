"""The records of one movie, as its report takes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from moviesubs.contracts import Asr, Cues, Model, Probe, Sound, Speech, Transcript
from moviesubs.report.clips import Clip
from moviesubs.report.stage_costs import Stage


@dataclass(frozen=True)
class Media:
    """What the page can play.

    Attributes:
        preview: the small copy of the movie (MP4) that goes into the page, or None.
        beside: name of the small copy that lies beside the page instead, or None.
        clips: the sound of what is to be checked (MP4), or None.
        map: where each clip lies in it.
    """

    preview: bytes | None = None
    beside: str | None = None
    clips: bytes | None = None
    map: Sequence[Clip] = ()


@dataclass(frozen=True)
class Materials:
    """The records of one movie.

    `asr` is the aligned recognition; `translations`, `cues` and `forced` (tracks beside full ones) are by language code; `shots` is
    None where nobody looked for them;
    `votes` are those on the spoken language, where it was found out; `corrections` and `glossary` are the tables that the
    page adds to, there or not.
    """

    name: str
    probe: Probe
    speech: Speech
    asr: Asr
    transcript: Transcript
    translations: Mapping[str, Transcript] = field(default_factory=dict)
    cues: Mapping[str, Cues] = field(default_factory=dict)
    forced: Mapping[str, Cues] = field(default_factory=dict)
    models: Sequence[Model] = ()
    stages: Sequence[Stage] = ()
    media: Media = field(default_factory=Media)
    shots: Sequence[float] | None = None
    sound: Sound | None = None
    votes: Mapping[str, float] = field(default_factory=dict)
    corrections: Path | None = None
    glossary: Path | None = None
