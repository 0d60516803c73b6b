"""Which language is spoken: several windows of a movie vote, since its first 30 s may be a song, a prayer or another language."""

from collections.abc import Mapping, Sequence

from moviesubs.contracts import Segment
from moviesubs.errors import UserError
from moviesubs.language.languages import languages
from moviesubs.recognition.coverage import seconds

#: windows that vote, and short stretches in which other languages are looked for
WINDOWS, SAMPLES = 7, 20
#: probability from which another language is believed to be heard in a short stretch, and the share of the speech from which it counts
SURE, LEAST_SHARE = 0.7, 0.05
#: probability below which a stretch of so many seconds is not in the language of the film; the share of the speech from which that counts
UNLIKELY, UNLIKELY_SECONDS, UNCLEAR_SHARE = 0.2, 1.0, 0.25


def windows(chunks: Sequence[Segment], count: int = WINDOWS) -> list[Segment]:
    """The chunks that vote: spread over the movie, the longest of each part.

    Args:
        chunks: of speech, in order.
        count: how many at most.

    Returns:
        Chunks in order.
    """
    parts = min(count, len(chunks))
    edges = [round(k * len(chunks) / parts) for k in range(parts + 1)] if parts else []
    return [max(chunks[a:b], key=lambda one: one.end - one.start) for a, b in zip(edges, edges[1:], strict=False)]


def vote(probabilities: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Counts the votes.

    Args:
        probabilities: for each window the probability of each language, by Whisper's codes.

    Returns:
        The mean probability of each language that this project knows, the winner first, at most five.

    Raises:
        UserError: nobody voted.
    """
    known = [code for code, spoken in languages().items() if spoken.whisper]
    if not probabilities:
        raise UserError("no window to find the language by; name the language")
    means = {code: sum(one.get(code, 0.0) for one in probabilities) / len(probabilities) for code in known}
    return dict(sorted(means.items(), key=lambda item: -item[1])[:5])


def shares(sample: Sequence[Segment], probabilities: Sequence[Mapping[str, float]], main: str) -> dict[str, float]:
    """How much of the speech is in which language.

    Args:
        sample: short stretches of speech.
        probabilities: for each of them the probability of each language.
        main: the language of the film; what is not sure is in it.

    Returns:
        Shares by language, the greatest first; nothing where it is all in one.
    """
    known = languages()
    lengths: dict[str, float] = {main: 0.0}
    for one, probability in zip(sample, probabilities, strict=True):
        best = max(probability, key=lambda code: probability[code], default=main)
        code = best if best in known and known[best].whisper and probability.get(best, 0.0) >= SURE else main
        lengths[code] = lengths.get(code, 0.0) + one.end - one.start
    whole = sum(lengths.values()) or 1.0
    parts = {code: length / whole for code, length in lengths.items() if code == main or length / whole >= LEAST_SHARE}
    return dict(sorted(parts.items(), key=lambda item: -item[1])) if len(parts) > 1 else {}


def unclear(sample: Sequence[Segment], probabilities: Sequence[Mapping[str, float]], main: str) -> float:
    """How much of the speech is hardly in the film's language, though no other is sure: the model knows what is spoken there badly.

    Args:
        sample: short stretches of speech.
        probabilities: for each of them the probability of each language.
        main: the language of the film.

    Returns:
        A share; 0 where it is small.
    """
    doubtful = [
        one
        for one, probability in zip(sample, probabilities, strict=True)
        if one.end - one.start >= UNLIKELY_SECONDS
        and probability.get(main, 0.0) < UNLIKELY
        and max(probability.values(), default=0.0) < SURE
    ]
    share = seconds(doubtful) / (seconds(sample) or 1.0)
    return share if share >= UNCLEAR_SHARE else 0.0
