r"""IndicTransToolkit's IndicProcessor, which normalises, tokenizes and transliterates, without its traps.

Those of IndicTransToolkit 1.1.1:

- It queues a map of placeholders per sentence when pre-processing and takes one per sentence when post-processing, so that
  one sentence more hangs for ever, and another order mixes the maps up. Here the queue is emptied after pre-processing and
  filled with empty maps before post-processing; placeholders are the business of `moviesubs.translation.placeholders`.
- Importing the package imports transformers and torch (seconds), which the processor itself does not use: only its own module is loaded.
- What it makes of a model's Devanagari by adding to code points need not exist in the other script (ऑ in Bengali, ॐ in Tamil).

Those of indic-nlp-library-itt 0.1.1, which it uses (patterns and constants there have a backslash too many):

- ऩ ऱ ऴ become a letter and the six characters `\u093C`. They are taken apart before it sees them; NFC takes apart all others.
- A colon and the digit, sign or Latin capital before it become a backslash, a 1 and a visarga ("5: घर"). Its colons are left alone.
- The conjunct sign and the tone mark of Meitei are set apart like punctuation, and the full stops of Meitei, Ol Chiki and Urdu stay so.
- Sindhi gets the letters of Urdu, Malayalam an old letter.
"""

import importlib.machinery
import importlib.util
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from types import ModuleType
from typing import Any

import regex

from moviesubs.errors import UserError

PACKAGE = "IndicTransToolkit"

#: letters that normalisers would spoil, taken apart
_NUKTAS = str.maketrans({"\u0929": "\u0928\u093c", "\u0931": "\u0930\u093c", "\u0934": "\u0933\u093c"})

#: first code points of the scripts that models see in Devanagari
_SCRIPTS = {
    "Beng": 0x980, "Guru": 0xA00, "Gujr": 0xA80, "Orya": 0xB00, "Taml": 0xB80, "Telu": 0xC00, "Knda": 0xC80, "Mlym": 0xD00
}  # fmt: skip
#: what to write for a Devanagari letter that a script lacks; what is not here is left out
_SIMILAR = {
    "ऍ": "ए", "ऎ": "ए", "ऑ": "ओ", "ऒ": "ओ", "ॅ": "े", "ॆ": "े", "ॉ": "ो", "ॊ": "ो", "ऋ": "रि", "ृ": "्रि", "ॠ": "री",
    "ॄ": "्री", "ऩ": "न", "ऱ": "र", "ऴ": "ळ", "ळ": "ल", "व": "ब", "ष": "श", "ँ": "ं", "ॐ": "ओम्",
}  # fmt: skip

#: signs that pre-processing sets apart and post-processing does not join again
_APART = re.compile(r" *(꯭) *| +([꯬꯫᱾᱿؛])")
#: letters of a normaliser that people write otherwise: Urdu's in Sindhi, the au of old books in Malayalam
_AS_WRITTEN = {"snd_Arab": str.maketrans("یہۃ", "يهة"), "mal_Mlym": str.maketrans("\u0d4c", "\u0d57")}


def _module() -> ModuleType:
    package = importlib.util.find_spec(PACKAGE)
    folders = package.submodule_search_locations if package else None
    spec = importlib.machinery.PathFinder.find_spec(f"{PACKAGE}.processor", folders) if folders else None
    if spec is None or spec.loader is None:
        raise UserError(f"the Python package {PACKAGE} is not installed; use the environment of envs/indictrans2.yaml")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Normalizers:
    """Stands in for `IndicNormalizerFactory`; its normalisers leave colons alone."""

    def __init__(self, factory: Callable[[], Any]) -> None:
        self._factory = factory

    def __call__(self) -> "_Normalizers":
        return self

    def get_normalizer(self, language: str) -> Any:
        normalizer = self._factory().get_normalizer(language)
        normalizer.visarga_pattern = regex.compile(r"(?!)")  # matches nothing
        return normalizer


def _image(letter: str, script: str) -> str:
    """The letter of another script at the place of a Devanagari letter."""
    tamil = script == "Taml" and ("क" <= letter <= "न" or letter in "फबभश")  # it has one letter for several of these
    return "க" if tamil else chr(ord(letter) - 0x900 + _SCRIPTS[script])


@cache
def _devanagari_of(script: str) -> tuple[dict[str, str], dict[int, str]]:
    """How to write Devanagari for a script: letters with a nukta that are one letter there, and others for those that it lacks."""

    def lacks(letter: str) -> bool:
        image = _image(letter, script)
        return unicodedata.category(image) == "Cn" or (letter == "़" and "NUKTA" not in unicodedata.name(image))

    def written(letter: str) -> str:
        return "".join(map(written, _SIMILAR.get(letter, ""))) if lacks(letter) else letter

    pairs = {unicodedata.normalize("NFC", chr(code)): chr(code) for code in range(0x958, 0x960)}
    single = {
        pair: letter
        for pair, letter in pairs.items()
        if _image(letter, script).isalpha() and not unicodedata.decomposition(_image(letter, script))
    }
    letters = [chr(code) for code in (*range(0x900, 0x958), *range(0x960, 0x964))]
    return single, {ord(letter): written(letter) for letter in letters if lacks(letter)} | {0x972: written("ए")}


def _for_script(text: str, script: str) -> str:
    """A model's Devanagari, for transliteration into a script."""
    single, others = _devanagari_of(script)
    for pair, letter in single.items():
        text = text.replace(pair, letter)
    return text.translate(others)


class Processor:
    """One IndicProcessor; not to be shared between threads."""

    #: whether the model was trained to copy "<ID1>"
    copies_placeholders = True

    def __init__(self) -> None:
        """Loads IndicTransToolkit's processor.

        Raises:
            UserError: it is not installed.
        """
        module: Any = _module()
        module.IndicNormalizerFactory = _Normalizers(module.IndicNormalizerFactory)
        self._processor = module.IndicProcessor(inference=True)

    def preprocess(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """Prepares texts for the tokenizer.

        Args:
            source: FLORES code of their language.
            target: FLORES code of the language to translate to.

        Returns:
            Lines "source target text", the text normalised, split into words and, for most Indian scripts, in Devanagari.
        """
        plain = [unicodedata.normalize("NFC", text).translate(_NUKTAS) for text in texts]
        lines: list[str] = self._processor.preprocess_batch(plain, source, target)
        self._processor.postprocess_batch([], target)  # empties the queue
        return lines

    def postprocess(self, texts: Sequence[str], target: str) -> list[str]:
        """Turns the model's output into text for people.

        Args:
            texts: from `Tokenizer.text`, any number in any order.

        Returns:
            Texts in NFC and in the language's own script, with words and punctuation joined as usual.
        """
        script = target.split("_")[1]
        texts = [unicodedata.normalize("NFC", text) for text in texts]
        if script in _SCRIPTS:
            texts = [_for_script(text, script) for text in texts]
        self._processor.preprocess_batch([""] * len(texts), target, target)  # one empty map each
        outputs: list[str] = self._processor.postprocess_batch(list(texts), target)
        joined = [unicodedata.normalize("NFC", _APART.sub(r"\1\2", text)) for text in outputs]
        return [text.translate(_AS_WRITTEN.get(target, {})) for text in joined]
