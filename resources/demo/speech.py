"""Speech with exact word times, from espeak-ng.

The library and its data come from the PyPI wheel `espeakng-loader`; nothing needs to be installed on the machine.

Where the times come from. espeak-ng reports events with the sample at which they happen: one as each word begins
(`espeakEVENT_WORD`), one as each phoneme or pause begins (`espeakEVENT_PHONEME`) and one as each clause ends
(`espeakEVENT_END`). Nothing is estimated:

- a word starts at its WORD event, before the silent closure that espeak-ng puts ahead of a stop consonant (30 to 50 ms;
  120 ms where the stop opens the text);
- a word ends at the first event after its last phoneme: the next word's WORD event, a pause phoneme (`_`, `_:`, ...),
  or the END event.

A word is what stands between spaces, without the punctuation around it. A number that is spoken as several words
stays one word.

espeak-ng keeps its state in global variables, so this module is not thread-safe. For many sentences use processes:
`speak_many`.
"""

from __future__ import annotations

import _ctypes
import ctypes
import math
import multiprocessing
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import espeakng_loader
import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

RATE = 16_000
"""Samples a second of everything that `speak` returns."""

HUMAN_VARIANTS = """
    m1 m2 m3 m4 m5 m6 m7 m8 f1 f2 f3 f4 f5 klatt klatt2 klatt3 klatt4 steph anika linda adam david grandma max
    michel john ed rob Alex Alicia Andrea Andy Annie Denis Gene Henrique Hugo Jacky Lee Marco Mario Michael Mike
    antonio aunty belinda benjamin boris edward gustave iven kaukovalta marcelo miguel norbert pablo paul pedro
    quincy robert sandro shelby travis victor zac
""".split()  # noqa: SIM905
"""Variants that sound like a person and repeat exactly, in releases 1.51 and 1.52; no robots, whispers or jokes."""

_WORD, _END, _PHONEME = 1, 5, 7
_SYNCHRONOUS, _PHONEME_EVENTS, _DO_NOT_EXIT, _UTF8, _BY_CHARACTER = 2, 0x0001, 0x8000, 1, 1
_PARAMETER_RATE, _PARAMETER_PITCH = 1, 3


class Word(NamedTuple):
    """One spoken word; times in seconds from the first sample."""

    text: str
    start: float
    end: float


class Speech(NamedTuple):
    """Mono float32 samples at 16 kHz, not normalised, and the words in them."""

    samples: NDArray[np.float32]
    words: list[Word]


class _Identity(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_void_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    """`espeak_EVENT` of espeak-ng's `speak_lib.h`, API revision 12."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    ]


class _Heard(NamedTuple):
    kind: int
    position: int
    sample: int
    phoneme: bytes


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class _Synthesiser:
    """One espeak-ng library, loaded afresh and unloaded again as a context manager.

    The waveform depends a little on what was spoken before (phases, wavering, noise), so each text gets a fresh copy of
    the library's global variables; unloading and loading costs a few milliseconds.
    """

    def __init__(self, library: str) -> None:
        """Remember which library to load: the path of one, or empty for the wheel's."""
        if library and not Path(library).is_file():
            # A bare soname would give the wheel's library again where that is loaded already.
            raise ValueError(f"no espeak-ng library at {library!r}: give the full path of libespeak-ng")
        self._path = library or espeakng_loader.get_library_path()
        self._data = None if library else espeakng_loader.get_data_path().encode()
        self._chunks: list[NDArray[np.int16]] = []
        self._events: list[_Heard] = []
        self._callback = _Callback(self._hear)  # kept here, or it would be collected while the library still calls it

    def __enter__(self) -> _Synthesiser:
        self._library = ctypes.CDLL(self._path)
        self.rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, self._data, _PHONEME_EVENTS | _DO_NOT_EXIT))
        if self.rate <= 0:
            raise RuntimeError(f"espeak-ng did not start: library {self._path}, data {self._data!r}")
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_Info.restype = ctypes.c_char_p
        return self

    def __exit__(self, *_: object) -> None:
        self._library.espeak_Terminate()
        _ctypes.dlclose(self._library._handle)

    def _hear(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
        if samples and count:
            self._chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while events[index].type:
            event = events[index]
            phoneme = event.id.string if event.type == _PHONEME else b""
            self._events.append(_Heard(event.type, event.text_position, event.sample, phoneme))
            index += 1
        return 0

    def release(self) -> str:
        """Return the release, such as `1.52.0`."""
        return str(self._library.espeak_Info(None).decode().split()[0])

    def variants(self) -> list[str]:
        """Return the names of the voice variants in the library's data."""
        data = ctypes.c_char_p()
        self._library.espeak_Info(ctypes.byref(data))
        folder = Path((data.value or b"").decode()) / "voices" / "!v"
        return sorted(path.name for path in folder.iterdir() if path.is_file())

    def synthesise(self, text: str, voice: str, speed_wpm: int, pitch: int) -> tuple[NDArray[np.int16], list[_Heard]]:
        """Return samples at `self.rate` and the events in them."""
        self._chunks, self._events = [], []
        _, _, variant = voice.partition("+")
        if (variant and variant not in self.variants()) or self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice!r}")
        self._library.espeak_SetParameter(_PARAMETER_RATE, speed_wpm, 0)
        self._library.espeak_SetParameter(_PARAMETER_PITCH, pitch, 0)
        self._seed()
        encoded = text.encode()
        self._library.espeak_Synth(encoded, ctypes.c_size_t(len(encoded) + 1), 0, _BY_CHARACTER, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        return np.concatenate([*self._chunks, np.zeros(0, np.int16)]), self._events

    def _seed(self) -> None:
        """Make breath and wavering repeatable: releases before 1.52 draw them from the C library's `rand`."""
        if hasattr(self._library, "espeak_ng_SetRandSeed"):
            self._library.espeak_ng_SetRandSeed(ctypes.c_long(1))
        else:
            ctypes.CDLL(None).srand(1)


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Split `text` at spaces; return (word without the punctuation around it, its first and last + 1 code point)."""
    words = []
    for match in re.finditer(r"\S+", text):
        spoken = [i for i in range(match.start(), match.end()) if unicodedata.category(text[i])[0] in "LMN"]
        if spoken:
            words.append((text[spoken[0] : spoken[-1] + 1], match.start(), match.end()))
    return words


def _word_times(text: str, events: list[_Heard]) -> list[tuple[str, int, int]]:
    """Return (word, first sample, last sample + 1) from the events of one text."""
    times = []
    for word, first, last in tokens(text):
        begins = [i for i, event in enumerate(events) if event.kind == _WORD and first <= event.position - 1 < last]
        if not begins:
            raise ValueError(f"espeak-ng gives no time for the word {word!r} in {text!r}")
        end = begins[-1] + 1
        while events[end].kind == _PHONEME and not events[end].phoneme.startswith(b"_"):
            end += 1
        times.append((word, events[begins[0]].sample, events[end].sample))
    return times


def speak(text: str, voice: str = "hi+m3", speed_wpm: int = 160, pitch: int = 50, library: str = "") -> Speech:
    """Speak `text` and return the sound with the times of its words.

    Args:
        text: one or more sentences in Unicode; the punctuation makes the pauses.
        voice: espeak-ng language and variant, such as `hi+f2`; `variants` lists them.
        speed_wpm: words a minute, 80 to 450.
        pitch: 0 to 100.
        library: path of another `libespeak-ng` to use in place of the wheel's, with its own data.

    Returns:
        Samples (mono, float32, 16 kHz, always the same) and one `Word` for each word of the text, in order.

    Raises:
        ValueError: the voice or the library does not exist, or espeak-ng reported no time for a word.
    """
    with _Synthesiser(library) as synthesiser:
        raw, events = synthesiser.synthesise(text, voice, speed_wpm, pitch)
        rate = synthesiser.rate
    common = math.gcd(RATE, rate)
    up, down = RATE // common, rate // common
    samples = resample_poly(raw.astype(np.float64) / 32768.0, up, down, window=("kaiser", 8.0)).astype(np.float32)
    words = [Word(word, a / rate, b / rate) for word, a, b in _word_times(text, events)]
    return Speech(samples, words)


class Request(NamedTuple):
    """What to say and how; the arguments of `speak`."""

    text: str
    voice: str = "hi+m3"
    speed_wpm: int = 160
    pitch: int = 50
    library: str = ""


def _speak(request: Request) -> Speech:
    return speak(*request)


def speak_many(requests: Iterable[Request], processes: int = 1) -> Iterator[Speech]:
    """Yield the speech of every request, in order, spoken by `processes` processes."""
    if processes <= 1:
        yield from map(_speak, requests)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(_speak, requests, chunksize=16)


def variants(library: str = "") -> list[str]:
    """Return every voice variant that this espeak-ng has (`f2` is used as `hi+f2`), sorted."""
    with _Synthesiser(library) as synthesiser:
        return synthesiser.variants()


def release(library: str = "") -> str:
    """Return the release of the espeak-ng that is used, such as `1.52.0`."""
    with _Synthesiser(library) as synthesiser:
        return synthesiser.release()
