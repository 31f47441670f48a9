"""Tokenizers: one trained on documents, or that of a pretrained model; both spell words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents import pretrained
from agents.extra import extra
from agents.spelling import Pieces, Spelling, Unspellable, as_text
from ecosystem.domains.prose import END, Prose

END_TOKEN = "<end>"


@dataclass(frozen=True)
class Speller:
    """What spells the words of a domain.

    Attributes:
        given: a pretrained model, or a tokenizer of its own as JSON.
        own: whether it is one of its own.
    """

    given: str
    own: bool

    @property
    def tokens(self) -> int:
        """Tokens that it has, all that a network trained from nothing knows."""
        return int(_loaded(self.given).get_vocab_size()) if self.own else 0

    @property
    def begin(self) -> int:
        """The token before the first of a document."""
        if self.own:
            return 0
        found = pretrained.tokenizer(self.given)
        return int(self.end if found.bos_token_id is None else found.bos_token_id)

    @property
    def end(self) -> int:
        """The token after the last of a document.

        Raises:
            ValueError: the tokenizer has none.
        """
        if self.own:
            return 0
        found = pretrained.tokenizer(self.given).eos_token_id
        if found is None:
            raise ValueError(
                f"learner.pretrained: given {self.given}, whose tokenizer has no token for the end "
                "of a text; allowed one that has"
            )
        return int(found)

    def spell(self, texts: Sequence[str]) -> list[Pieces]:
        """The tokens of each text."""
        if self.own:
            return [each.ids for each in _loaded(self.given).encode_batch(list(texts))]
        found = pretrained.tokenizer(self.given)(list(texts), add_special_tokens=False)
        return [list(each) for each in found["input_ids"]]


def trained_on(domain: Prose, rows: NDArray[Any], pieces: int) -> Speller:
    """A tokenizer trained on documents, (n, width) words, by byte pair encoding.

    At most so many tokens (Sennrich, Haddow & Birch 2016; on bytes, as in Radford et al. 2019);
    at least one for each byte that occurs, and one for the end.
    """
    library = extra("tokenizers")
    tokenizer = library.Tokenizer(library.models.BPE())
    tokenizer.pre_tokenizer = library.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = library.trainers.BpeTrainer(
        vocab_size=pieces, special_tokens=[END_TOKEN], show_progress=False
    )
    words = [as_text(domain.word(token)) for token in range(domain.tokens)]
    texts = ("".join(words[token] for token in row if token != END) for row in rows.tolist())
    tokenizer.train_from_iterator(texts, trainer)
    return Speller(tokenizer.to_str(), own=True)


@lru_cache(maxsize=8)
def of_humans(domain: Prose, pieces: int) -> Speller:
    """A tokenizer trained on all human documents of a domain."""
    return trained_on(domain, domain.reference(), pieces)


@lru_cache(maxsize=32)
def spelling(domain: Prose, speller: Speller, known: bytes | None) -> Spelling:
    """How a tokenizer spells the words of a domain, or those that are known.

    Args:
        domain: the text.
        speller: the tokenizer.
        known: (V,) booleans as bytes; None for all words.

    Raises:
        ValueError: it cannot spell them so that they can be told apart.
    """
    words = np.ones(domain.tokens, bool) if known is None else np.frombuffer(known, bool)

    def spell(numbers: Sequence[int]) -> list[Pieces]:
        return speller.spell([as_text(domain.word(number)) for number in numbers])

    try:
        return Spelling(words, spell, speller.end, domain.width)
    except Unspellable as error:
        field = "pieces" if speller.own else "pretrained"
        raise ValueError(
            f"learner.{field}: given a tokenizer that {error}; allowed one by bytes or letters"
        ) from error


@lru_cache(maxsize=32)
def _loaded(json: str) -> Any:
    return extra("tokenizers").Tokenizer.from_str(json)
