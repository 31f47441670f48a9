"""How words are spelled in pieces: between documents of words and the tokens of a neural model.

A language model writes pieces of words. So that what it writes is documents of its domain, and so
that their chances are known exactly, a word has one spelling, and after every piece only those
pieces are allowed with which the document can still become words of the domain.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.domains.prose import END
from ecosystem.domains.texts import MARKS
from ecosystem.sampling import Floats

Ints = NDArray[np.int64]
Pieces = list[int]
BEGIN = 0
"""The state of a document before its first piece."""


class Unspellable(ValueError):
    """A tokenizer that cannot spell these words so that they can be told apart: one sentence."""


def as_text(word: str) -> str:
    """A word as it stands in running text: marks follow at once, all else after a space."""
    return word if word in MARKS else f" {word}"


@dataclass(frozen=True, eq=False)
class Encoded:
    """Documents in pieces.

    Attributes:
        pieces: (documents, L) places in `Spelling.alphabet`; the end's beyond a document's last.
        states: (documents, L) what was written before each piece; see `Spelling`.
        word: (documents, L) place of the word that each piece is of, `width` beyond the last.
        last: (documents,) the state after the last piece where nothing ends a document but its
            width, else -1.
    """

    pieces: Ints
    states: Ints
    word: Ints
    last: Ints


class Spelling:
    """The spellings of the words of a domain, as a tree of pieces.

    The state of a document is the node of the tree at which its latest word is: 0 before the
    first piece. From a node its branches can be taken; where a word is whole, also the first
    piece of any word, or the end, both of which say that it is.

    Attributes:
        alphabet: (A,) the tokens that occur, rising; the end is one of them.
        end: its place there.
        words: (nodes,) the word that is whole at a node, -1 where none is.
        width: most words in a document.

    Args:
        known: (V,) words that can be written; others are not spelled.
        spell: the tokens of each word, by number; called once for each known word.
        end: the token that ends a document, and begins one.
        width: most words in a document.

    Raises:
        Unspellable: a word has no spelling, two have the same, or where a word is whole the
            next piece may be its continuation as well as the beginning of another.
    """

    def __init__(
        self,
        known: NDArray[np.bool_],
        spell: Callable[[Sequence[int]], Sequence[Pieces]],
        end: int,
        width: int,
    ) -> None:
        self.width = width
        words = [word for word in np.flatnonzero(known).tolist() if word != END]
        spelled = dict(zip(words, spell(words), strict=True))
        self.alphabet = np.unique([end, *(piece for own in spelled.values() for piece in own)])
        self.end = int(np.searchsorted(self.alphabet, end))
        self._grow(spelled, known.size)

    def _grow(self, spelled: dict[int, Pieces], vocabulary: int) -> None:
        """The tree, and each word's way through it."""
        branches: list[dict[int, int]] = [{}]
        whole = [-1]
        self._size = np.zeros(vocabulary, dtype=np.int64)
        pieces: list[int] = []
        states: list[int] = []
        self._last = np.zeros(vocabulary, dtype=np.int64)
        for word, own in spelled.items():
            at = BEGIN
            for piece in np.searchsorted(self.alphabet, own).tolist():
                pieces.append(piece)
                states.append(at)
                if piece not in branches[at]:
                    branches[at][piece] = len(branches)
                    branches.append({})
                    whole.append(-1)
                at = branches[at][piece]
            if not own or whole[at] >= 0 or self.end in np.searchsorted(self.alphabet, own):
                raise Unspellable("has no spelling of its own for every word of the text")
            whole[at] = word
            self._size[word], self._last[word] = len(own), at
        self._pieces, self._states = np.array(pieces), np.array(states)
        self._start = np.cumsum(self._size) - self._size
        self.words = np.array(whole)
        starters = set(branches[BEGIN])
        if any(starters & set(branches[at]) for at in np.flatnonzero(self.words >= 0).tolist()):
            raise Unspellable("does not say where a word of the text ends and the next begins")
        self.starts = np.zeros(self.alphabet.size, dtype=bool)
        self.starts[list(starters)] = True
        self._branches = np.array([len(own) for own in branches])
        self._first = np.cumsum(self._branches) - self._branches
        self._piece = np.array([piece for own in branches for piece in own], dtype=np.int64)
        self._node = np.array([node for own in branches for node in own.values()], dtype=np.int64)
        order = np.lexsort((self._piece, np.repeat(np.arange(len(branches)), self._branches)))
        self._piece, self._node = self._piece[order], self._node[order]

    @property
    def longest(self) -> int:
        """Most pieces of a document, its end counted."""
        return int(self._size.max(initial=0)) * self.width + 1

    @cached_property
    def ends(self) -> NDArray[np.bool_]:
        """(A,) pieces that say that the word before them is whole."""
        found = self.starts.copy()
        found[self.end] = True
        return found

    def allowed(self, states: Ints) -> NDArray[np.bool_]:
        """(states, A) the pieces with which a document can go on."""
        number = self._branches[states]
        row = np.repeat(np.arange(states.size), number)
        place = np.arange(row.size) - np.repeat(np.cumsum(number) - number, number)
        found = np.zeros((states.size, self.alphabet.size), dtype=bool)
        found[row, self._piece[np.repeat(self._first[states], number) + place]] = True
        found[self.words[states] >= 0] |= self.ends
        return found

    def after(self, states: Ints, pieces: Ints) -> Ints:
        """(states,) the node at which a document is after an allowed piece, not the end."""
        begins = self.starts[pieces] & (self.words[states] >= 0)
        states = np.where(begins, BEGIN, states)
        key = self._branch_keys
        return np.asarray(self._node[np.searchsorted(key, states * self.alphabet.size + pieces)])

    def ended(self, chances: Floats, states: Ints) -> Floats:
        """(states,) the share of what is chosen next that says that the word is whole."""
        whole = self.words[states] >= 0
        return np.where(whole, (chances * self.ends).sum(axis=1), 1.0)

    def encoded(self, rows: NDArray[Any]) -> Encoded:
        """Documents, (n, width) words that are all spelled, in pieces."""
        documents = len(rows)
        said = rows != END
        full = said.all(axis=1)
        size = np.where(said, self._size[rows], 0)
        length = size.sum(axis=1) + ~full
        longest = int(length.max(initial=0))
        pieces = np.full((documents, longest), self.end)
        states = np.zeros((documents, longest), dtype=np.int64)
        word = np.full((documents, longest), self.width)
        flat = size.ravel()
        of = np.repeat(np.arange(flat.size), flat)
        inside = np.arange(of.size) - np.repeat(np.cumsum(flat) - flat, flat)
        at = self._start[rows.ravel()[of]] + inside
        document, place = np.divmod(of, self.width)
        column = (np.cumsum(size, axis=1) - size)[document, place] + inside
        pieces[document, column] = self._pieces[at]
        word[document, column] = place
        states[document, column] = self._states[at]
        later = (inside == 0) & (place > 0)
        states[document[later], column[later]] = self._last[rows[document[later], place[later] - 1]]
        some = np.flatnonzero(~full)
        final = said[some].sum(axis=1)
        states[some, length[some] - 1] = self._last[rows[some, final - 1]]
        word[some, length[some] - 1] = final
        last = np.where(full, self._last[rows[:, -1]], -1)
        return Encoded(pieces, states, word, last)

    @cached_property
    def _branch_keys(self) -> Ints:
        """Of every branch, its node and piece as one number, rising."""
        node = np.repeat(np.arange(self._branches.size), self._branches)
        return np.asarray(node * self.alphabet.size + self._piece)
