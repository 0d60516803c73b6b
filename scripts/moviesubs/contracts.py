"""The files that stages hand to each other: JSON, UTF-8, seconds with 3 decimals, validated when written and when read."""

from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from moviesubs.atomic_files import atomic_path
from moviesubs.errors import UserError
from moviesubs.flags import Flag

T = TypeVar("T")


class Record(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of all records: fields at their default are not written, unknown fields are refused."""


class Segment(Record):
    """A stretch of time, in seconds on the movie's clock."""

    start: float
    end: float


class Stream(Record):
    """One stream of a container, as FFmpeg's libraries see it.

    `start` is on the container's clock (see Probe.clock), in seconds; `commentary` marks spoken comments and audio descriptions.
    """

    index: int
    type: Literal["video", "audio", "subtitle", "data", "attachment"]
    codec: str
    language: str | None = None
    title: str | None = None
    default: bool = False
    forced: bool = False
    attached_picture: bool = False
    commentary: bool = False
    start: float | None = None
    duration: float | None = None
    channels: int | None = None
    layout: str | None = None
    sample_rate: int | None = None
    bits: int | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None


class ClockStep(Record):
    """Where the clock of a stream jumps: from this byte of the file on, `offset` seconds are added to its timestamps."""

    stream: int
    position: int
    offset: float


class Probe(Record):
    """`probe.json`: what is in the movie file, and which stretch of which stream is worked on.

    `start` and `end` are seconds on the movie's own clock (0 is where its picture starts); `audio` is the index of the audio
    stream that was chosen, `audio_language` the language by which.
    `clock` is the container time of the movie's zero: the video's start time, or the audio's where there is no picture. `lead` is by
    how much the container starts before that: players count a subtitle file's times from there. `steps`: jumps of the clock.
    """

    path: str
    format: str
    duration: float
    clock: float
    start: float
    end: float
    audio: int
    audio_language: str | None = None
    video: int | None = None
    lead: float = 0.0
    steps: list[ClockStep] = []
    warnings: list[str] = []
    streams: list[Stream] = []


class Hole(Record):
    """A stretch of the sound that is silent for want of packets or by damage, in seconds on the movie's clock."""

    start: float
    end: float
    damaged: bool = False


class Sound(Record):
    """`sound.json`: what was measured while the sound was taken out. Levels are decibels below full scale (root mean square, peak).

    `correlation` of the two channels of stereo sound, -1 to 1. `warnings` are lines for people.
    """

    level: float
    peak: float
    end: float
    correlation: float | None = None
    holes: list[Hole] = []
    complaints: int = 0
    warnings: list[str] = []


class Speech(Record):
    """`speech.json`: where somebody speaks."""

    segments: list[Segment]
    method: str
    duration: float
    model: str | None = None


class Shots(Record):
    """`shots.json`: the seconds at which a new shot begins, on the movie's clock, in order; none for a movie without a picture."""

    changes: list[float]
    method: str
    threshold: float


class Songs(Record):
    """`songs.json`: stretches of singing, in seconds on the movie's clock."""

    stretches: list[Segment]
    method: str


class Word(Record):
    """A word with its time in seconds; `score` is the aligner's confidence, 0 to 1; `speaker` the one who says it."""

    word: str
    start: float
    end: float
    score: float | None = None
    speaker: str | None = None


class AsrSegment(Record):
    """A stretch of recognised speech. `words` comes with alignment; `flags` says what is doubtful or removed, `reasons` why.

    `language`: the one that is spoken, in a film of several.
    """

    start: float
    end: float
    text: str
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    words: list[Word] | None = None
    language: str | None = None
    flags: list[Flag] = []
    reasons: dict[Flag, str] = {}


class Failure(Record):
    """How a supervised child process ended badly."""

    reason: str
    exit_code: int | None = None
    signal: str | None = None
    seconds: float | None = None
    position: float | None = None
    stderr: str | None = None


class Alignment(Record):
    """What the alignment stage did: word times, or segment times and the reason.

    `words`: how many words each backend placed, where a fallback had to take over among them.
    """

    backend: str
    status: Literal["words", "segments"]
    model: str | None = None
    reason: str | None = None
    failure: Failure | None = None
    words: dict[str, int] = {}


class SpokenLanguage(Record):
    """`language.json`: the language that was found. `votes`: mean probabilities of the `windows`, the winner's first.

    `shares`: of the speech in a sample of short stretches, where other languages are heard in it too; `unclear`: the share of it that
    is hardly in any language that the model is sure of.
    """

    language: str
    votes: dict[str, float]
    windows: list[Segment]
    model: str
    shares: dict[str, float] = {}
    unclear: float = 0.0


class LanguageStretch(Record):
    """A stretch of speech in one language; `probability` among those of the film, before its neighbours were heard."""

    start: float
    end: float
    language: str
    probability: float


class SpokenLanguages(Record):
    """`languages.json`: in which of its `languages`, the main one first, each stretch of a film is spoken."""

    languages: list[str]
    stretches: list[LanguageStretch]
    model: str


class Asr(Record):
    """`asr.<backend>.json`, `asr.json` and, with words and `alignment`, `aligned.json`.

    `status` is "ok"; "rescued" where another backend, or the same in a fresh process, took over, with `reason` and `failure` of the
    first; "failed" only in `asr.mlx.json`.
    """

    language: str
    backend: str
    model: str
    status: Literal["ok", "rescued", "failed"]
    segments: list[AsrSegment]
    reason: str | None = None
    failure: Failure | None = None
    alignment: Alignment | None = None
    device: str | None = None


class Turn(Record):
    """A stretch in which one speaker speaks."""

    start: float
    end: float
    speaker: str


class Speakers(Record):
    """`speakers.json`: who speaks when."""

    turns: list[Turn]
    model: str


class Sentence(Record):
    """A sentence of the transcript; translations keep `id` and times. `flags`: what to check; `reasons`: what belongs to a flag.

    `turn`: another person begins to speak with it, as the recogniser's dash says. `own_script`: what a romanised sentence is in its own
    script, word for word; lines break by it, for कि and की are both "ki". `language`: the one that it is spoken in, in a film of several.
    """

    id: int
    start: float
    end: float
    text: str
    own_script: str | None = None
    speaker: str | None = None
    turn: bool = False
    language: str | None = None
    words: list[Word] | None = None
    flags: list[Flag] = []
    reasons: dict[Flag, str] = {}


class Translation(Record):
    """Where a translated transcript comes from."""

    backend: str
    model: str
    revision: str | None = None


class Transcript(Record):
    """`transcript.json` and `transcript.<lang>.json`. `removed` keeps what a stage dropped, with its flags.

    `unplaced`: lines of the table of corrections that fit no sentence.
    """

    language: str
    sentences: list[Sentence]
    translation: Translation | None = None
    removed: list[AsrSegment] = []
    unplaced: list[str] = []
    asr: dict[str, Any] | None = None
    alignment: Alignment | None = None


class Cue(Record):
    """A subtitle cue. Times are integer milliseconds; `lines` has one or two lines; `sentences` are the ids it comes from.

    `sung`: it is shown in italics; the notes around it stand in its lines.
    """

    start: int
    end: int
    lines: list[str]
    sentences: list[int] = []
    flags: list[Flag] = []
    reasons: dict[Flag, str] = {}
    sung: bool = False


class Cues(Record):
    """`cues.<lang>.json`: the cues of one track with the limits that they were made for.

    `skipped`: ids of sentences that are not shown because they are sung.
    """

    language: str
    cues: list[Cue]
    limits: dict[str, float]
    skipped: list[int] = []


class Model(Record):
    """`models/<name>.json`: which model lies in `path`, and where it came from."""

    name: str
    path: str
    source: str
    revision: str | None = None
    licence: str | None = None
    format: str | None = None
    files: dict[str, str] = {}


class RetimedPiece(Record):
    """From `start` on, in seconds on the file's own clock, `offset` is added after the drift."""

    start: float
    offset: float


class Retimed(Record):
    """How a subtitle file was put in step: the movie's time is `drift` times the file's, plus the offset of the piece.

    `method`: by the words that were heard, or by where speech begins. `unmatched`: cues that were not found in the sound, on the
    movie's clock.
    """

    method: Literal["words", "speech"]
    drift: float
    pieces: list[RetimedPiece]
    unmatched: list[Cue]


class ExistingTrack(Record):
    """Subtitles that a movie has already: a track in its file (`stream`, FFmpeg's index) or a file beside it (`path`).

    `language` is None where nothing tells. `text` is false for pictures of text (PGS, VobSub), which cannot be read here.
    """

    format: str
    language: str | None = None
    kind: Literal["full", "sdh", "forced", "commentary"] = "full"
    text: bool = True
    stream: int | None = None
    path: str | None = None


class MovieTracks(Record):
    """The tracks in a movie file, as it was when it was `size` bytes long, `changed` (ns), and its inode in a `state`."""

    size: int
    changed: int
    tracks: list[ExistingTrack] = []
    state: str = ""


class Inventory(Record):
    """`existing.json`: the tracks in all movie files by path, so that each file is opened once."""

    movies: dict[str, MovieTracks]


class FileContent(Record):
    """What a file held when it was `size` bytes long, last changed at `changed` (ns), and its inode was in a `state`."""

    size: int
    changed: int
    digest: str
    state: str = ""


class Contents(Record):
    """`contents.json`: what the movie files hold, by path, so that each is read once."""

    files: dict[str, FileContent]


class PublishedFile(Record):
    """A subtitle file beside a movie: SHA-256 of what was written, and where a copy is of the file of others that it replaced."""

    path: str
    digest: str
    replaced: str | None = None


class Published(Record):
    """`published.json`: the subtitle files that were put beside the movie."""

    files: list[PublishedFile]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value


def encode(record: Record) -> bytes:
    """JSON of a record: indented, numbers with at most 3 decimals.

    Args:
        record: any record of this module.

    Returns:
        UTF-8 bytes that end with a line feed.

    Raises:
        msgspec.ValidationError: the record does not fit its own type (a defect of the stage that made it).
    """
    builtins = _rounded(msgspec.to_builtins(record))
    msgspec.convert(builtins, type(record))
    return msgspec.json.format(msgspec.json.encode(builtins), indent=1) + b"\n"


def write(path: Path | str, record: Record) -> None:
    """Validates a record and writes it whole or not at all.

    Args:
        path: the JSON file.
        record: what it will hold.
    """
    data = encode(record)
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def read(path: Path | str, kind: type[T]) -> T:
    """Reads and validates a file of a stage.

    Args:
        path: the JSON file.
        kind: the record it must hold, `Transcript` say.

    Returns:
        The record.

    Raises:
        UserError: the file is missing, is not JSON, or a field is missing, unknown or of the wrong type; the message names file and field.
    """
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=kind)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except msgspec.DecodeError as error:
        raise UserError(f"{path}: not a valid {kind.__name__}: {error}; delete it to have it made again") from None
