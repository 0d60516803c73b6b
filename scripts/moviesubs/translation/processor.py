"""IndicTransToolkit's IndicProcessor, which normalises, tokenizes and transliterates, without its traps.

The traps (IndicTransToolkit 1.1.1):

- It queues a map of placeholders per sentence when pre-processing and takes one per sentence when post-processing, so that
  one sentence more hangs for ever, and another order mixes the maps up. Here the queue is emptied after pre-processing and
  filled with empty maps before post-processing; placeholders are the business of `moviesubs.translation.placeholders`.
- Importing the package imports transformers and torch (seconds), which the processor itself does not use: only its own module is loaded.
"""

import importlib.machinery
import importlib.util
from collections.abc import Sequence
from types import ModuleType

from moviesubs.errors import UserError

PACKAGE = "IndicTransToolkit"


def _module() -> ModuleType:
    package = importlib.util.find_spec(PACKAGE)
    folders = package.submodule_search_locations if package else None
    spec = importlib.machinery.PathFinder.find_spec(f"{PACKAGE}.processor", folders) if folders else None
    if spec is None or spec.loader is None:
        raise UserError(f"the Python package {PACKAGE} is not installed; use the environment of envs/indictrans2.yaml")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Processor:
    """One IndicProcessor; not to be shared between threads."""

    #: whether the model was trained to copy "<ID1>"
    copies_placeholders = True

    def __init__(self) -> None:
        """Loads IndicTransToolkit's processor.

        Raises:
            UserError: it is not installed.
        """
        self._processor = _module().IndicProcessor(inference=True)

    def preprocess(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """Prepares texts for the tokenizer.

        Args:
            texts: texts in the source language, entities already replaced by placeholders.
            source: FLORES code of their language.
            target: FLORES code of the language to translate to.

        Returns:
            Lines "source target text", the text normalised, split into words and, for most Indian scripts, in Devanagari.
        """
        lines: list[str] = self._processor.preprocess_batch(list(texts), source, target)
        self._processor.postprocess_batch([], target)  # empties the queue
        return lines

    def postprocess(self, texts: Sequence[str], target: str) -> list[str]:
        """Turns the model's output into text for people.

        Args:
            texts: from `Tokenizer.text`, any number in any order.
            target: FLORES code of their language.

        Returns:
            Texts in the language's own script with words and punctuation joined as usual.
        """
        self._processor.preprocess_batch([""] * len(texts), target, target)  # one empty map each
        found: list[str] = self._processor.postprocess_batch(list(texts), target)
        return found
