"""NLLB-200 in the pipeline of IndicTrans2: its tokens, and text that goes in and comes out as it is.

Its tokenizer is one SentencePiece model for all languages; the source begins with the tag of its language and ends with the
end token, the target begins with the tag of the language wanted (Hugging Face's `NllbTokenizer`, not the legacy one).
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from moviesubs.errors import UserError
from moviesubs.translation.conversion import checkpoint
from moviesubs.translation.tokenizers.tagged_pieces import TaggedPieces

PIECES = "sentencepiece.bpe.model"
#: CTranslate2's list of tokens, which source and target share
VOCABULARY = "shared_vocabulary.json"
TOKENIZER_FILES = (PIECES, VOCABULARY)


class NllbTokenizer(TaggedPieces):
    """Pieces and language tags; what `Tokenizer` is for IndicTrans2."""

    def __init__(self, folder: Path) -> None:
        """Reads the SentencePiece model and the vocabulary.

        Raises:
            UserError: a file is missing or broken.
        """
        import sentencepiece

        checkpoint.require(folder, TOKENIZER_FILES)
        try:
            pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / PIECES))
            self.vocabulary = frozenset(msgspec.json.decode((folder / VOCABULARY).read_bytes(), type=list[str]))
        except (RuntimeError, OSError, msgspec.DecodeError) as error:
            raise UserError(f"{folder}: the tokenizer is broken ({error}); convert the model again") from None
        super().__init__(folder, pieces, self.vocabulary)
        #: languages lie between the pieces and nothing else, all as "hin_Deva"
        self.languages = frozenset(token for token in self.vocabulary if token[3:4] == "_" and len(token) == 8)

    def text(self, tokens: Sequence[str]) -> str:
        """Text of target tokens; special tokens and language tags are skipped."""
        known = [token for token in tokens if token not in checkpoint.SPECIAL and token not in self.languages]
        return "".join(known).replace("▁", " ").strip()


class PlainText:
    """What `Processor` is for IndicTrans2; NLLB takes and gives plain text."""

    #: whether the model was trained to copy "<ID1>"
    copies_placeholders = False

    def preprocess(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """See `Processor.preprocess`."""
        return [f"{source} {target} {text}" for text in texts]

    def postprocess(self, texts: Sequence[str], target: str) -> list[str]:
        """See `Processor.postprocess`."""
        return list(texts)
