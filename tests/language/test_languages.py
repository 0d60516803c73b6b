"""Languages and what other programs call them."""

import pytest

from moviesubs.errors import UserError
from moviesubs.language.languages import code_meant, code_of_iso639, flores_code, language, languages
from moviesubs.workflow.hardware import Hardware

LINUX = Hardware("Linux", "x86_64", 8, 32000)
NVIDIA = Hardware("Linux", "x86_64", 8, 32000, ("NVIDIA L4",))
MAC = Hardware("Darwin", "arm64", 8, 32000)


def test_languages_know_their_codes_in_other_programs() -> None:
    assert len({item.iso639_2 for item in languages().values()}) == len(languages())
    assert flores_code("gu") == "guj_Gujr"
    assert [code_of_iso639(tag) for tag in ("hin", "hi-IN", "fra", "fre", "und", None)] == [
        "hi",
        "hi",
        "fr",
        "fr",
        None,
        None,
    ]
    assert [
        code_of_iso639(tag) for tag in ("kok", "ory", "ori", "npi", "zho", "fas", "iw")
    ] == "gom or or ne zh fa he".split()  # noqa: SIM905
    with pytest.raises(UserError, match="unknown language 'xx'; use one of af, am"):
        language("xx")
    with pytest.raises(UserError, match="does not translate French"):
        flores_code("fr")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *[
            ("hin", "hi"),
            ("kok", "gom"),
            ("ori", "or"),
            ("ory", "or"),
            ("ben", "bn"),
            ("tam", "ta"),
            ("pan", "pa"),
            ("urd", "ur"),
        ],
        *[
            ("HI", "hi"),
            ("hi-IN", "hi"),
            ("hi_IN", "hi"),
            ("hin_Deva", "hi"),
            ("hin-Latn", "hi-Latn"),
            ("hi-latn", "hi-Latn"),
        ],
        *[
            ("Hindi", "hi"),
            ("हिन्दी", "hi"),
            ("Bengali", "bn"),
            ("Meitei", "mni"),
            ("telgu", "te"),
            ("Oriya", "or"),
            ("Hinglish", "hi-Latn"),
        ],
    ],
)
def test_a_code_of_another_kind_is_answered_with_ours(typed: str, meant: str) -> None:
    with pytest.raises(UserError, match=rf"unknown language '{typed}'; did you mean {meant} \("):
        language(typed)


def test_every_three_letter_code_of_the_table_is_understood_of_a_file_and_answered_to_a_person() -> None:
    for code, one in languages().items():
        for other in (one.iso639_2, *(tag[:3] for tag in f"{one.flores} {one.nllb}".split())):
            assert code_of_iso639(other) in languages()
            assert code_meant(other) == code_of_iso639(other)
        assert code_meant(one.name) == code
