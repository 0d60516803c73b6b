"""Translates a transcript, sentence by sentence, with an IndicTrans2 or NLLB-200 model; ids and times stay."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from moviesubs import contracts
from moviesubs.errors import UserError
from moviesubs.language.languages import flores_code, flores_code_of, language, language_code
from moviesubs.stage import device, program
from moviesubs.stage.device import DEVICE_CHOICES
from moviesubs.stage.options import add_threads_option
from moviesubs.stage.progress import LivelyProgress
from moviesubs.translation.capitals import CASED, with_capitals
from moviesubs.translation.engines.select import BACKENDS, open_engine

if TYPE_CHECKING:
    from moviesubs.translation.pipeline import Translated


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parses the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transcript", type=Path, required=True, metavar="FILE", help="transcript.json")
    parser.add_argument(
        "--model",
        type=Path,
        required=True,
        action="append",
        metavar="FOLDER",
        help="made by convert_indictrans2.py; for mlx and transformers as it is on the Hub; one for each --source",
    )
    about = "what to call the model in results (default: as it says, or the folder's name); one for each --model"
    parser.add_argument("--name", action="append", default=[], help=about)
    about = "the model's revision, where it does not know that itself; one for each --model"
    parser.add_argument("--revision", action="append", default=[], help=about)
    parser.add_argument(
        "--remote-code", action="store_true", help="the transformers backend may run the Python code in the folder"
    )
    parser.add_argument(
        "--backend", choices=BACKENDS, default="ctranslate2", help="what runs the model (default: %(default)s)"
    )
    parser.add_argument(
        "--source",
        type=language_code,
        nargs="+",
        metavar="CODE",
        help="languages to translate from; sentences in others stay as they are (default: that of the transcript)",
    )
    parser.add_argument(
        "--target",
        type=language_code,
        required=True,
        metavar="CODE",
        help='language to translate to: "en", "hi", "gu", ...',
    )
    parser.add_argument(
        "--target-script", metavar="CODE", help='script to write it in ("Deva", "Mtei", ...), where it has several'
    )
    parser.add_argument(
        "--glossary",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="terms that must be translated as given (TSV, a column per language)",
    )
    parser.add_argument(
        "--beam-size", type=int, default=5, metavar="N", help="width of the beam search (default: %(default)s)"
    )
    parser.add_argument(
        "--batch-tokens", type=int, default=512, metavar="N", help="most tokens of a batch (default: %(default)s)"
    )
    add_threads_option(parser)
    parser.add_argument(
        "--device", choices=(*DEVICE_CHOICES, "mlx"), default="auto", help="where to compute (default: %(default)s)"
    )
    parser.add_argument(
        "--compute-type",
        default="default",
        metavar="TYPE",
        help="number format of the computation (default: the model's)",
    )
    parser.add_argument(
        "--memory",
        type=lambda text: Path(text) if text else None,
        metavar="FILE",
        help="translations to look up first and to add to, on a local disk; made where it is missing (default: none)",
    )
    parser.add_argument("--corrections", nargs="?", type=Path, metavar="FILE", help="the movie's table of corrections")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="transcript.<target>.json")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Translates one transcript.

    Raises:
        UserError: a file is missing or wrong, or the model does not translate between these languages.
    """
    args = arguments(argv)
    for name, value in (("--beam-size", args.beam_size), ("--batch-tokens", args.batch_tokens)):
        if value < 1:
            raise UserError(f"{name} must be at least 1, not {value}")
    transcript = contracts.read(args.transcript, contracts.Transcript)
    sources: list[str] = args.source or [transcript.language]
    if args.target in sources:
        raise UserError(
            f"{args.transcript}: is in {language(args.target).name} already; leave {args.target!r} out of the languages to"
            " translate to"
        )
    if len(args.model) != len(sources):
        raise UserError(f"--model: {len(args.model)} for {len(sources)} languages; give one for each --source")
    device.configure(args.threads)
    started = time.monotonic()
    sentences = [_kept(sentence) for sentence in transcript.sentences]
    origins: list[contracts.Translation] = []
    counts: list[str] = []
    without_capitals: set[int] = set()
    for number, source in enumerate(sources):
        mine = [
            index
            for index, sentence in enumerate(transcript.sentences)
            if (sentence.language or transcript.language) == source
        ]
        if not mine and number:
            continue
        origin, count, translations = _translate(
            args, number, source, [transcript.sentences[index].text for index in mine]
        )
        origins.append(origin)
        counts.append(count)
        if language(source).script not in CASED:
            without_capitals.update(mine)
        for index, translated in zip(mine, translations, strict=True):
            flags = list(dict.fromkeys([*sentences[index].flags, *translated.flags]))
            sentences[index] = replace(sentences[index], text=translated.text, flags=flags)
    texts = with_capitals([sentence.text for sentence in sentences], without_capitals)
    sentences = [replace(sentence, text=text) for sentence, text in zip(sentences, texts, strict=True)]
    origin = contracts.Translation(
        backend=origins[0].backend,
        model=" + ".join(dict.fromkeys(one.model for one in origins)),
        revision=origins[0].revision if len(origins) == 1 else None,
    )
    result = contracts.Transcript(language=args.target, sentences=sentences, translation=origin)
    if args.corrections:
        from moviesubs.corrections.apply import apply, report_unplaced
        from moviesubs.corrections.table import read_corrections

        result = apply(result, read_corrections(args.corrections), args.target)
        report_unplaced(result.unplaced, args.corrections)
    contracts.write(args.output, result)
    print(f"{args.output}: {'; '.join(counts)}, {time.monotonic() - started:.1f} s")


def _kept(sentence: contracts.Sentence) -> contracts.Sentence:
    """A sentence of the translated transcript before its text is one of the target language: without words."""
    return contracts.Sentence(
        id=sentence.id,
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        speaker=sentence.speaker,
        language=sentence.language,
        flags=list(sentence.flags),
        reasons=sentence.reasons,
    )


def _translate(
    args: argparse.Namespace, number: int, source: str, texts: Sequence[str]
) -> tuple[contracts.Translation, str, Sequence["Translated"]]:
    """Translates texts of one language.

    Args:
        args: the command line.
        number: of the language among those of `--source`.
        source: its code.
        texts: in it.

    Returns:
        What translated, what there is to say of it, and the translations.
    """
    from moviesubs.language.glossary import read_glossary
    from moviesubs.translation.engines.base import Decoding
    from moviesubs.translation.memory import Memory
    from moviesubs.translation.pipeline import Pipeline
    from moviesubs.translation.tokenizers.indictrans2 import Tokenizer
    from moviesubs.translation.tokenizers.nllb import NllbTokenizer, PlainText

    model: Path = args.model[number]
    terms = read_glossary(args.glossary, source, args.target) if args.glossary else {}
    engine = open_engine(
        args.backend,
        model,
        name=args.name[number] if args.name else None,
        revision=(args.revision[number] or None) if args.revision else None,
        device=args.device,
        threads=args.threads,
        compute_type=args.compute_type,
        remote_code=args.remote_code,
    )
    decoding = Decoding(beam_size=args.beam_size, max_length=engine.origin.max_target)
    family = engine.origin.family
    codes = flores_code_of(source, texts, family), flores_code(args.target, args.target_script, family)
    memory = Memory(args.memory, engine.fingerprint()) if args.memory else None
    pipeline = Pipeline(
        engine,
        NllbTokenizer(model) if family == "nllb" else Tokenizer(model),
        *codes,
        processor=PlainText() if family == "nllb" else None,
        terms=terms,
        decoding=decoding,
        batch_tokens=args.batch_tokens,
        memory=memory,
    )
    what = f"translate {args.transcript.parent.name} ({source} to {args.target}, {engine.origin.name}, {engine.device})"
    with LivelyProgress(what, 0) as progress:

        def step(done: int, total: int) -> None:
            progress.total = total
            progress.at(done)

        translations = pipeline.translate(texts, step)
    known = f", {memory.hits} of them known from {args.memory}" if memory else ""
    flagged = sum(bool(translated.flags) for translated in translations)
    counts = f"{len(texts)} sentences, {progress.total:g} texts translated{known}, {flagged} flagged"
    origin = contracts.Translation(backend=engine.backend, model=engine.origin.name, revision=engine.origin.revision)
    return origin, counts, translations


if __name__ == "__main__":
    program.run(main)
