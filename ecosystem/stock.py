"""What stands on the web in one domain of counts: shelves, how they fill and how they age."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ecosystem import sampling
from ecosystem.blend import Blend, padded
from ecosystem.corpus import Batch
from ecosystem.domains.domain import Domain
from ecosystem.draws import Draws
from ecosystem.ledger import Ledger, Node
from ecosystem.sampling import Floats
from ecosystem.web import Site

Ints = NDArray[np.int64]
Marking = Callable[[Batch], dict[frozenset[str], float]]


@dataclass(frozen=True)
class Shelf:
    """The documents of one site that share their true origin and their visible marks."""

    site: int
    synthetic: bool
    marks: frozenset[str] = frozenset()

    def key(self, site: str) -> str:
        """A name for random streams and ledgers."""
        marks = "".join(f"+{mark}" for mark in sorted(self.marks))
        return f"{site}/{'model' if self.synthetic else 'human'}{marks}"


@dataclass(frozen=True)
class Post:
    """One author's announcement of what it publishes in this step: volumes by site."""

    author: int
    sites: Ints
    volumes: Floats
    synthetic: bool


class Stock:
    """All documents of one domain, by shelf, as one array (shelves, items x values).

    Unlimited shelves hold expected documents, finite ones whole numbers; `voices` holds what
    each author would write now, as a distribution over the same cells.

    Attributes:
        cells: (shelves, items x values) documents.
        size: (shelves,) documents.
        depth: (shelves,) mean model passages of the documents since a human.
        voices: (authors, items x values), rows sum to 1.
        author_depth: (authors,) passages behind what an author writes (humans: 0).
        human_record: (items x values) documents that humans ever wrote.
        published: documents published in the latest step, by humans and by models.
    """

    def __init__(
        self, domain: Domain, sites: list[Site], authors: list[str], draws: Draws, ledger: Ledger
    ) -> None:
        self.domain = domain
        self.sites = sites
        self.authors = authors
        self.draws = draws
        self.ledger = ledger
        cells = domain.shape[0] * domain.shape[1]
        self.shelves: list[Shelf] = []
        self._index: dict[Shelf, int] = {}
        self.cells = np.zeros((padded(1), cells))
        self.size = np.zeros(padded(1))
        self.depth = np.zeros(padded(1))
        self.node = np.full(padded(1), -1, dtype=np.int64)
        self.voices = np.zeros((padded(len(authors)), cells))
        self.author_depth = np.zeros(len(authors))
        self.author_node = np.full(len(authors), -1, dtype=np.int64)
        self.human_record = np.zeros(cells)
        self.published = np.zeros(2)
        self._posts: list[Post] = []
        self._profiles = self._topic_profiles()

    def shelf(self, shelf: Shelf) -> int:
        """The row of a shelf, made empty where it is new."""
        row = self._index.get(shelf)
        if row is None:
            row = self._index[shelf] = len(self.shelves)
            self.shelves.append(shelf)
            if row >= self.cells.shape[0]:
                grown = padded(max(row + 1, 2 * row))
                extra = grown - self.cells.shape[0]
                self.cells = np.vstack([self.cells, np.zeros((extra, self.cells.shape[1]))])
                self.size = np.concatenate([self.size, np.zeros(extra)])
                self.depth = np.concatenate([self.depth, np.zeros(extra)])
                self.node = np.concatenate([self.node, np.full(extra, -1, dtype=np.int64)])
        return row

    def batch(self, row: int, step: int) -> Batch:
        """A shelf as readers and policies see it."""
        shelf = self.shelves[row]
        return Batch(
            domain=self.domain.name,
            site=self.sites[shelf.site].name,
            step=step,
            synthetic=shelf.synthetic,
            marks=shelf.marks,
            volume=float(self.size[row]),
        )

    def post(self, post: Post) -> None:
        """Announce a publication; it stands on the web once the phase ends (`settle`)."""
        self._posts.append(post)

    def settle(self, step: int, marking: Marking | None = None) -> None:
        """End the publishing phase: age what stood, add what was announced."""
        self._age(step)
        fresh = self._placements(step, marking)
        self.published = np.zeros(2)
        if not fresh.rows.size:
            return
        weights = sp.csr_array(
            (fresh.volumes, (fresh.rows, fresh.authors)),
            shape=(len(self.shelves), self.voices.shape[0]),
        )
        added = np.zeros(len(self.shelves))
        blend = Blend(self._tilted(weights), self.voices)
        for row in np.flatnonzero(np.diff(weights.indptr)):
            added[row] = self._fill(int(row), step, weights, blend)
        totals = np.asarray(weights.sum(axis=1)).ravel()
        arrived = weights @ np.append(
            self.author_depth, np.zeros(self.voices.shape[0] - len(self.authors))
        )
        live = np.flatnonzero(added > 0)
        old = self.size[live] - added[live]
        fresh_depth = arrived[live] / totals[live]
        self.depth[live] = (old * self.depth[live] + added[live] * fresh_depth) / self.size[live]
        self._record(step, weights, totals, added)

    def _fill(self, row: int, step: int, weights: sp.csr_array, blend: Blend) -> float:
        """Put one shelf's new documents on it; how many there are."""
        shelf = self.shelves[row]
        site = self.sites[shelf.site]
        key = shelf.key(site.name)
        name = self.domain.name
        shape = self.domain.shape
        if site.documents == "unlimited":
            new = blend[row] * self._profile(shelf.site)
        elif site.volume == "poisson":
            lo, hi = weights.indptr[row], weights.indptr[row + 1]
            rng = self.draws.stream("publish", step, key, name)
            n = int(rng.poisson(float(weights.data[lo:hi].sum())))
            if n == 0:
                return 0.0
            mixture = blend[row] * self._profile(shelf.site)
            new = sampling.multinomial(rng, n, mixture.reshape(shape)).ravel()
        else:
            new = np.zeros(self.cells.shape[1])
            for at in range(weights.indptr[row], weights.indptr[row + 1]):
                author = int(weights.indices[at])
                rng = self.draws.stream("publish", step, f"{self.authors[author]}>{key}", name)
                voice = self.voices[author] * self._profile(shelf.site)
                new += sampling.multinomial(
                    rng, int(weights.data[at]), voice.reshape(shape)
                ).ravel()
        self.cells[row] += new
        documents = float(new.sum())
        self.size[row] += documents
        self.published[int(shelf.synthetic)] += documents
        if not shelf.synthetic:
            self.human_record += new
        return documents

    def _age(self, step: int) -> None:
        for row, shelf in enumerate(self.shelves):
            site = self.sites[shelf.site]
            survival = site.survival
            if survival >= 1.0 or self.size[row] == 0:
                continue
            if survival == 0.0:
                self.cells[row] = 0.0
                self.node[row] = -1
            elif site.documents == "unlimited":
                self.cells[row] *= survival
            else:
                key = shelf.key(site.name)
                rng = self.draws.stream("retain", step, key, self.domain.name)
                self.cells[row] = sampling.thin(rng, self.cells[row], survival)
            self.size[row] = self.cells[row].sum()
            if self.size[row] == 0:
                self.node[row] = -1
            elif site.documents == "finite":
                self.node[row] = self.ledger.node(
                    Node("thinned", step, self.domain.name, shelf.key(site.name), self.size[row]),
                    [(int(self.node[row]), 1.0)],
                )

    @dataclass
    class _Placements:
        rows: Ints
        authors: Ints
        volumes: Floats

    def _placements(self, step: int, marking: Marking | None) -> "_Placements":
        rows: list[int] = []
        authors: list[int] = []
        volumes: list[float] = []
        for post in self._posts:
            for site, volume in zip(post.sites.tolist(), post.volumes.tolist(), strict=True):
                exact = (
                    self.sites[site].documents == "finite" and self.sites[site].volume == "exact"
                )
                volume = float(round(volume)) if exact else volume
                if volume <= 0:
                    continue
                for marks, part in self._strata(post, site, volume, exact, step, marking):
                    rows.append(self.shelf(Shelf(site, post.synthetic, marks)))
                    authors.append(post.author)
                    volumes.append(part)
        self._posts = []
        return self._Placements(
            np.array(rows, dtype=np.int64), np.array(authors, dtype=np.int64), np.array(volumes)
        )

    def _strata(
        self,
        post: Post,
        site: int,
        volume: float,
        exact: bool,
        step: int,
        marking: Marking | None,
    ) -> Iterable[tuple[frozenset[str], float]]:
        """An author's volume split by the marks its documents get."""
        if marking is None:
            return [(frozenset(), volume)]
        author = self.authors[post.author]
        place = self.sites[site].name
        strata = marking(
            Batch(self.domain.name, place, step, post.synthetic, author, volume=volume)
        )
        if not exact:
            return [(marks, volume * share) for marks, share in strata.items() if share > 0]
        rng = self.draws.stream("mark", step, f"{author}>{place}", self.domain.name)
        parts = rng.multinomial(int(volume), list(strata.values()))
        return [(marks, float(n)) for marks, n in zip(strata, parts, strict=True) if n]

    def mark_standing(self, step: int, policy: str, marking: Marking | None) -> None:
        """Give the documents that already stand on the web their marks, each once."""
        for row in range(len(self.shelves)):
            shelf = self.shelves[row]
            if self.size[row] == 0 or marking is None:
                continue
            site = self.sites[shelf.site]
            left = 1.0
            for marks, share in marking(self.batch(row, step)).items():
                if marks <= shelf.marks or share <= 0:
                    continue
                if site.documents == "unlimited":
                    part = self.cells[row] * (share / left)
                else:
                    key = f"{policy}>{shelf.key(site.name)}"
                    rng = self.draws.stream("mark", step, key, self.domain.name)
                    part = sampling.thin(rng, self.cells[row], share / left)
                left -= share
                target = self.shelf(Shelf(shelf.site, shelf.synthetic, shelf.marks | marks))
                documents = float(part.sum())
                if documents == 0:
                    continue
                self.depth[target] = self.depth[row]
                self.cells[target] += part
                self.size[target] += documents
                self.cells[row] -= part
                self.size[row] -= documents
                kind = "site" if site.documents == "unlimited" else "thinned"
                name = self.shelves[target].key(site.name)
                self.node[target] = self.ledger.node(
                    Node(kind, step, self.domain.name, name, documents),
                    [(int(self.node[row]), 1.0)],
                )

    def _record(self, step: int, weights: sp.csr_array, totals: Floats, added: Floats) -> None:
        """Ledger rows of this step's batches and of the shelves they came to stand on."""
        for row in np.flatnonzero(added > 0).tolist():
            shelf = self.shelves[row]
            site = self.sites[shelf.site]
            span = slice(weights.indptr[row], weights.indptr[row + 1])
            parents = self.author_node[weights.indices[span]]
            shares = weights.data[span] / totals[row]
            name = shelf.key(site.name)
            law = "pool" if site.documents == "unlimited" else site.volume
            batch = self.ledger.node(
                Node("batch", step, self.domain.name, name, added[row], law=law),
                zip(parents.tolist(), shares.tolist(), strict=True),
            )
            if self.node[row] < 0:
                self.node[row] = batch
                continue
            new = added[row] / self.size[row]
            self.node[row] = self.ledger.node(
                Node("site", step, self.domain.name, name, self.size[row]),
                [(int(self.node[row]), 1.0 - new), (batch, new)],
            )

    def _topic_profiles(self) -> dict[int, Floats]:
        profiles: dict[int, Floats] = {}
        for i, site in enumerate(self.sites):
            chosen = (site.topics or {}).get(self.domain.name)
            if chosen is not None:
                profiles[i] = np.repeat(self.domain.tilt(chosen), self.domain.shape[1])
        return profiles

    def _profile(self, site: int) -> Floats | float:
        return self._profiles.get(site, 1.0)

    def _tilted(self, weights: sp.csr_array) -> sp.csr_array:
        """Weights such that a profiled site still gets each author's whole volume."""
        if not self._profiles:
            return weights
        weights = weights.copy()
        for row, shelf in enumerate(self.shelves):
            profile = self._profiles.get(shelf.site)
            if profile is not None:
                span = slice(weights.indptr[row], weights.indptr[row + 1])
                weights.data[span] /= self.voices[weights.indices[span]] @ profile
        return weights
