"""The part that the tokenizers of both model families share: SentencePiece pieces after two language tags."""

from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING

from moviesubs.errors import UserError

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor


class TaggedPieces:
    """Tags and pieces of the source."""

    def __init__(self, folder: Path, pieces: "SentencePieceProcessor", known: Container[str]) -> None:
        """Takes what was read.

        Args:
            known: tokens that the model's source may hold, the tags among them.
        """
        self.folder, self.pieces, self.known = folder, pieces, known

    def check_languages(self, source: str, target: str) -> None:
        """Checks that the model has tags for a direction, in FLORES codes ("hin_Deva").

        Raises:
            UserError: a tag is not in the source vocabulary.
        """
        unknown = [tag for tag in (source, target) if tag not in self.known]
        if unknown:
            raise UserError(
                f"{self.folder}: this model does not translate {source} to {target}, it has no tag {' '.join(unknown)}"
            )

    def tokenize(self, line: str) -> list[str]:
        """Tokens of a line "hin_Deva eng_Latn text": both tags and the pieces of the text; no end token."""
        source, target, text = line.split(" ", 2)
        return [source, target, *self.pieces.encode(text, out_type=str)]
