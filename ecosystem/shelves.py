"""What stands on the web in one domain of counts: shelves of documents, aged and marked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosystem import piles, sampling, threads
from ecosystem.blend import padded
from ecosystem.corpus import Batch
from ecosystem.domains.domain import Domain
from ecosystem.draws import Draws
from ecosystem.ledger import Ledger, Node
from ecosystem.sampling import Floats
from ecosystem.web import Site

if TYPE_CHECKING:
    from ecosystem.claim_watch import ClaimWatch

Ints = NDArray[np.int64]
Strata = dict[frozenset[str], float]
Marking = Callable[[Batch], Strata]


@dataclass(frozen=True)
class Shelf:
    """The documents of one site that share their true origin and their visible marks.

    Attributes:
        site: its row among the sites.
        synthetic: the true origin: written by models.
        marks: what readers can see.
    """

    site: int
    synthetic: bool
    marks: frozenset[str] = frozenset()

    @property
    def bare(self) -> "Shelf":
        """The same without marks."""
        return Shelf(self.site, self.synthetic) if self.marks else self

    def key(self, site: str) -> str:
        """A name for random streams and ledgers."""
        marks = "".join(f"+{mark}" for mark in sorted(self.marks))
        return f"{site}/{'model' if self.synthetic else 'human'}{marks}"


class Shelves:
    """All documents of one domain, by shelf, as one array (shelves, items x values).

    Unlimited shelves hold expected documents, finite ones whole numbers.

    Attributes:
        domain: what a document can say.
        sites: every site by itself.
        draws: the random streams.
        ledger: where ancestry is recorded.
        shape: (items, values) of what is counted.
        shelves: site, true origin and marks of each shelf, in the order of the rows.
        cells: (shelves, items x values) documents.
        size: (shelves,) documents.
        depth: (shelves,) mean model passages of the documents since a human.
        site_of: (shelves,) the site of each.
        node: (shelves,) the ledger's number of what stands there, -1 where nothing does.
        human_record: (items x values) documents that humans ever wrote.
        published: documents published in the latest step, by humans and by models.
        watch: who listens to what becomes of some claims (`ecosystem.claim_watch`); None: nobody.
    """

    def __init__(self, domain: Domain, sites: list[Site], draws: Draws, ledger: Ledger) -> None:
        self.domain = domain
        self.sites = sites
        self.draws = draws
        self.ledger = ledger
        cells = domain.shape[0] * domain.shape[1]
        self.shape = domain.shape
        self.shelves: list[Shelf] = []
        self._index: dict[Shelf, int] = {}
        self.cells = np.zeros((padded(1), cells))
        self.size = np.zeros(padded(1))
        self.depth = np.zeros(padded(1))
        self.node = np.full(padded(1), -1, dtype=np.int64)
        self.human_record = np.zeros(cells)
        self.published = np.zeros(2)
        self.watch: ClaimWatch | None = None
        self.site_of = np.zeros(padded(1), dtype=np.int64)
        self._plain = np.full((len(sites), 2), -1, dtype=np.int64)
        self._survival = np.array([site.survival for site in sites])
        self._endless = np.array([site.documents == "unlimited" for site in sites], dtype=bool)

    def shelf(self, shelf: Shelf) -> int:
        """The row of a shelf, made empty where it is new."""
        row = self._index.get(shelf)
        if row is None:
            row = self._index[shelf] = len(self.shelves)
            self.shelves.append(shelf)
            if row >= self.cells.shape[0]:
                extra = padded(max(row + 1, 2 * row)) - self.cells.shape[0]
                self.cells = np.pad(self.cells, ((0, extra), (0, 0)))
                self.size = np.pad(self.size, (0, extra))
                self.depth = np.pad(self.depth, (0, extra))
                self.node = np.pad(self.node, (0, extra), constant_values=-1)
                self.site_of = np.pad(self.site_of, (0, extra))
            self.site_of[row] = shelf.site
            if not shelf.marks:
                self._plain[shelf.site, int(shelf.synthetic)] = row
        return row

    def key(self, row: int) -> str:
        """A shelf's name for random streams and ledgers."""
        shelf = self.shelves[row]
        return shelf.key(self.sites[shelf.site].name)

    def endless(self, row: int) -> bool:
        """Whether a shelf is of an unlimited site, and so holds expected documents."""
        return bool(self._endless[self.site_of[row]])

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

    def age(self, step: int) -> None:
        """What is left of everything by its site's retention, as a step begins.

        How many leave does not depend on their marks: a policy that only marks changes nothing.
        """
        survival = self._survival[self.site_of]
        old = np.flatnonzero((survival < 1.0) & (self.size > 0))
        gone = old[survival[old] == 0.0]
        self.cells[gone] = 0.0
        self.size[gone] = 0.0
        self.node[gone] = -1
        fading = old[survival[old] > 0.0]
        endless = fading[self._endless[self.site_of[fading]]]
        self.cells[endless] *= survival[endless, None]
        for row in endless.tolist():
            self.size[row] = self._number(self.cells[row])
        finite = fading[~self._endless[self.site_of[fading]]].tolist()
        alike: dict[Shelf, list[int]] = {}
        for row in finite:
            alike.setdefault(self.shelves[row].bare, []).append(row)

        def thin(shelf: Shelf) -> None:
            rows, key = alike[shelf], shelf.key(self.sites[shelf.site].name)
            rng = self.draws.stream("retain", step, key, self.domain.name)
            stays = float(survival[rows[0]])
            if len(rows) == 1:
                self.cells[rows[0]] = sampling.thin(rng, self.cells[rows[0]], stays)
                return
            parts = self.cells[rows]
            left = sampling.thin(rng, parts.sum(axis=0), stays)
            rng = self.draws.stream("retain:marks", step, key, self.domain.name)
            self.cells[rows] = piles.divided(rng, left, parts)

        touched = min(self.cells.shape[1], float(self.size[finite].mean())) if finite else 0
        threads.each(thin, list(alike), touched)
        for row in finite:
            self.size[row] = self.cells[row].sum()
        self._thinned(finite, step)
        if self.watch is not None:
            self.watch.age(step)

    def _number(self, cells: Floats) -> float:
        """How many documents these are."""
        return float(cells.sum())

    def mark_standing(self, step: int, policy: str, marking: Marking) -> None:
        """Give the documents that already stand on the web their marks, each once."""
        moves: list[tuple[int, int, Floats]] = []
        staying: set[int] = set()
        for row in np.flatnonzero(self.size[: len(self.shelves)] > 0).tolist():
            shelf = self.shelves[row]
            key = f"{policy}>{self.key(row)}"
            strata = {m: p for m, p in marking(self.batch(row, step)).items() if p > 0}
            for marks, part in self._split(self.cells[row], strata, shelf.site, step, key):
                if not part.any():
                    continue
                if marks <= shelf.marks:
                    staying.add(row)
                else:
                    target = Shelf(shelf.site, shelf.synthetic, shelf.marks | marks)
                    moves.append((row, self.shelf(target), part.copy()))
        for row, onto, part in moves:
            self._move(row, onto, part, step)
        left = sorted({row for row, _, _ in moves})
        emptied = [row for row in left if row not in staying]
        self.cells[emptied], self.size[emptied] = 0.0, 0.0  # what is left there is rounding
        finite = [r for r in left if self.size[r] <= 0 or not self._endless[self.site_of[r]]]
        self._thinned(finite, step)

    def _split(
        self, documents: Floats, strata: Strata, site: int, step: int, key: str
    ) -> list[tuple[frozenset[str], Floats]]:
        """Documents split by the marks each gets, independently: binomial where finite."""
        parts, rest, left = [], documents, 1.0
        for i, (marks, share) in enumerate(strata.items()):
            if i == len(strata) - 1:
                part = rest
            elif self._endless[site]:
                part = documents * share
            else:
                who = f"{key}+{'+'.join(sorted(marks))}"
                rng = self.draws.stream("mark", step, who, self.domain.name)
                part = sampling.thin(rng, rest, min(1.0, share / left))
            rest, left = rest - part, left - share
            parts.append((marks, part))
        return parts

    def _thinned(self, rows: Sequence[int], step: int) -> None:
        """What is left of finite shelves are samples of their former selves."""
        there = [row for row in rows if self.size[row] > 0]
        self.node[[row for row in rows if self.size[row] <= 0]] = -1
        links = np.ones(len(there), dtype=np.int64), self.node[there], np.ones(len(there))
        self.node[there] = self._recorded("thinned", there, step, links)

    def _recorded(
        self,
        kind: str,
        rows: Sequence[int],
        step: int,
        links: tuple[Ints, Ints, Floats],
        documents: Floats | None = None,
    ) -> Ints:
        """Record something of each of some shelves in the ledger; their numbers.

        Args:
            kind: "thinned" or "site".
            rows: the shelves.
            step: of the loop.
            links: see `Ledger.nodes`.
            documents: on each, where not all that stand there.
        """
        if not self.ledger.on or not rows:
            return np.full(len(rows), -1, dtype=np.int64)
        described = [self._described(row) for row in rows]
        differing = {key: [each[key] for each in described] for key in described[0]}
        held = self.size[list(rows)] if documents is None else documents
        differing["documents"] = held.tolist()
        alike = Node(
            kind, step, self.domain.name, "", law="distinct" if kind == "thinned" else "pool"
        )
        return self.ledger.nodes(alike, differing, links)

    def _one(
        self,
        kind: str,
        row: int,
        step: int,
        parents: Sequence[tuple[int, float]],
        documents: float | None = None,
    ) -> int:
        """Record something of one shelf, from parents and shares; its number."""
        found = [(parent, share) for parent, share in parents if share > 0]
        links = (
            np.array([len(found)]),
            np.array([parent for parent, _ in found], dtype=np.int64),
            np.array([share for _, share in found]),
        )
        held = None if documents is None else np.array([documents])
        return int(self._recorded(kind, [row], step, links, held)[0])

    def _described(self, row: int) -> dict[str, Any]:
        """What a ledger's node says of the shelf it stands on."""
        shelf = self.shelves[row]
        site = self.sites[shelf.site].name
        return {
            "name": self.key(row),
            "site": site,
            "synthetic": shelf.synthetic,
            "marks": " ".join(sorted(shelf.marks)),
        }

    def _move(self, row: int, target: int, part: Floats, step: int) -> None:
        """Documents that got a mark go to the shelf of that mark."""
        if self.watch is not None:
            self.watch.move(row, target, part, step)
        moved, stood = float(part.sum()), float(self.size[target])
        new = moved / (moved + stood)
        self.depth[target] = new * self.depth[row] + (1 - new) * self.depth[target]
        self.cells[target] += part
        self.size[target] += moved
        self.cells[row] -= part
        self.size[row] -= moved
        node = int(self.node[row])
        if not self._endless[self.shelves[row].site]:
            node = self._one("thinned", target, step, [(node, 1.0)], moved)
        parents = [(node, new)] + ([(int(self.node[target]), 1 - new)] if stood else [])
        self.node[target] = self._one("site", target, step, parents)
