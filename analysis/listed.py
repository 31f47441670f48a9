"""A web as the readers of a blocklist see it: where a list stops the lines of the ledger.

What a blocklist stops is reading (`ecosystem.policies.blocklist`), so lines are stopped where its
readers read, and nowhere else: a model's former self in what inertia keeps is not its text, nor is
what people hear who ask it. Whatever stands on the web is therefore held twice, as everybody sees
it and as the readers of the list do. In the second view every author's text is a node between the
author and the batches, a gate to be shut, and what stands on a site is a gate of that site.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.ancestry import Ancestry
from analysis.blocking import Gates
from analysis.contamination import Measure
from analysis.layers import Bools, Floats, Ints, Layers
from analysis.network import reader
from ecosystem.discovery import nearest
from ecosystem.parentage import AUTHORS, HUMANS

STANDING = ("batch", "site", "thinned")
READING = ("training", "sample")
What = Literal["models", "communities", "sites", "nodes"]
WHAT: tuple[What, ...] = ("models", "communities", "sites", "nodes")
Takes = Mapping[str, Sequence[Collection[str]]]
"""By reader, for those with several takes, the sites of each; no site in two."""


@dataclass(frozen=True)
class Listed:
    """A web in two views, with gates in that of a list's readers.

    Attributes:
        gates: its nodes, each with the candidate that it is a gate of.
        place: (nodes of the ledger,) where each stands among them.
        carries: (n,) text: what stands somewhere, what an author writes, a take of all.
        draws: (n,) draws from what is there: a training set, a take of so many documents.
        former: (n,) a training set's former self, -1 where it has none, and for other nodes.
        owner: (n,) the author or site that a node belongs to.
    """

    gates: Gates
    place: Ints
    carries: Bools
    draws: Bools
    former: Ints
    owner: "pd.Series[str]"

    def target(self, weights: Floats) -> Floats:
        """(n,) weights of a target given as weights over the nodes of the ledger."""
        found = np.zeros(self.carries.size)
        found[self.place] = weights
        return found


def listed(
    ancestry: Ancestry,
    what: What,
    found: Measure,
    readers: Collection[str] | None = None,
    start: int = 1,
    takes: Takes | None = None,
) -> Listed:
    """The ledger of one domain with gates for a blocklist.

    Args:
        ancestry: the ledger.
        what: who can be blocked: models or communities (text of all their generations), sites
            (what stands there), or single nodes: one generation's text, one state of a shelf.
        found: what counts as contamination.
        readers: models that use the list; all where None.
        start: first step at which they do; text published before bears no mark of its author.
        takes: what is needed to fill up each take of a diet by itself (see `Listed.draws`): a
            ledger merges takes that are drawn with replacement. Those not given are filled up
            together.

    Raises:
        ValueError: `what` is not what is allowed; a reader that is no model.
    """
    if what not in WHAT:
        raise ValueError(f"what: given {what!r}, allowed {', '.join(WHAT)}")
    book = _Book(ancestry, readers, start, takes or {})
    nodes = book.nodes()
    size = len(nodes)
    own, passed = np.zeros(size), np.ones(size)
    own[book.place], passed[book.place] = found.own, found.passed
    names, gate = _candidates(nodes, what)
    kind, view = nodes["kind"], nodes["view"]
    whole = (kind == "sample") & (nodes["law"] == "all")
    drawn = (view == "take") | kind.isin(READING) & (view == "") & ~whole
    return Listed(
        Gates(Layers(size, *book.edges()), own, passed, gate, names),
        book.place,
        (kind.isin(STANDING) | (view == "text") | whole).to_numpy(),
        drawn.to_numpy(),
        book.former(size),
        ("site " + nodes["site"]).where(kind.isin(STANDING), "author " + reader(nodes)),
    )


class _Book:
    """The nodes of a ledger numbered anew, those of the second view after all of their layer.

    Attributes:
        place: (n,) the new number of each node.
        second: (n,) that of its text, or of what stands there as the list's readers see it.
        first: (n,) that of the first of its takes.
        behind: by new number, the node of the ledger.
    """

    def __init__(
        self, ancestry: Ancestry, readers: Collection[str] | None, start: int, takes: Takes
    ) -> None:
        self._nodes = nodes = ancestry.nodes
        kind = nodes["kind"]
        self._author = kind.isin(AUTHORS).to_numpy()
        self._stands = kind.isin(STANDING).to_numpy()
        self._known = (nodes["step"] >= start).to_numpy()
        reads = kind.isin(READING)
        if readers is not None:
            models = set(nodes["name"][kind == "training"])
            for name in readers:
                if name not in models:
                    raise ValueError(f"readers: given {name!r}, {nearest(name, models)}")
            reads &= reader(nodes).isin(set(readers))
        self._uses = reads.to_numpy() & self._known
        matrix = ancestry.layers.matrix
        self._child = np.repeat(np.arange(len(nodes)), np.diff(matrix.indptr))
        self._parent: Ints = matrix.indices.astype(np.int64)
        self._share = matrix.data
        self._take, self._ways = self._taken(takes)
        every = np.arange(len(nodes))
        twice = np.flatnonzero(self._author | self._stands)
        behind = np.concatenate([np.repeat(every, self._ways), every, twice])
        slot = np.repeat([0, 1, 2], [self._ways.sum(), every.size, twice.size])
        lengths = np.diff(ancestry.layers.bounds)
        layer = np.repeat(np.arange(lengths.size), lengths)
        order = np.lexsort((behind, slot, layer[behind]))
        number = np.argsort(order)
        own, self.place, second = np.split(number, np.cumsum([self._ways.sum(), every.size]))
        self.second = self.place.copy()
        self.second[twice] = second
        self.first = np.concatenate([own, [-1]])[np.cumsum(self._ways) - self._ways]
        self.behind = behind[order]

    def nodes(self) -> pd.DataFrame:
        """A row a node, as in the ledger; `view` says what is new: a take, a text, what is seen."""
        nodes = self._nodes.iloc[self.behind].reset_index(drop=True)
        view = np.full(len(nodes), "take", dtype=object)
        view[self.second[self._author]] = "text"
        view[self.second[self._stands]] = "seen"
        view[self.place] = ""
        return nodes.assign(view=view)

    def edges(self) -> tuple[Ints, Ints, Floats]:
        """Child, parent, share of every edge between the new numbers."""
        place, second, child, parent = self.place, self.second, self._child, self._parent
        stands = self._stands[parent]
        taken = self._take >= 0
        reader = np.where(taken, self.first[child] + self._take, place[child])
        read = np.where(self._uses[child] & stands, second[parent], place[parent])
        sums = self._of_takes()
        drawn = self._share.copy()
        drawn[taken] /= sums[reader[taken]]
        takes = np.flatnonzero(sums)
        seen = self._stands[child]  # what a batch is made of, as those see it who use the list
        marked = stands | self._known[child]
        behind = np.where(marked, second[parent], place[parent])[seen]
        author = np.flatnonzero(self._author)
        return (
            np.concatenate(
                [reader, place[self.behind[takes]], second[child[seen]], second[author]]
            ),
            np.concatenate([read, takes, behind, place[author]]),
            np.concatenate([drawn, sums[takes], self._share[seen], np.ones(author.size)]),
        )

    def former(self, size: int) -> Ints:
        """(size,) the new number of the former self of each training set."""
        model = self._nodes[self._author]
        before = model.index.to_series().groupby(model["name"]).shift()
        known = before[(model["kind"] == "training") & before.notna()].astype(np.int64)
        found = np.full(size, -1, dtype=np.int64)
        found[self.place[known.index]] = self.place[known.to_numpy()]
        return found

    def _taken(self, takes: Takes) -> tuple[Ints, Ints]:
        """(edges,) the take that an edge is of, -1 where takes are one; (n,) takes of a node."""
        split = (self._nodes["kind"] == "training") & self._nodes["name"].isin(list(takes))
        names, sites = self._nodes["name"].to_numpy(), self._nodes["site"].to_numpy()
        ways = np.zeros(len(self._nodes), dtype=np.int64)
        ways[split] = [len(takes[name]) for name in names[split]]
        number = {
            (reader, site): i
            for reader, each in takes.items()
            for i, reached in enumerate(each)
            for site in reached
        }
        take = np.full(self._child.size, -1, dtype=np.int64)
        for at in np.flatnonzero(split.to_numpy()[self._child]).tolist():
            pair = names[self._child[at]], sites[self._parent[at]]
            take[at] = number.get(pair, -1)
        return take, ways

    def _of_takes(self) -> Floats:
        """By new number, the share of each take in its training set."""
        taken = self._take >= 0
        number = self.first[self._child[taken]] + self._take[taken]
        return np.bincount(number, self._share[taken], self.behind.size).astype(np.float64)


def _candidates(nodes: pd.DataFrame, what: What) -> tuple[tuple[str, ...], Ints]:
    """Names of who can be blocked, and (n,) whose gate each node is, -1 where nobody's."""
    text, seen = nodes["view"] == "text", nodes["view"] == "seen"
    human = nodes["kind"].isin(HUMANS)
    state = (nodes["kind"] + " ").where(seen, "") + nodes["name"]
    gates, names = {
        "models": (text & ~human, nodes["name"]),
        "communities": (text & human, nodes["name"]),
        "sites": (seen, nodes["site"]),
        "nodes": (text | seen, state + "@" + nodes["step"].astype(str)),
    }[what]
    gate = np.full(len(nodes), -1, dtype=np.int64)
    gate[gates], found = pd.factorize(names[gates])
    return tuple(found), gate
