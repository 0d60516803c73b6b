"""The picture of a screenplay: a drawn place per shot with its title, and the speakers, whose mouths move as they speak."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from screenplay import Line, Screenplay, Shot

import mixing

SIZE = (640, 360)
#: things are drawn this much larger and scaled down, for smooth edges
SCALE = 2
#: how far a mouth can open: 0 is shut
MOUTHS = 4
SKIN = ((198, 142, 98), (141, 90, 60), (224, 172, 125), (112, 70, 45))
CLOTHES = ((36, 84, 140), (170, 44, 64), (40, 120, 80), (150, 96, 20))
HAIR = (28, 20, 18)

Colour = tuple[int, int, int]
Mouths = tuple[int, ...]


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)


def place(number: int, title: str) -> Image.Image:
    """Draws a place: sky, sun, hills, houses or trees, and the title.

    Args:
        number: of the shot; it decides how the place looks.
        title: shown at the top.

    Returns:
        The picture, SCALE times too large.
    """
    rng = np.random.default_rng([7, number])
    width, height = SIZE[0] * SCALE, SIZE[1] * SCALE
    hue = 0.08 + 0.37 * number
    top, bottom = (np.array(_colour(hue, 0.55, 0.55)), np.array(_colour(hue + 0.06, 0.25, 0.95)))
    share = np.linspace(0, 1, height)[:, None, None]
    sky = np.broadcast_to((1 - share) * top + share * bottom, (height, width, 3)).astype(np.uint8)
    image = Image.fromarray(sky)
    draw = ImageDraw.Draw(image)
    x, y, radius = (int(rng.integers(*limits)) for limits in ((100, width - 100), (190, 280), (30, 60)))
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_colour(0.13, 0.3, 1.0))
    horizon = int(height * 0.62)
    hills = horizon - 60 * np.sin(np.linspace(0, rng.uniform(4, 9), 80) + rng.uniform(0, 6)) - 20
    ridge = list(zip(np.linspace(0, width, 80), hills, strict=True))
    draw.polygon([*ridge, (width, height), (0, height)], fill=_colour(hue + 0.5, 0.35, 0.5))
    for _ in range(rng.integers(4, 8)):
        left, size = int(rng.integers(0, width - 150)), int(rng.integers(60, 150))
        if number % 2:
            roof = [
                (left - 10, horizon - size),
                (left + size // 2, horizon - size - 50),
                (left + size + 10, horizon - size),
            ]
            draw.rectangle((left, horizon - size, left + size, horizon + 30), fill=_colour(rng.random(), 0.25, 0.65))
            draw.polygon(roof, fill=_colour(rng.random(), 0.5, 0.4))
        else:
            draw.rectangle(
                (left + size // 2 - 8, horizon - size // 2, left + size // 2 + 8, horizon + 30), fill=(84, 58, 38)
            )
            draw.ellipse(
                (left, horizon - size - 40, left + size, horizon - 10), fill=_colour(0.3, 0.6, rng.uniform(0.3, 0.5))
            )
    draw.rectangle((0, horizon + 20, width, height), fill=_colour(hue + 0.45, 0.4, 0.42))
    font = ImageFont.load_default(26 * SCALE)
    draw.text((width / 2 + 3, 37 * SCALE + 3), title, (0, 0, 0), font, anchor="mm")
    draw.text((width / 2, 37 * SCALE), title, (255, 255, 255), font, anchor="mm")
    return image


def _person(draw: ImageDraw.ImageDraw, number: int, x: float, size: float, mouth: int) -> None:
    """Draws speaker `number` with the middle at `x`; `size` is the head's radius."""
    foot = SIZE[1] * SCALE
    y = foot - 3.6 * size - (2 * mouth if mouth else 0)
    skin, clothes = SKIN[number % len(SKIN)], CLOTHES[number % len(CLOTHES)]
    draw.rounded_rectangle((x - 1.5 * size, y + 1.3 * size, x + 1.5 * size, foot + size), size * 0.8, fill=clothes)
    draw.rectangle((x - 0.3 * size, y + 0.7 * size, x + 0.3 * size, y + 1.5 * size), fill=skin)
    if number % 2:
        draw.ellipse((x - 1.2 * size, y - 1.25 * size, x + 1.2 * size, y + 1.5 * size), fill=HAIR)
    else:
        draw.pieslice((x - 1.08 * size, y - 1.2 * size, x + 1.08 * size, y + 0.9 * size), 180, 360, fill=HAIR)
    draw.ellipse((x - size * 0.92, y - size, x + size * 0.92, y + size), fill=skin)
    if number % 2:
        draw.pieslice((x - 1.0 * size, y - 1.15 * size, x + 1.0 * size, y + 0.55 * size), 180, 360, fill=HAIR)
    else:
        draw.pieslice((x - 0.96 * size, y - 1.1 * size, x + 0.96 * size, y + 0.3 * size), 180, 360, fill=HAIR)
    for eye in (x - 0.36 * size, x + 0.36 * size):
        draw.ellipse((eye - 0.09 * size, y - 0.12 * size, eye + 0.09 * size, y + 0.08 * size), fill=(20, 15, 15))
    opening = (0.05 + 0.1 * mouth) * size
    draw.ellipse(
        (x - 0.3 * size, y + 0.5 * size - opening, x + 0.3 * size, y + 0.5 * size + opening), fill=(120, 30, 40)
    )


def mouth_openings(screenplay: Screenplay, frame_rate: int) -> dict[str, np.ndarray]:
    """How far each speaker's mouth is open in each frame, by how loud the voice is.

    Args:
        screenplay: who speaks when.
        frame_rate: frames a second.

    Returns:
        By speaker, 0 to MOUTHS - 1 for each frame.
    """
    frames = round(screenplay.seconds * frame_rate)
    step = mixing.RATE // frame_rate
    openings = {speaker: np.zeros(frames, int) for speaker in screenplay.voices}
    for line in screenplay.lines:
        samples = np.abs(line.spoken.samples)
        loudness = np.array([samples[start : start + step].mean() for start in range(0, len(samples), step)])
        levels = np.minimum(MOUTHS - 1, (loudness / max(float(loudness.max()), 1e-9) * MOUTHS).astype(int))
        first = round(line.start * frame_rate)
        openings[line.speaker][first : first + len(levels)] = levels[: max(0, frames - first)]
    return openings


def _in_shot(lines: list[Line], shot: Shot) -> set[str]:
    return {line.speaker for line in lines if line.start < shot.end and line.end > shot.start}


def _draw(background: Image.Image, screenplay: Screenplay, speakers: set[str], mouths: Mouths) -> bytes:
    """A frame: everybody seen from afar, or the only speaker of the shot close by."""
    image = background.copy()
    draw = ImageDraw.Draw(image)
    cast = list(screenplay.voices)
    close = len(speakers) == 1
    for number, speaker in enumerate(cast):
        if close and speaker not in speakers:
            continue
        x = SIZE[0] * SCALE * (0.5 if close else (number + 1) / (len(cast) + 1))
        _person(draw, number, x, 105.0 if close else 62.0, mouths[number])
    return image.resize(SIZE, Image.Resampling.LANCZOS).tobytes()


def frames(screenplay: Screenplay, frame_rate: int) -> Iterator[bytes]:
    """Draws the movie.

    Args:
        screenplay: its shots and lines.
        frame_rate: frames a second.

    Yields:
        RGB pixels of each frame, 640 x 360.
    """
    openings = mouth_openings(screenplay, frame_rate)
    for number, shot in enumerate(screenplay.shots):
        background = place(number, shot.title)
        speakers = _in_shot(screenplay.lines, shot)
        drawn: dict[Mouths, bytes] = {}
        for frame in range(round(shot.start * frame_rate), round(shot.end * frame_rate)):
            mouths = tuple(int(opening[frame]) for opening in openings.values())
            if mouths not in drawn:
                drawn[mouths] = _draw(background, screenplay, speakers, mouths)
            yield drawn[mouths]
