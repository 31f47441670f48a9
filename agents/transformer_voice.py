"""What a transformer writes: piece by piece, only what can become words; and its chances."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.neural import Network, Pace, Weights
from agents.ngram_nucleus import TIE
from agents.spelling import BEGIN, Ints, Spelling
from ecosystem.corpus import Rows
from ecosystem.domains.prose import UNKNOWN
from ecosystem.sampling import Floats, Generator

TOGETHER = 128
"""Documents that are written or read at once: the bits of a result may depend on it."""
CELLS = 2**23
"""Chances held at once, about."""


@dataclass(frozen=True, eq=False)
class TransformerVoice:
    """Writes documents piece by piece.

    The chances of the next piece are the network's, with temperature T: softmax(logits / T), of
    the pieces that the spelling allows there; then the smallest set of pieces that holds top-p,
    with those as likely as the last one kept. Documents follow exactly these chances, and the
    chance of a document is their product, worked out in float64 from logits of the network's
    precision: in float32 they are the same for a document read and written to about 1e-6.

    Attributes:
        network: what it computes with its weights.
        weights: its own.
        spelling: how its words are spelled.
        begin: the token before a document's first.
        threads: of the network's arithmetic.
        closed: what its closed vocabulary is; "known", (V,): all other words are the unknown one.
    """

    network: Network
    weights: Weights
    spelling: Spelling
    begin: int
    threads: int
    closed: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    temperature: float = 1.0
    top_p: float = 1.0

    def write(self, n: int, rng: Generator) -> Rows:
        """N documents, (n, width) words."""
        rows = np.zeros((n, self.spelling.width), dtype=np.int32)
        pace = Pace(f"writing {n:,} documents")
        with self.network.working(self.threads):
            for first in range(0, n, TOGETHER):
                self._write(rows[first : first + TOGETHER], rng, pace)
        return Rows(rows)

    def chances(self, rows: NDArray[Any]) -> Floats:
        """(documents, width) chance of each word given those before; 1 after the end.

        The chance that a word is whole, which the piece after it says, counts as its own.
        """
        found = np.ones((len(rows), self.spelling.width + 1))
        pace = Pace(f"reading {len(rows):,} documents")
        if "known" in self.closed:
            rows = np.where(self.closed["known"][rows], rows, UNKNOWN)
        with self.network.working(self.threads):
            for first in range(0, len(rows), TOGETHER):
                part = slice(first, first + TOGETHER)
                self._read(rows[part], found[part], pace)
        return found[:, :-1]

    def state(self) -> dict[str, NDArray[Any]]:
        """What differs between voices of one learner, as arrays."""
        decoding = np.array([self.temperature, self.top_p])
        return {**self.network.arrays(self.weights), **self.closed, "decoding": decoding}

    # ------------------------------------------------------------------ a batch

    def _write(self, rows: NDArray[Any], rng: Generator, pace: Pace) -> None:
        """Fill rows of documents, (at most TOGETHER, width)."""
        spelling, cache = self.spelling, self.network.cache()
        alive = np.arange(len(rows))
        place = np.zeros(len(rows), dtype=np.int64)
        states = np.full(len(rows), BEGIN)
        tokens = np.full(len(rows), self.begin)
        while alive.size:
            pace.did(alive.size)
            given = self.network.torch.from_numpy(tokens[:, None])
            logits = self.network.logits(self.weights, given, cache)[:, -1]
            chances = self._decoded(logits, states)
            cumulated = np.cumsum(chances, axis=1)
            mark = rng.random(alive.size) * cumulated[:, -1]
            pieces = (cumulated <= mark[:, None]).sum(axis=1)
            whole = spelling.words[states]
            done = (whole >= 0) & spelling.ends[pieces]
            rows[alive[done], place[done]] = whole[done]
            place[done] += 1
            goes_on = (pieces != spelling.end) & (place < spelling.width)
            if not goes_on.all():
                if not goes_on.any():
                    return
                stay = np.flatnonzero(goes_on)
                cache.batch_select_indices(self.network.torch.from_numpy(stay))
                alive, place, states, pieces = (
                    each[goes_on] for each in (alive, place, states, pieces)
                )
            states = spelling.after(states, pieces)
            tokens = spelling.alphabet[pieces]

    def _read(self, rows: NDArray[Any], found: Floats, pace: Pace) -> None:
        """Multiply the chances of all pieces into those of their words."""
        spelling = self.spelling
        read = spelling.encoded(rows)
        tokens = np.full((len(rows), read.pieces.shape[1] + 1), self.begin)
        tokens[:, 1:] = spelling.alphabet[read.pieces]
        pace.did(tokens.size)
        logits = self.network.logits(self.weights, self.network.torch.from_numpy(tokens))
        for document, position in self._parts(read.word <= spelling.width - 1):
            states = read.states[document, position]
            pieces = read.pieces[document, position]
            chances = self._decoded(logits[document, position], states)
            chance = chances[np.arange(states.size), pieces] / chances.sum(axis=1)
            ended = spelling.ended(chances, states) / chances.sum(axis=1)
            word = read.word[document, position]
            later = (spelling.words[states] >= 0) & spelling.ends[pieces]
            whole = np.where(later, ended, 1.0)
            with np.errstate(divide="ignore", invalid="ignore"):
                chance = np.where(chance > 0, chance / whole, 0.0)
            np.multiply.at(found, (document, word), chance)
            np.multiply.at(found, (document[later], word[later] - 1), whole[later])
        full = np.flatnonzero(read.last >= 0)
        for some in np.array_split(full, 1 + full.size * spelling.alphabet.size // CELLS):
            length = (read.word[some] < spelling.width).sum(axis=1)
            chances = self._decoded(logits[some, length], read.last[some])
            ended = spelling.ended(chances, read.last[some]) / chances.sum(axis=1)
            found[some, spelling.width - 1] *= ended

    def _parts(self, chosen: NDArray[np.bool_]) -> Iterator[tuple[Ints, Ints]]:
        """Documents and places of pieces, so many at a time that their chances fit in memory."""
        document, position = np.nonzero(chosen)
        number = 1 + document.size * self.spelling.alphabet.size // CELLS
        yield from zip(
            np.array_split(document, number), np.array_split(position, number), strict=True
        )

    def _decoded(self, logits: Any, states: Ints) -> Floats:
        """(states, A) chances of what is written next, not normalised; 0 where not allowed."""
        given = logits[:, self.network.torch.from_numpy(self.spelling.alphabet)]
        found = given.double().numpy() / self.temperature
        found[~self.spelling.allowed(states)] = -np.inf
        found -= found.max(axis=1, keepdims=True)
        chances = np.exp(found, out=found)
        if self.top_p < 1:
            falling = -np.sort(-chances, axis=1)
            held = np.cumsum(falling, axis=1)
            last = (held * TIE < self.top_p * held[:, -1:]).sum(axis=1)
            least = falling[np.arange(len(last)), last]
            chances[chances * TIE < least[:, None]] = 0.0
        return chances
