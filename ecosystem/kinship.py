"""Kinship on the live frontier: the chance that two documents are copies of one original.

Malécot's coefficient of coancestry, carried along as the ledger grows. For a node v with parents
u of shares w_vu, and any node x that does not descend from v (Wright 1922; Malécot 1948):

    Phi_vx = sum_u w_vu Phi_ux
    S_v    = sum_u sum_u' w_vu w_vu' Phi_uu'
    Phi_vv = F_v + (1 - F_v) c_v

F_v, the inbreeding coefficient, is the chance that two distinct documents of v are copies of one
original; c_v that one document is drawn twice: 1 / N_v from a sample of N_v documents, sum_u
w_vu^2 / N_u from samples put together, the same times sum_u N_u / N_v from samples merged at random
(1 / N_v where all documents weigh alike), 0 from a distribution (then F_v = Phi_vv = S_v). Of
samples put together F_v = (S_v - c_v) / (1 - c_v); of others it depends on how they were drawn:

    multinomial, poisson    F_v = S_v
    exact (a quota of each parent)
                            F_v = (N_v S_v - sum_u w_vu Phi_uu) / (N_v - 1)
    distinct, all, merged (without replacement)
                            F_v = S_v - sum_g (w_g^2 - S_g) / (n_g - 1)

where g are the stocks of n_g documents that it was drawn from: the shelves of one site together
(`distinct`), all shelves (`all`), or each of the samples that takes brought home (`merged`); w_g is
the share of a stock and S_g its part of S_v. Wright's pedigrees are the case of two documents, one
from each parent: `exact` with N = 2.

What a model makes up, a share m, it makes up as it writes, not in what it has read, and each time
anew: with Phi' and F' as above, Phi_vx = (1 - m) Phi'_vx, F_v = (1 - m)^2 F'_v and Phi_vv =
(1 - m)^2 Phi'_vv. Of documents on items that nobody wrote about before, a share u, the same holds
(infinite alleles, Kimura & Crow 1964): m = 1 - (1 - u) (1 - share of values made up).

Founders' documents are originals: Phi_hh = 1 / N_h, 0 for a community that always writes anew.
So every F is relative to the founders: kin beyond them does not count.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.parentage import AUTHORS, Born, Floats, Groups, Ints, Rows, together

DESCENT, TOPIC = 0, 1
"""The two kinds of sameness."""


class Coefficients(NamedTuple):
    """What kinship says of nodes, (nodes,) each.

    Attributes:
        numbers: the nodes.
        kinship: Phi_vv: two documents drawn from what v gives on are copies of one original.
        inbreeding: F_v: two distinct documents of v are.
        drift: Phi_vv - S_v, what was lost in making v: D of Phi = T D T' (Henderson 1976).
    """

    numbers: Ints
    kinship: Floats
    inbreeding: Floats
    drift: Floats


class Kinship:
    """Kinship between all live nodes of one domain; those that nobody can draw from any more go.

    Two matrices go by the same rules, from different founders. By descent: documents of founders
    are never copies of one another, and what is made up, a part of the documents, is a new original
    (w then sums to what is not). By topic: documents of founders h and h' are on the same item with
    the chance q_h . q_h', and no topic is made up but by novelty (m = u); 1 - Phi_vv of this one is
    the Gini-Simpson diversity that v is expected to have under neutral copying, with any number of
    founders.

    Exact where samples are drawn by the laws above from whole stocks. Approximate: where a standing
    shelf, or a new batch of several authors, was split by marks, its parts count as independent
    samples of it (they are disjoint), a take that brings a document or less into a merged training
    set counts as having no pairs of its own, what
    a filter left counts as drawn from the whole stock, and what a policy teaches as what was drawn.
    Each of these is wrong by the order of 1 / documents of a stock, which is much beside an F that
    is not larger itself. Merged samples of unequal weights are right to the first order in
    1 / documents. A model that says the same each time it makes something up on an item is more kin
    to itself than said here, by the chance that two of its documents are such a pair; and models
    whose documents happen to be on one new item are, by u^2 / U where U items are new.
    """

    def __init__(self) -> None:
        self._waiting: list[Born] = []
        self._fresh: list[Coefficients] = []
        self._live = np.empty(0, dtype=np.int64)  # numbers of live nodes, rising
        self._slot = np.empty(0, dtype=np.int64)  # the place of each in what follows
        self._free: list[int] = []
        self._phi = np.zeros((2, 0, 0))
        self._inbred = np.empty(0)
        self._held = np.empty(0)  # documents that can be drawn without replacement
        self._site = np.empty(0, dtype=np.int64)
        self._sites: dict[str, int] = {}
        self._founders: list[int] = []
        self._topics = np.empty((0, 0))
        self._mix = np.empty((0, 0))  # (slots, founders) whose topics a document has

    def add(self, born: Born) -> None:
        """Let nodes join whose parents are live, or wait to join."""
        waiting = bool(self._waiting) and born.parents.size > 0
        if waiting and born.parents.max() >= self._waiting[0].numbers[0]:
            self._join()
        self._waiting.append(born)

    def drain(self) -> list[Coefficients]:
        """The coefficients of the nodes that joined since this was last called."""
        self._join()
        fresh, self._fresh = self._fresh, []
        return fresh

    def retire(self, live: Ints) -> None:
        """Forget all nodes but these and the founders: no later node may have them as parents."""
        self._join()
        keep = np.isin(self._live, np.append(live, self._founders))
        self._free += self._slot[~keep].tolist()
        self._live, self._slot = self._live[keep], self._slot[keep]

    def between(self, numbers: Ints) -> Floats:
        """(2, m, m) kinship by descent and by topic between live nodes.

        Raises:
            ValueError: a node that is not live.
        """
        self._join()
        slots = self._slots_of(np.asarray(numbers, dtype=np.int64))
        return self._phi[:, slots[:, None], slots]

    def inbreeding(self, numbers: Ints) -> Floats:
        """F of live nodes, (nodes,).

        Raises:
            ValueError: a node that is not live.
        """
        self._join()
        return np.asarray(self._inbred[self._slots_of(np.asarray(numbers, dtype=np.int64))])

    def state(self) -> dict[str, Any]:
        """Everything, as arrays, for `load`."""
        self._join()
        return {
            "live": self._live,
            "slot": self._slot,
            "free": np.array(self._free, dtype=np.int64),
            "phi": self._phi,
            "inbred": self._inbred,
            "held": self._held,
            "site": self._site,
            "sites": np.array(list(self._sites), dtype=np.str_),
            "founders": np.array(self._founders, dtype=np.int64),
            "topics": self._topics,
            "mix": self._mix,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Restore what `state` gave."""
        self._live, self._slot, self._phi = state["live"], state["slot"], state["phi"]
        self._inbred = state["inbred"]
        self._held, self._site = state["held"], state["site"]
        self._sites = {site: at for at, site in enumerate(state["sites"].tolist())}
        self._free, self._founders = state["free"].tolist(), state["founders"].tolist()
        self._topics, self._mix = state["topics"], state["mix"]

    # ------------------------------------------------------------------ joining

    def _join(self) -> None:
        """Let all that waits join: products of the live matrices with the new rows."""
        if not self._waiting:
            return
        born, self._waiting = together(self._waiting), []
        parents = self._slots_of(born.parents)
        slots = self._new_slots(born.numbers.size)
        rows = Rows(parents, born.shares, born.degrees, self._held.size)
        whole = self._wholes(born, rows)
        stock = ~np.isin(born.kind, AUTHORS) & (whole | (born.law != "pool"))
        self._held[slots] = np.where(stock, born.documents, np.inf)
        self._site[slots] = [
            self._sites.setdefault(s, len(self._sites)) for s in born.site.tolist()
        ]
        groups = self._groups(born, rows)
        self._mix[slots] = rows @ self._mix
        drawn = (born.law != "pool") | (born.degrees == 0)
        twice = np.where(drawn, 1.0 / np.maximum(born.documents, 1.0), 0.0)
        parts = np.bincount(rows.node, rows.weights**2 / self._held[rows.slots], rows.size)
        twice[whole] = parts[whole]
        held = np.bincount(rows.node, self._held[rows.slots], rows.size)
        merged = born.law == "merged"
        twice[merged] *= parts[merged] * held[merged]  # 1 where all documents weigh alike
        known = 1.0 - born.novel
        copied = known * (1.0 - born.invented)
        fresh = self._enter(DESCENT, born, slots, rows, groups, copied, twice)
        self._fresh.append(fresh)
        self._inbred[slots] = fresh.inbreeding
        self._enter(TOPIC, born, slots, rows, groups, known, twice)
        self._live = np.concatenate([self._live, born.numbers])
        self._slot = np.concatenate([self._slot, slots])
        for at in np.flatnonzero(born.degrees == 0).tolist():
            number = int(born.numbers[at])
            own = known[at] * born.topics.get(number, np.zeros(self._topics.shape[1]))
            self._add_founder(number, int(slots[at]), own)

    def _enter(
        self,
        kind: int,
        born: Born,
        slots: Ints,
        rows: Rows,
        groups: Groups | None,
        copied: Floats,
        twice: Floats,
    ) -> Coefficients:
        """Rows and columns of the new nodes in one of the matrices; what it says of them."""
        phi = self._phi[kind]
        across = copied[:, None] * (rows @ phi)
        within = copied[:, None] * (rows @ np.ascontiguousarray(across.T))
        within = (within + within.T) / 2
        pooled = np.diagonal(within).copy()
        found = pooled.copy() if groups is None else pooled - groups.correction(phi, copied)
        quota = (born.law == "exact") & (born.documents > 1) & (born.degrees > 0)
        if quota.any():
            n, own = born.documents[quota], (rows @ np.diagonal(phi)[:, None])[quota, 0]
            found[quota] = (n * pooled[quota] - copied[quota] * own) / (n - 1)
        whole = (born.law == "pool") & (twice > 0) & (born.degrees > 0)
        alone = copied[whole] ** 2 * twice[whole]
        found[whole] = (pooled[whole] - alone) / np.maximum(1.0 - twice[whole], 1e-12)
        kinship = found + (copied**2 - found) * twice
        np.fill_diagonal(within, kinship)
        phi[slots], phi[:, slots] = across, across.T
        phi[slots[:, None], slots] = within
        return Coefficients(born.numbers, kinship, found, kinship - pooled)

    def _wholes(self, born: Born, rows: Rows) -> NDArray[np.bool_]:
        """(nodes,) whether it is made of samples as they are: a site, merged takes."""
        endless = np.bincount(rows.node, ~np.isfinite(self._held[rows.slots]), rows.size) > 0
        return (born.law == "pool") & (born.degrees > 0) & ~endless & np.isfinite(born.documents)

    def _groups(self, born: Born, rows: Rows) -> Groups | None:
        """The stocks that samples without replacement were drawn from, if there are any."""
        without = np.isin(born.law, ("distinct", "all", "merged"))
        if not without.any():
            return None
        law, at = born.law[rows.node], np.flatnonzero(without[rows.node])
        node, slots = rows.node[at], rows.slots[at]
        site = np.where(law[at] == "all", 0, self._site[slots])
        site = np.where(law[at] == "merged", slots, site)
        order = np.lexsort((site, node))
        node, site, slots, at = node[order], site[order], slots[order], at[order]
        first = np.ones(at.size, dtype=bool)
        first[1:] = (node[1:] != node[:-1]) | (site[1:] != site[:-1])
        starts = np.flatnonzero(first)
        held = np.add.reduceat(self._held[slots], starts)
        degrees = np.diff(np.append(starts, at.size))
        members = Rows(slots, rows.weights[at], degrees, self._held.size)
        return Groups(node[starts], held, members, rows.size)

    def _add_founder(self, number: int, slot: int, own: Floats) -> None:
        """Let a founder's topics be known: who shares them with whom."""
        if not self._founders:
            self._topics = np.empty((0, own.size))
        self._founders.append(number)
        self._topics = np.concatenate([self._topics, own[None]])
        self._mix = np.pad(self._mix, ((0, 0), (0, 1)))
        self._mix[slot, -1] = 1.0
        shared = self._mix @ (self._topics @ own)
        self._phi[TOPIC, slot], self._phi[TOPIC, :, slot] = shared, shared
        drawn = self._phi[DESCENT, slot, slot]  # of a founder of N documents, 1 / N
        self._phi[TOPIC, slot, slot] = shared[slot] + (1.0 - shared[slot]) * drawn

    # ------------------------------------------------------------------ places

    def _slots_of(self, numbers: Ints) -> Ints:
        """The slots of live nodes."""
        place = np.searchsorted(self._live, numbers)
        known = place < self._live.size
        known[known] = self._live[place[known]] == numbers[known]
        if not known.all():
            raise ValueError(f"kinship: given node {numbers[~known][0]}, allowed a live one")
        return np.asarray(self._slot[place])

    def _new_slots(self, size: int) -> Ints:
        """Room for so many nodes."""
        more = size - len(self._free)
        if more > 0:
            former = self._held.size
            extra = max(more, former, 16)
            self._free += range(former + extra - 1, former - 1, -1)
            self._phi = np.pad(self._phi, ((0, 0), (0, extra), (0, extra)))
            self._mix = np.pad(self._mix, ((0, extra), (0, 0)))
            self._inbred = np.pad(self._inbred, (0, extra))
            self._held = np.pad(self._held, (0, extra))
            self._site = np.pad(self._site, (0, extra))
        taken = self._free[len(self._free) - size :]
        del self._free[len(self._free) - size :]
        return np.array(taken[::-1], dtype=np.int64)
