"""Who reads how much of which shelf in one domain and step, before anything is drawn."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import zip_longest
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ecosystem import sampling
from ecosystem.blend import Blend
from ecosystem.corpus import Batch
from ecosystem.policies.policy import Mix
from ecosystem.reader import Reader, Readers
from ecosystem.sampling import Floats
from ecosystem.stock import Stock

Keep = Callable[[Batch], float]
Ration = Callable[[Mix], Floats]


class Reading:
    """One domain's crawl in one step, for the readers whose turn it is.

    Every shelf has a weight per document, attention x affinity x stock^(eta-1) x keep: the
    probability that a reader draws from shelf h is weight_h x size_h over the sum of these.

    Attributes:
        stock: the domain's shelves.
        readers: the models whose turn it is.
        step: the step of the reading.
        takes: (takes of all readers, shelves) chance of each document of a shelf, sparse.
        shares: (readers, shelves) share of each shelf in what a reader reads, sparse.
    """

    def __init__(
        self,
        stock: Stock,
        readers: Readers,
        attention: Floats,
        eta: float,
        step: int,
        keeps: Mapping[str, Sequence[Keep]] | None = None,
        rations: Mapping[str, Sequence[Ration]] | None = None,
    ) -> None:
        self.stock = stock
        self.readers = readers
        self.step = step
        self._shelves = len(stock.shelves)
        self._row_of, self._first_take = readers.row_of, readers.first_take
        self._kept = self._keep_matrix(keeps or {})
        self.takes = self._take_weights(attention, eta)
        self._parts, self._drawn = self._expected()
        for rules in zip_longest(*(rations or {}).values()):
            self._ration(dict(zip(rations or (), rules, strict=True)))
            self.takes = self._take_weights(attention, eta)
            self._parts, self._drawn = self._expected()
        per_document = sp.csr_array(self._parts @ self._drawn)
        per_document.sort_indices()
        self._blend = Blend(per_document, stock.cells)
        self.shares = self._reading_shares(per_document)

    def samples(self, row: int) -> list[tuple[float, str, float, list[tuple[int, float]]]]:
        """The samples that one reader's training set is merged from, a take each.

        Returns:
            Per take that found anything: its expected share of the training set (weights
            count), its law (multinomial, distinct, all), its expected documents, and the
            shelves it was drawn from with their probabilities.
        """
        reader, found = self.readers[row], []
        for i, take in enumerate(reader.diet.takes):
            at, span = int(self._first_take[row]) + i, self._span(row, i)
            share = float(self._parts.data[at])
            if share == 0:
                continue
            shelves = self._drawn.indices[span]
            chances = self._drawn.data[span] * self.stock.size[shelves]
            law = "all" if take.all else "multinomial" if take.replace else "distinct"
            documents = float(self._amounts[at]) / take.weight
            parents = list(zip(shelves.tolist(), (chances / chances.sum()).tolist(), strict=True))
            found.append((share, law, documents, parents))
        return found

    def chances(self, name: str, take: int | None = None) -> tuple[NDArray[Any], Floats]:
        """Shelves that a reader draws from, and the relative chance of each document of a shelf.

        Args:
            name: the reader.
            take: one take of its diet; None: all, of a reader that draws from one blend.
        """
        row = self._row_of[name]
        if take is None:
            weights, at = self._blend.weights, row
        else:
            at = int(self._first_take[row]) + take
            # top-p leaves out items, whatever shelf they stand on: `_drawn` weighs whole shelves
            distinct = not self.readers[row].diet.takes[take].replace
            weights = self._drawn if distinct else self.takes
        span = slice(int(weights.indptr[at]), int(weights.indptr[at + 1]))
        return weights.indices[span], weights.data[span]

    def _keep_matrix(self, keeps: Mapping[str, Sequence[Keep]]) -> dict[int, Floats]:
        """Per reader row that filters anything: (shelves,) probability of keeping a document."""
        kept: dict[int, Floats] = {}
        judged: dict[tuple[Keep, ...], Floats] = {}
        batches = [self.stock.batch(h, self.step) for h in range(self._shelves)] if keeps else []
        for name, rules in keeps.items():
            row = self._row_of.get(name)
            if row is None:
                continue
            judges = tuple(rules)
            if judges not in judged:
                judged[judges] = np.array([_product(judges, batch) for batch in batches])
            kept[row] = judged[judges]
        return kept

    def _ration(self, rules: Mapping[str, Ration | None]) -> None:
        """Let readers keep less of some shelves, by the mix of what they would read."""
        batches = [self.stock.batch(h, self.step) for h in range(self._shelves)]
        kinships, domain = self.stock.ledger.kinships, self.stock.domain.name

        def kinship(shelves: NDArray[np.int64]) -> Floats:
            return np.asarray(kinships[domain].between(self.stock.node[shelves])[0])

        for name, rule in rules.items():
            row = self._row_of.get(name)
            if row is None or rule is None:
                continue
            takes = slice(int(self._first_take[row]), int(self._first_take[row + 1]))
            size = self.stock.size[: self._shelves]
            drawn = self._drawn[takes].toarray()[:, : self._shelves] * size
            shares = self._parts.data[takes, None] * drawn
            mix = Mix(batches, shares, kinship if domain in kinships else None)
            self._kept[row] = self._kept.get(row, np.ones(self._shelves)) * rule(mix)

    def _take_weights(self, attention: Floats, eta: float) -> sp.csr_array:
        """(takes, shelves) probability per document, scaled so that weight x size sums to 1."""
        stock, sites = self.stock, len(self.stock.sites)
        size = stock.size[: self._shelves]
        where = np.array([shelf.site for shelf in stock.shelves], dtype=np.int64)
        held = np.bincount(where, weights=size, minlength=sites)
        per_document = np.zeros(sites)
        full = held > 0
        per_document[full] = attention[full] * held[full] ** (eta - 1.0)
        live = np.flatnonzero(size > 0)
        spread = sp.csr_array(
            # -1 keeps the place of a site without attention, where an `all` finds documents
            (np.where(per_document > 0, per_document, -1.0)[where[live]], (where[live], live)),
            shape=(sites, stock.cells.shape[0]),
        )
        takes = int(self._first_take[-1])
        tastes = sp.csr_array(self.readers.tastes, shape=(takes, sites))
        weights = sp.csr_array(tastes @ spread)
        weights.sort_indices()
        weights.data = np.maximum(weights.data, 0.0)
        for row, reader in enumerate(self.readers):
            kept = self._kept.get(row)
            if kept is None and not reader.bounded:
                continue
            for i, take in enumerate(reader.diet.takes):
                span = self._span(row, i, weights)
                if take.all:
                    weights.data[span] = 1.0
                if kept is not None:
                    weights.data[span] *= kept[weights.indices[span]]
        weights.eliminate_zeros()
        total = weights @ stock.size
        rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
        weights.data /= total[rows]
        return weights

    def _expected(self) -> tuple[sp.csr_array, sp.csr_array]:
        """Expected make-up of the training sets: (readers, takes) and (takes, shelves).

        A take whose source is empty gives its share to the others; an `all` counts with the
        documents it finds; what a source or a site does not hold is expected of the others.
        """
        reading = self.takes
        if any(reader.bounded or not reader.blended for reader in self.readers):
            reading = self.takes.copy()
        amounts = self.readers.amounts.copy()
        for row, reader in enumerate(self.readers):
            if reader.blended:
                continue
            asked = self._asked(row, reader, expected=True)
            for i, take in enumerate(reader.diet.takes):
                at, span = int(self._first_take[row]) + i, self._span(row, i)
                amounts[at] = take.weight * (self._holding(row, i) if take.all else asked[i])
                if not take.all and not take.replace:
                    reading.data[span] *= self._capped(span, float(asked[i]))
                elif reader.diet.top_p < 1:
                    shelves = reading.indices[span]
                    left = self._on_kept_items(reading.data[span], shelves, reader.diet.top_p)
                    reading.data[span] *= left
        amounts *= np.diff(self.takes.indptr) > 0
        self._amounts = amounts
        total = np.add.reduceat(amounts, self._first_take[:-1])
        spread = np.repeat(total, np.diff(self._first_take))
        data = np.divide(amounts, spread, out=np.zeros_like(amounts), where=spread > 0)
        shape = (len(self.readers), self.takes.shape[0])
        return sp.csr_array((data, np.arange(data.size), self._first_take), shape=shape), reading

    def _capped(self, span: slice, asked: float) -> Floats:
        """Per shelf, how the draw of distinct documents departs from attention's proportions."""
        shelves = self.takes.indices[span]
        if not shelves.size:
            return np.ones(0)
        sites = np.array([self.stock.shelves[h].site for h in shelves.tolist()], dtype=np.int64)
        pull = np.bincount(sites, self.takes.data[span] * self.stock.size[shelves])
        held = np.bincount(sites, self.stock.size[shelves])
        allotted = np.zeros(pull.size)
        while (left := asked - allotted.sum()) > 1e-9 * asked:
            free = np.where(held > allotted * (1 + 1e-12), pull, 0.0)
            if free.sum() == 0:
                break
            allotted = np.minimum(held, allotted + left * free / free.sum())
        wanted = pull * allotted.sum()
        return np.divide(allotted, wanted, out=np.zeros_like(pull), where=wanted > 0)[sites]

    def _on_kept_items(self, weights: Floats, shelves: NDArray[Any], top_p: float) -> Floats:
        """Per shelf, its share of documents left by top-p, over that of the whole blend."""
        kept = sampling.nucleus(weights @ self._items[shelves], top_p) > 0
        left = self._items[shelves] @ kept / self.stock.size[shelves]
        return np.asarray(left / (weights @ (left * self.stock.size[shelves])))

    @cached_property
    def _items(self) -> Floats:
        """(shelves, K) documents on each item."""
        cells = self.stock.cells[: self._shelves]
        return sampling.totals(cells.reshape(self._shelves, *self.stock.shape))

    def _reading_shares(self, per_document: sp.csr_array) -> sp.csr_array:
        """(readers, shelves) probability that a document of the training set is from a shelf."""
        at = per_document.indices
        shares = sp.csr_array(
            (per_document.data * self.stock.size[at], at, per_document.indptr),
            shape=per_document.shape,
        )
        left: dict[tuple[int, float], Floats] = {}
        for row, reader in enumerate(self.readers):
            top_p = reader.diet.top_p
            span = slice(int(shares.indptr[row]), int(shares.indptr[row + 1]))
            if not reader.blended or top_p == 1 or span.start == span.stop:
                continue
            which = int(self._blend.kind[row]), top_p
            if which not in left:
                left[which] = self._on_kept_items(per_document.data[span], at[span], top_p)
            shares.data[span] *= left[which]
        shares.eliminate_zeros()
        return shares

    def _asked(self, row: int, reader: Reader, expected: bool = False) -> Floats:
        """Documents asked of each take; what a source does not hold is asked of the others.

        `expected` gives the mean over the random allocation, in fractions of documents.
        """
        takes = reader.diet.takes
        room = np.array([self._room(row, i) for i in range(len(takes))])
        asked = np.array([float(take.k or 0) for take in takes])
        shares = np.array([take.share or 0.0 for take in takes]) * (room > 0)
        if shares.sum() > 0:
            if reader.diet.allocation == "quota":
                asked += sampling.whole_parts(reader.diet.n, shares)
            elif expected:
                asked += reader.diet.n * shares / shares.sum()
            else:
                domain = self.stock.domain.name
                rng = self.stock.draws.stream("allocate", self.step, reader.name, domain)
                asked += sampling.categorical(rng, reader.diet.n, shares)
        wanted = np.maximum(asked, 1e-9 * (room > 0) * (asked > 0))
        asked = np.minimum(asked, room)
        while (rest := reader.diet.documents - float(asked.sum())) >= 0.5 and (
            (asked < room) & (wanted > 0)
        ).any():
            pull = np.where(asked < room, wanted, 0.0)
            more = rest * pull / pull.sum() if expected else sampling.whole_parts(int(rest), pull)
            asked = np.minimum(asked + more, room)
        return asked

    def _span(self, row: int, i: int, weights: sp.csr_array | None = None) -> slice:
        """Where take i of a reader stands in the take matrix."""
        at = int(self._first_take[row]) + i
        indptr = (self.takes if weights is None else weights).indptr
        return slice(int(indptr[at]), int(indptr[at + 1]))

    def _stream(self, decision: str, row: int, i: int, of: str = "") -> sampling.Generator:
        who = f"{self.readers[row].name}#{i}{of}"
        return self.stock.draws.stream(decision, self.step, who, self.stock.domain.name)

    def _holding(self, row: int, i: int) -> float:
        """Expected documents that a take could find without replacement."""
        shelves = self.takes.indices[self._span(row, i)]
        size = self.stock.size[shelves]
        kept = self._kept.get(row)
        return float(size.sum() if kept is None else size @ kept[shelves])

    def _room(self, row: int, i: int) -> float:
        """The most documents a take can be asked for."""
        take, span = self.readers[row].diet.takes[i], self._span(row, i)
        if take.all or span.start == span.stop:
            return 0.0
        return math.inf if take.replace else float(math.floor(self._holding(row, i)))


def _product(rules: Sequence[Keep], batch: Batch) -> float:
    """Probability that a document passes every rule."""
    return math.prod(rule(batch) for rule in rules)
