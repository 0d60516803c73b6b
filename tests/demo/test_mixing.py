"""The demo's noise, music and rooms: repeatable, on the speech's clock, and as loud as asked for."""

from __future__ import annotations

import pytest

pytest.importorskip("scipy")

import numpy as np  # noqa: E402

import mixing  # noqa: E402


def rng(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def band_power(signal: mixing.Signal, low: float, high: float) -> float:
    spectrum = np.abs(np.fft.rfft(signal)) ** 2
    frequencies = np.fft.rfftfreq(len(signal), 1 / mixing.RATE)
    return float(spectrum[(frequencies >= low) & (frequencies < high)].sum())


@pytest.mark.parametrize("kind", mixing.NOISES)
def test_noise_repeats_with_its_seed_and_differs_without(kind: mixing.Noise) -> None:
    first, again, other = (mixing.noise(rng(seed), kind, 32_000) for seed in (1, 1, 2))
    assert len(first) == 32_000
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)
    assert np.abs(first).max() == pytest.approx(1.0)


def test_noises_have_the_spectrum_of_their_name() -> None:
    white, pink, babble, hum = (mixing.noise(rng(), kind, 64_000) for kind in mixing.NOISES)
    assert band_power(white, 4000, 8000) == pytest.approx(band_power(white, 0, 4000), rel=0.1)
    assert band_power(pink, 200, 400) == pytest.approx(band_power(pink, 2000, 4000), rel=0.3)
    assert band_power(babble, 80, 4000) > 0.9 * band_power(babble, 0, 8000)
    assert band_power(hum, 40, 500) > 0.9 * band_power(hum, 0, 8000)


def test_an_unknown_noise_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown noise"):
        mixing.noise(rng(), "brown", 100)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(4))
def test_music_fills_its_time_and_repeats_with_its_seed(seed: int) -> None:
    tune = mixing.music(rng(seed), 8.0)
    assert len(tune) == 8 * mixing.RATE
    assert np.array_equal(tune, mixing.music(rng(seed), 8.0))
    seconds = tune.reshape(8, -1)
    assert (np.sqrt((seconds**2).mean(axis=1)) > 0.01).all(), "no second is silent"


def test_a_room_does_not_move_the_speech() -> None:
    click = np.zeros(16_000)
    click[5000] = 1.0
    heard = mixing.in_room(click, mixing.room(rng()))
    assert len(heard) == len(click)
    assert np.abs(heard[:5000]).max() < 1e-9
    assert int(np.abs(heard).argmax()) == 5000


def test_a_longer_reverberation_leaves_more_behind() -> None:
    short, long = (mixing.room(rng(), seconds) for seconds in (0.2, 0.6))
    assert len(long) == 3 * len(short)


@pytest.mark.parametrize("snr_db", [-5.0, 0.0, 10.0, 30.0])
def test_the_mix_has_the_asked_ratio_while_somebody_speaks(snr_db: float) -> None:
    speech = np.zeros(48_000)
    speech[16_000:32_000] = np.sin(np.arange(16_000) * 0.3)
    other = mixing.noise(rng(), "white", 20_000)
    mix = mixing.mix_at_snr(speech, other, snr_db)
    background = mix - speech
    assert len(mix) == len(speech)
    ratio = 10 * np.log10(0.5 / np.mean(background**2))
    assert ratio == pytest.approx(snr_db, abs=0.05)


def test_silence_can_be_mixed() -> None:
    assert np.array_equal(mixing.mix_at_snr(np.zeros(1000), np.ones(10), 10.0), np.zeros(1000))
    assert np.array_equal(mixing.mix_at_snr(np.ones(1000), np.zeros(10), 10.0), np.ones(1000))
