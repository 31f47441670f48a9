"""Prose: documents of words, in which vocabulary and style can be lost.

Real material: the words spoken in nine plays by Shakespeare, shipped with the project, or any text
of the user's own.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from ecosystem.domains.domain import Ints, RowsDomain
from ecosystem.domains.texts import (
    SHIPPED,
    BadText,
    Text,
    as_written,
    find_text,
    pieces,
    read_text,
)
from ecosystem.parameter import CONVENTION, FREE, about
from ecosystem.sampling import Generator

END, UNKNOWN = 0, 1
"""Tokens that are no words: after the last word of a document; a word that is not known."""
HELD_OUT = 10
"""One document in so many is kept back from humans and models."""
FEWEST = 20
RARE = 0.1
"""Share of human writing that rare words make."""
Tokens = NDArray[np.int32]


class ProseSpec(BaseModel):
    """What there is to read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["prose"] = "prose"
    text: str = Field(
        default="shakespeare",
        min_length=1,
        max_length=1000,
        description="shakespeare: nine plays, a speech a document; verse_and_prose: of these the "
        "speeches in verse and those in prose, two groups; or a UTF-8 text file, a blank "
        "line after each document, '# group: title' before each work",
        json_schema_extra=about("none", "Shakespeare 1623 (First Folio)"),
    )
    width: int = Field(
        default=32,
        ge=2,
        le=512,
        description="most words in a document, marks counted; longer ones are cut into several",
        json_schema_extra=about("words", FREE),
    )
    vocabulary: int = Field(
        default=20_000,
        ge=1,
        le=50_000,
        description="words kept, the most frequent; others are one unknown word",
        json_schema_extra=about("words", CONVENTION),
    )


class Prose(RowsDomain):
    """Texts that humans write, and that models learn to write.

    A document is a row of `width` tokens: words in lower case, with the apostrophes and hyphens
    inside them, and marks, each a number from 2 up, the most frequent first; 1 stands for every
    word that is not in the vocabulary; from the last word on, 0. An item is a work, such as a
    play; a human document of it is one of its documents, drawn with replacement. Every tenth
    document of the text is held out: no human writes it on the web, and the vocabulary does not
    know it.

    Attributes:
        spec: its settings.
        tokens: V, the words, the unknown one and the end.
        held_out: (documents, width) what no model can have read.
    """

    kind: ClassVar[str] = "prose"
    form: ClassVar[str] = "prose"
    Spec = ProseSpec
    dtype: ClassVar[type] = np.int32

    def __init__(self, name: str, spec: ProseSpec, folder: Path | None = None) -> None:
        self.name = name
        self.spec = spec
        self.width = spec.width
        text = read_text(find_text(spec.text, folder))
        found = _arranged(text, spec.width, spec.vocabulary)
        self._words, self._rows, self.held_out = found.words, found.rows, found.held_out
        self.tokens = len(self._words)
        works = np.unique(found.work)  # a short work may be held out as a whole
        self._item_of: Ints = np.searchsorted(works, found.work).astype(np.int64)
        self.items: tuple[str, ...] = tuple(text.works[work] for work in works.tolist())
        self.topics = np.bincount(self._item_of) / self._item_of.size
        named = [text.groups[work] for work in works.tolist()]
        self.groups = tuple(dict.fromkeys(named))
        self.group_of: Ints = np.array([self.groups.index(g) for g in named], dtype=np.int64)
        self.confusion = np.zeros((len(self.items), 1))

    @classmethod
    def own_file(cls, spec: ProseSpec) -> str | None:
        return None if spec.text in SHIPPED else "text"

    @cached_property
    def digest(self) -> str:
        """sha256 of the documents, the words and the works."""
        found = hashlib.sha256("\n".join([*self._words, *self.items]).encode())
        for rows in (self._rows, self.held_out, self._item_of.astype(np.int32)):
            found.update(np.ascontiguousarray(rows, dtype="<i4").tobytes())
        return found.hexdigest()

    def label(self, item: int, slot: int) -> str:
        """The work."""
        return self.items[item]

    def human(self, cell: int, n: int, rng: Generator) -> Tokens:
        own = self._of_item[cell]
        return self._rows[own[rng.integers(own.size, size=n)]]

    def reference(self) -> Tokens:
        return self._rows

    def word(self, token: int) -> str:
        """The word of a token in lower case; "" for the end, [?] for the unknown one."""
        return self._words[token]

    def words(self, document: NDArray[Any]) -> str:
        """A document as people write it."""
        return as_written([self._words[token] for token in document.tolist() if token != END])

    @cached_property
    def counts(self) -> Ints:
        """(tokens,) how often humans write each word; 0 for the end."""
        found = np.bincount(self._rows.ravel(), minlength=self.tokens)
        found[END] = 0
        return found.astype(np.int64)

    @cached_property
    def rare(self) -> Ints:
        """The rarest words that together make no more than a tenth of human writing."""
        order = np.argsort(self.counts, kind="stable")
        order = order[(self.counts[order] > 0) & (order != UNKNOWN)]
        return order[np.cumsum(self.counts[order]) <= RARE * self.counts.sum()]

    @cached_property
    def _of_item(self) -> list[Ints]:
        return [np.flatnonzero(self._item_of == item) for item in range(len(self.items))]


@dataclass(frozen=True, eq=False)
class _Arranged:
    """A text as rows of tokens.

    Attributes:
        words: of each token, the word.
        rows: (documents, width) of those that humans write.
        work: (documents,) the work that each is of.
        held_out: (documents, width) of the others.
    """

    words: tuple[str, ...]
    rows: Tokens
    work: Ints
    held_out: Tokens


@lru_cache(maxsize=4)
def _arranged(text: Text, width: int, vocabulary: int) -> _Arranged:
    every = [
        (work, piece)
        for work, documents in enumerate(text.documents)
        for document in documents
        for piece in pieces(document, width)
    ]
    if len(every) < FEWEST:
        raise BadText(
            f"{text.source} has {len(every)} documents; at least {FEWEST} are needed, a blank "
            "line after each."
        )
    held = np.arange(len(every)) % HELD_OUT == HELD_OUT - 1
    met: Counter[str] = Counter()
    for (_, piece), out in zip(every, held.tolist(), strict=True):
        met.update(() if out else piece)
    common = sorted(met, key=lambda word: (-met[word], word))[:vocabulary]
    number = {word: token for token, word in enumerate(common, start=2)}
    rows = np.zeros((len(every), width), dtype=np.int32)
    for row, (_, piece) in zip(rows, every, strict=True):
        row[: len(piece)] = [number.get(word, UNKNOWN) for word in piece]
    work = np.array([work for work, _ in every], dtype=np.int64)
    found = _Arranged(("", "[?]", *common), rows[~held], work[~held], rows[held])
    for array in (found.rows, found.work, found.held_out):
        array.setflags(write=False)
    return found
