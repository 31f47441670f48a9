"""Publishing in one domain of counts: from what authors announce to documents on shelves."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import groupby
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from ecosystem import sampling, threads
from ecosystem.blend import BLOCK, Blend, padded
from ecosystem.corpus import Batch, Counts
from ecosystem.domains.domain import Domain
from ecosystem.draws import Draws
from ecosystem.ledger import Ledger, Node
from ecosystem.novelty import Novelty
from ecosystem.posting import Posting, Unit
from ecosystem.sampling import Floats
from ecosystem.shelves import Ints, Marking
from ecosystem.web import Site


class Stock(Posting):
    """One domain's documents and its authors: what they would write, and how it gets published.

    Attributes:
        voices: (authors, items x values) what each author writes now, rows sum to 1.
        author_depth: (authors,) passages behind what an author writes (humans: 0).
        author_node: (authors,) the ledger's number of each author's latest self.
        training_node: (authors,) that of each model's latest training set, -1 before its first.
        dense: whether the cells are always the same ones, however many are empty.
        posted: (shelves, authors) documents that came to stand in the latest step, sparse.
        novelty: what some models write that nobody wrote about before; None: they write no such.
    """

    dense: ClassVar[bool] = True

    def __init__(
        self, domain: Domain, sites: list[Site], authors: list[str], draws: Draws, ledger: Ledger
    ) -> None:
        super().__init__(domain, sites, authors, draws, ledger)
        self.voices = self._silence()
        self.author_depth = np.zeros(len(authors))
        self.author_node = np.full(len(authors), -1, dtype=np.int64)
        self.training_node = np.full(len(authors), -1, dtype=np.int64)
        self.posted = self._nothing_posted()
        self.novelty: Novelty | None = None

    def human(self, row: int, voice: Floats) -> None:
        """What a human community writes: (K, V) probabilities over the domain's cells, sum 1."""
        self.voices[row, : voice.size] = voice.ravel()

    def human_voices(self) -> Floats:
        """(authors, K x V) what humans write."""
        return self.voices

    def human_corpus(self, voice: Floats, n: int, rng: sampling.Generator) -> Any:
        """N documents drawn from human writing, (K, V) probabilities."""
        return self.corpus(sampling.multinomial(rng, n, voice), rng)

    def speak(self, row: int, voice: Any) -> None:
        """What an author writes from now on: (items, values) probabilities, sum 1."""
        self.voices[row] = voice.ravel()
        if self.novelty is not None:
            self.novelty.learn(row, self.voices[row])

    def renew(self) -> None:
        """End the retraining phase: let what is new be what nobody has written about so far."""
        if self.novelty is not None:
            self.novelty.renew(self.voices, self.cells)

    def novel(self, rows: Ints) -> Floats:
        """(rows,) share of what authors write now that is on items nobody wrote about before."""
        return np.zeros(len(rows)) if self.novelty is None else self.novelty.now(rows)

    def state(self) -> dict[str, Any]:
        """What an interrupted run needs beside the arrays of every stock."""
        return {} if self.novelty is None else self.novelty.state()

    def load(self, state: Mapping[str, Any], learners: Mapping[int, Any]) -> None:
        """Restore what `state` gave.

        Args:
            state: arrays by name.
            learners: by author, who knows what it writes now.
        """
        if self.novelty is not None:
            self.novelty.load(state)

    def standing(self) -> Floats:
        """(K x V,) documents that stand on open sites."""
        open_ = np.array([self.sites[shelf.site].open for shelf in self.shelves], dtype=bool)
        cells = self.cells[: len(self.shelves)]
        return np.asarray((cells if open_.all() else cells[open_]).sum(axis=0))

    def corpus(self, drawn: Floats, rng: sampling.Generator) -> Any:
        """The documents that so many draws of each cell, of `shape`, are."""
        return Counts(drawn)

    def drawn(
        self, urn: sampling.Urn, n: int, rng: sampling.Generator, out: Floats | None = None
    ) -> Any:
        """N documents from an urn over its cells; counts go into `out`, of `shape`."""
        return Counts(urn.draw(rng, n, out))

    def nothing(self) -> Any:
        """No documents at all."""
        return Counts(np.zeros(self.shape))

    def put_right(
        self, step: int, policy: str, correct: Callable[[Batch, Domain], Floats | None]
    ) -> None:
        """Put wrong documents that stand on the web right: binomial where they are finite."""
        for row in np.flatnonzero(self.size[: len(self.shelves)] > 0).tolist():
            chances = correct(self.batch(row, step), self.domain)
            if chances is None:
                continue
            cells = self.cells[row].reshape(self.shape)
            if self.endless(row):
                mended = cells[:, 1:] * chances[:, 1:]
            else:
                who = f"{policy}>{self.key(row)}"
                rng = self.draws.stream("correct", step, who, self.domain.name)
                mended = sampling.thin(rng, cells[:, 1:], chances[:, 1:])
            cells[:, 1:] -= mended
            cells[:, 0] += mended.sum(axis=1)

    def settle(self, step: int, marking: Marking | None = None) -> None:
        """End the publishing phase: age what stood, add what was announced."""
        self.age(step)
        rows, authors, volumes = self._placements(step, marking)
        self.published, self.posted = np.zeros(2), self._nothing_posted()
        if not rows.size:
            return
        shape = (len(self._units), self.voices.shape[0])
        weights = sp.csr_array((volumes, (rows, authors)), shape=shape)
        added = np.zeros(len(self.shelves))
        weights, tilted = self._tilted(weights)
        live = np.flatnonzero(np.diff(weights.indptr))
        endless = np.array([self._endless[self._units[u].site] for u in live.tolist()], dtype=bool)
        mixed = Blend(tilted, self.voices)
        if self.watch is not None:
            self.watch.publish(step, self._units, tilted)
        self._pour(live[endless], mixed, added, step)
        self._write(live[~endless], step, weights, mixed, added)
        spread = [(row, u, p) for u, unit in enumerate(self._units) for row, p in unit.targets]
        at, units, parts = zip(*spread, strict=True)
        placed = sp.csr_array((parts, (at, units)), shape=(len(self.shelves), shape[0]))
        weights = sp.csr_array(placed @ weights)
        weights.sort_indices()
        totals: Floats = np.asarray(weights.sum(axis=1)).ravel()
        each = np.divide(added, totals, out=np.zeros_like(added), where=totals > 0)
        stood = weights.data * np.repeat(each, np.diff(weights.indptr))
        self.posted = sp.csr_array((stood, weights.indices, weights.indptr), shape=weights.shape)
        unused = np.zeros(self.voices.shape[0] - len(self.authors))
        arrived = weights @ np.append(self.author_depth, unused)
        full = np.flatnonzero(added > 0)
        old = self.size[full] - added[full]
        fresh_depth = arrived[full] / totals[full]
        self.depth[full] = (old * self.depth[full] + added[full] * fresh_depth) / self.size[full]
        self._record(step, weights, totals, added)

    def _pour(self, units: Ints, mixed: Blend, added: Floats, step: int) -> None:
        """Put the authors' distributions, times their volumes, on unlimited shelves."""
        if not units.size:
            return
        plain = [
            u
            for u in units.tolist()
            if len(self._units[u].targets) == 1 and self._units[u].site not in self._profiles
        ]
        if len(plain) == units.size:
            self._pour_plain(units, mixed, added)
            return
        for u, new in zip(units.tolist(), mixed.take(units), strict=True):
            unit = self._units[u]
            self._shelve(unit, self._on_topic(unit, new).ravel(), added, step, "")

    def _pour_plain(self, units: Ints, mixed: Blend, added: Floats) -> None:
        """The same at once, where every unit goes to one shelf of a site without a profile."""
        rows = np.array([self._units[u].targets[0][0] for u in units.tolist()])
        written = np.array([self._units[u].synthetic for u in units.tolist()])
        new = mixed.take(units)
        documents = new.sum(axis=1)
        self.cells[rows] += new
        self.size[rows] += documents
        added[rows] += documents
        self.published += documents[~written].sum(), documents[written].sum()
        if self.watch is not None:
            for u, row, poured in zip(units.tolist(), rows.tolist(), new, strict=True):
                self.watch.shelve(self._units[u], row, poured)
        if not written.all():
            self.human_record += new[~written].sum(axis=0)

    def _write(
        self, units: Ints, step: int, weights: sp.csr_array, mixed: Blend, added: Floats
    ) -> None:
        """Write the finite documents of units, those of one block of blends at a time."""
        if not units.size:
            return
        ordered = units[np.argsort(mixed.kind[units], kind="stable")].tolist()
        touched = min(self.voices.shape[1], float(weights.sum()) / units.size)
        for _, block in groupby(ordered, lambda u: int(mixed.kind[u]) // BLOCK):
            together = list(block)
            written = threads.each(partial(self._written, step, weights, mixed), together, touched)
            for u, fresh in zip(together, written, strict=True):
                self._shelve(self._units[u], fresh, added, step, self._units[u].key)

    def _written(self, step: int, weights: sp.csr_array, mixed: Blend, u: int) -> Floats:
        """(items x values,) documents that one unit writes."""
        unit, name = self._units[u], self.domain.name
        span = slice(int(weights.indptr[u]), int(weights.indptr[u + 1]))
        if self.sites[unit.site].volume == "poisson":
            rng = self.draws.stream("publish", step, unit.key, name)
            n = int(rng.poisson(float(weights.data[span].sum())))
            batches = [(unit.key, n, mixed[u], weights.indices[span])]
        else:
            batches = [
                (f"{self.authors[a]}>{unit.key}", int(n), self.voices[a], np.array([a]))
                for a, n in zip(weights.indices[span], weights.data[span], strict=True)
            ]
        fresh = np.zeros(self.voices.shape[1])
        for who, n, voice, authors in batches:
            if n > 0:
                rng = self.draws.stream("write", step, who, name)
                written = sampling.multinomial(rng, n, self._on_topic(unit, voice), self.dense)
                fresh += written.ravel()
                if self.watch is not None:
                    self.watch.wrote(unit.key, authors, written)
        return fresh

    def _on_topic(self, unit: Unit, cells: Floats) -> Floats:
        """(items, values) what is written, tilted to the topics of a site."""
        cells = cells.reshape(self._voice_shape)
        profile = self._profiles.get(unit.site)
        return cells if profile is None else cells * profile[:, None]

    @property
    def _voice_shape(self) -> tuple[int, int]:
        """(items, values) of what an author can write."""
        return self.domain.shape

    def _nothing_posted(self) -> sp.csr_array:
        return sp.csr_array((0, self.voices.shape[0]))

    def _silence(self) -> Floats:
        """Voices of authors that say nothing yet."""
        return np.zeros((padded(len(self.authors)), self.cells.shape[1]))

    def _shelve(self, unit: Unit, new: Floats, added: Floats, step: int, key: str) -> None:
        """Split new documents by their marks, put them on their shelves and book them."""
        if not unit.synthetic:
            self.human_record += new[: self.human_record.size]
        rows = {self.shelves[row].marks: row for row, _ in unit.targets}
        strata = {self.shelves[row].marks: share for row, share in unit.targets}
        for marks, part in self._split(new, strata, unit.site, step, key):
            documents = self._number(part)
            self._put(rows[marks], part, step, key)
            if self.watch is not None:
                self.watch.shelve(unit, rows[marks], part)
            self.size[rows[marks]] += documents
            added[rows[marks]] += documents
            self.published[int(unit.synthetic)] += documents

    def _put(self, row: int, new: Floats, step: int, key: str) -> None:
        """New documents, by what authors can write, onto a shelf."""
        self.cells[row] += new

    def _record(self, step: int, weights: sp.csr_array, totals: Floats, added: Floats) -> None:
        """Ledger rows of this step's batches and of the shelves they came to stand on."""
        rows = np.flatnonzero(added > 0)
        if not self.ledger.on or not rows.size:
            return
        new = weights[rows]
        described = [self._described(row) for row in rows.tolist()]
        differing = {key: [each[key] for each in described] for key in described[0]}
        differing["documents"] = added[rows].tolist()
        differing["law"] = [
            "pool" if site.documents == "unlimited" else site.volume
            for site in (self.sites[i] for i in self.site_of[rows].tolist())
        ]
        shares = new.data / np.repeat(totals[rows], np.diff(new.indptr))
        links = np.diff(new.indptr), self.author_node[new.indices], shares
        alike = Node("batch", step, self.domain.name, "")
        batches = self.ledger.nodes(alike, differing, links)
        stood = self.node[rows] >= 0
        self.node[rows[~stood]] = batches[~stood]
        there = rows[stood]
        fresh = added[there] / self.size[there]
        parents = np.stack([self.node[there], batches[stood]], axis=1)
        shares = np.stack([1.0 - fresh, fresh], axis=1)
        some = shares > 0  # what stood is no part where rounding leaves nothing of it
        links = some.sum(axis=1), parents[some], shares[some]
        self.node[there] = self._recorded("site", there.tolist(), step, links)

    def _tilted(self, weights: sp.csr_array) -> tuple[sp.csr_array, sp.csr_array]:
        """Volumes, and weights of the voices such that a profiled site gets those volumes.

        An author with nothing to say on a site's topics writes nothing there.
        """
        if not self._profiles:
            return weights, weights
        weights, tilted = weights.copy(), weights.copy()
        topics = sampling.totals(self.voices.reshape(-1, *self.domain.shape))
        for row, unit in enumerate(self._units):
            profile = self._profiles.get(unit.site)
            if profile is None:
                continue
            span = slice(int(weights.indptr[row]), int(weights.indptr[row + 1]))
            said = topics[weights.indices[span]] @ profile
            weights.data[span] *= said > 0
            tilted.data[span] = np.divide(
                weights.data[span], said, out=np.zeros_like(said), where=said > 0
            )
        weights.eliminate_zeros()
        tilted.eliminate_zeros()
        return weights, tilted
