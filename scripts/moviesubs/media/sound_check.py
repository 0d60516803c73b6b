"""What a person should know of a movie's sound before trusting what was heard in it."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from moviesubs.contracts import Hole, Probe, Stream
from moviesubs.errors import UserError
from moviesubs.media.channels import Mixer
from moviesubs.media.extraction import extract
from moviesubs.media.sound import HOLE_SECONDS, Decoding, Placement, chosen, holes
from moviesubs.stage.progress import clock

#: seconds by which the sound may end before the container says without being called cut off: containers are not exact
MISSING_SECONDS = 1.0
#: seconds by which it may end before the picture in an intact file that does not say how long its sound is
QUIET_END_SECONDS = 60.0
#: seconds of another stream that are listened to, at several places, where the chosen one is silent
SAMPLE_SECONDS, PLACES = 10.0, (0.1, 0.3, 0.5, 0.7, 0.9)
#: holes that are named one by one
NAMED_HOLES = 3


def expected_end(probe: Probe) -> float:
    """Where the sound of the stretch should end, as far as the container tells, in seconds on the movie's clock."""
    audio = chosen(probe)
    if audio.start is None or audio.duration is None:
        return probe.end
    return min(probe.end, audio.start + audio.duration - probe.clock)


def time(seconds: float) -> str:
    """A time as h:mm:ss.d, for places that a person looks up."""
    whole = clock(int(max(0.0, seconds)))
    return f"{whole}.{int(max(0.0, seconds) * 10) % 10}"


def check(
    movie: Path | str, probe: Probe, mixer: Mixer, placement: Placement, noted: Decoding, end: float
) -> list[str]:
    """Looks at what was extracted.

    Args:
        movie: names the movie.
        mixer: that made one channel.
        placement: that put frames where they belong.
        noted: what the decoder complained of.
        end: seconds on the movie's clock at which the samples end.

    Returns:
        Warnings, one line each.

    Raises:
        UserError: there is no sound though the container promised some.
    """
    audio = chosen(probe)
    starts = (audio.start if audio.start is not None else probe.clock) - probe.clock
    promised = probe.start <= max(0.0, starts) < probe.end
    complained = bool(noted.complaints or noted.error)
    if end <= probe.start:
        if complained or promised:
            raise UserError(
                f"{movie}: no sound could be decoded from its audio stream {audio.index} ({audio.codec}); "
                "the file is damaged or cut off, or this FFmpeg lacks the decoder"
            )
        return []
    warnings = [*_ends(probe, noted, end, complained), *_holes(holes(placement, noted))]
    warnings += [
        f"the clock of its sound goes back at {time(at)}; what follows may be out of time" for at in placement.went_back
    ]
    warnings += [f"its sound {line}" for line in mixer.warnings()]
    if mixer.silent:
        warnings.append(f"its audio stream {audio.index} is silent; {_advice(movie, probe, audio)}")
    return warnings


def _ends(probe: Probe, noted: Decoding, end: float, complained: bool) -> Iterator[str]:
    cause = "the file is cut off or damaged: " if complained else ""
    packets = min(noted.packets_end if noted.packets_end is not None else end, probe.end)
    known = complained or chosen(probe).duration is not None
    if end < expected_end(probe) - (MISSING_SECONDS if known else QUIET_END_SECONDS):
        yield f"{cause}its sound ends at {clock(end)}, not at {clock(expected_end(probe))}"
    elif packets - end > HOLE_SECONDS:
        yield f"{cause}its sound could be decoded up to {time(end)} only, it goes on to {time(packets)}"


def _holes(stretches: list[Hole]) -> Iterator[str]:
    for damaged, what in ((True, "is damaged"), (False, "is missing in the file")):
        ones = [hole for hole in stretches if hole.damaged == damaged]
        if not ones:
            continue
        named = ", ".join(f"{time(hole.start)} to {time(hole.end)}" for hole in ones[:NAMED_HOLES])
        more = f" and {len(ones) - NAMED_HOLES} times more" if len(ones) > NAMED_HOLES else ""
        yield f"its sound {what} at {named}{more}; speech may be missing there"


def _advice(movie: Path | str, probe: Probe, silent: Stream) -> str:
    """What to do about a silent stream: the other streams that can be heard, the loudest first."""
    others = [stream for stream in probe.streams if stream.type == "audio" and stream.index != silent.index]
    heard = sorted(((level(movie, probe, stream), stream) for stream in others), key=lambda pair: -pair[0])
    loud = [stream for loudness, stream in heard if loudness > -60]
    if not loud:
        return "there is no other that is not"
    names = ", ".join(f"{stream.index} ({stream.language or stream.title or 'no language'})" for stream in loud)
    return f"can be heard: {names}; choose one with audio_stream in the table"


def level(movie: Path | str, probe: Probe, stream: Stream) -> float:
    """How loud a stream is where it is sampled, in decibels below full scale."""
    loudest = -120.0
    for place in PLACES:
        at = probe.start + place * (probe.end - probe.start)
        mixer = Mixer()
        other = msgspec.structs.replace(probe, audio=stream.index, start=at, steps=[])
        for _ in extract(movie, other, mixer, Placement(at, probe.end), Decoding(), SAMPLE_SECONDS):
            pass
        loudest = max(loudest, mixer.level if mixer.samples else -120.0)
        if probe.end - probe.start < SAMPLE_SECONDS:
            break
    return loudest
