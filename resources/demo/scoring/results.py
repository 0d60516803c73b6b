"""What is true of a movie and what the workflow made of it, both on the movie's clock."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from moviesubs import contracts
from moviesubs.errors import UserError
from scoring.stretches import Recording, Turn
from scoring.texts import Expected
from scoring.truth import Truth
from scoring.words import WordStart

T = TypeVar("T")


@dataclass(frozen=True)
class Results:
    """The workflow's files of one movie, with the movie's truth.

    Attributes:
        name: of the movie.
        folder: the movie's folder of results.
        truth: what is said in it.
    """

    name: str
    folder: Path
    truth: Truth

    def read(self, file: str, kind: type[T]) -> T:
        """One file of the stages.

        Args:
            file: its name, "asr.json" say.
            kind: its contract.

        Returns:
            The record.

        Raises:
            UserError: it is missing or not valid.
        """
        return contracts.read(self.folder / file, kind)

    def recognised(self, file: str) -> str:
        """All text of a recognition.

        Args:
            file: "asr.json" or "asr.mlx.json".

        Returns:
            One string.

        Raises:
            UserError: the backend of that file did not do the work itself, so it cannot be scored by this file.
        """
        asr = self.read(file, contracts.Asr)
        if asr.status != "ok":
            raise UserError(f"{self.folder / file}: recognition {asr.status}: {asr.reason}")
        return " ".join(segment.text for segment in asr.segments)

    def words(self) -> list[WordStart]:
        """The aligned words; none where alignment fell back to segment times."""
        aligned = self.read("aligned.json", contracts.Asr)
        start = self._start()
        return [
            WordStart(word.word, word.start + start) for segment in aligned.segments for word in segment.words or []
        ]

    def speech(self) -> Recording:
        """Where speech was detected."""
        detected = self.read("speech.json", contracts.Speech)
        start = self._start()
        return self._recording([Turn(segment.start + start, segment.end + start) for segment in detected.segments])

    def speakers(self) -> Recording:
        """Who was found to speak when."""
        diarization = self.read("speakers.json", contracts.Speakers)
        start = self._start()
        return self._recording([Turn(turn.start + start, turn.end + start, turn.speaker) for turn in diarization.turns])

    def text(self, language: str) -> str:
        """All text of a transcript.

        Args:
            language: of a translation.

        Returns:
            One string.
        """
        transcript = self.read(f"transcript.{language}.json", contracts.Transcript)
        return " ".join(sentence.text for sentence in transcript.sentences)

    def expected(self, language: str) -> list[Expected]:
        """The sentences that the subtitles should show.

        Args:
            language: of the subtitles.

        Returns:
            The phrasebook's sentences, with the times at which they are spoken.
        """
        return [
            Expected(sentence.start, sentence.end, sentence.in_language(language)) for sentence in self.truth.sentences
        ]

    def subtitles(self, language: str) -> Path:
        """The SubRip file."""
        return self.folder / f"{self.name}.{language}.srt"

    def _start(self) -> float:
        return self.read("probe.json", contracts.Probe).start

    def _recording(self, hypothesis: list[Turn]) -> Recording:
        probe = self.read("probe.json", contracts.Probe)
        true = [Turn(sentence.start, sentence.end, sentence.speaker) for sentence in self.truth.sentences]
        return Recording(true, hypothesis, probe.end - probe.start)
