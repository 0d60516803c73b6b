"""Glossary terms are found as people and recognisers write them."""

import pytest

from moviesubs.translation.placeholders import protect


@pytest.mark.parametrize(
    ("language", "term", "text", "protected"),
    [
        ("eng_Latn", "Surya", "surya's house, SURYA!", "<ID1> 's house, <ID1> !"),
        ("eng_Latn", "Raj", "rajah Raj", "rajah <ID1>"),
        ("hin_Deva", "क्षत्रिय", "क्\u200dषत्रिय आया", "<ID1> आया"),
        ("hin_Deva", "क्\u200dषत्रिय", "क्षत्रिय आया", "<ID1> आया"),
        ("hin_Deva", "सूर्या", "सूर्याने कहा", "<ID1> ने कहा"),
        ("hin_Deva", "जान", "जानने वाले", "जानने वाले"),
        ("hin_Deva", "राज", "राजा आया", "राजा आया"),
        ("mar_Deva", "सूर्या", "सूर्याला सांग, सूर्याच्या घरी", "<ID1> ला सांग, <ID1> च्या घरी"),
        ("mar_Deva", "राम", "रामाने रामालाच", "<ID1> ने <ID1> लाच"),
        ("tam_Taml", "ரஜினி", "ரஜினியை பார், ரஜினிக்கு கொடு", "<ID1> ஐ பார், <ID1> க்கு கொடு"),
        ("tam_Taml", "ரஜினிகாந்த்", "ரஜினிகாந்தை பார்", "<ID1> ஐ பார்"),
        ("tam_Taml", "சூர்யா", "சூர்யாவின் வீடு, சூர்யாவும்", "<ID1> இன் வீடு, <ID1> உம்"),
        ("tel_Telu", "సూర్య", "సూర్యకి చెప్పు, సూర్యతో", "<ID1> కి చెప్పు, <ID1> తో"),
        ("kan_Knda", "ಸೂರ್ಯ", "ಸೂರ್ಯನನ್ನು ನೋಡು", "<ID1> ನ್ನು ನೋಡು"),
        ("mal_Mlym", "മോഹൻലാൽ", "മോഹൻലാലിനെ കണ്ടു, മോഹന്\u200dലാല്\u200d", "<ID1> ഇനെ കണ്ടു, <ID1>"),
        ("ben_Beng", "সূর্য", "সূর্যকে ডাকো, সূর্যের বাড়ি", "<ID1> কে ডাকো, <ID1> এর বাড়ি"),
        ("guj_Gujr", "સૂર્યા", "સૂર્યાને કહો", "<ID1> ને કહો"),
        ("npi_Deva", "सूर्य", "सूर्यलाई भन", "<ID1> लाई भन"),
        ("asm_Beng", "ৰাম", "ৰামক মাতা", "<ID1> ক মাতা"),
        ("ory_Orya", "ରାମ", "ରାମଙ୍କୁ ଡାକ", "<ID1> ଙ୍କୁ ଡାକ"),
        ("mni_Beng", "তোম্বা", "তোম্বানা লাকই", "<ID1> না লাকই"),
        ("urd_Arab", "سوریا", "سوریانے کہا", "<ID1> نے کہا"),
    ],
)
def test_a_term_is_found(language: str, term: str, text: str, protected: str) -> None:
    assert protect(text, {term: "X"}, language=language)[0] == protected


def test_the_longest_term_that_fits_is_taken() -> None:
    terms = {"ரஜினி": "Rajini", "ரஜினிகாந்த்": "Rajinikanth"}
    assert protect("ரஜினிகாந்தை ரஜினியை", terms, language="tam_Taml") == ("<ID1> ஐ <ID2> ஐ", ["Rajinikanth", "Rajini"])
