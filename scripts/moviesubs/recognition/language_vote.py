"""Which language is spoken: several windows of a movie vote, since its first 30 s may be a song, a prayer or another language."""

from collections.abc import Mapping, Sequence

from moviesubs.contracts import Segment
from moviesubs.errors import UserError
from moviesubs.language.languages import languages

#: windows that vote
WINDOWS = 7


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
    known = [code for code, found in languages().items() if found.whisper]
    if not probabilities:
        raise UserError("no window to find the language by; name the language")
    means = {code: sum(one.get(code, 0.0) for one in probabilities) / len(probabilities) for code in known}
    return dict(sorted(means.items(), key=lambda item: -item[1])[:5])
