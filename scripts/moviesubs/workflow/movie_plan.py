"""What rules ask about one movie, and about one of its tracks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moviesubs import contracts
from moviesubs.corrections.table import line_of, of_track
from moviesubs.errors import UserError
from moviesubs.language.languages import AUTO, ROMANISABLE, romanised_from
from moviesubs.library.contents import file_digest
from moviesubs.library.existing import parse_tokens
from moviesubs.media.audio_choice import settled_language
from moviesubs.workflow.models import align_model, asr_model, named_model, translation_model
from moviesubs.workflow.movies import Movie, is_stored
from moviesubs.workflow.names import workable_path
from moviesubs.workflow.options import limit_options, option

if TYPE_CHECKING:
    from moviesubs.workflow.plan import Plan


def track_name(language: str, kinds: Mapping[str, str]) -> str:
    """What stands before the suffix in the names of a track's files, so that players know what it is: `hi`, `en.sdh`.

    Args:
        language: of the track.
        kinds: `subtitles.kinds` of the config.
    """
    return f"{language}.{kinds[language]}" if language in kinds else language


@dataclass(frozen=True)
class MoviePlan:
    """One movie. What depends on its language raises a UserError as long as that is not known.

    Attributes:
        plan: of the run.
        movie: which.
        part: code of the one of its languages that is asked about; "": the main one.
    """

    plan: Plan
    movie: Movie
    part: str = ""

    # --- known of every movie ---

    @property
    def path(self) -> str:
        """The movie file, as Snakemake and programs can take it."""
        return self.movie.path if is_stored(self.movie.path) else workable_path(self.movie.path)

    @property
    def own_path(self) -> str:
        """The movie file where it lies, under its own name.

        Raises:
            UserError: it lies in a storage.
        """
        if is_stored(self.movie.path):
            raise UserError(f"{self.movie.path} lies in a storage; publish.beside_movie is for movies on this machine")
        return self.movie.path

    @property
    def content(self) -> str:
        """What the movie file holds: a film that is replaced runs again, whatever its date."""
        return self.movie.content

    @property
    def probe_options(self) -> list[str]:
        """Which language, stretch and audio stream of the movie, for probe."""
        movie = self.movie
        return [
            *self.audio_language,
            *option("--start", movie.start or None),
            *option("--end", movie.end),
            *option("--audio-stream", movie.audio_stream),
        ]

    @property
    def channel_options(self) -> list[str]:
        """Which channel of the sound is listened to, for demux; none: a mix."""
        return option("--audio-channel", self.movie.audio_channel or None)

    @property
    def audio_language(self) -> list[str]:
        """The language of the audio stream to choose, for probe; none where nobody named it."""
        language = None if self.movie.detected else self.movie.language
        probe = self.plan.results / self.movie.name / "probe.json"
        if probe.exists():
            language = settled_language(contracts.read(probe, contracts.Probe), language, self.movie.audio_stream)
        return option("--audio-language", language)

    @property
    def language_was_found(self) -> bool:
        """Whether `language.json` says in which language the movie is, or shall say it."""
        return self.movie.detected

    @property
    def speaker_options(self) -> list[str]:
        """How many speakers: the table's number, else the config's bounds."""
        bounds = self.plan.settings.diarize
        lowest = self.movie.speakers or bounds.min_speakers
        highest = self.movie.speakers or bounds.max_speakers
        return option("--min-speakers", lowest or None) + option("--max-speakers", highest or None)

    @property
    def file_to_retime(self) -> str:
        """The subtitle file that is to be put in step with the movie."""
        name = self.movie.name
        if name not in self.plan.settings.retime:
            raise UserError(f"which subtitle file of {name!r}? Say --config 'retime={{{name}: file.srt}}'")
        return self.plan.settings.retime[name]

    @property
    def content_to_retime(self) -> str:
        """What that file holds."""
        return file_digest(self.file_to_retime)

    @property
    def retimed_by_words(self) -> bool:
        """Whether that file is in the spoken language, as far as its name tells, so that what is heard can be compared with it."""
        language, _ = parse_tokens(Path(self.file_to_retime).stem.removeprefix(self.movie.name))
        return language in (None, self.language)

    def corrections_of(self, track: str) -> list[str]:
        """The corrections of one track as lines of the table: "" for the transcript, else a language."""
        return [line_of(one) for one in of_track(self.movie.corrections, track)]

    @property
    def corrections(self) -> list[str]:
        """The corrections of the transcript."""
        return self.corrections_of("")

    @property
    def corrections_file(self) -> list[str]:
        """The table, where it corrects the transcript."""
        return [self.movie.corrections_path] if self.corrections else []

    @property
    def existing_file(self) -> str:
        """The file with the subtitles that stand for recognition: one beside the movie, or the movie itself."""
        track = self.movie.transcript_track
        return (track.path if track else None) or self.movie.path

    @property
    def existing_content(self) -> str:
        """What the subtitles hold that stand for recognition: others run again, whatever their date."""
        track = self.movie.transcript_track
        return file_digest(track.path) if track and track.path else self.movie.content

    @property
    def existing_options(self) -> list[str]:
        """Which subtitles stand for recognition, for use_existing."""
        track = self.movie.transcript_track
        if track is None:
            raise UserError(f"{self.movie.name!r} has no subtitles that could stand for recognition")
        return ["--subtitles", track.path] if track.path else ["--stream", str(track.stream)]

    # --- known when the language is ---

    @property
    def language(self) -> str:
        """Code of the spoken language."""
        name = self.movie.name
        if self.movie.language == AUTO:
            raise UserError(
                f"the language of {name!r} is not known yet: `snakemake languages` finds it out; or name it in the table"
            )
        if name not in self.plan.movies and name not in self.plan.subtitle_files:
            raise UserError(f"{name!r} is left out; the warning at the start says why")
        return self.part or self.movie.language

    @property
    def languages(self) -> list[str]:
        """Codes of all languages that are spoken, the main one first."""
        return list(self.movie.languages) if self.language else []

    @property
    def recogniser(self) -> str:
        """The backend of speech recognition."""
        return self.plan.backends[self.language][0]

    @property
    def parts_heard_again(self) -> list[str]:
        """The parts (`.hi`; "" for the whole of a film in one language) that a second recogniser hears besides."""
        if self.movie.transcript_track:
            return []
        codes = [code for code in self.languages if self.plan.is_heard_again(code)]
        return [f".{code}" if self.movie.others else "" for code in codes]

    @property
    def aligner(self) -> str:
        """The backend of alignment."""
        return self.plan.backends[self.language][1]

    @property
    def alignment_fallback(self) -> str:
        """What aligns where that cannot: "whisper" or "none"; MLX's environment has nothing else."""
        fallback: str = self.plan.settings.align.for_language(self.language).fallback
        return fallback if self.aligner == "whisperx" else "none"

    @property
    def aligner_environment(self) -> str:
        """The environment in which words are aligned; it does no harm where they are not."""
        return "mlx" if self.aligner == "mlx" else "whisperx"

    @property
    def aligner_definition(self) -> str:
        """Its YAML, as rules name it."""
        return f"../envs/{self.aligner_environment}.yaml"

    @property
    def alignment(self) -> dict[str, Any]:
        """The settings of alignment that change what comes out of it, and the environment that it runs in."""
        return {
            "environment": self.aligner_environment,
            "backend": self.aligner,
            "fallback": self.alignment_fallback,
            "options": self.timestamp_options,
        }

    @property
    def aligner_code(self) -> dict[str, str]:
        """What the result of alignment depends on besides its input and options."""
        return self.plan.code("align", self.aligner_environment)

    @property
    def aligner_gpu(self) -> int:
        """1 where alignment needs the card for itself."""
        return self.plan.gpu("transcribe_mlx" if self.aligner == "mlx" else "align")

    @property
    def recognition(self) -> dict[str, Any]:
        """The settings of recognition that change what is recognised."""
        asr = self.plan.settings.asr.for_language(self.language)
        return {
            "language": self.language,
            "chunk_size": asr.chunk_size,
            "max_pause": asr.max_pause,
            "beam_size": asr.beam_size,
            "options": [*self.timestamp_options, *option("--initial-prompt", asr.prompt)],
        }

    @property
    def timestamp_options(self) -> list[str]:
        """Whether the model writes times between its words."""
        return [] if self.plan.settings.asr.for_language(self.language).timestamps else ["--no-timestamps"]

    @property
    def recognition_glossary(self) -> list[str]:
        """The table of names and terms for recognition: the movie's own, else that of the config; or none."""
        shared = self.plan.settings.asr.for_language(self.language).glossary
        return [workable_path(file) for file in [self.movie.glossary or shared] if file]

    @property
    def translation_glossary(self) -> list[str]:
        """The same for translation."""
        return [file for file in [self.movie.glossary or self.plan.settings.translate.glossary] if file]

    @property
    def table_options(self) -> list[str]:
        """The movie's table of corrections and that of names, to which the report offers what is corrected; there or not."""
        shared = self.plan.settings
        names = self.movie.glossary or shared.translate.glossary or shared.asr.glossary or "config/glossary.tsv"
        return [f"--corrections={self.movie.corrections_path}", f"--glossary={names}"]

    @property
    def targets(self) -> list[str]:
        """Languages of the subtitles, in the order of the tracks."""
        return list(self.movie.targets) if self.language else []

    @property
    def translations(self) -> list[str]:
        """Languages of the transcripts that are not in the spoken one."""
        return [language for language in self.targets if not self.movie.is_spoken(language)]

    @property
    def tracks(self) -> list[str]:
        """What stands before the suffix in the names of the subtitle files: `hi`, `en.sdh`."""
        return [*self.full_tracks, *self.forced_tracks]

    @property
    def forced_tracks(self) -> list[str]:
        """Those of the forced tracks that stand beside full ones."""
        return [f"{code}.forced" for code in self.movie.forced]

    @property
    def full_tracks(self) -> list[str]:
        """The same without the forced tracks that stand beside full ones."""
        return [track_name(code, self.plan.settings.subtitles.kinds) for code in self.targets]

    @property
    def pairs(self) -> list[str]:
        """Tracks with two languages: `hi+en`."""
        return list(self.movie.pairs) if self.language else []

    @property
    def muxed_tracks(self) -> list[str]:
        """All tracks of the muxed movie: those with two languages come last."""
        return [*self.tracks, *self.pairs]

    @property
    def reported_tracks(self) -> list[str]:
        """The tracks whose cues the report shows side by side: all but the forced ones."""
        return [*self.full_tracks, *self.pairs]

    @property
    def default_track(self) -> list[str]:
        """The track that players switch on by themselves, as an option of mux; none that the movie does not have."""
        wanted = self.plan.settings.mux.default.replace("spoken", self.language)
        return option("--default", wanted if wanted in self.movie.targets else "")

    def model(self, stage: str) -> str | None:
        """The id of the model that a stage uses, or None where it goes without.

        Args:
            stage: "mlx", "whisperx", "ctc", "align", "align_in_onnx", "align_fallback", "separate" or "diarize".
        """
        config, models = self.plan.config, self.plan.models
        if stage in ("separate", "diarize"):
            return named_model(config, models, stage)
        if stage == "align_fallback":
            whisper = self.alignment_fallback == "whisper"
            return asr_model(config, models, "whisperx", self.language) if whisper else None
        if stage == "align_in_onnx":
            return align_model(config, models, self.language, self.aligner) if self.aligner == "whisperx" else None
        if stage == "align":
            return align_model(config, models, self.language, self.aligner)
        return asr_model(config, models, stage, self.language)

    @property
    def models(self) -> list[str]:
        """The ids of all models that the movie needs, for the report."""
        settings = self.plan.settings
        enabled = {"separate": settings.separate.enabled, "diarize": settings.diarize.enabled}
        optional = [stage for stage, wanted in enabled.items() if wanted]
        used: list[str | None] = []
        for code in self.languages:
            part = MoviePlan(self.plan, self.movie, code)
            recogniser = [] if self.movie.transcript_track else [part.recogniser]
            recogniser += ["ctc"] if recogniser and self.plan.is_heard_again(code) else []
            used += [part.model(stage) for stage in (*recogniser, "align", "align_fallback", *optional)]
        for language in self.movie.translated:
            used += self.plan.track(self.movie.name, language).models
        return [model for model in dict.fromkeys(used) if model]


@dataclass(frozen=True)
class TrackPlan:
    """The transcript and the subtitles of a movie in one language.

    Attributes:
        movie: whose.
        language: of the track.
    """

    movie: MoviePlan
    language: str

    @property
    def is_spoken(self) -> bool:
        """Whether the track is in the language of the movie, and all of the movie is."""
        return self.movie.movie.is_spoken(self.language)

    @property
    def transcript_file(self) -> str:
        """The transcript in the language of the track, as an input of a rule."""
        name = "transcript.json" if self.is_spoken else f"transcript.{self.language}.json"
        return f"<results>/{self.movie.movie.name}/{name}"

    @property
    def corrections(self) -> list[str]:
        """The corrections of what is translated or romanised into this language."""
        return self.movie.corrections_of(self.language)

    @property
    def corrections_file(self) -> list[str]:
        """The table, where it corrects this language."""
        return [self.movie.movie.corrections_path] if self.corrections else []

    @property
    def unromanised_transcript(self) -> str:
        """The transcript that is written in Latin letters for this track, as an input of a rule."""
        base = romanised_from(self.language)
        if base is None:
            raise UserError(
                f"{self.language}: this language cannot be romanised here; {', '.join(f'{code}-Latn' for code in ROMANISABLE)} can"
            )
        return TrackPlan(self.movie, base).transcript_file

    @property
    def sources(self) -> list[str]:
        """The languages that are translated into that of the track."""
        return [code for code in self.movie.languages if code != self.language]

    @property
    def models(self) -> list[str]:
        """The ids of the models that translate from each of them."""
        plan = self.movie.plan
        return [translation_model(plan.config, plan.models, source, self.language) for source in self.sources]

    @property
    def translation(self) -> dict[str, list[str]]:
        """The languages that are translated, and what the program must know besides."""
        script = option("--target-script", self.movie.plan.settings.translate.scripts.get(self.language))
        return {"sources": self.sources, "options": [*script, *self._model_options]}

    @property
    def _model_options(self) -> list[str]:
        """What backends other than CTranslate2 must be told: the model's name, its revision, whether its code may run."""
        plan = self.movie.plan
        if plan.translation_backend == "ctranslate2":
            return []
        remote = ["--remote-code"] if plan.translation_backend == "transformers" else []
        revisions = [plan.models["models"][model].get("revision") or "" for model in self.models]
        names = [word for model in self.models for word in ("--name", model)]
        return [
            *names,
            *(f"--revision={one}" for one in revisions),
            *remote,
        ]  # one word: Snakemake does not quote an empty one

    @property
    def subtitle_options(self) -> list[str]:
        """Limits of a cue with the reading speed of the language, names of speakers, and what becomes of what is sung."""
        movie = self.movie.movie
        limits = limit_options(self.movie.plan.settings.subtitles, self.language)
        return [*limits, "--song-policy", movie.songs, "--speaker-names", *movie.speaker_names]
