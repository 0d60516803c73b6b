"""Texts in, translations out: placeholders, IndicProcessor, tokens, batches, the network, and all the way back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from moviesubs.flag_meanings import severity
from moviesubs.flags import Flag
from moviesubs.translation import clauses, placeholders
from moviesubs.translation.batches import batches
from moviesubs.translation.capitals import CASED, with_capitals
from moviesubs.translation.conversion import checkpoint
from moviesubs.translation.engines.base import Decoding, Engine, translate_batches
from moviesubs.translation.memory import Memory
from moviesubs.translation.problems import problems
from moviesubs.translation.processor import Processor
from moviesubs.translation.tokenizers.indictrans2 import Tokenizer
from moviesubs.translation.tokenizers.nllb import NllbTokenizer, PlainText

#: what another search may mend
SEARCH = frozenset(
    {
        Flag.TRANSLATION_EMPTY,
        Flag.TRANSLATION_UNTRANSLATED,
        Flag.TRANSLATION_TOO_SHORT,
        Flag.TRANSLATION_TOO_LONG,
        Flag.TRANSLATION_REPEATS,
        Flag.TRANSLATION_DEBRIS,
    }
)
#: how many times a translation with flags is tried anew, each time in another way
RETRIES = 3
#: a translation that was far too short must have this share of the source's tokens next time
LEAST_TOKENS = 1 / 3


@dataclass(frozen=True)
class Translated:
    """A translation, and flags that say what a person should check."""

    text: str
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Way:
    """How a text goes through the model.

    Attributes:
        terms: glossary terms get placeholders.
        thorough: every number gets one.
        inline: what had placeholders stands in the text as it is to be in the translation.
        other_end: without the punctuation at its end, or with a full stop where it has none.
        strict: how to search, see `Decoding.stricter`.
        long: the translation must be so long, in shares of the source's tokens.
    """

    terms: bool = True
    thorough: bool = False
    inline: bool = False
    other_end: bool = False
    strict: bool = False
    long: bool = False


#: the first way that every text goes
USUAL = Way()


def other_way(flags: Iterable[Flag], number: int) -> Way:
    """How to translate a flagged text again.

    Args:
        flags: of the best translation so far.
        number: of the attempt, from 0.
        number: of the attempt, from 0.

    Returns:
        First, values in the place of placeholders that were lost or broken, a placeholder for a lost number, a stricter search for the
        rest; then, a text without the glossary, or with another end, which is often enough for another search to succeed.
    """
    present = set(flags)
    broken = bool(present & {Flag.TRANSLATION_TERM_LOST, Flag.TRANSLATION_DEBRIS})
    lost = Flag.TRANSLATION_NUMBER_LOST in present
    strict, long = bool(present & SEARCH), Flag.TRANSLATION_TOO_SHORT in present
    if number == 0:
        return Way(inline=broken, thorough=lost and not broken, strict=strict, long=long)
    return Way(
        terms=Flag.TRANSLATION_TERM_LOST not in present,
        thorough=lost,
        other_end=strict,
        strict=strict,
        long=long and number == 1,
    )


@dataclass
class Request:
    """A text on its way through the model; `tokens` has the two tags in front."""

    text: str
    tokens: list[str]
    values: list[str] = field(default_factory=list)
    inline: bool = False


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
        """Prepares a pipeline.

        Args:
            source: FLORES code of the texts' language.
            target: FLORES code of the language wanted.
            processor: pre- and post-processing; the default is IndicTrans2's.
            terms: glossary, translation of each term.
            decoding: how to search; the default is beam search with 5 beams.
            batch_tokens: most source tokens of a batch, padding included.
            memory: of the same engine; looked up first, and new translations are added to it.

        Raises:
            UserError: the model does not know one of the languages.
        """
        tokenizer.check_languages(source, target)
        self.engine, self.tokenizer, self.source, self.target = engine, tokenizer, source, target
        self.glossary, self.no_terms = (placeholders.Glossary(entries, source) for entries in (terms or {}, {}))
        self.scripts = source.split("_")[1], target.split("_")[1]
        self.decoding = decoding or Decoding(max_length=engine.origin.max_target)
        self.batch_tokens, self.memory = batch_tokens, memory
        self.processor = processor or Processor()

    def prepare(self, texts: Sequence[str], way: Way = USUAL) -> list[Request]:
        """Makes requests: placeholders, pre-processing, tokens."""
        copies = self.processor.copies_placeholders
        glossary = self.glossary if way.terms else self.no_terms
        written = [clauses.with_other_end(text) if way.other_end else text for text in texts]
        protected = [
            placeholders.protect(text, glossary, thorough=way.thorough, sparing=not (copies or way.thorough))
            for text in written
        ]
        sources = [placeholders.restore(*pair)[0] if way.inline else pair[0] for pair in protected]
        lines = self.processor.preprocess(sources, self.source, self.target)
        for index, (line, (text, _)) in enumerate(zip(lines, protected, strict=True)):
            if copies and not way.inline and not placeholders.is_intact(line, text):
                protected[index] = placeholders.protect(written[index], glossary, thorough=True)
                lines[index] = self.processor.preprocess([protected[index][0]], self.source, self.target)[0]
        rows = zip(texts, lines, protected, strict=True)
        return [Request(text, self.tokenizer.tokenize(line), values, way.inline) for text, line, (_, values) in rows]

    def takes(self, request: Request) -> bool:
        """Whether the model takes a request whole: its tokens, with tags and end token, are no more than it was trained for."""
        return len(request.tokens) + 1 <= self.engine.origin.max_source

    def run(self, requests: Sequence[Request], decoding: Decoding, step: Callable[[int], None]) -> list[Translated]:
        """Looks requests up in the memory, and sends the others through the network, batch by batch.

        Args:
            step: called after every batch with the number of finished requests.
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
        for indices, targets in zip(groups, translate_batches(self.engine, work, decoding), strict=True):
            if self.memory:
                self.memory.keep([sentences[index] for index in indices], targets, decoding)
            for index, output in zip(indices, targets, strict=True):
                outputs[index] = output
            done += len(indices)
            step(done)
        texts = [placeholders.tidy(self.tokenizer.text(output or [])) for output in outputs]
        texts = self.processor.postprocess(texts, self.target)
        return [
            self._checked(request, text, output or ())
            for request, text, output in zip(requests, texts, outputs, strict=True)
        ]

    def _checked(self, request: Request, text: str, output: Sequence[str]) -> Translated:
        if request.inline:
            lost = [value for value in request.values if value.casefold() not in text.casefold()]
        else:
            text, lost = placeholders.restore(text, request.values)
        preserved = [value for value in request.values if value not in lost]
        unknown = checkpoint.UNK in output
        return Translated(
            text, problems(request.text, text, lost, preserved=preserved, scripts=self.scripts, unknown=unknown)
        )

    def retry(self, requests: Sequence[Request], translations: Sequence[Translated]) -> list[Translated]:
        """Translates flagged texts again, each time in another way (`other_way`), the last time in parts.

        Returns:
            The best translations, by the severity of their flags. A lost term stays flagged where the best one is the model's own.
        """
        best = list(translations)
        tried = [{(tuple(request.tokens), self.decoding)} for request in requests]
        for number in range(RETRIES):
            ways: dict[Way, list[int]] = {}
            for index, translated in enumerate(best):
                if translated.flags:
                    ways.setdefault(other_way(translated.flags, number), []).append(index)
            for way, indices in ways.items():
                in_parts = number == RETRIES - 1
                for index, second in self._again(requests, indices, way, tried, in_parts=in_parts).items():
                    if severity(second.flags) < severity(best[index].flags):
                        extra = () if way.terms else (Flag.TRANSLATION_TERM_LOST,)
                        best[index] = Translated(second.text, tuple(dict.fromkeys([*second.flags, *extra])))
        return best

    def _again(
        self,
        requests: Sequence[Request],
        indices: Sequence[int],
        way: Way,
        tried: Sequence[set[tuple[tuple[str, ...], Decoding]]],
        *,
        in_parts: bool,
    ) -> dict[int, Translated]:
        """Translates some texts again; those whose tokens would be the same as before are left out."""
        texts = {index: requests[index].text for index in indices}
        cut = {index: clauses.parts(text) if in_parts else [text] for index, text in texts.items()}
        answers: dict[int, list[Translated]] = {}
        work: dict[Decoding, list[tuple[int, Request]]] = {}
        for index, parts in cut.items():
            if in_parts and len(parts) < 2:
                continue
            anew = self.prepare(parts, replace(way, other_end=way.other_end and not in_parts))
            least = max(1, int(LEAST_TOKENS * len(anew[0].tokens))) if way.long else 1
            decoding = self.decoding.stricter(least) if way.strict else self.decoding
            key = tuple(token for request in anew for token in request.tokens), decoding
            if key not in tried[index] and all(map(self.takes, anew)):
                tried[index].add(key)
                work.setdefault(decoding, []).extend((index, request) for request in anew)
        for decoding, rows in work.items():
            for (index, _), second in zip(
                rows, self.run([request for _, request in rows], decoding, lambda done: None), strict=True
            ):
                answers.setdefault(index, []).append(second)
        joined = {index: self._joined(parts) for index, parts in answers.items()}
        if in_parts:  # each part may be all right, and the whole be none
            joined = {
                index: replace(
                    translation,
                    flags=tuple(
                        dict.fromkeys(
                            [*translation.flags, *problems(texts[index], translation.text, scripts=self.scripts)]
                        )
                    ),
                )
                for index, translation in joined.items()
            }
        return joined

    def translate(
        self, texts: Sequence[str], step: Callable[[int, int], None] = lambda done, total: None
    ) -> list[Translated]:
        """Translates texts: sentence by sentence, equal ones once, in parts what the model does not take whole.

        Args:
            texts: texts in the source language; those without a letter or digit are returned unchanged.
            step: called after every batch with the number of finished and of all distinct sentences or parts.
        """
        wrapped = [placeholders.unwrap(text) for text in texts]
        bodies = [text for text in dict.fromkeys(body for _, body, _ in wrapped) if any(map(str.isalnum, text))]
        sentences = {text: clauses.sentences(text) for text in bodies}
        whole = self.prepare(_distinct(sentences.values()))
        requests = {request.text: request for request in whole if self.takes(request)}
        divided = {
            request.text: [request.text] if self.takes(request) else clauses.split(request.text, self._fits)
            for request in whole
        }
        parts = [part for part in _distinct(divided.values()) if part not in requests]
        requests |= {request.text: request for request in self.prepare(parts)}

        ordered = list(requests.values())
        first = self.run(ordered, self.decoding, lambda done: step(done, len(ordered)))
        translations = dict(zip(requests, self.retry(ordered, first), strict=True))
        joined = {
            text: self._joined([translations[part] for sentence in cut for part in divided[sentence]])
            for text, cut in sentences.items()
        }
        results = [(head, joined.get(body, Translated(body)), tail) for head, body, tail in wrapped]
        return [replace(result, text=head + result.text + tail) for head, result, tail in results]

    def _fits(self, text: str) -> bool:
        return self.takes(self.prepare([text])[0])

    def _joined(self, parts: Sequence[Translated]) -> Translated:
        texts = [part.text for part in parts if part.text]
        if self.scripts[0] not in CASED:
            texts = with_capitals(texts, range(1, len(texts)))
        return Translated(" ".join(texts), tuple(dict.fromkeys(flag for part in parts for flag in part.flags)))


def _distinct(groups: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(text for group in groups for text in group))
