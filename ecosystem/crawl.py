"""The crawling phase in one domain: who reads how much of which shelf, and the draw itself."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ecosystem import sampling
from ecosystem.blend import Blend
from ecosystem.corpus import Batch, Counts
from ecosystem.diet import Diet
from ecosystem.sampling import Floats
from ecosystem.stock import Stock

Ints = NDArray[np.int64]
Keep = Callable[[Batch], float]


@dataclass(frozen=True)
class Reader:
    """A model's diet in one domain, resolved: which sites each take reaches, with what taste.

    Attributes:
        author: the model's row among the authors.
        takes: per take the site rows it can reach and its affinity to each, above 0.
        amounts: per take the documents asked for, times their weight.
        blended: whether one draw from the blend of all takes is the law (see `Diet.blended`).
        bounded: whether what it gets depends on what there is (all, or without replacement).
    """

    name: str
    author: int
    diet: Diet
    takes: tuple[tuple[Ints, Floats], ...]
    amounts: Floats = field(init=False)
    bounded: bool = field(init=False)
    blended: bool = field(init=False)

    def __post_init__(self) -> None:
        asked = [
            take.weight * (take.k if take.k is not None else (take.share or 0.0) * self.diet.n)
            for take in self.diet.takes
        ]
        object.__setattr__(self, "amounts", np.array(asked))
        bounded = any(take.all or not take.replace for take in self.diet.takes)
        object.__setattr__(self, "bounded", bounded)
        object.__setattr__(self, "blended", self.diet.blended)


class Crawl:
    """One domain's crawl in one step, for the readers whose turn it is.

    Every shelf has a weight per document, attention x affinity x stock^(eta-1) x keep: the
    probability that a reader draws from shelf h is weight_h x size_h over the sum of these.
    """

    def __init__(
        self,
        stock: Stock,
        readers: Sequence[Reader],
        attention: Floats,
        eta: float,
        step: int,
        keeps: Mapping[str, Sequence[Keep]] | None = None,
    ) -> None:
        self.stock = stock
        self.readers = readers
        self.step = step
        self._shelves = len(stock.shelves)
        self._row_of = {reader.name: i for i, reader in enumerate(readers)}
        self._first_take = np.concatenate([[0], np.cumsum([len(r.takes) for r in readers])])
        self._kept = self._keep_matrix(keeps or {})
        self.takes = self._take_weights(attention, eta)
        per_document = sp.csr_array(self._take_shares() @ self.takes)
        per_document.sort_indices()
        self.shares = self._reading_shares(per_document)
        self._blend = Blend(per_document, stock.cells)

    def draw(self, name: str) -> Counts:
        """The training set of one reader; empty where its sources hold nothing."""
        row = self._row_of[name]
        reader = self.readers[row]
        shape = self.stock.domain.shape
        if reader.blended:
            if self.shares.indptr[row] == self.shares.indptr[row + 1]:
                return Counts(np.zeros(shape))
            rng = self.stock.draws.stream("crawl", self.step, name, self.stock.domain.name)
            weights = self._nucleus(self._blend[row].reshape(shape), reader.diet)
            return Counts(sampling.multinomial(rng, reader.diet.n, weights))
        return self._draw_by_take(row, reader)

    # ------------------------------------------------------------------ weights

    def _keep_matrix(self, keeps: Mapping[str, Sequence[Keep]]) -> dict[int, Floats]:
        """Per reader row that filters anything: (shelves,) probability of keeping a document."""
        kept: dict[int, Floats] = {}
        for name, rules in keeps.items():
            row = self._row_of.get(name)
            if row is None:
                continue
            batches = [self.stock.batch(h, self.step) for h in range(self._shelves)]
            kept[row] = np.array([np.prod([rule(batch) for rule in rules]) for batch in batches])
        return kept

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
            (per_document[where[live]], (where[live], live)), shape=(sites, stock.cells.shape[0])
        )
        reach = [take for reader in self.readers for take in reader.takes]
        indptr = np.concatenate([[0], np.cumsum([len(s) for s, _ in reach])]).astype(np.int64)
        tastes = sp.csr_array(
            (
                np.concatenate([a for _, a in reach] or [np.empty(0)]),
                np.concatenate([s for s, _ in reach] or [np.empty(0, dtype=np.int64)]),
                indptr,
            ),
            shape=(len(reach), sites),
        )
        weights = sp.csr_array(tastes @ spread)
        weights.sort_indices()
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

    def _take_shares(self) -> sp.csr_array:
        """(readers, takes) expected share of each take in its reader's training set.

        A take whose source is empty gives its share to the others (an `all` counts with the
        documents it finds).
        """
        amounts = np.concatenate([reader.amounts for reader in self.readers])
        for row, reader in enumerate(self.readers):
            if reader.bounded:
                for i in range(len(reader.takes)):
                    amounts[self._first_take[row] + i] = self._amount(row, i)
        amounts *= np.diff(self.takes.indptr) > 0
        total = np.add.reduceat(amounts, self._first_take[:-1])
        spread = np.repeat(total, np.diff(self._first_take))
        data = np.divide(amounts, spread, out=np.zeros_like(amounts), where=spread > 0)
        shape = (len(self.readers), self.takes.shape[0])
        return sp.csr_array((data, np.arange(data.size), self._first_take), shape=shape)

    def _reading_shares(self, per_document: sp.csr_array) -> sp.csr_array:
        """(readers, shelves) probability that a document of the training set is from a shelf."""
        at = per_document.indices
        shares = sp.csr_array(
            (per_document.data * self.stock.size[at], at, per_document.indptr),
            shape=per_document.shape,
        )
        shares.eliminate_zeros()
        return shares

    # ------------------------------------------------------------------ draws by take

    def _draw_by_take(self, row: int, reader: Reader) -> Counts:
        corpus = Counts(np.zeros(self.stock.domain.shape))
        asked = self._allocate(row, reader)
        for i, take in enumerate(reader.diet.takes):
            if take.all:
                corpus = corpus.merge(self._everything(row, i), take.weight)
            elif asked[i]:
                corpus = corpus.merge(self._from_source(row, i, int(asked[i])), take.weight)
        return corpus

    def _allocate(self, row: int, reader: Reader) -> Ints:
        """Documents asked of each take; what a source does not hold is asked of the others."""
        takes = reader.diet.takes
        room = np.array([self._room(row, i) for i in range(len(takes))])
        asked = np.array([float(take.k or 0) for take in takes])
        shares = np.array([take.share or 0.0 for take in takes]) * (room > 0)
        if shares.sum() > 0:
            if reader.diet.allocation == "quota":
                asked += sampling.whole_parts(reader.diet.n, shares)
            else:
                domain = self.stock.domain.name
                rng = self.stock.draws.stream("allocate", self.step, reader.name, domain)
                asked += sampling.categorical(rng, reader.diet.n, shares)
        rest = reader.diet.documents - float(np.minimum(asked, room).sum())
        asked = np.minimum(asked, room)
        while rest > 0 and (asked < room).any():
            pull = np.where(asked < room, np.maximum(asked, 1.0), 0.0)
            asked += sampling.whole_parts(int(rest), pull)
            rest = float(np.maximum(asked - room, 0.0).sum())
            asked = np.minimum(asked, room)
        return asked.astype(np.int64)

    def _from_source(self, row: int, i: int, n: int) -> Counts:
        """N documents of one take."""
        reader, stock = self.readers[row], self.stock
        if not reader.diet.takes[i].replace:
            return self._distinct(row, i, n)
        span = self._span(row, i)
        rng = self._stream("crawl", row, i)
        blend = self.takes.data[span] @ stock.cells[self.takes.indices[span]]
        weights = self._nucleus(blend.reshape(stock.domain.shape), reader.diet)
        return Counts(sampling.multinomial(rng, n, weights))

    def _distinct(self, row: int, i: int, n: int) -> Counts:
        """N documents without replacement: sites allotted by attention, then drawn from."""
        stock, span = self.stock, self._span(row, i)
        shelves, weights = self.takes.indices[span], self.takes.data[span]
        piles = self._piles(row, i, shelves)
        sites = np.array([stock.shelves[h].site for h in shelves.tolist()])
        places = np.unique(sites)
        pull = np.array([(weights * stock.size[shelves])[sites == s].sum() for s in places])
        held = np.array([piles[sites == s].sum() for s in places])
        allotted = np.zeros(places.size)
        rng = self._stream("allot", row, i)
        left = float(n)
        while left > 0 and (free := (held > allotted) & (pull > 0)).any():
            allotted += sampling.categorical(rng, int(left), np.where(free, pull, 0.0))
            allotted = np.minimum(allotted, held)
            left = n - float(allotted.sum())
        rng = self._stream("crawl", row, i)
        drawn = np.zeros(stock.cells.shape[1])
        for place, share in zip(places, allotted, strict=True):
            drawn += sampling.without_replacement(rng, piles[sites == place].sum(0), int(share))
        return Counts(drawn.reshape(stock.domain.shape))

    def _everything(self, row: int, i: int) -> Counts:
        piles = self._piles(row, i, self.takes.indices[self._span(row, i)])
        return Counts(piles.sum(axis=0).reshape(self.stock.domain.shape))

    def _piles(self, row: int, i: int, shelves: Ints) -> Floats:
        """Shelves as this reader's filters leave them, each document judged once."""
        piles: Floats = self.stock.cells[shelves]
        kept = self._kept.get(row)
        if kept is None:
            return piles
        rng = self._stream("keep", row, i)
        return np.array(
            [sampling.thin(rng, pile, kept[h]) for pile, h in zip(piles, shelves, strict=True)]
        ).reshape(piles.shape)

    # ------------------------------------------------------------------ small parts

    def _span(self, row: int, i: int, weights: sp.csr_array | None = None) -> slice:
        """Where take i of a reader stands in the take matrix."""
        at = int(self._first_take[row]) + i
        indptr = (self.takes if weights is None else weights).indptr
        return slice(int(indptr[at]), int(indptr[at + 1]))

    def _stream(self, decision: str, row: int, i: int) -> sampling.Generator:
        who = f"{self.readers[row].name}#{i}"
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

    def _amount(self, row: int, i: int) -> float:
        """Expected weight of a take in its reader's training set."""
        diet = self.readers[row].diet
        take = diet.takes[i]
        if take.all:
            return self._holding(row, i) * take.weight
        asked = take.k if take.k is not None else (take.share or 0.0) * diet.n
        return min(float(asked), self._room(row, i)) * take.weight

    @staticmethod
    def _nucleus(weights: Floats, diet: Diet) -> Floats:
        if diet.top_p >= 1.0:
            return weights
        items = weights.sum(axis=1)
        kept = sampling.nucleus(items, diet.top_p) > 0
        return weights * kept[:, None]
