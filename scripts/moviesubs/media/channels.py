"""From several channels to one, so that speech is heard: the centre of surround sound, the difference where channels cancel out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import numpy as np

Choice = Literal["left", "right", "centre", "difference"]
#: what a person may choose instead of the mix
CHOICES: tuple[str, ...] = get_args(Choice)
#: share of each channel of surround sound in the mix: dialogue is in the centre; the sum is scaled to 1, so that nothing clips
SHARES = {"FC": 1.0, "FL": 0.35, "FR": 0.35, "BL": 0.15, "BR": 0.15, "SL": 0.15, "SR": 0.15, "BC": 0.15}
#: decibels by which a channel without a name must be quieter than the loudest to be left out
QUIETER = 30.0
#: correlation of two channels below which they cancel out, and above which they do not any more
CANCELLING, AGREEING = -0.7, 0.0
#: correlation within which two channels have nothing in common: two languages, say
NOTHING_IN_COMMON = 0.1
#: decibels by which such channels may differ in level
LIKE_LEVEL = 12.0
#: share of what was measured so far that counts after each further block of a second
MEMORY = 0.9
#: share of the energy of the last seconds below which a block says nothing about its channels
QUIET = 0.001
#: decibels below full scale: a quieter peak is silence
SILENCE = -55.0


def decibels(square: float) -> float:
    """Decibels below full scale of a mean square; -120 for silence."""
    return 10 * math.log10(max(square, 1e-12))


@dataclass
class Mixer:
    """Mixes blocks of about a second to one channel and measures them.

    Attributes:
        choice: what a person chose, None for the mix.
        inverted: seconds in which the difference was taken because the channels cancelled out.
    """

    choice: str | None = None
    inverted: float = 0.0
    samples: int = 0
    peak: float = 0.0
    _squares: float = 0.0
    _stereo: "list[float]" = field(default_factory=lambda: [0.0, 0.0, 0.0])
    _recent: "np.ndarray | None" = None
    _sign: float = 1.0

    def mix(self, block: "np.ndarray", names: Sequence[str], rate: int) -> "np.ndarray":
        """One channel of several.

        Args:
            block: samples from -1 to 1, (channels, samples).
            names: of the channels, as FFmpeg calls them; others or none where the file does not say.
            rate: samples a second.

        Returns:
            Samples, one dimension.
        """
        import numpy as np

        block = np.nan_to_num(block, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
        weights = self._weights(block, names, block.shape[1] / rate)
        mono: np.ndarray = (weights.astype(np.float32) @ block).astype(np.float32)
        self.samples += len(mono)
        self._squares += float(np.dot(mono, mono))
        self.peak = max(self.peak, float(np.abs(mono).max(initial=0.0)))
        return mono

    def _weights(self, block: "np.ndarray", names: Sequence[str], seconds: float) -> "np.ndarray":
        import numpy as np

        count = len(block)
        if self.choice and count > 1:
            return self._chosen(count, names)
        if count > 2 and "FC" in names:
            shares = np.array([SHARES.get(name, 0.0) for name in names])
            fixed: np.ndarray = shares / shares.sum()
            return fixed
        now = np.einsum("cs,cs->c", block, block)
        energies = now
        if self._recent is not None and len(self._recent) == count:
            energies = now + MEMORY * self._recent
        self._recent = energies
        named = [SHARES.get(name, 0.0) for name in names] if count > 2 else []
        heard = energies > energies.max() * 10 ** (-QUIETER / 10)
        weights = np.where(heard, named if any(named) else np.ones(count), 0.0)
        if not weights.any():
            weights = np.array(named if any(named) else np.ones(count))
        if count == 2:
            self._measure_stereo(block)
            common, both = float(np.dot(block[0], block[1])), math.sqrt(now[0] * now[1])
            if both > QUIET * energies.max():
                self._sign = -1.0 if common < CANCELLING * both else 1.0 if common > AGREEING * both else self._sign
            if self._sign < 0 and heard.all():
                weights = weights * np.array([1.0, -1.0])
                self.inverted += seconds
        scaled: np.ndarray = weights / np.abs(weights).sum()
        return scaled

    def _chosen(self, count: int, names: Sequence[str]) -> "np.ndarray":
        import numpy as np

        left, right = (names.index(name) if name in names else number for number, name in enumerate(("FL", "FR")))
        weights = np.zeros(count)
        if self.choice == "centre" and "FC" in names:
            weights[names.index("FC")] = 1.0
        elif self.choice in ("left", "right"):
            weights[left if self.choice == "left" else right] = 1.0
        else:
            weights[left], weights[right] = 0.5, -0.5 if self.choice == "difference" else 0.5
        return weights

    def _measure_stereo(self, block: "np.ndarray") -> None:
        left, right = block
        for number, (one, other) in enumerate(((left, left), (right, right), (left, right))):
            self._stereo[number] += float(one @ other)

    @property
    def level(self) -> float:
        """Root mean square of the mix, in decibels below full scale."""
        return decibels(self._squares / max(1, self.samples))

    @property
    def silent(self) -> bool:
        """Nothing can be heard."""
        return decibels(self.peak**2) < SILENCE

    @property
    def correlation(self) -> float | None:
        """Correlation of the two channels of stereo sound, -1 to 1; None for other sound or where one is silent."""
        left, right, common = self._stereo
        return common / math.sqrt(left * right) if left * right > 0 else None

    def warnings(self) -> list[str]:
        """What a person should know, as ends of the sentence "its sound ..."."""
        from moviesubs.stage.progress import clock

        remarks = []
        if self.inverted >= 1:
            remarks.append(
                f"has channels that cancel each other out for {clock(self.inverted)}; there their difference was taken"
            )
        left, right, _ = self._stereo
        alike = left * right > 0 and abs(decibels(left) - decibels(right)) < LIKE_LEVEL
        if alike and not self.choice and abs(self.correlation or 0.0) < NOTHING_IN_COMMON:
            remarks.append(
                "has two channels with nothing in common, two languages perhaps; "
                "audio_channel in the table chooses one (left, right)"
            )
        return remarks
