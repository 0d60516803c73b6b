"""All directions of IndicTrans2: every language has its code, its model and its script."""

import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import ROOT
from support.inside import Inside

from moviesubs import contracts
from moviesubs.errors import UserError
from moviesubs.language.languages import flores_code, flores_code_of, language, languages
from moviesubs.language.scripts import share_in_script
from moviesubs.workflow.models import load_models, translation_model
from moviesubs.workflow.settings import load_config

HUB_MODELS = ROOT / "resources" / "demo" / "models"

#: "Where are you?", or nearly so, in all languages and scripts of IndicTrans2
QUESTIONS = {
    "asm_Beng": "তুমি কোথায় আছা?",
    "ben_Beng": "তুমি কোথায় আছ?",
    "brx_Deva": "नों बहा दं?",
    "doi_Deva": "तुस किथें ओ?",
    "gom_Deva": "तूं खंय आसा?",
    "guj_Gujr": "તું ક્યાં છે?",
    "hin_Deva": "तुम कहाँ हो?",
    "kan_Knda": "ನೀನು ಎಲ್ಲಿದ್ದೀಯ?",
    "kas_Arab": "تُہۍ کتہ چھو؟",
    "kas_Deva": "तुह्य कति छिव?",
    "mai_Deva": "अहाँ कतय छी?",
    "mal_Mlym": "നീ എവിടെയാണ്?",
    "mar_Deva": "तू कुठे आहेस?",
    "mni_Beng": "নঙ কদাইদা লৈরিবগে?",
    "mni_Mtei": "ꯅꯪ ꯀꯗꯥꯏꯗꯥ ꯂꯩꯔꯤꯕꯒꯦ?",
    "npi_Deva": "तिमी कहाँ छौ?",
    "ory_Orya": "ତୁମେ କେଉଁଠି ଅଛ?",
    "pan_Guru": "ਤੂੰ ਕਿੱਥੇ ਹੈਂ?",
    "san_Deva": "त्वं कुत्र असि?",
    "sat_Olck": "ᱟᱢ ᱚᱠᱟᱨᱮ ᱢᱮᱱᱟᱢᱟ?",
    "snd_Arab": "تون ڪٿي آهين؟",
    "snd_Deva": "तूं किथे आहीं?",
    "tam_Taml": "நீ எங்கே இருக்கிறாய்?",
    "tel_Telu": "నువ్వు ఎక్కడ ఉన్నావు?",
    "urd_Arab": "تم کہاں ہو؟",
    "eng_Latn": "Where are you?",
}
INDIAN = "as bn brx doi gom gu hi kn ks mai ml mni mr ne or pa sa sat sd ta te ur".split()  # noqa: SIM905


# --- codes and models ------------------------------------------------------------------------------------------------


def test_the_22_languages_of_the_constitution_and_english_have_codes_in_all_their_scripts() -> None:
    known = {flores for code in [*INDIAN, "en"] for flores in language(code).flores.split()}
    assert len(INDIAN) == 22
    assert known == set(QUESTIONS)
    assert {code for code, one in languages().items() if one.flores} == {*INDIAN, "en"}


@pytest.mark.parametrize("variant", ["distilled", "1B"])
def test_every_direction_has_a_model_of_its_kind(variant: str) -> None:
    config, models = (
        load_config({"translate": {"variant": variant}}),
        load_models([str(ROOT / "config" / "models.yaml")]),
    )
    for source, target in itertools.permutations([*INDIAN, "en"], 2):
        kind = "-".join("en" if code == "en" else "indic" for code in (source, target))
        model = translation_model(config, models, source, target)
        assert f"indictrans2-{kind}-" in model
        entry = models["models"][model]
        assert models["models"][entry["convert"]]["repository"].startswith(f"ai4bharat/indictrans2-{kind}-")


def test_a_language_with_several_scripts_is_known_by_its_letters() -> None:
    for flores, question in QUESTIONS.items():
        code = next(code for code in [*INDIAN, "en"] if flores in language(code).flores.split())
        assert flores_code_of(code, ["123", question]) == flores
    assert flores_code_of("mni", ["?", ""]) == "mni_Beng"


def test_a_script_is_chosen_by_the_config_and_checked_at_start() -> None:
    assert (flores_code("ks"), flores_code("ks", "Deva"), flores_code("mni", "Mtei")) == (
        "kas_Arab",
        "kas_Deva",
        "mni_Mtei",
    )
    assert load_config({"translate": {"scripts": {"sd": "Deva"}}})["translate"]["scripts"] == {"sd": "Deva"}
    for scripts, message in (
        ({"hi": "Latn"}, "translate.scripts.hi: IndicTrans2 does not write Hindi .hi. in 'Latn'; use Deva"),
        ({"fr": "Latn"}, "IndicTrans2 does not translate French"),
    ):
        with pytest.raises(UserError, match=message):
            load_config({"translate": {"scripts": scripts}})


# --- scripts ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stage(python: Callable[[str], str]) -> Iterator[Inside]:
    """The environment of the stage."""
    inside = Inside(python("indictrans2"))
    yield inside
    inside.close()


def there_and_back(questions: dict[str, str]) -> dict[str, list[str]]:
    from moviesubs.translation.processor import Processor

    processor, round_trips = Processor(), {}
    for code, question in questions.items():
        other = "hin_Deva" if code == "eng_Latn" else "eng_Latn"
        (line,) = processor.preprocess([question], code, other)
        source, target, text = line.split(" ", 2)
        round_trips[code] = [source, target, *processor.postprocess([text], code)]
    return round_trips


def test_every_language_goes_to_the_model_and_comes_back_in_its_script(stage: Inside) -> None:
    round_trips = stage.call(there_and_back, QUESTIONS)
    for code, (source, target, text) in round_trips.items():
        assert (source, target) == (code, "hin_Deva" if code == "eng_Latn" else "eng_Latn")
        assert share_in_script(text, code.split("_")[1]) == 1
        if code not in ("kas_Arab", "snd_Arab"):  # the normaliser of Urdu takes some of their letters for others
            assert text == QUESTIONS[code]


# --- the program -----------------------------------------------------------------------------------------------------

Translate = Callable[..., str]


@pytest.fixture
def translate(stage: Inside, tmp_path: Path) -> Translate:
    """Translates one text with a demo model whose language tags have been renamed: the words stay, scripts and rules change."""

    def run(text: str, model: str, source: str, target: str, *arguments: str) -> str:
        hub = Path(shutil.copytree(HUB_MODELS / model, tmp_path / "hub"))
        tags = dict.fromkeys(["hin_Deva", "eng_Latn", "guj_Gujr"])
        vocabulary = json.loads((hub / "dict.SRC.json").read_text(encoding="utf-8"))
        old = [tag for tag in tags if tag in vocabulary]
        numbers = [vocabulary.pop(tag) for tag in old]
        wanted = [flores for code in (source, target) for flores in language(code).flores.split()]
        vocabulary |= dict(zip(wanted, [*numbers, *range(10_000, 10_010)], strict=False))
        (hub / "dict.SRC.json").write_text(json.dumps(vocabulary), encoding="utf-8")
        words = ["--model", hub, "--quantization", "float32", "--output", tmp_path / "model"]
        assert stage.program("convert_indictrans2", *words).returncode == 0
        sentences = [contracts.Sentence(id=1, start=0.0, end=1.0, text=text)]
        contracts.write(tmp_path / "t.json", contracts.Transcript(language=source, sentences=sentences))
        words = ["--transcript", tmp_path / "t.json", "--model", tmp_path / "model", "--target", target, *arguments]
        done = stage.program("translate", *words, "--threads", "1", "--output", tmp_path / "out.json")
        assert done.returncode == 0, done.stderr
        return contracts.read(tmp_path / "out.json", contracts.Transcript).sentences[0].text

    return run


@pytest.mark.parametrize(("target", "script"), [("ta", "Taml"), ("or", "Orya"), ("bn", "Beng"), ("mr", "Deva")])
def test_indian_to_indian_comes_out_in_the_script_of_the_target(translate: Translate, target: str, script: str) -> None:
    text = translate("मीरा शुक्रवार को अस्पताल जाएगी।", "indictrans2-hi-gu-demo", "hi", target)
    assert text and share_in_script(text, script) == 1


def test_an_english_movie_gets_indian_subtitles(translate: Translate) -> None:
    text = translate("मीरा शुक्रवार को अस्पताल जाएगी।", "indictrans2-hi-gu-demo", "en", "hi")
    assert text and share_in_script(text, "Deva") == 1
