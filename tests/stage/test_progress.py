"""Progress lines say how far, how fast and how long still."""

import time

from moviesubs.stage.progress import Progress, clock
from moviesubs.workflow.hardware import Hardware

LINUX = Hardware("Linux", "x86_64", 8, 32000)
NVIDIA = Hardware("Linux", "x86_64", 8, 32000, ("NVIDIA L4",))
MAC = Hardware("Darwin", "arm64", 8, 32000)


def test_progress_says_position_speed_and_what_is_left() -> None:
    progress = Progress("transcribe x", 120, audio=True)
    progress.started = time.monotonic() - 30
    assert (
        progress.line(60)
        == "transcribe x: 0:01:00 of 0:02:00 (50%), elapsed 0:00:30, 2.0x realtime, about 0:00:30 left"
    )
    assert clock(3725.4) == "1:02:05"
