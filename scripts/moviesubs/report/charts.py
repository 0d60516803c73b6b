"""The geometry of the report's pictures; the template draws them as SVG. All functions are pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: a timeline has at most this many rows
MOST_ROWS = 8
#: width of a timeline row in its own units
ROW_WIDTH = 1000.0
#: how many colours there are for speakers
COLOURS = 8


@dataclass(frozen=True)
class Bar:
    """A bar of a histogram, or its part beyond a limit, which stands on the rest: place and size in per cent of the picture."""

    x: float
    width: float
    base: float
    height: float
    count: int
    low: float
    high: float
    beyond: bool


@dataclass(frozen=True)
class Histogram:
    """Bars, where the limits lie (per cent from the left), what to write below the axis (per cent, value), and the greatest count."""

    bars: list[Bar]
    limits: list[float]
    ticks: list[tuple[float, float]]
    tallest: int


def histogram(
    values: Sequence[float], *, step: float, low: float | None = None, high: float | None = None, least: float = 0.0
) -> Histogram:
    """Counts values in steps; those below `low` or above `high` break the limits.

    Args:
        least: the axis reaches at least this far; it reaches a step beyond the limits in any case. Values far beyond share the last bar.
    """
    reach = max([least, *[limit + step for limit in (low, high) if limit is not None]])
    reach = max(reach, min(max(values, default=0.0), 2 * reach))
    count = max(1, math.ceil(reach / step - 1e-9))
    width = 100 / count
    inside, beyond = [0] * count, [0] * count
    for value in values:
        index = min(count - 1, max(0, int(value / step)))
        breaks = (low is not None and value < low) or (high is not None and value > high)
        (beyond if breaks else inside)[index] += 1
    tallest = max(1, *(a + b for a, b in zip(inside, beyond, strict=True)))
    bars = []
    for index in range(count):
        edges = (index * step, (index + 1) * step)
        base = 0.0
        for number, flagged in ((inside[index], False), (beyond[index], True)):
            if number:
                bars.append(Bar(index * width, width, base, 100 * number / tallest, number, *edges, flagged))
                base = bars[-1].height
    every = max(1, math.ceil(count / 8))
    ticks = [(index * width, index * step) for index in range(0, count + 1, every)]
    limits = [100 * limit / (count * step) for limit in (low, high) if limit is not None]
    return Histogram(bars, limits, ticks, tallest)


@dataclass(frozen=True)
class Span:
    """Something that takes time: start and end in seconds, a label, a colour (0 is the neutral one), whether it is flagged."""

    start: float
    end: float
    label: str = ""
    colour: int = 0
    flagged: bool = False


@dataclass(frozen=True)
class Mark:
    """A span within a row of the timeline, in the row's units."""

    x: float
    width: float
    label: str
    colour: int
    flagged: bool


@dataclass(frozen=True)
class TimelineRow:
    """A row of the timeline: its start in seconds, the marks of each lane, and the times below it (per cent, seconds)."""

    start: float
    lanes: list[list[Mark]]
    ticks: list[tuple[float, float]]


def row_length(seconds: float) -> float:
    """How much time a row of the timeline shows.

    Returns:
        A round number of seconds, so that there are at most MOST_ROWS rows.
    """
    for length in (30, 60, 120, 300, 600, 900, 1200, 1800, 3600):
        if seconds <= length * MOST_ROWS:
            return float(length)
    return float(3600 * math.ceil(seconds / 3600 / MOST_ROWS))


def timeline(lanes: Sequence[Sequence[Span]], start: float, end: float) -> list[TimelineRow]:
    """Cuts lanes of spans into rows.

    Args:
        lanes: spans of each lane, in any order.
        start: of the timeline, in seconds.
        end: of the timeline, in seconds.

    Returns:
        Rows from `start` on; each has all lanes. A span over a row's end goes on in the next.
    """
    length = row_length(end - start)
    count = max(1, math.ceil((end - start) / length - 1e-9))
    rows: list[list[list[Mark]]] = [[[] for _ in lanes] for _ in range(count)]
    for lane, spans in enumerate(lanes):
        for span in spans:
            first = max(0, int((span.start - start) // length))
            last = min(count - 1, int((span.end - start) // length))
            for row in range(first, last + 1):
                left = max(span.start - start - row * length, 0.0)
                right = min(span.end - start - row * length, length)
                if right > left or span.start == span.end:
                    least = 2.0 if span.start == span.end else 0.6
                    width = max(least, ROW_WIDTH * (right - left) / length)
                    x = min(ROW_WIDTH * left / length, ROW_WIDTH - least)
                    rows[row][lane].append(Mark(round(x, 1), round(width, 1), span.label, span.colour, span.flagged))
    ticks = [(20.0 * k, length * k / 5) for k in range(5)]
    return [
        TimelineRow(start + row * length, marks, [(share, start + row * length + offset) for share, offset in ticks])
        for row, marks in enumerate(rows)
    ]


@dataclass(frozen=True)
class Dots:
    """Values over time as SVG paths of dots, in a picture that is ROW_WIDTH wide and 100 high.

    `inside` keeps the limits, `beyond` breaks them; `limits` and `ticks` are per cent (from the top, from the left) with their value.
    """

    inside: str
    beyond: str
    limits: list[tuple[float, float]]
    ticks: list[tuple[float, float]]


def dots(
    points: Sequence[tuple[float, float]],
    start: float,
    end: float,
    *,
    low: float | None = None,
    high: float | None = None,
    least: float = 1.0,
) -> Dots:
    """Draws a dot for each value; those below `low` or above `high` break the limits.

    Args:
        points: pairs of time, in seconds, and value.
        start: time at the left edge.
        end: time at the right edge.
        least: the picture reaches up to this value at least, else to one and a half times the upper limit; what is higher
            stands at its top.
    """
    length = max(end - start, 1e-3)
    reach = max([least, *[1.5 * limit for limit in (high,) if limit is not None]])
    paths: tuple[list[str], list[str]] = ([], [])
    for at, value in points:
        x = ROW_WIDTH * min(1.0, max(0.0, (at - start) / length))
        y = 100 - 96 * min(1.0, max(0.0, value / reach))
        breaks = (low is not None and value < low) or (high is not None and value > high)
        paths[breaks].append(f"M{x:.1f} {y:.1f}h0")
    limits = [(100 - 96 * limit / reach, limit) for limit in (low, high) if limit is not None]
    ticks = [(25.0 * k, start + length * k / 4) for k in range(5)]
    return Dots("".join(paths[0]), "".join(paths[1]), limits, ticks)
