"""Names with initials, titles and sums stay whole: in sentences, lines and cues, by one rule, which the checker shares."""

import pytest

from moviesubs.contracts import Asr, AsrSegment, Cue, Sentence, Transcript
from moviesubs.cues.build import cues
from moviesubs.cues.checks import findings
from moviesubs.cues.limits import default_limits
from moviesubs.flags import Flag
from moviesubs.language.line_breaks import glued, line_breaks
from moviesubs.transcript.sentences import transcript

BY_LANGUAGE = {
    "hi": "ए. आर. रहमान | के. एल. सहगल | मो. रफ़ी | वी. पी. सिंह | वी.पी. सिंह | डॉ० शर्मा | पं. नेहरू | रु. 5,000 | ₹ 5,000 | 5 लाख रुपये",
    "en": "K. L. Saigal | U.S. Army | Smt. Gandhi | Rs. 5,000 | Rs 5,000 | No. 5 | P. Chidambaram | Jr. NTR | 5 lakh rupees | Md. Rafi",
    "hi-Latn": "K. L. Saigal | Smt. Gandhi",
    "mr": "पु. ल. देशपांडे | ह. ना. आपटे | वि. दा. सावरकर",
    "ne": "बी. पी. कोइराला | डा. थापा",
    "mai": "के. एल. दास",
    "sa": "डॉ. शर्मा",
    "ta": "கே. பாலசந்தர் | எம். ஜி. ஆர். | வ. உ. சி. | ரூ. 5,000",
    "te": "ఎన్. టి. రామారావు | ఎస్. పి. బాలు",
    "kn": "ಕೆ. ಎಸ್. ಅಶ್ವಥ್ | ದ. ರಾ. ಬೇಂದ್ರೆ | ಡಾ. ರಾಜ್",
    "ml": "എം. ടി. വാസുദേവൻ | ഡോ. നായർ",
    "bn": "এস. ডি. বর্মন | ডা. সেন",
    "as": "এ. আৰ. ৰহমান | ড. হাজৰিকা",
    "gu": "કે. કા. શાસ્ત્રી | ડૉ. પટેલ",
    "pa": "ਐੱਸ. ਪੀ. ਸਿੰਘ | ਡਾ. ਸਿੰਘ",
    "or": "ଏ. ଆର. ରହମାନ | ଡା. ଦାସ",
    "ur": "اے۔ آر۔ رحمان | اے. آر. رحمان | پی۔ سی۔ سرکار",
}
NAMES = [(language, name) for language, names in BY_LANGUAGE.items() for name in names.split(" | ")]


def sentences(language: str, said: str) -> list[str]:
    segment = AsrSegment(start=0, end=0.35 * len(said.split()), text=said)
    asr = Asr(language=language, backend="whisperx", model="large-v3", status="ok", segments=[segment])
    return [one.text for one in transcript(asr, start=0, end=100).sentences]


@pytest.mark.parametrize(("language", "name"), NAMES)
def test_a_name_is_one_sentence_one_line_and_one_cue(language: str, name: str) -> None:
    words = name.split()
    assert sentences(language, name) == [name]
    parts = zip(["", *words], words, words[1:], strict=False)
    assert all(glued(a, b, line_breaks(language), before) for before, a, b in parts)
    # the name lies where the line, and where the cue, would break without it
    for before in range(3, 16):
        said = " ".join(["xo"] * before + words + ["xo"] * 14)
        track = cues(Transcript(language=language, sentences=[Sentence(id=1, start=0, end=12, text=said)])).cues
        assert any(name in line for cue in track for line in cue.lines), (said, [cue.lines for cue in track])


@pytest.mark.parametrize(("language", "name"), NAMES)
def test_the_checker_says_where_a_name_is_torn(language: str, name: str) -> None:
    first, last = name.rsplit(" ", 1)
    limits = default_limits(language)
    torn = [Cue(start=0, end=2000, lines=[first, last])]
    parted = [Cue(start=0, end=2000, lines=[first]), Cue(start=2084, end=4000, lines=[last])]
    for track in (torn, parted):
        assert Flag.BAD_BREAK in [one.flag for one in findings(track, language, limits)[0]]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["No.", "It is not his."]),
        ("en", ["Go.", "Run."]),
        ("en", ["He works for Tata Sons Ltd.", "He left at noon."]),
        ("en", ["We met at 5 p.m.", "She left."]),
        ("hi", ["वह यहाँ है.", "मैं जाता हूँ."]),
        ("mr", ["तो इथे आहे.", "मी आलो."]),
        ("gu", ["તે અહીં છે.", "હું આવ્યો."]),
        ("ta", ["அவன் வந்தான்.", "நான் போனேன்."]),
        ("kn", ["ಅವನು ಬಂದ.", "ನಾನು ಹೋದೆ."]),
        ("ml", ["അവൻ വന്നു.", "ഞാൻ പോയി."]),
        ("te", ["అతను వచ్చాడు.", "నేను వెళ్ళాను."]),
        ("ur", ["جی۔", "میں آیا۔"]),
        ("ko", ["네.", "알겠습니다."]),
    ],
)
def test_a_full_stop_that_ends_a_sentence_still_does(language: str, said: list[str]) -> None:
    assert sentences(language, " ".join(said)) == said
    assert not glued(said[0].split()[-1], said[1].split()[0], line_breaks(language))


@pytest.mark.parametrize(
    ("before", "after"), [("ein", "Haus"), ("Haus", "Garten"), ("the", "station"), ("Rao", "Mehta")]
)
def test_languages_without_lists_get_none_of_the_rules_of_english(before: str, after: str) -> None:
    assert not glued(before, after, line_breaks("de")) and not glued(before, after, line_breaks("und"))
