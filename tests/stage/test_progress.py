"""Progress lines say how far, how fast and how long still."""

import re
import time

from moviesubs.stage.progress import Progress, clock


def test_progress_says_position_speed_and_what_is_left() -> None:
    progress = Progress("transcribe x", 120, audio=True)
    progress.started = time.monotonic() - 30
    line = progress.line(60)  # how long it takes until here is the machine's affair
    match = re.fullmatch(
        r"transcribe x: 0:01:00 of 0:02:00 \(50%\), elapsed (\d:\d\d:\d\d), (\d\.\d)x realtime, about (\d:\d\d:\d\d) left",
        line,
    )
    assert match and match[1] == match[3] >= "0:00:30" and float(match[2]) <= 2.0
    assert clock(3725.4) == "1:02:05"
