"""The family tree of models over the last steps, as plain data that can be drawn at every step.

Each generation of a model is a node, at its model's lane and its step, with the generations whose
text it read most. Only the end of the ledger is looked at, so that a step costs the same however
long the run. Nothing is approximated by that: text older than the window still has its true
origin, human or model, only not the name of the generation that wrote it. `analysis.family` has
the tree of a whole run in a few rows.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp

from analysis.layers import Ints, Layers
from analysis.plain import plain
from ecosystem.parentage import AUTHORS, HUMANS

STEPS, PARENTS = 12, 2
MOST_GENERATIONS = 240
"""Where there would be more in the window, it is shorter: of 2 steps at least."""
COLUMNS = ("kind", "step", "name", "generation", "documents", "synthetic", "inbreeding")


class Parent(NamedTuple):
    """One generation that another read: its id, and its share of what was read."""

    id: str
    share: float


@dataclass(frozen=True)
class Generation:
    """A model as it was trained at one step.

    Attributes:
        id: "NAME@STEP".
        model: its name.
        step: when it was trained.
        generation: its number.
        documents: of its training set.
        human: share of what it read that humans wrote.
        synthetic: share that models wrote.
        older: share by generations from before the window (a part of `synthetic`).
        inbreeding: Wright's F of its training set; None where the run keeps none.
        parents: the generations that wrote most of it, largest first; itself among them where
            it read its former text.
    """

    id: str
    model: str
    step: int
    generation: int
    documents: float
    human: float
    synthetic: float
    older: float
    inbreeding: float | None
    parents: tuple[Parent, ...]


@dataclass(frozen=True)
class FamilyTree:
    """The generations of a window of steps in one domain.

    Attributes:
        domain: of what they read.
        first, last: steps of the window.
        models: the lanes, in order of name.
        generations: by step.
    """

    domain: str
    first: int
    last: int
    models: tuple[str, ...]
    generations: tuple[Generation, ...]

    def plain(self) -> dict[str, Any]:
        """The same as JSON knows it, shares to three digits."""
        own = [
            vars(each)
            | {"parents": [[parent.id, round(parent.share, 3)] for parent in each.parents]}
            | {key: round(getattr(each, key), 3) for key in ("human", "synthetic", "older")}
            for each in self.generations
        ]
        found: dict[str, Any] = plain(vars(self) | {"generations": own})
        return found


def family_tree(
    nodes: pa.Table, edges: pa.Table, domain: str, steps: int = STEPS, parents: int = PARENTS
) -> FamilyTree:
    """The family tree of the last steps of a run so far.

    Args:
        nodes: the ledger's table (`Ledger.tables()`, or of a `Run`), in order of recording.
        edges: likewise.
        domain: of what is read.
        steps: how many there are in the window at most, 1 or more (see `MOST_GENERATIONS`).
        parents: most parents named of a generation.

    Raises:
        ValueError: there is no ledger; steps below 1.
    """
    if steps < 1:
        raise ValueError(f"steps: given {steps}, allowed 1 or more")
    if nodes.num_rows == 0:
        raise ValueError("family tree: the run kept no ledger, allowed a run with ledger = true")
    last = int(nodes["step"][-1].as_py())
    first = max(last - _room(nodes, domain, last, steps) + 1, 0)
    start = _from(nodes["step"], first)
    own = _of(nodes, domain, start).to_pandas()
    linked = edges.slice(_from(edges["child"], start))
    child, parent, share = (linked[c].to_numpy() for c in ("child", "parent", "share"))
    numbers = own["node"].to_numpy()
    within = np.isin(child, numbers)
    child, parent, share = child[within], parent[within], share[within]
    before = np.unique(parent[parent < start])
    old = nodes.select(["node", *COLUMNS]).take(pa.array(before)).to_pandas()
    every = pd.concat([old, own[["node", *COLUMNS]]], ignore_index=True)
    place = np.full(int(max(child.max(initial=-1), numbers.max(initial=0))) + 1 - start, -1)
    place[numbers - start] = len(old) + np.arange(numbers.size)

    def at(those: Ints) -> Ints:
        """The places of nodes among `every`."""
        there = np.searchsorted(before, those)
        return np.where(those < start, there, place[np.maximum(those - start, 0)])

    layers = Layers(len(every), at(child), at(parent), share)
    return _solved(layers, every, len(old), domain, (first, last), parents)


def _solved(
    layers: Layers,
    nodes: pd.DataFrame,
    old: int,
    domain: str,
    window: tuple[int, int],
    parents: int,
) -> FamilyTree:
    """Who wrote what each training set was drawn from; the shelves in between are solved away."""
    human = nodes["kind"].isin(HUMANS).to_numpy()
    author = nodes["kind"].isin(AUTHORS).to_numpy()
    shelf = np.arange(len(nodes)) < old
    by_humans = human | (shelf & ~author & ~nodes["synthetic"].fillna(False).to_numpy(dtype=bool))
    named = author & ~human & ~shelf
    who, when = nodes["name"].tolist(), nodes["step"].tolist()
    ids = np.array([f"{name}@{step}" for name, step in zip(who, when, strict=True)], dtype=object)
    code, ordered = pd.factorize(ids[named])
    names: list[str] = ordered.tolist()
    of = np.select([by_humans, shelf], [0, 1], -1)
    of[named] = 2 + code
    ends = np.flatnonzero(of >= 0)
    own = sp.csr_array(
        (np.ones(ends.size), (ends, of[ends])), shape=(len(nodes), 2 + len(names))
    ).toarray()
    wrote = layers.forward(own, np.where(of >= 0, 0.0, 1.0))
    sets = np.flatnonzero((nodes["kind"] == "training").to_numpy() & ~shelf)
    read = np.asarray(layers.matrix[sets] @ wrote)
    most = np.argsort(-read[:, 2:], axis=1, kind="stable")[:, :parents].tolist()
    rows: Iterable[Any] = nodes.iloc[sets].itertuples()
    found = []
    for row, made, shares, best in zip(rows, ids[sets], read.tolist(), most, strict=True):
        own_parents = [Parent(names[k], shares[2 + k]) for k in best if shares[2 + k] > 0]
        inbreeding = float(row.inbreeding)
        found.append(
            Generation(
                id=made,
                model=str(row.name),
                step=int(row.step),
                generation=int(row.generation),
                documents=float(row.documents),
                human=shares[0],
                synthetic=fsum(shares[1:]),
                older=shares[1],
                inbreeding=inbreeding if np.isfinite(inbreeding) else None,
                parents=tuple(own_parents),
            )
        )
    models = tuple(sorted({each.model for each in found}))
    return FamilyTree(domain, *window, models, tuple(found))


def _of(nodes: pa.Table, domain: str, start: int) -> pa.Table:
    """The nodes of a domain from a row on."""
    recent = nodes.slice(start)
    return recent.filter(pc.equal(recent["domain"], domain))


def _room(nodes: pa.Table, domain: str, last: int, steps: int) -> int:
    """How many steps there is room for, of as many generations as the last two steps have."""
    own = _of(nodes, domain, _from(nodes["step"], last - 1))
    sets = pc.sum(pc.equal(own["kind"], "training")).as_py() or 0
    return min(steps, max(2, 2 * MOST_GENERATIONS // max(1, sets)))


def _from(column: pa.ChunkedArray, least: int) -> int:
    """The first row of a rising column that is not below a number."""
    return bisect_left(range(len(column)), least, key=lambda row: column[row].as_py())
