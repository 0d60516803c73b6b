"""Languages and what other programs call them."""

import pytest

from moviesubs.errors import UserError
from moviesubs.language.languages import code_of_iso639, flores_code, language, languages
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
    with pytest.raises(UserError, match="unknown language"):
        language("xx")
    with pytest.raises(UserError, match="does not translate French"):
        flores_code("fr")
