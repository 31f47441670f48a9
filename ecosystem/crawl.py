"""The crawling phase in one domain: each reader's training set, drawn."""

from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem import sampling, threads
from ecosystem.blend import BLOCK
from ecosystem.piles import Pile
from ecosystem.reader import Reader
from ecosystem.reading import Reading
from ecosystem.sampling import Floats


class Crawl(Reading):
    """The draws of one domain's crawl in one step, for the readers whose turn it is."""

    @cached_property
    def _piles(self) -> dict[bytes, Pile]:
        """Documents that readers without filters share, by the shelves they stand on."""
        return {}

    def draw(self, name: str) -> Any:
        """The training set of one reader; empty where its sources hold nothing."""
        row = self._row_of[name]
        if not self.readers[row].blended:
            return self._draw_by_take(row, self.readers[row])
        return self._blended[row]

    @cached_property
    def _blended(self) -> list[Any]:
        """The training sets drawn from one blend each, by row; None for other readers."""
        stock, shape = self.stock, self.stock.shape
        room = np.zeros((len(self.readers), *shape)) if stock.dense else None
        kind = self._blend.kind.tolist()
        finds = (np.diff(self.shares.indptr) > 0).tolist()
        rows = [i for i, r in enumerate(self.readers) if r.blended and finds[i]]
        found = [None if finds[i] else stock.nothing() for i in range(len(self.readers))]
        urns: dict[tuple[int, float], sampling.Urn] = {}

        def made(which: tuple[int, float]) -> sampling.Urn:
            weights = self._nucleus(self._blend.distinct(which[0]).reshape(shape), which[1])
            return sampling.Urn(weights, stock.dense)

        def draw(row: int) -> None:
            diet, name = self.readers[row].diet, self.readers[row].name
            rng = stock.draws.stream("crawl", self.step, name, stock.domain.name)
            urn = urns[kind[row], diet.top_p]
            found[row] = stock.drawn(urn, diet.n, rng, None if room is None else room[row])

        for _, block in groupby(sorted(rows, key=lambda i: kind[i]), lambda i: kind[i] // BLOCK):
            together = list(block)
            ways = list(dict.fromkeys((kind[i], self.readers[i].diet.top_p) for i in together))
            urns = {which: made(which) for which in ways}
            asked = max(self.readers[row].diet.n for row in together)
            threads.each(draw, together, min(stock.cells.shape[1], asked) if stock.dense else 0)
        return found

    def _draw_by_take(self, row: int, reader: Reader) -> Any:
        found, asked = [(self.stock.nothing(), 1.0)], self._asked(row, reader)
        for i, take in enumerate(reader.diet.takes):
            if take.all:
                found.append((self._everything(row, i), take.weight))
            elif asked[i]:
                found.append((self._from_source(row, i, int(asked[i])), take.weight))
            else:
                continue
            if self.stock.watch is not None:
                self.stock.watch.find(reader.name, i, *found[-1])
        return type(found[0][0]).joined(found)

    def _from_source(self, row: int, i: int, n: int) -> Any:
        """N documents of one take."""
        reader, stock = self.readers[row], self.stock
        if not reader.diet.takes[i].replace:
            return self._distinct(row, i, n)
        span = self._span(row, i)
        rng = self._stream("crawl", row, i)
        blend = self.takes.data[span] @ stock.cells[self.takes.indices[span]]
        weights = self._nucleus(blend.reshape(stock.shape), reader.diet.top_p)
        return stock.corpus(sampling.multinomial(rng, n, weights, stock.dense), rng)

    def _distinct(self, row: int, i: int, n: int) -> Any:
        """N documents without replacement: sites allotted by attention, then drawn from."""
        stock, span = self.stock, self._span(row, i)
        shelves, weights = self.takes.indices[span], self.takes.data[span]
        sites = stock.site_of[shelves]
        places, place = np.unique(sites, return_inverse=True)
        pull = np.bincount(place, weights * stock.size[shelves])
        piles = [self._pile(row, i, shelves[place == at]) for at in range(places.size)]
        held = np.array([float(pile.size) for pile in piles])
        allotted = np.zeros(places.size)
        rng = self._stream("allot", row, i)
        left = float(n)
        while left > 0 and (free := (held > allotted) & (pull > 0)).any():
            allotted += sampling.categorical(rng, int(left), np.where(free, pull, 0.0))
            allotted = np.minimum(allotted, held)
            left = n - float(allotted.sum())
        rng = self._stream("crawl", row, i)
        drawn = np.zeros(stock.cells.shape[1])
        for pile, share in zip(piles, allotted.tolist(), strict=True):
            drawn += pile.draw(rng, int(share))
        return stock.corpus(drawn.reshape(stock.shape), rng)

    def _everything(self, row: int, i: int) -> Any:
        pile = self._pile(row, i, self.takes.indices[self._span(row, i)])
        rng = self._stream("crawl", row, i)
        everything = pile.draw(rng, pile.size).reshape(self.stock.shape)
        return self.stock.corpus(everything, rng)

    def _pile(self, row: int, i: int, shelves: NDArray[np.integer[Any]]) -> Pile:
        """Documents of shelves as this reader's filters leave them, each judged once.

        Where nothing is filtered all readers share one pile.
        """
        kept, which = self._kept.get(row), shelves.tobytes()
        if kept is None and which in self._piles:
            return self._piles[which]
        documents = np.zeros(self.stock.cells.shape[1])
        for shelf in shelves.tolist():
            if kept is None:
                documents += self.stock.cells[shelf]
            else:
                rng = self._stream("keep", row, i, f">{self.stock.key(shelf)}")
                documents += sampling.thin(rng, self.stock.cells[shelf], kept[shelf])
        pile = Pile(documents)
        if kept is None:
            self._piles[which] = pile
        return pile

    @staticmethod
    def _nucleus(weights: Floats, top_p: float) -> Floats:
        if top_p >= 1.0:
            return weights
        kept = sampling.nucleus(sampling.totals(weights), top_p) > 0
        return weights * kept[:, None]
