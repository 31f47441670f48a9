"""Watching claims: whatever happens to a domain's documents and models is told to their descents.

A stock without a watch computes nothing of this; one with a watch draws what it would draw
without, since the watch has random streams of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from ecosystem import sampling
from ecosystem.corpus import Counts
from ecosystem.descent import Descent, Taken, one
from ecosystem.draws import Draws
from ecosystem.sampling import Floats, Generator
from ecosystem.shelves import Ints

if TYPE_CHECKING:
    from ecosystem.crawl import Crawl
    from ecosystem.posting import Unit
    from ecosystem.stock import Stock

ORIGINS = ("invented", "read", "kept")


class ClaimWatch:
    """What became of some claims of one domain, from the first document on.

    Exact in law, given everything the run drew: the documents of a cell that authors wrote
    together are split over them by volume x what each voice gives the cell; who leaves, and who
    gets a mark, is drawn among them. A model that comes to believe a claim has it, in proportion,
    from what it made up, what it read and what it kept (`Learner.sources`); what it read is one
    of the documents it may have drawn, each with the probability that it had.

    Approximate are only: takes without replacement over several sites, and takes of all or
    without replacement behind a filter (documents weigh as expected, not as drawn); policies
    that teach a diet of several takes (takes count as before the policy); learners that cannot
    tell (what they write beyond what they read counts as made up).

    What is held is bounded by claims x shelves x events of which documents still stand.

    Args:
        stock: a domain of counts.
        claims: (item, slot) of each, slot above 0; one or more.
    """

    def __init__(self, stock: "Stock", claims: Sequence[tuple[int, int]]) -> None:
        self.stock = stock
        self.items = np.array([item for item, _ in claims], dtype=np.int64)
        self.slots = np.array([slot for _, slot in claims], dtype=np.int64)
        draws = Draws(stock.draws.seed, stock.draws.replicate)
        self.descents = [Descent(stock, item, slot, draws) for item, slot in claims]
        self._tilted = sp.csr_array((0, 0))
        self._unit_row: dict[str, int] = {}
        self._step = 0
        self._written: dict[str, list[list[tuple[Ints, Floats]]]] = {}
        self._found: dict[str, list[tuple[int, float, Floats]]] = {}

    def events(self) -> pd.DataFrame:
        """All events so far, a claim after the other; columns as in `ecosystem.descent.EVENTS`."""
        return pd.concat([each.events() for each in self.descents], ignore_index=True)

    # ------------------------------------------------------------------ documents

    def publish(self, step: int, units: Sequence["Unit"], tilted: sp.csr_array) -> None:
        """A step's publishing begins.

        Args:
            step: of the loop.
            units: what is written together.
            tilted: (units, authors) weight of each author's voice.
        """
        self._step, self._tilted = step, tilted
        self._unit_row = {unit.key: row for row, unit in enumerate(units)}
        self._written = {unit.key: [[] for _ in self.descents] for unit in units}

    def wrote(self, key: str, authors: NDArray[np.integer[Any]], documents: Floats) -> None:
        """Finite documents of a unit, drawn from the voices of these authors together.

        May be called from several threads, each for a unit of its own.
        """
        for descent, written in zip(self.descents, self._written[key], strict=True):
            amount = float(documents.ravel()[descent.cell])
            if amount <= 0:
                continue
            if authors.size == 1:
                written.append((authors.astype(np.int64), np.array([amount])))
                continue
            rng = descent.stream("lineage:write", self._step, key)
            by, weights = self._weights(key, descent)
            drawn = sampling.categorical(rng, int(amount), weights)
            written.append((by, drawn.astype(np.float64)))

    def shelve(self, unit: "Unit", row: int, documents: Floats) -> None:
        """Documents of a unit that came to stand on one of its shelves."""
        for descent, written in zip(self.descents, self._written[unit.key], strict=True):
            amount = float(documents[descent.cell])
            if amount <= 0:
                continue
            if self.stock.endless(row):
                by, weights = self._weights(unit.key, descent)
                descent.publish(row, by, weights * (amount / weights.sum()), self._step)
                continue
            by = np.concatenate([authors for authors, _ in written])
            left = np.concatenate([amounts for _, amounts in written])
            rng = descent.stream("lineage:shelve", self._step, f"{unit.key}>{self.stock.key(row)}")
            part = descent.some(rng, row, left, amount)
            written[:] = [(by, left - part)]
            descent.publish(row, by, part, self._step)

    def _weights(self, key: str, descent: Descent) -> tuple[Ints, Floats]:
        """Authors of a unit, and in proportion to what each of them writes of the claim there."""
        row = self._unit_row[key]
        span = slice(int(self._tilted.indptr[row]), int(self._tilted.indptr[row + 1]))
        authors = self._tilted.indices[span].astype(np.int64)
        return authors, self._tilted.data[span] * self.stock.voices[authors, descent.cell]

    def age(self, step: int) -> None:
        """What stood has aged."""
        for descent in self.descents:
            descent.age(step)

    def move(self, row: int, onto: int, documents: Floats, step: int) -> None:
        """Documents have moved to the shelf of a mark that they got."""
        for descent in self.descents:
            descent.move(row, onto, float(documents[descent.cell]), step)

    # ------------------------------------------------------------------ readers

    def find(self, name: str, take: int, corpus: Any, weight: float) -> None:
        """What one take of a diet found, where a diet's takes are drawn by themselves."""
        found = corpus.cells[self.items, self.slots]
        self._found.setdefault(name, []).append((take, weight, found))

    def train(self, crawl: "Crawl", models: Iterable[Any]) -> None:
        """Models have become their next selves on what they crawled."""
        for model in models:
            learner = model.learners[self.stock.domain.name]
            sources = self._sources(model, learner, model.training[self.stock.domain.name])
            for j, descent in enumerate(self.descents):
                taken = None
                if sources[:, j].any():
                    rng = descent.stream("lineage:adopt", crawl.step, model.name)
                    taken = Taken(ORIGINS[one(rng, sources[:, j])])
                    if taken.kind == "read":
                        taken = self._read(rng, crawl, model.name, j)
                    elif taken.kind == "kept":
                        taken = descent.kept(model.row)
                descent.become(model.row, crawl.step, taken, model.generation)
        self._found = {}

    def begin(self, model: Any, parents: Floats, given: Any) -> None:
        """A model has its state of row 0.

        Args:
            model: the model.
            parents: (humans,) share of each community in the writing it comes from; none where no
                human wrote it.
            given: what it was fitted to, or the distribution it is, (items, values).
        """
        learner = model.learners[self.stock.domain.name]
        for j, descent in enumerate(self.descents):
            taken = None
            rng = descent.stream("lineage:adopt", 0, model.name)
            written = parents * self.stock.voices[: parents.size, descent.cell]
            if isinstance(given, Counts):
                sources = self._sources(model, learner, given)[:, j]
                if sources.any():
                    taken = Taken(ORIGINS[one(rng, sources)])
                    if taken.kind == "read":
                        taken = descent.blamed(one(rng, written), 0)
            elif written.any():
                taken = replace(descent.blamed(one(rng, written), 0), kind="start")
            elif given[descent.item, descent.slot] > 0:
                taken = Taken("start")
            descent.become(model.row, 0, taken, model.generation)

    def learn(
        self, row: int, step: int, own: Floats, through: float, models: Sequence[int]
    ) -> None:
        """A community has learnt anew, from the world and through models.

        Args:
            row: the community's.
            step: of the loop.
            own: (cells,) what it writes of what it learnt from the world.
            through: weight of each model's voice in the rest of what it writes.
            models: their rows.
        """
        for descent in self.descents:
            learnt = through * self.stock.voices[list(models), descent.cell]
            pull = np.append(learnt, own[descent.cell])
            taken = None
            if learnt.any():
                at = one(descent.stream("lineage:learn", step, self.stock.authors[row]), pull)
                if at < len(models):
                    parent, source = int(descent.holds[models[at]]), self.stock.authors[models[at]]
                    taken = Taken("learnt", parent, source=source)
            descent.become(row, step, taken, -1)

    def ask(self, learner: Any) -> None:
        """Ask a learner to say, whenever it is fitted, where its belief in the claims is from."""
        learner.asked = self.items, self.slots

    def _sources(self, model: Any, learner: Any, corpus: Any) -> Floats:
        """(3, claims) what a model made up, read and kept of its belief in each claim."""
        if learner.sources is not None:
            return np.asarray(learner.sources)
        said = np.array([descent.share(model.row) for descent in self.descents])
        read = corpus.cells[self.items]
        total = sampling.totals(read)
        observed = read[np.arange(self.items.size), self.slots] / np.where(total > 0, total, 1.0)
        read = np.minimum(said, observed)
        return np.array([said - read, read, np.zeros_like(said)])

    def _read(self, rng: Generator, crawl: "Crawl", name: str, j: int) -> Taken:
        """The document that a model has a claim from, among all that it may have drawn."""
        found, take = self._found.get(name), None
        if found is not None:
            pull = np.array([weight * amounts[j] for _, weight, amounts in found])
            if not pull.any():
                return Taken("brought in")
            take = found[one(rng, pull)][0]
        return self.descents[j].read(rng, *crawl.chances(name, take))
