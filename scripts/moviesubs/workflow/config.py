"""The config: every key with its type, its limits, its default, its meaning, and from which stage on a change runs again.

This is the one place of a key. The schema for editors (config/schemas/config.schema.json) and the table of config/README.md
are written from here: `make documents`; a test holds them against it.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

#: extra keys of `Meta`: what the README says besides
AGAIN, SHOWN = "again", "shown"


def key(
    meaning: str, *, again: str = "", shown: str = "", allowed: str | None = None, unique: bool = False, **limits: Any
) -> Meta:
    """What is said of a key.

    Args:
        meaning: for people, in Markdown; a line of the README.
        again: the stage from which on a change runs again, or "nothing".
        shown: what the README gives as the default, where it is not the value itself.
        allowed: what can stand there, for the message when something else does.
        unique: no item may be there twice.
        limits: of the value, as `msgspec.Meta` has them: ge, gt, le, lt, min_length, pattern.
    """
    schema = {"uniqueItems": True} if unique else None
    return Meta(
        title=allowed, description=meaning, extra={AGAIN: again, SHOWN: shown}, extra_json_schema=schema, **limits
    )


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mapping of the config with known keys."""


def set_keys(section: Section | None) -> dict[str, Any]:
    """The keys of a section that somebody has set."""
    settings = msgspec.structs.asdict(section) if section else {}
    return {name: value for name, value in settings.items() if value is not UNSET}


LanguageCode = Annotated[str, Meta(pattern="^[a-z]{2,3}$", title="a language code such as hi")]
AsrBackend = Literal["auto", "mlx", "whisperx", "ctc"]
SecondRecogniser = Literal["none", "ctc"]
SubtitleFormat = Literal["srt", "vtt", "ass", "ttml"]
AlignBackend = Literal["whisperx", "whisper", "mlx", "same", "none"]
AlignFallback = Literal["whisper", "none"]
#: bounds of what anybody can mean; a number beyond is a slip of the finger, and is said before anything runs
MOST_BEAMS, MOST_SPEAKERS, WEEK_SECONDS, MOST_TIMES = 100, 100, 7 * 24 * 3600, 1000


#: hidden files and what NAS systems hide; samples, extras and trailers as Plex and Jellyfin name them
LEFT_OUT = (
    *(".*", "@*/", "#recycle/", "$RECYCLE.BIN/", "System Volume Information/", "lost+found/", "VIDEO_TS/", "BDMV/"),
    *("sample/", "samples/", "sample.*", "sample-*.*", "*-sample.*", "*.sample.*", "*_sample.*"),
    *(
        "extras/",
        "behind the scenes/",
        "deleted scenes/",
        "featurettes/",
        "interviews/",
        "scenes/",
        "shorts/",
        "clips/",
    ),
    *("trailers/", "other/", "theme-music/", "backdrops/"),
    *("*-trailer.*", "*.trailer.*", "*_trailer.*", "*-behindthescenes.*", "*-deleted.*", "*-deletedscene.*"),
    *("*-featurette.*", "*-interview.*", "*-scene.*", "*-short.*", "*-clip.*", "*-extra.*", "*-other.*", "theme.*"),
)


class Movies(Section, frozen=True):
    """Where movies are found."""

    folder: Annotated[
        str | tuple[Annotated[str, Meta(min_length=1)], ...],
        key(
            "every movie file in it is worked on, through all levels; or a list of folders. A movie is "
            "called like its file without the extension; several of one name by what tells their folders "
            'apart besides (`Season 1 - Pilot`). `""`: only the table ([your library](../docs/your-library.md))',
            allowed="a folder, a list of folders, or an empty string",
        ),
    ] = "movies"
    leave_out: Annotated[
        tuple[Annotated[str, Meta(min_length=1)], ...],
        key(
            "names of files and folders that are passed over: patterns as in a shell, case ignored; one "
            "that ends in `/` is for folders, one that ends in `.*` for files. The default leaves out "
            "hidden files, samples, trailers and extras as Plex and Jellyfin name them, and what NAS "
            "systems hide",
            shown='[".*", sample/, extras/, "*-trailer.*", ...]',
        ),
    ] = LEFT_OUT
    table: Annotated[str, key('movies elsewhere, and what is particular to one movie. `""`: only the folder')] = (
        "config/movies.tsv"
    )


class Publish(Section, frozen=True):
    """Subtitles beside the movie, where players look for them."""

    beside_movie: Annotated[
        bool,
        key(
            "put the finished tracks next to the movie file, as `<movie file>.en.srt`, `.hi.sdh.srt`, `.en.forced.srt`",
            again="publish",
        ),
    ] = False
    formats: Annotated[
        tuple[SubtitleFormat, ...],
        key("which files of each track: `srt`, `vtt`, `ass`, `ttml`", again="publish", min_length=1, unique=True),
    ] = ("srt",)
    overwrite: Annotated[
        bool,
        key(
            "replace subtitle files that were not written here, or were changed since; copies are kept, and "
            "`unpublish` brings them back",
            again="publish",
        ),
    ] = False


class Separate(Section, frozen=True):
    """Separation of speech from music and noise, before everything else."""

    enabled: Annotated[bool, key("separate at all; slow; helps where songs drown the voices", again="separate")] = False
    model: Annotated[str, key("a name under `separate:` in the table of models", again="separate")] = "htdemucs"


class Speech(Section, frozen=True):
    """Voice activity detection: which stretches are handed to speech recognition."""

    method: Annotated[
        Literal["pyannote", "silero"],
        key("the detector: `pyannote` or `silero`; both come with whisperx", again="detect_speech"),
    ] = "pyannote"
    onset: Annotated[
        float, key("speech begins where the detector's probability rises above this", again="detect_speech", gt=0, lt=1)
    ] = 0.5
    offset: Annotated[float, key("and ends where it falls below this", again="detect_speech", gt=0, lt=1)] = 0.363


class AsrOfLanguage(Section, frozen=True):
    """Settings of recognition for movies in one language, over the others."""

    backend: AsrBackend | UnsetType = UNSET
    second: SecondRecogniser | UnsetType = UNSET
    model: str | UnsetType = UNSET
    chunk_size: Annotated[float, Meta(ge=1, le=30)] | UnsetType = UNSET
    max_pause: Annotated[float, Meta(gt=0, le=30)] | UnsetType = UNSET
    timestamps: bool | UnsetType = UNSET
    beam_size: Annotated[int, Meta(ge=1, le=MOST_BEAMS)] | UnsetType = UNSET
    prompt: str | UnsetType = UNSET
    glossary: str | UnsetType = UNSET


class Asr(Section, frozen=True):
    """Speech recognition."""

    backend: Annotated[
        AsrBackend,
        key(
            "`mlx` (Apple Silicon; on Linux it computes on the processor), `whisperx`, `ctc` (wav2vec2, MMS or "
            "IndicConformer: [which and why](../docs/speech-recognition.md#ctc)), or `auto`: `ctc` for languages that "
            "Whisper lacks, MLX on Apple Silicon, else WhisperX. Where MLX fails on a movie, WhisperX takes over",
            again="transcribe",
        ),
    ] = "auto"
    second: Annotated[
        SecondRecogniser,
        key(
            "`ctc`: a CTC model hears all speech besides, and the report ranks what it hears otherwise, or where Whisper wrote "
            "nothing ([how](../docs/speech-recognition.md#a-second-opinion)); costs its time and changes no text",
            again="transcribe_second, transcript",
        ),
    ] = "none"
    model: Annotated[str, key("a name under `asr:` in the table of models", again="transcribe")] = "large-v3"
    ctc_models: Annotated[
        dict[LanguageCode, str],
        key("language to id of the model of `ctc`, over `ctc:` in the table of models", again="transcribe"),
    ] = {}
    chunk_size: Annotated[
        float,
        key(
            "seconds of speech that are put together for one pass, fewer where Whisper has no room for their text; its window is 30",
            again="transcribe",
            ge=1,
            le=30,
        ),
    ] = 30
    max_pause: Annotated[
        float,
        key(
            "seconds of silence that a chunk may hold; Whisper invents text for long ones",
            again="transcribe",
            gt=0,
            le=30,
        ),
    ] = 2
    timestamps: Annotated[
        bool,
        key(
            "whether the model writes times between its words; a model that was tuned to a language without them needs "
            "`false`",
            again="transcribe",
        ),
    ] = True
    beam_size: Annotated[
        int,
        key(
            "beams of WhisperX's decoder; MLX decodes greedily, its library has no beams",
            again="transcribe",
            ge=1,
            le=MOST_BEAMS,
        ),
    ] = 5
    prompt: Annotated[
        str, key("text that tells the model what to expect: names, spelling, punctuation", again="transcribe")
    ] = ""
    time_limit: Annotated[
        float, key("MLX is given up after this many seconds ...", again="nothing", ge=0, le=WEEK_SECONDS)
    ] = 600
    time_limit_share: Annotated[
        float, key("... plus this many times the length of the audio", again="nothing", ge=0, le=MOST_TIMES)
    ] = 2
    silence_limit: Annotated[
        float,
        key(
            "a recogniser that gets no further for this many seconds is ended: after MLX comes WhisperX, "
            "after WhisperX a fresh process",
            again="nothing",
            ge=0,
            le=WEEK_SECONDS,
        ),
    ] = 1800
    glossary: Annotated[
        str,
        key(
            "names and terms, a column a language (tab-separated): those of the spoken language are given "
            'to the recogniser as words to expect; `""`: none',
            again="transcribe",
        ),
    ] = ""
    languages: Annotated[
        dict[LanguageCode, AsrOfLanguage],
        key(
            'other settings for movies in one language: `{ta: {model: medium, prompt: "..."}}`; '
            "`backend`, `second`, `model`, `chunk_size`, `max_pause`, `timestamps`, `beam_size`, `prompt` and `glossary` can be "
            "there",
            again="transcribe",
        ),
    ] = {}

    def for_language(self, code: str) -> "Asr":
        """The settings for movies in a language."""
        return msgspec.structs.replace(self, **set_keys(self.languages.get(code)))


class AlignOfLanguage(Section, frozen=True):
    """Settings of alignment for movies in one language, over the others."""

    backend: AlignBackend | UnsetType = UNSET
    fallback: AlignFallback | UnsetType = UNSET


class Align(Section, frozen=True):
    """Forced alignment: a time for every word."""

    backend: Annotated[
        AlignBackend,
        key(
            "`whisperx`: forced alignment with wav2vec2, also after MLX; `whisper`: Whisper's own attention, for every language; "
            "`mlx`: the same in MLX, experimental; `same`: what `asr.backend` is; `none`: the segments' times",
            again="align",
        ),
    ] = "whisperx"
    fallback: Annotated[
        AlignFallback,
        key(
            "what aligns where wav2vec2 has no model for the language, fails or leaves out segments; "
            "`none`: the segments keep their times",
            again="align",
        ),
    ] = "whisper"
    models: Annotated[dict[str, str], key("language to model id, over the table of models", again="align")] = {}
    time_limit: Annotated[
        float,
        key(
            "alignment is given up, and segment times are used, after this many seconds ...",
            again="nothing",
            ge=0,
            le=WEEK_SECONDS,
        ),
    ] = 300
    time_limit_share: Annotated[
        float, key("... plus this many times the length of the audio", again="nothing", ge=0, le=MOST_TIMES)
    ] = 1
    silence_limit: Annotated[
        float, key("... or when it gets no further for this many seconds", again="nothing", ge=0, le=WEEK_SECONDS)
    ] = 600
    languages: Annotated[
        dict[LanguageCode, AlignOfLanguage],
        key("another `backend` or `fallback` for movies in one language: `{sd: {backend: none}}`", again="align"),
    ] = {}

    def for_language(self, code: str) -> "Align":
        """The settings for movies in a language."""
        return msgspec.structs.replace(self, **set_keys(self.languages.get(code)))


class Diarize(Section, frozen=True):
    """Who speaks when."""

    enabled: Annotated[
        bool, key("its model is gated: accept the conditions on the hub and set `HF_TOKEN`", again="diarize")
    ] = False
    model: Annotated[str, key("a name under `diarize:` in the table of models", again="diarize")] = "community-1"
    min_speakers: Annotated[int, key("at least this many; 0: not known", again="diarize", ge=0, le=MOST_SPEAKERS)] = 0
    max_speakers: Annotated[int, key("at most this many; 0: not known", again="diarize", ge=0, le=MOST_SPEAKERS)] = 0


class Transcript(Section, frozen=True):
    """Sentences from words."""

    max_pause: Annotated[
        float, key("a silence longer than this, in seconds, ends a sentence", again="transcript", ge=0, le=60)
    ] = 1.5


class Translate(Section, frozen=True):
    """Translation of the transcript."""

    backend: Annotated[
        Literal["auto", "ctranslate2", "mlx", "transformers"],
        key(
            "`ctranslate2` (weights in int8 unless the table of models says otherwise), `mlx` (Apple's GPU, "
            "weights as on the hub; on Linux it computes on the processor) or `transformers` (the models' "
            "own code, slow, for comparison). `auto` is `ctranslate2`, the fastest of those that run "
            "everywhere",
            again="translate",
        ),
    ] = "auto"
    remote_code: Annotated[
        bool,
        key(
            "`true` lets the `transformers` backend download Python code with the model and run it; "
            "without, that backend is an error at start",
            again="translate",
        ),
    ] = False
    variant: Annotated[
        str,
        key(
            'which of several models for the same direction (`distilled`, `1B`); `""`: the first of the table',
            again="translate",
        ),
    ] = ""
    glossary: Annotated[
        str,
        key(
            'names and terms, a column a language (tab-separated); `""`: none. The shipped config names '
            "`config/glossary.tsv`. Terms are found in small letters and capitals, with joiners or without, and with an ending attached "
            "(சூர்யாவின், सूर्याने)",
            again="translate",
        ),
    ] = ""
    beam_size: Annotated[int, key("beams of the decoder", again="translate", ge=1, le=MOST_BEAMS)] = 5
    scripts: Annotated[
        dict[str, str],
        key(
            "script of a subtitle language that the models write in several: `{ks: Deva, mni: Mtei, sd: "
            "Deva}` instead of `Arab`, `Beng`, `Arab`. In which script the spoken language is written they "
            "see themselves",
            again="translate",
        ),
    ] = {}
    memory: Annotated[
        str,
        key(
            "translation memory: what was translated once, by the same model with the same settings, is "
            "looked up, in all movies and runs. A file on a local disk (on a network file system it "
            'switches itself off); it may be deleted at any time. `""`: none',
            again="nothing",
        ),
    ] = "memory/translations.sqlite"


class Shots(Section, frozen=True):
    """Where the shots of the movie begin; cues come and go with them."""

    enabled: Annotated[bool, key("the whole picture is decoded for it", again="subtitles")] = True
    threshold: Annotated[
        float,
        key("how much a picture must differ from the one before it, 0 to 100", again="detect_shots", ge=0, le=100),
    ] = 10


class Limits(Section, frozen=True):
    """What a cue may be, where it shall be otherwise than in the preset."""

    line_length: (
        Annotated[
            int,
            key(
                "characters in a line as a reader sees them (grapheme clusters)",
                again="subtitles",
                ge=10,
                le=200,
                shown="42",
            ),
        ]
        | UnsetType
    ) = UNSET
    lines: Annotated[int, key("lines in a cue", again="subtitles", ge=1, le=4, shown="2")] | UnsetType = UNSET
    min_duration: (
        Annotated[float, key("seconds that a cue stays at least", again="subtitles", ge=0, le=60, shown="0.833")]
        | UnsetType
    ) = UNSET
    max_duration: (
        Annotated[float, key("seconds that a cue stays at most", again="subtitles", gt=0, le=60, shown="7")] | UnsetType
    ) = UNSET
    gap_frames: (
        Annotated[
            int,
            key(
                "frames between two cues; gaps below `chain` are closed to it",
                again="subtitles",
                ge=0,
                le=240,
                shown="2",
            ),
        ]
        | UnsetType
    ) = UNSET
    chain: (
        Annotated[
            float,
            key(
                "seconds; a shorter gap between two cues is closed to `gap_frames`",
                again="subtitles",
                ge=0,
                le=60,
                shown="0.5",
            ),
        ]
        | UnsetType
    ) = UNSET
    linger: (
        Annotated[
            float,
            key(
                "seconds that a cue may stay after its last word; a second longer where it could not be read otherwise",
                again="subtitles",
                ge=0,
                le=60,
                shown="0.5",
            ),
        ]
        | UnsetType
    ) = UNSET
    word_time: (
        Annotated[
            float,
            key(
                "seconds that a reader needs for a word at least; `0`: words are not counted",
                again="subtitles",
                ge=0,
                le=10,
                shown="0",
            ),
        ]
        | UnsetType
    ) = UNSET
    reading_speed: Annotated[
        dict[str, Annotated[float, Meta(gt=0, le=1000)]],
        key(
            "characters a second at most, by language; `default` for the others",
            again="subtitles",
            shown="{en: 20, default: 22}",
        ),
    ] = {}


class Subtitles(Section, frozen=True):
    """The cues."""

    formats: Annotated[
        tuple[SubtitleFormat | Literal["ass-words"], ...],
        key(
            "files of each track: `srt`, `vtt`, `ass`, `ttml` (IMSC 1.1), `ass-words` (karaoke: words light up when they "
            "are heard; `<movie>.hi.words.ass`); `srt` is made in any case, the muxed movie needs it",
            again="subtitles",
            unique=True,
        ),
    ] = ("srt", "vtt")
    ass_words: Annotated[
        Literal["all", "songs"],
        key("which words light up in `ass-words`: `all`, or only those of `songs`", again="subtitles"),
    ] = "all"
    byte_order_mark: Annotated[
        bool,
        key(
            "begin these files with a byte order mark, for old players that do not take them for UTF-8 otherwise",
            again="subtitles",
        ),
    ] = False
    kinds: Annotated[
        dict[str, Literal["sdh", "forced"]],
        key(
            "language to what its track is: `{hi: sdh}` names its files `<movie>.hi.sdh.srt` and flags it "
            "as made for the deaf and hard of hearing (speakers are named, see `speaker_names`); `forced`: "
            "it holds just what is spoken in another language than its own, to be shown unasked (a forced track besides the "
            "full one: `forced` below)",
            again="subtitles",
        ),
    ] = {}
    forced: Annotated[
        tuple[
            Annotated[
                str, Meta(pattern=r"^([a-z]{2,3}(-Latn)?|spoken)$", title="a language code such as hi, or spoken")
            ],
            ...,
        ],
        key(
            "languages that get a forced track besides, in films of several languages: just what is spoken in another "
            "one. `[spoken]`: for those who understand the main language of a film, `<movie>.hi.forced.srt`",
            again="subtitles",
            unique=True,
        ),
    ] = ()
    preset: Annotated[
        Literal["netflix", "netflix-children", "bbc", "youtube"],
        key(
            "whose guide the cues follow: `netflix`, `netflix-children`, `bbc`, `youtube`; their figures "
            "and sources stand in `scripts/moviesubs/cues/presets.toml`",
            again="subtitles",
        ),
    ] = "netflix"
    songs: Annotated[
        Literal["mark", "speech", "skip"],
        key(
            "what is sung: `mark` it with ♪ and italics, treat it as `speech`, or `skip` it. Songs are "
            "known by the recogniser's signs (♪, [संगीत]) and, where voices and music are separated, by "
            "their levels",
            again="subtitles",
        ),
    ] = "mark"
    check: Annotated[
        tuple[str, ...],
        key("files that `snakemake check_subtitles` looks at instead of those of the movies", again="nothing"),
    ] = ()
    limits: Annotated[
        Limits, key("what a cue may be, where it shall be otherwise than in the preset (defaults here: `netflix`)")
    ] = Limits()


class Mux(Section, frozen=True):
    """The movie with its subtitle tracks."""

    container: Annotated[
        Literal["mkv", "mp4"], key("`mkv`, which holds everything, or `mp4`, for devices that want it", again="mux")
    ] = "mkv"
    default: Annotated[
        str,
        key(
            'language of the track that players switch on by themselves; `""`: none. The shipped config says `en`',
            again="mux",
        ),
    ] = ""


class Report(Section, frozen=True):
    """The page that a person checks before trusting the subtitles."""

    preview: Annotated[
        bool,
        key(
            "make a small copy of the movie for it (on two cores some ten minutes for two hours in 1080p); "
            "without, it has the sound of what is to check, and no picture",
            again="report",
        ),
    ] = True
    height: Annotated[int, key("lines of the small copy's picture", again="preview", ge=16, le=2160)] = 240
    embed: Annotated[
        float,
        key(
            "a small copy of up to so many megabytes (some twenty minutes) goes into the page itself, which "
            "then is one file; a larger one is `preview.mp4` beside it",
            again="report",
            ge=0,
            le=2000,
        ),
    ] = 24


class Config(Section, frozen=True):
    """What the workflow shall make. Defaults are filled in before anything runs."""

    movies: Annotated[Movies, key("where movies are found")] = Movies()
    models: Annotated[
        tuple[str, ...], key("tables of models; entries of a later one replace those of an earlier", min_length=1)
    ] = ("config/models.yaml",)
    unpinned_models: Annotated[
        bool,
        key(
            "`true` allows models whose `revision` in the table is `main`: they may be others tomorrow. Without it, a "
            "language whose alignment model is one of them is aligned without, and one that is asked for by name is an "
            "error at start",
            again="the stages that use one",
        ),
    ] = False
    hardware: Annotated[
        str,
        key(
            "a `hardware.json` to take for this machine, instead of looking: `snakemake hardware` writes "
            'what it finds into `results/hardware.json`; `""`: look',
            again="nothing",
        ),
    ] = ""
    language: Annotated[
        Annotated[str, Meta(pattern=r"^([a-z]{2,3}|auto)$")] | tuple[LanguageCode, ...],
        key(
            "language spoken in the movies, unless the table says otherwise; `auto`: the first run finds it "
            "out, the next one goes on ([how](../docs/speech-recognition.md)); a list such as `[hi, en]`, the main one "
            "first: films that mix them, each stretch in its own ([how](../docs/speech-recognition.md#several-languages))",
            again="transcribe",
            allowed="a language code such as hi, a list of them such as [hi, en], or auto",
        ),
    ] = "hi"
    subtitles_in: Annotated[
        tuple[
            Annotated[
                str,
                Meta(
                    pattern=r"^([a-z]{2,3}(-Latn)?|spoken)(\+([a-z]{2,3}(-Latn)?|spoken))?$",
                    title="a language code such as en or hi-Latn, or spoken, or two of them such as spoken+en",
                ),
            ],
            ...,
        ],
        key(
            "languages of the subtitles, in the order of the tracks; `spoken` is the movie's own; `hi-Latn` "
            "is Hindi in Latin letters, and so are `ta-Latn`, `te-Latn`, `bn-Latn`, `mr-Latn`, `gu-Latn`, `kn-Latn`, `ml-Latn` and "
            "`pa-Latn` ([how](../docs/your-library.md#latin-letters)); "
            "`spoken+en` is a track with a line of each, besides the tracks of both",
            again="the new language only",
            min_length=1,
            unique=True,
        ),
    ] = ("spoken", "en")
    existing: Annotated[
        Literal["ignore", "skip", "use"],
        key(
            "subtitles that a movie has already, as text tracks in its file or as files beside it: `skip` makes only "
            "the languages that are missing, `use` takes those in the spoken language in place of recognition "
            "(aligned, cut into sentences and cues anew, translated). Picture subtitles (PGS, VobSub) cannot be read "
            "and do not count",
            again="transcript",
        ),
    ] = "ignore"
    existing_retime: Annotated[
        bool,
        key(
            "with `existing: use`, first put these subtitles in step with where speech begins: offset, usual drifts, cuts",
            again="transcript",
        ),
    ] = False
    corrections: Annotated[
        str,
        key(
            "folder of the tables of corrections, `<movie>.tsv` in it: "
            "[your library](../docs/your-library.md#corrections)",
            again="transcript, or the translation that is corrected",
        ),
    ] = "corrections"
    retime: Annotated[
        dict[str, str],
        key(
            "name of a movie to a subtitle file (SRT, VTT, ASS) that `snakemake retime` puts in step with its sound: "
            "`{Sholay (1975): old.en.srt}`",
            again="retime",
        ),
    ] = {}
    translate_subtitles: Annotated[
        tuple[str, ...],
        key(
            "subtitle files (SRT, VTT, ASS) that `snakemake translate_subtitles` translates without any movie into the "
            "languages of `subtitles_in`; a row of the table whose `path` is such a file does the same",
            again="translate",
        ),
    ] = ()
    publish: Annotated[
        Publish,
        key("subtitles beside the movie, where players look for them; `snakemake unpublish` takes them back"),
    ] = Publish()
    keep_audio: Annotated[
        bool,
        key(
            "`false` deletes `audio.wav` (230 MB for two hours) when the last stage that listens to it is done; `snakemake "
            "--delete-temp-output` deletes those that are there already. Later changes from `transcript` on need it no more; one of "
            "speech detection, recognition, alignment, diarization or the preview then takes the sound out of the movie again "
            "and runs all that listens to it. Reports have no sound but that of the preview",
            again="report",
        ),
    ] = True
    separate: Annotated[Separate, key("speech out of music and noise, before everything else")] = Separate()
    speech: Annotated[Speech, key("voice activity detection: what speech recognition gets to hear")] = Speech()
    asr: Annotated[Asr, key("speech recognition")] = Asr()
    align: Annotated[Align, key("forced alignment: a time for every word")] = Align()
    diarize: Annotated[Diarize, key("who speaks when")] = Diarize()
    transcript: Annotated[Transcript, key("sentences from words")] = Transcript()
    translate: Annotated[Translate, key("translation of the transcript")] = Translate()
    shots: Annotated[Shots, key("where the shots of the movie begin; cues come and go with them")] = Shots()
    subtitles: Annotated[Subtitles, key("the cues")] = Subtitles()
    mux: Annotated[Mux, key("the movie with its subtitle tracks")] = Mux()
    report: Annotated[Report, key("the page that a person checks before trusting the subtitles")] = Report()
    pathvars: Annotated[
        dict[
            Annotated[
                str,
                Meta(
                    pattern="^(results|logs|models|environments|resources|benchmarks)$",
                    title="results, logs, models, environments",
                ),
            ],
            Annotated[str, Meta(min_length=1)],
        ],
        key("Snakemake's own: other folders for `results`, `logs`, `models`, `environments`"),
    ] = {}
