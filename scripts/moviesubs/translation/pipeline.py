"""Texts in, translations out: placeholders, IndicProcessor, tokens, batches, the network, and all the way back."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from moviesubs.flags import Flag
from moviesubs.translation import clauses, placeholders
from moviesubs.translation.batches import batches
from moviesubs.translation.engines.base import Decoding, Engine, translate_batches
from moviesubs.translation.memory import Memory
from moviesubs.translation.processor import Processor
from moviesubs.translation.tokenizers.indictrans2 import Tokenizer
from moviesubs.translation.tokenizers.nllb import NllbTokenizer, PlainText

#: a translation is absurdly long if it has more characters than this many times the source, and this many more
LENGTH_RATIO, LENGTH_SLACK = 3.0, 40


@dataclass(frozen=True)
class Translated:
    """A translation, and flags that say what a person should check."""

    text: str
    flags: tuple[Flag, ...] = ()


@dataclass
class Request:
    """A text on its way through the model; `tokens` has the two tags in front."""

    text: str
    tokens: list[str]
    values: list[str] = field(default_factory=list)


def numbers(text: str) -> set[str]:
    """Numbers that a translation must keep.

    Args:
        text: any text.

    Returns:
        Its numbers of two digits and more, in ASCII digits; smaller ones may well become words.
    """
    return set(re.findall(r"[0-9]{2,}", placeholders.normalise(text)))


def problems(source: str, translation: str, lost: Sequence[str] = ()) -> tuple[Flag, ...]:
    """What is wrong with a translation.

    Args:
        source: the text.
        translation: what the model made of it.
        lost: values whose placeholders the model has lost.

    Returns:
        Flags; none if all is well.
    """
    found = {
        Flag.TRANSLATION_EMPTY: not any(character.isalnum() for character in translation),
        Flag.TRANSLATION_TOO_LONG: len(translation) > max(LENGTH_RATIO * len(source), len(source) + LENGTH_SLACK),
        Flag.TRANSLATION_TERM_LOST: bool(lost),
        Flag.TRANSLATION_NUMBER_LOST: not numbers(source) <= numbers(translation),
    }
    return tuple(flag for flag, wrong in found.items() if wrong)


class Pipeline:
    """Translates texts from one language to another with one model."""

    def __init__(
        self,
        engine: Engine,
        tokenizer: Tokenizer | NllbTokenizer,
        source: str,
        target: str,
        *,
        processor: Processor | PlainText | None = None,
        terms: Mapping[str, str] | None = None,
        decoding: Decoding | None = None,
        batch_tokens: int = 512,
        memory: Memory | None = None,
    ) -> None:
        """Makes a pipeline.

        Args:
            engine: the network.
            tokenizer: of the same model.
            source: FLORES code of the texts' language.
            target: FLORES code of the language wanted.
            processor: pre- and post-processing; the default is IndicTrans2's.
            terms: glossary, translation of each term.
            decoding: how to search; the default is beam search with 5 beams.
            batch_tokens: most source tokens of a batch, padding included.
            memory: of the same engine; asked first, and told what is new.

        Raises:
            UserError: the model does not know one of the languages.
        """
        tokenizer.check_languages(source, target)
        self.engine, self.tokenizer, self.source, self.target = engine, tokenizer, source, target
        self.terms = dict(terms or {})
        self.decoding = decoding or Decoding(max_length=engine.origin.max_target)
        self.batch_tokens, self.memory = batch_tokens, memory
        self.processor = processor or Processor()

    def prepare(self, texts: Sequence[str], terms: Mapping[str, str], *, thorough: bool = False) -> list[Request]:
        """Makes requests: placeholders, pre-processing, tokens.

        Args:
            texts: texts in the source language.
            terms: glossary.
            thorough: every number gets a placeholder.

        Returns:
            One request per text, whatever its length.
        """
        copies = self.processor.copies_placeholders
        english = self.source == "eng_Latn" or not copies  # nothing normalises it
        protected = [
            placeholders.protect(text, terms, english=english, thorough=thorough, sparing=not (copies or thorough))
            for text in texts
        ]
        lines = self.processor.preprocess([text for text, _ in protected], self.source, self.target)
        for index, (line, (text, _)) in enumerate(zip(lines, protected, strict=True)):
            if copies and not placeholders.is_intact(line, text):
                protected[index] = placeholders.protect(texts[index], terms, english=english, thorough=True)
                lines[index] = self.processor.preprocess([protected[index][0]], self.source, self.target)[0]
        rows = zip(texts, lines, protected, strict=True)
        return [Request(text, self.tokenizer.tokenize(line), values) for text, line, (_, values) in rows]

    def takes(self, request: Request) -> bool:
        """Whether the model takes a request whole.

        Args:
            request: from `prepare`.

        Returns:
            True if its tokens, with tags and end token, are at most as many as the model was trained for.
        """
        return len(request.tokens) + 1 <= self.engine.origin.max_source

    def run(self, requests: Sequence[Request], decoding: Decoding, step: Callable[[int], None]) -> list[Translated]:
        """Looks requests up in the memory, and sends the others through the network, batch by batch.

        Args:
            requests: from `prepare`.
            decoding: how to search.
            step: told how many requests are done, after every batch.

        Returns:
            One translation per request.
        """
        sentences = [request.tokens for request in requests]
        outputs: list[list[str] | None] = [None] * len(sentences)
        if self.memory:
            outputs = self.memory.recall(sentences, decoding)
        new = [index for index, output in enumerate(outputs) if output is None]
        done = len(sentences) - len(new)
        step(done)
        groups = [
            [new[place] for place in batch]
            for batch in batches([len(sentences[index]) for index in new], self.batch_tokens)
        ]
        work = [[sentences[index] for index in indices] for indices in groups]
        for indices, found in zip(groups, translate_batches(self.engine, work, decoding), strict=True):
            if self.memory:
                self.memory.keep([sentences[index] for index in indices], found, decoding)
            for index, output in zip(indices, found, strict=True):
                outputs[index] = output
            done += len(indices)
            step(done)
        texts = [placeholders.tidy(self.tokenizer.text(output or [])) for output in outputs]
        translations = []
        for request, text in zip(requests, self.processor.postprocess(texts, self.target), strict=True):
            restored, lost = placeholders.restore(text, request.values)
            translations.append(Translated(restored, problems(request.text, restored, lost)))
        return translations

    def retry(self, requests: Sequence[Request], found: Sequence[Translated]) -> list[Translated]:
        """Tries once more what went wrong, each problem in its way.

        An empty or endless translation gets a stricter search, a lost number a placeholder, and where the placeholder of
        a glossary term was lost the text is translated without the glossary.

        Args:
            requests: all requests.
            found: their translations.

        Returns:
            The translations, the second ones where they have fewer problems. A lost term stays flagged, for the second
            translation is the model's own.
        """
        best = list(found)
        ways: dict[tuple[bool, bool, bool], list[int]] = {}
        for index, translated in enumerate(found):
            if flags := set(translated.flags):
                way = (
                    bool(flags & {Flag.TRANSLATION_EMPTY, Flag.TRANSLATION_TOO_LONG}),
                    Flag.TRANSLATION_TERM_LOST in flags,
                    Flag.TRANSLATION_NUMBER_LOST in flags,
                )
                ways.setdefault(way, []).append(index)
        for (strict, term_lost, number_lost), indices in ways.items():
            texts = [requests[index].text for index in indices]
            again = self.prepare(texts, {} if term_lost else self.terms, thorough=number_lost)
            decoding = self.decoding.stricter() if strict else self.decoding
            for index, second in zip(indices, self.run(again, decoding, lambda done: None), strict=True):
                if len(second.flags) < len(found[index].flags):
                    kept = (Flag.TRANSLATION_TERM_LOST,) if term_lost else ()
                    best[index] = Translated(second.text, tuple(dict.fromkeys([*second.flags, *kept])))
        return best

    def translate(
        self, texts: Sequence[str], step: Callable[[int, int], None] = lambda done, total: None
    ) -> list[Translated]:
        """Translates texts: sentence by sentence, equal ones once, in parts what the model does not take whole.

        Args:
            texts: texts in the source language; those without a letter or digit are handed back as they are.
            step: told, after every batch, how many of how many distinct sentences or parts are done.

        Returns:
            Translations in the order of the texts.
        """
        wrapped = [placeholders.unwrap(text) for text in texts]
        wanted = [text for text in dict.fromkeys(body for _, body, _ in wrapped) if any(map(str.isalnum, text))]
        sentences = {text: clauses.sentences(text) for text in wanted}
        whole = self.prepare(_distinct(sentences.values()), self.terms)
        requests = {request.text: request for request in whole if self.takes(request)}
        divided = {
            request.text: [request.text] if self.takes(request) else clauses.split(request.text, self._fits)
            for request in whole
        }
        parts = [part for part in _distinct(divided.values()) if part not in requests]
        requests |= {request.text: request for request in self.prepare(parts, self.terms)}

        ordered = list(requests.values())
        found = self.run(ordered, self.decoding, lambda done: step(done, len(ordered)))
        translations = dict(zip(requests, self.retry(ordered, found), strict=True))
        joined = {
            text: _join(translations[part] for sentence in cut for part in divided[sentence])
            for text, cut in sentences.items()
        }
        found_texts = [(head, joined.get(body, Translated(body)), tail) for head, body, tail in wrapped]
        return [replace(found, text=head + found.text + tail) for head, found, tail in found_texts]

    def _fits(self, text: str) -> bool:
        return self.takes(self.prepare([text], self.terms)[0])


def _distinct(groups: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(text for group in groups for text in group))


def _join(parts: Iterable[Translated]) -> Translated:
    parts = list(parts)
    flags = dict.fromkeys(flag for part in parts for flag in part.flags)
    return Translated(" ".join(part.text for part in parts if part.text), tuple(flags))
