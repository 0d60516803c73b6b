"""Text to tokens and back, by the rules of the tokenizer that IndicTrans2's authors publish with the models."""

from collections.abc import Sequence
from pathlib import Path

from moviesubs.errors import UserError
from moviesubs.translation.conversion import checkpoint
from moviesubs.translation.tokenizers.tagged_pieces import TaggedPieces

#: what `clean_up_tokenization_spaces` of the transformers library replaces
CLEAN_UP = (
    (" .", "."),
    (" ?", "?"),
    (" !", "!"),
    (" ,", ","),
    (" ' ", "'"),
    (" n't", "n't"),
    (" 'm", "'m"),
    (" 's", "'s"),
    (" 've", "'ve"),
    (" 're", "'re"),
)


class Tokenizer(TaggedPieces):
    """SentencePiece pieces for the source, dictionary ids (not SentencePiece's own) for both sides."""

    def __init__(self, folder: Path) -> None:
        """Reads `model.SRC`, `dict.SRC.json` and `dict.TGT.json`.

        Raises:
            UserError: a file is missing or broken.
        """
        import sentencepiece

        checkpoint.require(folder, checkpoint.TOKENIZER_FILES)
        try:
            pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / checkpoint.SOURCE_PIECES))
        except (RuntimeError, OSError) as error:
            raise UserError(f"{folder / checkpoint.SOURCE_PIECES}: not a SentencePiece model: {error}") from None
        self.source_ids = checkpoint.read_vocabulary(folder / checkpoint.SOURCE_VOCABULARY)
        self.target_ids = checkpoint.read_vocabulary(folder / checkpoint.TARGET_VOCABULARY)
        super().__init__(folder, pieces, self.source_ids)
        self.target_tokens = {number: token for token, number in self.target_ids.items()}

    def ids(self, tokens: Sequence[str]) -> list[int]:
        """Source ids of tokens, the end token appended.

        Returns:
            Ids of `dict.SRC.json`; unknown tokens get the id of `<unk>`.
        """
        unknown = self.source_ids[checkpoint.UNK]
        return [*(self.source_ids.get(token, unknown) for token in tokens), self.source_ids[checkpoint.EOS]]

    def pad(self, batch: Sequence[Sequence[int]]) -> tuple[list[list[int]], list[list[int]]]:
        """Pads on the left, as the reference does.

        Returns:
            Ids and attention mask (1 for real tokens), all rows of equal length.
        """
        width = max(map(len, batch), default=0)
        padding = self.source_ids[checkpoint.PAD]
        rows = [[padding] * (width - len(ids)) + list(ids) for ids in batch]
        return rows, [[0] * (width - len(ids)) + [1] * len(ids) for ids in batch]

    def text(self, tokens: Sequence[str]) -> str:
        """Text of target tokens, for `Processor.postprocess`; special and unknown tokens are skipped."""
        known = [token for token in tokens if token in self.target_ids and token not in checkpoint.SPECIAL]
        text = "".join(known).replace("▁", " ").strip()
        for spaced, joined in CLEAN_UP:
            text = text.replace(spaced, joined)
        return text

    def text_of_ids(self, ids: Sequence[int]) -> str:
        """Text of target ids, see `text`."""
        return self.text([self.target_tokens.get(number, checkpoint.UNK) for number in ids])
