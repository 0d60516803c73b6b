"""Every letter of the 22 languages goes to the model and comes back."""

import unicodedata
from collections.abc import Callable, Iterator

import pytest
from support.inside import Inside

#: blocks of Unicode, and a letter to stand around others
BLOCKS = {
    "Deva": (0x900, "क"), "Beng": (0x980, "ক"), "Guru": (0xA00, "ਕ"), "Gujr": (0xA80, "ક"), "Orya": (0xB00, "କ"), "Taml": (0xB80, "க"),
    "Telu": (0xC00, "క"), "Knda": (0xC80, "ಕ"), "Mlym": (0xD00, "ക"), "Olck": (0x1C50, "ᱚ"), "Mtei": (0xABC0, "ꯀ"),
}  # fmt: skip
CODES = [
    "asm_Beng",
    "ben_Beng",
    "brx_Deva",
    "doi_Deva",
    "gom_Deva",
    "guj_Gujr",
    "hin_Deva",
    "kan_Knda",
    "kas_Deva",
    "mai_Deva",
    "mal_Mlym",
    "mar_Deva",
    "mni_Beng",
    "mni_Mtei",
    "npi_Deva",
    "ory_Orya",
    "pan_Guru",
    "san_Deva",
    "sat_Olck",
    "snd_Deva",
    "tam_Taml",
    "tel_Telu",
]
#: what the normalisers take for another letter, as in the models' training
TRAINED = str.maketrans({"ॲ": "ए", "ଵ": "ବ", "ஶ": "ஷ", "\u0d4c": "\u0d57"})
#: a tone mark that the tokenizer sets apart on both sides, and a sign of old manuscripts
NOT_KEPT = {"\uabec", "\u0d3c", "\u0c3c"}
SINDHI = "ا ب ٻ ڀ ت ٿ ٽ ٺ ث پ ج ڄ جھ ڃ چ ڇ ح خ د ڌ ڏ ڊ ڍ ذ ر ڙ ز س ش ص ض ط ظ ع غ ف ڦ ق ڪ ک گ ڳ گھ ڱ ل م ن ڻ و ه ء ي"


@pytest.fixture(scope="module")
def stage(python: Callable[[str], str]) -> Iterator[Inside]:
    """The environment of the stage."""
    inside = Inside(python("indictrans2"))
    yield inside
    inside.close()


def there_and_back(texts: dict[str, list[str]]) -> dict[str, list[tuple[str, str]]]:
    from moviesubs.translation.placeholders import protect
    from moviesubs.translation.processor import Processor

    processor, pairs_by_code = Processor(), {}
    for code, words in texts.items():
        lines = processor.preprocess([protect(word)[0] for word in words], code, "eng_Latn")
        prepared = [line.split(" ", 2)[2] for line in lines]
        pairs_by_code[code] = list(zip(prepared, processor.postprocess(prepared, code), strict=True))
    return pairs_by_code


def test_every_letter_and_sign_goes_to_the_model_and_comes_back(stage: Inside) -> None:
    words = {}
    for code in CODES:
        start, around = BLOCKS[code[-4:]]
        size = 0x30 if code.endswith("Olck") else 0x40 if code.endswith("Mtei") else 0x80
        letters = map(chr, range(start, start + size))
        kept = [one for one in letters if unicodedata.category(one)[0] in "LM" and one not in NOT_KEPT]
        words[code] = [around + one + around for one in kept]
    pairs_by_code = stage.call(there_and_back, words)
    for code, pairs in pairs_by_code.items():
        for word, (line, back) in zip(words[code], pairs, strict=True):
            assert not any(letter in line for letter in "\\u0123456789ABC"), (code, word, line)
            assert back == unicodedata.normalize("NFC", word).translate(TRAINED), (code, word, line)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("mar_Deva", "दुसऱ्या खऱ्या शेतकऱ्यांना बघतोय, तमिऴ ऩ!"),
        ("ory_Orya", "ବଡ଼ ମୟୂର"),
        ("pan_Guru", "ਘੋੜਾ ਲੜਕਾ ਸ਼ੇਰ"),
        ("mal_Mlym", "ഗൗരി പൗലോസ്"),
        ("mni_Mtei", "ꯁ꯭ꯀꯨꯜ ꯆꯠꯂꯤ꯫"),
        ("sat_Olck", "ᱟᱢ ᱚᱠᱟᱨᱮ᱾ ᱦᱮᱸ᱿"),
        ("urd_Arab", "آؤ؛ بیٹھو۔"),
        ("snd_Arab", SINDHI),
        ("hin_Deva", "कमरा 5: बंद है, A: नहीं"),
    ],
)
def test_a_text_comes_back_as_it_was(stage: Inside, code: str, text: str) -> None:
    ((line, back),) = stage.call(there_and_back, {code: [text]})[code]
    assert "\\" not in line
    assert back == unicodedata.normalize("NFC", text)


def test_letters_written_with_a_joiner_reach_the_model_as_letters(stage: Inside) -> None:
    pairs_by_code = stage.call(
        there_and_back, {"mar_Deva": ["दुसर्\u200dया"], "ben_Beng": ["হঠাত্\u200d"], "mal_Mlym": ["ഞാന്\u200d"]}
    )
    assert [pairs[0][1] for pairs in pairs_by_code.values()] == ["दुसऱ्या", "হঠাৎ", "ഞാൻ"]


def after(texts: dict[str, str]) -> dict[str, str]:
    from moviesubs.translation.processor import Processor

    processor = Processor()
    return {code: processor.postprocess([text], code)[0] for code, text in texts.items()}


def test_no_letter_of_a_model_becomes_one_that_does_not_exist(stage: Inside) -> None:
    devanagari = "".join(map(chr, range(0x900, 0x980)))
    texts = stage.call(after, {code: devanagari for code in CODES if code[-4:] not in ("Olck", "Mtei")})
    for code, text in texts.items():
        assert not [letter for letter in text if unicodedata.category(letter) == "Cn"], code
    assert "।" in texts["tam_Taml"]


def test_letters_that_a_script_lacks_become_similar_ones(stage: Inside) -> None:
    texts = {"ben_Beng": "बॉस ॐ", "pan_Guru": "कृपा वर्ष", "tam_Taml": "ज़रूर खाना"}
    assert stage.call(after, texts) == {"ben_Beng": "বোস ওম্", "pan_Guru": "ਕ੍ਰਿਪਾ ਵਰ੍ਸ਼", "tam_Taml": "ஜரூர காநா"}
