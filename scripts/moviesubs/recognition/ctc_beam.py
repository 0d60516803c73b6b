"""Beam search over what a CTC model hears, with the language model that lies in its folder: torchaudio's decoder with KenLM.

Read are the folders that pyctcdecode and Hugging Face write (`language_model/` with an n-gram model, `unigrams.txt` and
`attrs.json`). The decoder knows the words of that list and no others: where the list lacks what was said, what is heard alone is
far more probable, and it is kept.
"""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from moviesubs.errors import UserError
from moviesubs.recognition.ctc_text import Alphabet, Emission, best_path

if TYPE_CHECKING:
    import numpy as np

#: beams of the search, and how much less probable than the best one a hypothesis may be (pyctcdecode's defaults)
BEAMS, THRESHOLD = 100, 50.0
#: weight of the language model, and what each word adds, where the folder does not say (pyctcdecode's defaults)
LM_WEIGHT, WORD_SCORE = 0.5, 1.5
#: mean log probability of a letter by which what is heard alone must be better than a known word, to be kept (our figure)
MUCH_BETTER = 3.0

#: given (frames, tokens) log probabilities: what is said
Decode = Callable[["np.ndarray"], list[Emission]]


def decoder_of(folder: Path, alphabet: Alphabet) -> tuple[Decode, str]:
    """How a model is decoded.

    Args:
        folder: of the model.
        alphabet: its tokens.

    Returns:
        The search, and what it is called: a beam search where the folder has a language model, else the most probable path.

    Raises:
        UserError: the language model cannot be read.
    """
    place = folder / "language_model"
    models = sorted(path for suffix in ("bin", "binary", "arpa") for path in place.glob(f"*.{suffix}"))
    words = place / "unigrams.txt"
    if not models or not words.is_file() or alphabet.space is None:
        return lambda logprobs: best_path(logprobs, alphabet.blank), "greedy"
    return _beam_search(models[0], words, alphabet), f"beam search with {models[0].name}"


def _beam_search(model: Path, words: Path, alphabet: Alphabet) -> Decode:
    import torch
    from torchaudio.models.decoder import ctc_decoder

    settings = model.parent / "attrs.json"
    weights = json.loads(settings.read_text(encoding="utf-8")) if settings.is_file() else {}
    # the decoder wants each token to have a text of its own
    names = [text if len(text) == 1 else f"<{number}>" for number, text in enumerate(alphabet.tokens)]
    names[alphabet.space or 0] = "|"
    known = {name for name in names if len(name) == 1}
    with TemporaryDirectory() as temporary:
        lexicon = Path(temporary, "lexicon.txt")
        lines = (word.strip() for word in words.read_text(encoding="utf-8").splitlines())
        spelled = (f"{word} {' '.join(word)} |\n" for word in lines if word and set(word) <= known)
        lexicon.write_text("".join(spelled), encoding="utf-8")
        try:
            search = ctc_decoder(
                lexicon=str(lexicon),
                tokens=names,
                lm=str(model),
                beam_size=BEAMS,
                beam_threshold=THRESHOLD,
                lm_weight=weights.get("alpha", LM_WEIGHT),
                word_score=weights.get("beta", WORD_SCORE),
                blank_token=names[alphabet.blank],
                sil_token="|",
            )
        except RuntimeError as error:
            reason = " ".join(str(error).split()[-12:])
            raise UserError(f"{model}: this language model cannot be read: {reason}") from error

    def decode(logprobs: "np.ndarray") -> list[Emission]:
        alone = best_path(logprobs, alphabet.blank)
        hypotheses = search(torch.from_numpy(logprobs)[None])[0]
        if not hypotheses:
            return alone
        # it begins a step before the first frame, and ends one after the last, each with a space
        times = [min(max(time - 1, 0), len(logprobs) - 1) for time in hypotheses[0].timesteps.tolist()]
        chosen = [
            Emission(token, time, time + 1, float(logprobs[time, token]))
            for token, time in zip(hypotheses[0].tokens.tolist(), times, strict=True)
        ]
        return with_unknown_words(chosen, alone, alphabet.space)

    return decode


def with_unknown_words(chosen: list[Emission], alone: list[Emission], space: int | None) -> list[Emission]:
    """The words of a search, but for those that the list of words does not have: there stands what is heard alone.

    Args:
        chosen: by the search, in order.
        alone: the most probable path, in order.
        space: the token between words.
    """
    result: list[Emission] = []
    for word in _split(chosen, space):
        letters = [one for one in word if one.token != space]
        heard = [one for one in alone if letters and letters[0].first <= one.first <= letters[-1].first]
        other = [one for one in heard if one.token != space]
        if letters and other and _mean(other) - _mean(letters) > MUCH_BETTER:
            result += heard if heard[-1].token == space else [*heard, *(one for one in word if one.token == space)]
        else:
            result += word
    return result


def _split(emissions: list[Emission], space: int | None) -> list[list[Emission]]:
    words: list[list[Emission]] = [[]]
    for one in emissions:
        words[-1].append(one)
        if one.token == space:
            words.append([])
    return [word for word in words if word]


def _mean(emissions: list[Emission]) -> float:
    return sum(one.logprob for one in emissions) / len(emissions)
