"""Publishing in one domain of counts: from what authors announce to documents on shelves."""

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
from ecosystem.shelves import Ints, Marking, Shelf, Shelves
from ecosystem.web import Site


@dataclass(frozen=True)
class Post:
    """One author's announcement of what it publishes in this step: volumes by site."""

    author: int
    sites: Ints
    volumes: Floats
    synthetic: bool


class Stock(Shelves):
    """One domain's documents and its authors: what they would write, and how it gets published.

    Attributes:
        voices: (authors, items x values) what each author writes now, rows sum to 1.
        author_depth: (authors,) passages behind what an author writes (humans: 0).
        author_node: (authors,) the ledger's number of each author's latest self.
    """

    def __init__(
        self, domain: Domain, sites: list[Site], authors: list[str], draws: Draws, ledger: Ledger
    ) -> None:
        super().__init__(domain, sites, draws, ledger)
        self.authors = authors
        self.voices = np.zeros((padded(len(authors)), self.cells.shape[1]))
        self.author_depth = np.zeros(len(authors))
        self.author_node = np.full(len(authors), -1, dtype=np.int64)
        self._posts: list[Post] = []
        self._profiles = self._topic_profiles()
        self._exact = np.array(
            [site.documents == "finite" and site.volume == "exact" for site in sites], dtype=bool
        )

    def post(self, post: Post) -> None:
        """Announce a publication; it stands on the web once the phase ends (`settle`)."""
        self._posts.append(post)

    def settle(self, step: int, marking: Marking | None = None) -> None:
        """End the publishing phase: age what stood, add what was announced."""
        self.age(step)
        rows, authors, volumes = self._placements(step, marking)
        self.published = np.zeros(2)
        if not rows.size:
            return
        weights = sp.csr_array(
            (volumes, (rows, authors)),
            shape=(len(self.shelves), self.voices.shape[0]),
        )
        added = np.zeros(len(self.shelves))
        weights, tilted = self._tilted(weights)
        live = np.flatnonzero(np.diff(weights.indptr))
        endless = self._endless[self._site_of[live]]
        self._pour(live[endless], tilted, added)
        topics = self._claims().sum(axis=2)
        for row in live[~endless].tolist():
            self._write(row, step, weights, tilted, topics, added)
        totals: Floats = np.asarray(weights.sum(axis=1)).ravel()
        arrived = weights @ np.append(
            self.author_depth, np.zeros(self.voices.shape[0] - len(self.authors))
        )
        live = np.flatnonzero(added > 0)
        old = self.size[live] - added[live]
        fresh_depth = arrived[live] / totals[live]
        self.depth[live] = (old * self.depth[live] + added[live] * fresh_depth) / self.size[live]
        self._record(step, weights, totals, added)

    def _claims(self) -> NDArray[np.float64]:
        """The voices as (authors, items, values)."""
        return self.voices.reshape(-1, *self.domain.shape)

    def _pour(self, rows: Ints, tilted: sp.csr_array, added: Floats) -> None:
        """Put the authors' distributions, times their volumes, on unlimited shelves."""
        if not rows.size:
            return
        new = Blend(tilted, self.voices).take(rows)
        for at, row in enumerate(rows.tolist()):
            profile = self._profiles.get(self.shelves[row].site)
            if profile is not None:
                new[at] *= np.repeat(profile, self.domain.shape[1])
        self.cells[rows] += new
        self._count(rows, new.sum(axis=1), added)
        human = [at for at, row in enumerate(rows.tolist()) if not self.shelves[row].synthetic]
        self.human_record += new[human].sum(axis=0)

    def _write(
        self,
        row: int,
        step: int,
        weights: sp.csr_array,
        tilted: sp.csr_array,
        topics: Floats,
        added: Floats,
    ) -> None:
        """Write one finite shelf's new documents: items first, then what is said of them."""
        shelf = self.shelves[row]
        site, name = self.sites[shelf.site], self.domain.name
        key = shelf.key(site.name)
        span = slice(int(weights.indptr[row]), int(weights.indptr[row + 1]))
        authors, parts, volumes = weights.indices[span], tilted.data[span], weights.data[span]
        if site.volume == "poisson":
            rng = self.draws.stream("publish", step, key, name)
            batches = [(key, int(rng.poisson(float(volumes.sum()))), authors, parts)]
        else:
            batches = [
                (f"{self.authors[a]}>{key}", int(n), authors[i : i + 1], parts[i : i + 1])
                for i, (a, n) in enumerate(zip(authors, volumes, strict=True))
            ]
        standing = self.cells[row].reshape(self.domain.shape)
        record = self.human_record.reshape(self.domain.shape)
        for who, n, writers, shares in batches:
            if n == 0:
                continue
            rng = self.draws.stream("write", step, who, name)
            wanted = shares @ topics[writers] * self._profiles.get(shelf.site, 1.0)
            per_item = sampling.categorical(rng, n, wanted)
            live = np.flatnonzero(per_item)
            claims = self._claims()[np.ix_(writers, live)]
            said = (shares @ claims.reshape(len(writers), -1)).reshape(live.size, -1)
            new = sampling.within_items(rng, per_item[live], said)
            standing[live] += new
            if not shelf.synthetic:
                record[live] += new
        documents = float(sum(n for _, n, _, _ in batches))
        self._count(np.array([row]), np.array([documents]), added)

    def _count(self, rows: Ints, documents: Floats, added: Floats) -> None:
        """Book documents that arrived on shelves; `added` notes how many."""
        self.size[rows] += documents
        added[rows] = documents
        for row, number in zip(rows.tolist(), documents.tolist(), strict=True):
            self.published[int(self.shelves[row].synthetic)] += number

    def _placements(self, step: int, marking: Marking | None) -> tuple[Ints, Ints, Floats]:
        """Shelf, author and volume of everything announced."""
        posts, self._posts = self._posts, []
        if not posts:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        sites = np.concatenate([post.sites for post in posts])
        volumes = np.concatenate([post.volumes for post in posts])
        lengths = [post.sites.size for post in posts]
        authors = np.repeat([post.author for post in posts], lengths)
        origins = np.repeat([int(post.synthetic) for post in posts], lengths)
        keys = np.stack([sites, authors, origins])
        (sites, authors, origins), place = np.unique(keys, axis=1, return_inverse=True)
        volumes = np.bincount(place.ravel(), weights=volumes, minlength=sites.size)
        volumes = np.where(self._exact[sites], np.rint(volumes), volumes)
        keep = volumes > 0
        sites, volumes, authors, origins = (a[keep] for a in (sites, volumes, authors, origins))
        if marking is None:
            for at in np.flatnonzero(self._plain[sites, origins] < 0).tolist():
                self.shelf(Shelf(int(sites[at]), bool(origins[at])))
            return self._plain[sites, origins], authors, volumes
        found: list[tuple[int, int, float]] = []
        for site, author, origin, volume in zip(sites, authors, origins, volumes, strict=True):
            synthetic = bool(origin)
            for marks, part in self._strata(author, synthetic, site, volume, step, marking):
                shelf = Shelf(int(site), synthetic, marks)
                found.append((self.shelf(shelf), int(author), part))
        rows, who, parts = zip(*found, strict=True) if found else ((), (), ())
        return np.array(rows, np.int64), np.array(who, np.int64), np.array(parts)

    def _strata(
        self,
        author: int,
        synthetic: bool,
        site: int,
        volume: float,
        step: int,
        marking: Marking,
    ) -> list[tuple[frozenset[str], float]]:
        """An author's volume split by the marks its documents get."""
        name, place = self.authors[author], self.sites[site].name
        strata = marking(Batch(self.domain.name, place, step, synthetic, name, volume=volume))
        if not self._exact[site]:
            return [(marks, volume * share) for marks, share in strata.items() if share > 0]
        rng = self.draws.stream("mark", step, f"{name}>{place}", self.domain.name)
        parts = rng.multinomial(int(volume), list(strata.values()))
        return [(marks, float(n)) for marks, n in zip(strata, parts, strict=True) if n]

    def _record(self, step: int, weights: sp.csr_array, totals: Floats, added: Floats) -> None:
        """Ledger rows of this step's batches and of the shelves they came to stand on."""
        if not self.ledger.on:
            return
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
                profiles[i] = self.domain.tilt(chosen)
        return profiles

    def _tilted(self, weights: sp.csr_array) -> tuple[sp.csr_array, sp.csr_array]:
        """Volumes, and weights of the voices such that a profiled site gets those volumes.

        An author with nothing to say on a site's topics writes nothing there.
        """
        if not self._profiles:
            return weights, weights
        weights, tilted = weights.copy(), weights.copy()
        for row, shelf in enumerate(self.shelves):
            profile = self._profiles.get(shelf.site)
            if profile is None:
                continue
            span = slice(int(weights.indptr[row]), int(weights.indptr[row + 1]))
            said = self._claims()[weights.indices[span]].sum(axis=2) @ profile
            weights.data[span] *= said > 0
            tilted.data[span] = np.divide(
                weights.data[span], said, out=np.zeros_like(said), where=said > 0
            )
        weights.eliminate_zeros()
        tilted.eliminate_zeros()
        return weights, tilted
