"""Command-line options that stage programs share, and number types for others."""

import argparse
import math
import os
from collections.abc import Callable
from typing import TypeVar

from moviesubs.stage.device import DEVICE_CHOICES

N = TypeVar("N", int, float)


def number_between(kind: type[N], above: float, below: float = math.inf) -> Callable[[str], N]:
    """An argparse type: a number between two others, neither of them included.

    Returns:
        What turns the typed text into the number, or raises argparse.ArgumentTypeError.
    """

    def parse(text: str) -> N:
        try:
            value = kind(text)
        except ValueError:
            value = kind(above)
        if not above < value < below:
            what = "a whole number" if kind is int else "a number"
            limits = f"above {above:g}" + ("" if below == math.inf else f" and below {below:g}")
            raise argparse.ArgumentTypeError(f"{text!r} is not {what} {limits}")
        return value

    return parse


positive_int = number_between(int, 0)
positive_float = number_between(float, 0)


def add_device_options(parser: argparse.ArgumentParser) -> None:
    """Adds `--device` and `--threads`."""
    about = "auto: CUDA, else Apple's GPU where the library can, else CPU"
    parser.add_argument("--device", choices=DEVICE_CHOICES, default="auto", help=about)
    add_threads_option(parser)


def add_threads_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--threads`."""
    about = "CPU threads (default: all cores)"
    parser.add_argument("--threads", type=positive_int, default=os.cpu_count() or 1, help=about)


def add_time_limits(parser: argparse.ArgumentParser, seconds: float, share: float, silence: float = 600.0) -> None:
    """Adds `--time-limit`, `--time-limit-share` and `--silence-limit`, for stages that watch a child process.

    Args:
        seconds: the default limit.
        share: what each second of audio adds to it by default.
        silence: the default limit of the time without progress, in seconds.
    """
    about = "seconds after which the work counts as failed (default: %(default)s)"
    parser.add_argument("--time-limit", type=positive_float, default=seconds, help=about)
    about = "seconds that each second of audio adds to the time limit (default: %(default)s)"
    parser.add_argument("--time-limit-share", type=float, default=share, help=about)
    about = "seconds without any progress after which it counts as failed (default: %(default)s)"
    parser.add_argument("--silence-limit", type=positive_float, default=silence, help=about)
