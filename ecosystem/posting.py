"""Posting in one domain: what authors announce, and on which shelves it will stand."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ecosystem import sampling
from ecosystem.corpus import Batch
from ecosystem.domains.domain import Domain
from ecosystem.draws import Draws
from ecosystem.ledger import Ledger
from ecosystem.sampling import Floats
from ecosystem.shelves import Ints, Marking, Shelf, Shelves, Strata
from ecosystem.web import Site


class Post(NamedTuple):
    """One author's announcement of what it publishes in this step, and its share on each site."""

    author: int
    volume: float
    sites: Ints
    shares: Floats
    synthetic: bool


@dataclass(frozen=True)
class Unit:
    """Documents of one site and origin written in one go, then split by the marks they get.

    Attributes:
        key: names its random streams.
        targets: rows of the shelves they go to, and the share of each.
    """

    site: int
    synthetic: bool
    key: str
    targets: tuple[tuple[int, float], ...]


class Posting(Shelves):
    """Shelves on which authors announce what they will publish.

    Attributes:
        authors: names of all authors, in the order of the rows.
    """

    def __init__(
        self, domain: Domain, sites: list[Site], authors: list[str], draws: Draws, ledger: Ledger
    ) -> None:
        super().__init__(domain, sites, draws, ledger)
        self.authors = authors
        self._posts: list[Post] = []
        self._units: list[Unit] = []
        self._profiles = self._topic_profiles()
        self._exact = np.array(
            [site.documents == "finite" and site.volume == "exact" for site in sites], dtype=bool
        )

    def post(self, post: Post) -> None:
        """Announce a publication; it stands on the web once the phase ends (`settle`)."""
        self._posts.append(post)

    def _placements(self, step: int, marking: Marking | None) -> tuple[Ints, Ints, Floats]:
        """Unit, author and volume of everything announced; makes this step's `_units`."""
        posts, self._posts = self._posts, []
        self._units = []
        if not posts:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        sites = np.concatenate([post.sites for post in posts])
        lengths = [post.sites.size for post in posts]
        volumes = np.repeat([post.volume for post in posts], lengths)
        volumes *= np.concatenate([post.shares for post in posts])
        authors = np.repeat([post.author for post in posts], lengths)
        origins = np.repeat([int(post.synthetic) for post in posts], lengths)
        keys, place = np.unique(
            (sites * len(self.authors) + authors) * 2 + origins, return_inverse=True
        )
        origins, authors = keys % 2, keys // 2 % len(self.authors)
        sites = keys // 2 // len(self.authors)
        volumes = np.bincount(place, volumes, sites.size).astype(np.float64)
        for author in np.unique(authors[self._exact[sites]]).tolist():
            own = np.flatnonzero((authors == author) & self._exact[sites] & (volumes > 0))
            if not own.size:
                continue
            volumes[own] = sampling.whole_parts(round(float(volumes[own].sum())), volumes[own])
        keep = volumes > 0
        sites, volumes, authors, origins = (a[keep] for a in (sites, volumes, authors, origins))
        if marking is None:
            which, first, units = np.unique(
                sites * 2 + origins, return_index=True, return_inverse=True
            )
            order = np.argsort(first)
            for site, origin in zip(which[order] // 2, which[order] % 2, strict=True):
                self._units.append(self._unit(int(site), bool(origin), {frozenset(): 1.0}, {}))
            return np.argsort(order)[units], authors, volumes
        batches = list(zip(*(a.tolist() for a in (sites, authors, origins, volumes)), strict=True))
        return self._judged(batches, step, marking), authors, volumes

    def _judged(
        self, batches: list[tuple[int, int, int, float]], step: int, marking: Marking
    ) -> Ints:
        """The unit of every batch, where policies mark what is published."""
        found: dict[tuple[int, int, tuple[Any, ...]], int] = {}
        before: dict[tuple[int, int], int] = {}
        units = np.empty(len(batches), dtype=np.int64)
        for at, (site, author, origin, volume) in enumerate(batches):
            place, name = self.sites[site].name, self.authors[author]
            batch = Batch(self.domain.name, place, step, bool(origin), name, volume=volume)
            strata = {marks: p for marks, p in marking(batch).items() if p > 0}
            which = (site, origin, tuple(strata.items()))
            if which not in found:
                found[which] = len(self._units)
                self._units.append(self._unit(site, bool(origin), strata, before))
            units[at] = found[which]
        return units

    def _unit(
        self, site: int, synthetic: bool, strata: Strata, before: dict[tuple[int, int], int]
    ) -> Unit:
        """What is written together; the first on a site keeps the stream of unmarked text."""
        number = before[site, synthetic] = before.get((site, synthetic), -1) + 1
        key = Shelf(site, synthetic).key(self.sites[site].name) + (f"#{number}" if number else "")
        targets = [(self.shelf(Shelf(site, synthetic, m)), p) for m, p in strata.items()]
        return Unit(site, synthetic, key, tuple(targets))

    def _topic_profiles(self) -> dict[int, Floats]:
        profiles: dict[int, Floats] = {}
        for i, site in enumerate(self.sites):
            chosen = (site.topics or {}).get(self.domain.name)
            if chosen is not None:
                profiles[i] = self.domain.tilt(chosen)
        return profiles
