"""A long movie that nobody made: picture and sound from FFmpeg, and what the model stages would have found in it."""

import random
from pathlib import Path

from support import media

from moviesubs import contracts
from moviesubs.contracts import Alignment, Asr, AsrSegment, Segment, Sentence, Speech, Transcript, Translation, Word

HINDI = "राज स्टेशन पर खड़ा था और मीरा ने कहा कि गाड़ी आज फिर देर से आएगी लेकिन वह नहीं मानी क्योंकि उसे घर जाना था"
ENGLISH = "Raj stood at the station and Meera said the train was late again but she would not have it"
#: words of a sentence at least and at most
WORDS = (4, 16)


def movie(path: Path, minutes: int) -> Path:
    """Makes a movie of a full frame rate and low resolution; its sound swells and fades as often as syllables do.

    Args:
        path: the movie.
        minutes: its length.

    Returns:
        The path.
    """
    minute = path.with_stem(f"{path.stem} minute")
    media.make(
        minute,
        *("-f", "lavfi", "-i", "testsrc=size=64x36:rate=25:duration=60"),
        *("-f", "lavfi", "-i", "anoisesrc=color=pink:sample_rate=48000:duration=60"),
        *("-af", "bandpass=frequency=900:width_type=o:width=3,tremolo=f=4:d=0.9", "-ac", "2", "-shortest"),
        sound="ac3",
    )
    media.ffmpeg("-stream_loop", minutes - 1, "-i", f"file:{minute}", "-map", "0", "-c", "copy", f"file:{path}")
    minute.unlink()
    return path


def write_speech_and_alignment(folder: Path, seconds: float, sentences: int, model: str) -> None:
    """Writes what speech detection and alignment would have left: speech.json and aligned.json.

    Args:
        folder: the results of the movie.
        seconds: length of the movie.
        sentences: how many, spread evenly.
        model: names the model of the answer.
    """
    dice = random.Random(0)
    step = seconds / sentences
    segments = []
    for number in range(sentences):
        spoken = [dice.choice(HINDI.split()) for _ in range(dice.randint(*WORDS))]
        spoken[-1] += "।"
        start, length = number * step, step * 0.8 / len(spoken)
        words = [
            Word(word=word, start=start + length * place, end=start + length * (place + 0.9), score=0.9)
            for place, word in enumerate(spoken)
        ]
        segments.append(
            AsrSegment(start=words[0].start, end=words[-1].end, text=" ".join(spoken), avg_logprob=-0.2, words=words)
        )
    folder.mkdir(parents=True)
    speech = [Segment(start=segment.start, end=segment.end) for segment in segments]
    contracts.write(folder / "speech.json", Speech(segments=speech, method="pyannote", duration=seconds))
    answer = Asr(
        language="hi",
        backend="whisperx",
        model=model,
        status="ok",
        segments=segments,
        alignment=Alignment(backend="whisperx", status="words"),
    )
    contracts.write(folder / "aligned.json", answer)


def translate(folder: Path, language: str) -> None:
    """Writes what translation would have left: transcript.<language>.json, from transcript.json.

    Args:
        folder: the results of the movie.
        language: that it is in.
    """
    spoken = contracts.read(folder / "transcript.json", Transcript)
    dice = random.Random(1)
    sentences = [
        Sentence(
            id=sentence.id,
            start=sentence.start,
            end=sentence.end,
            text=" ".join(dice.choice(ENGLISH.split()) for _ in range(dice.randint(*WORDS))) + ".",
        )
        for sentence in spoken.sentences
    ]
    origin = Translation(backend="ctranslate2", model="none")
    contracts.write(
        folder / f"transcript.{language}.json", Transcript(language=language, sentences=sentences, translation=origin)
    )
