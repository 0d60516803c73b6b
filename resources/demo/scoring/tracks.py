"""Subtitle tracks against the track that would be right: SubER, the share of words and breaks to be edited, by subtitle-edit-rate.

Patrick Wilken, Panayota Georgakopoulou, Evgeny Matusov: SubER, a metric for automatic evaluation of subtitle quality (2022).
"""

from pathlib import Path

from moviesubs import contracts
from moviesubs.cues.build import cues
from moviesubs.formats.write import to_text
from scoring.truth import Truth


def right_track(truth: Truth, language: str) -> str:
    """The SubRip track that the workflow would make, had all stages before the cues made no mistake.

    Its lines break as ours do, so that SubER counts breaks that fall elsewhere because words or times are wrong.
    """
    spoken = [
        contracts.Sentence(
            id=number,
            start=one.start,
            end=one.end,
            text=one.hi,
            speaker=one.speaker,
            words=[contracts.Word(word=word.word, start=word.start, end=word.end) for word in one.words],
        )
        for number, one in enumerate(truth.sentences)
    ]
    source = contracts.Transcript(language="hi", sentences=spoken)
    if language == "hi":
        return to_text(cues(source).cues, "hi", "srt")
    translated = [
        contracts.Sentence(id=number, start=one.start, end=one.end, text=one.in_language(language), speaker=one.speaker)
        for number, one in enumerate(truth.sentences)
    ]
    made = cues(contracts.Transcript(language=language, sentences=translated), source=source)
    return to_text(made.cues, language, "srt")


def subtitle_edit_rate(right: Path, made: Path) -> float:
    """SubER of a SubRip file: edits of words, of breaks, and of the order, in per cent of the words and breaks of the right one.

    Case and ASCII punctuation do not count; words are the same only where they are shown at the same time.
    """
    from suber.file_readers import SRTFileReader  # here, so that the rest is of use without it
    from suber.metrics.suber import calculate_SubER

    return float(
        calculate_SubER(hypothesis=SRTFileReader(str(made)).read(), reference=SRTFileReader(str(right)).read())
    )
