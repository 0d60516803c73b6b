"""Doubtful text is decoded again, ordinary text in any script is not."""

import pytest

from moviesubs.recognition.loops import compression_ratio
from moviesubs.recognition.temperature_fallback import TEMPERATURES, Decoded, decode_with_fallback

PLAIN = "यह एक ऐसी कहानी है जिसमें दो दोस्त अपने गाँव से शहर की ओर निकलते हैं।"
LOOP = "मैं घर जा रहा हूँ। " * 8
#: thirty seconds of speech
LONG = (
    "यह एक ऐसी कहानी है जिसमें दो दोस्त अपने गाँव से शहर की ओर निकलते हैं और रास्ते में उनकी मुलाकात एक बूढ़े आदमी से होती है "
    "जो उन्हें अपने जीवन के अनुभव सुनाता है। वह बताता है कि किस तरह उसने अपनी जवानी में बहुत सारा पैसा कमाया था लेकिन फिर "
    "सब कुछ गँवा दिया। दोनों दोस्त उसकी बातें सुनकर सोच में पड़ जाते हैं, और तय करते हैं कि अब वे पहले अपने माता पिता के पास लौटेंगे।"
)


@pytest.mark.parametrize(
    ("text", "logprob", "silence", "tries"),
    [
        (PLAIN, -0.3, 0.1, 1),
        (LOOP, -0.3, 0.1, 2),
        (PLAIN, -1.5, 0.1, 2),
        (PLAIN, -1.5, None, 2),  # a backend that does not know about silence
        (LOOP, -1.5, 0.9, 1),  # silence: another temperature would not help
        (LONG, -0.3, 0.1, 1),
    ],
)
def test_doubtful_text_is_decoded_again_less_greedily(
    text: str, logprob: float, silence: float | None, tries: int
) -> None:
    asked = [TEMPERATURES[0]]

    def decode(temperature: float) -> Decoded:
        asked.append(temperature)
        return Decoded(PLAIN, (1,) * 10, -0.1, 0.0)

    decode_with_fallback(Decoded(text, (1,) * 10, logprob, silence), decode)
    assert asked == list(TEMPERATURES[:tries])


def test_text_that_stays_doubtful_is_tried_at_every_temperature_once() -> None:
    asked: list[float] = []

    def decode(temperature: float) -> Decoded:
        asked.append(temperature)
        return Decoded(LOOP, (1,) * 10, -0.1, 0.0)

    assert decode_with_fallback(Decoded(LOOP, (1,) * 10, -0.1, 0.0), decode).text == LOOP
    assert asked == list(TEMPERATURES[1:])


def test_ordinary_hindi_is_no_loop_although_its_utf8_compresses_well() -> None:
    import zlib

    data = LONG.encode()
    assert len(data) / len(zlib.compress(data)) > 2.4  # Whisper's own measure would reject it
    assert compression_ratio(LONG) < 1.6 < 2.4 < compression_ratio(LOOP)
    assert compression_ratio("") == 0.0
