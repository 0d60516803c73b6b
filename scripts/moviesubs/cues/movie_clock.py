"""What cues need to know of the movie's file: how fast its pictures come, and from where players count a subtitle file's times."""

from collections.abc import Sequence

import msgspec

from moviesubs.contracts import Cue, Probe


def frame_rate(probe: Probe | None) -> float | None:
    """Frames a second of the movie's picture; None where that is not known or there is none."""
    if probe is None or probe.video is None:
        return None
    return next((stream.frame_rate for stream in probe.streams if stream.index == probe.video), None)


def beside_movie(cues: Sequence[Cue], probe: Probe | None) -> Sequence[Cue]:
    """The cues as players count them: a subtitle file's times count from the container's start, which may lie before the picture's.

    mpv, VLC, Kodi and everything else over FFmpeg's libraries take the earliest stream's start for zero.
    """
    lead = round(probe.lead * 1000) if probe else 0
    if not lead:
        return cues
    return [msgspec.structs.replace(cue, start=cue.start + lead, end=cue.end + lead) for cue in cues]
