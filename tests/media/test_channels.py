"""Whatever the channels, speech is heard; what was done to hear it is said."""

import numpy as np
import pytest

from moviesubs.media.channels import Mixer

RATE = 8000
RNG = np.random.default_rng(3)
SPEECH = (0.2 * RNG.standard_normal(10 * RATE)).astype(np.float32)
OTHER = (0.2 * RNG.standard_normal(10 * RATE)).astype(np.float32)
NOTHING = np.zeros_like(SPEECH)


def mixed(channels: list[np.ndarray], names: tuple[str, ...], choice: str | None = None) -> tuple[np.ndarray, Mixer]:
    mixer = Mixer(choice)
    block = np.stack(channels)
    return np.concatenate(
        [mixer.mix(block[:, at : at + RATE], names, RATE) for at in range(0, len(SPEECH), RATE)]
    ), mixer


def loudness(sound: np.ndarray) -> float:
    """Share of SPEECH that is in a sound."""
    return float(sound @ SPEECH / (SPEECH @ SPEECH))


def test_stereo_is_the_mean() -> None:
    sound, mixer = mixed([SPEECH, SPEECH], ("FL", "FR"))
    assert loudness(sound) == pytest.approx(1.0) and mixer.correlation == pytest.approx(1.0)
    assert mixer.warnings() == []


@pytest.mark.parametrize("factor", [-1.0, -0.95, -0.7])
def test_channels_that_cancel_out_are_subtracted_and_said(factor: float) -> None:
    sound, mixer = mixed([SPEECH, (factor * SPEECH).astype(np.float32)], ("FL", "FR"))
    assert loudness(sound) > 0.8
    assert "cancel" in mixer.warnings()[0]


def test_only_the_stretch_that_cancels_out_is_subtracted() -> None:
    half = len(SPEECH) // 2
    right = np.concatenate([SPEECH[:half], -SPEECH[half:]])
    sound, mixer = mixed([SPEECH, right], ("FL", "FR"))
    assert loudness(sound) > 0.75 and 3 <= mixer.inverted <= 5


def test_speech_in_one_of_many_unnamed_channels_is_not_drowned_in_silence() -> None:
    for count in (2, 4, 16):
        channels = [NOTHING] * (count - 1) + [SPEECH]
        assert loudness(mixed(channels, ("NONE",) * count)[0]) == pytest.approx(1.0)


def test_the_centre_leads_surround_sound_and_the_bass_is_left_out() -> None:
    names = ("FL", "FR", "FC", "LFE", "BL", "BR")
    shares = [loudness(mixed([SPEECH if one == name else NOTHING for one in names], names)[0]) for name in names]
    assert shares == pytest.approx([0.175, 0.175, 0.5, 0.0, 0.075, 0.075])


def test_two_languages_are_noticed_and_one_can_be_chosen() -> None:
    _, mixer = mixed([SPEECH, OTHER], ("FL", "FR"))
    assert "nothing in common" in mixer.warnings()[0]
    for choice, share in (("left", 1.0), ("right", 0.0), ("difference", 0.5)):
        assert loudness(mixed([SPEECH, OTHER], ("FL", "FR"), choice)[0]) == pytest.approx(share, abs=0.02)
    assert loudness(mixed([OTHER, OTHER, SPEECH], ("FL", "FR", "FC"), "centre")[0]) == pytest.approx(1.0)


def test_silence_is_silent_and_broken_samples_are_silence() -> None:
    assert mixed([NOTHING, NOTHING], ("FL", "FR"))[1].silent
    broken = np.full_like(SPEECH, np.nan)
    assert not np.isnan(mixed([broken, broken], ("FL", "FR"))[0]).any()
