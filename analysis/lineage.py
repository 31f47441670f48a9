"""Error lineage: who infected whom with a falsehood, how fast it spread, how its tree looks.

Functions of one claim's events and prevalence, as they stand in a run's tables (see
`ecosystem.descent.EVENTS` and `analysis.prevalence.PREVALENCE`); `of_claim` picks them out. Events
of a claim are numbered from 0, and a parent has a lower number than its children. Each generation
of a model counts as an individual, so that keeping a falsehood is passing it on to oneself.
"""

from dataclasses import dataclass
from math import inf, log, nan

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.view import ONE_DOCUMENT

Floats = NDArray[np.float64]
CLAIM = ["domain", "item", "value"]


def of_claim(table: pd.DataFrame, domain: str, item: str, value: str) -> pd.DataFrame:
    """The rows of one claim in a table of events or of prevalence, numbered from 0."""
    own = (table["domain"] == domain) & (table["item"] == item) & (table["value"] == value)
    return table[own].reset_index(drop=True)


# ---------------------------------------------------------------------- who from whom


def tree(events: pd.DataFrame) -> "nx.DiGraph[int]":
    """The forest of a claim: an edge from every event to those that took the claim from it.

    Nodes have all columns of the events as attributes.
    """
    made: nx.DiGraph[int] = nx.DiGraph()
    for row in events.to_dict("records"):
        number = int(row["event"])
        made.add_node(number, **{str(name): value for name, value in row.items()})
        if row["parent"] >= 0:
            made.add_edge(int(row["parent"]), number)
    return made


def lines(events: pd.DataFrame) -> pd.DataFrame:
    """The lines of a claim, one an origin, that of most documents first: patients zero.

    Columns: event (the origin's number), author, kind, step, events (in its line), models (that
    were ever of it), documents (published under it), part (of all documents of the claim; NaN
    where there are none).
    """
    grouped = events.groupby("origin")
    models = events[events["generation"] >= 0].groupby("origin")["author"].nunique()
    found = events.loc[events["parent"] < 0, ["event", "author", "kind", "step"]].copy()
    found["events"] = found["event"].map(grouped.size())
    found["models"] = found["event"].map(models).fillna(0).astype(int)
    found["documents"] = found["event"].map(grouped["documents"].sum())
    total = found["documents"].sum()
    found["part"] = found["documents"] / total if total > 0 else nan
    ordered = found.sort_values("documents", ascending=False, kind="stable")
    return ordered.reset_index(drop=True)


def path(events: pd.DataFrame, event: int) -> list[int]:
    """The events from the origin of a line down to one of it."""
    parents = events["parent"].to_numpy()
    found = [int(event)]
    while parents[found[-1]] >= 0:
        found.append(int(parents[found[-1]]))
    return found[::-1]


def first_path(events: pd.DataFrame, author: str, least: float = 0.0) -> list[int]:
    """How an author first came to assert the claim with at least a share; empty where it never did.

    Most models assert most things with some tiny share: by chance they guessed it once.
    """
    own = events.loc[(events["author"] == author) & (events["share"] >= least), "event"]
    return path(events, int(own.iloc[0])) if len(own) else []


def heaviest_path(events: pd.DataFrame, author: str) -> list[int]:
    """Of the ways to an author's events, that with the largest product of shares along it.

    A share is how much of what an author wrote on the item asserted the claim. Of equals the
    earliest; empty where the author never asserted it.
    """
    weight = np.log(events["share"].to_numpy())
    parents = events["parent"].to_numpy()
    for event in np.flatnonzero(parents >= 0).tolist():
        weight[event] += weight[parents[event]]
    own = events.loc[events["author"] == author, "event"].to_numpy()
    return path(events, int(own[weight[own].argmax()])) if own.size else []


def pruned(events: pd.DataFrame, least: float) -> pd.DataFrame:
    """The events of at least a share, with all that their lines came through; numbered anew."""
    parents = events["parent"].to_numpy()
    kept = (events["share"] >= least).to_numpy().copy()
    for event in np.flatnonzero(parents >= 0)[::-1].tolist():
        kept[parents[event]] |= kept[event]
    number = np.append(np.cumsum(kept) - 1, -1)  # the last is found at -1: no parent
    few = events[kept].reset_index(drop=True)
    return few.assign(**{name: number[few[name]] for name in ("event", "parent", "origin")})


# ---------------------------------------------------------------------- how fast


def reproduction(events: pd.DataFrame) -> Floats:
    """(events,) R of each: the sum of its children's shares over its own share."""
    shares = events["share"].to_numpy()
    return _passed_on(events) / shares


def reproduction_by_step(events: pd.DataFrame) -> "pd.Series[float]":
    """R of the events of each step together: their children's shares over their own.

    Children may come at any later step; those of the last steps are still to come.
    """
    steps = events["step"].to_numpy()
    own = pd.Series(events["share"].to_numpy()).groupby(steps).sum()
    return pd.Series(_passed_on(events)).groupby(steps).sum() / own


def reproduction_of(events: pd.DataFrame) -> float:
    """R of a claim: that of all its events but those of its last step, which had no time.

    NaN where it has events in one step only.
    """
    early = (events["step"] < events["step"].max()).to_numpy()
    own = float(events["share"].to_numpy()[early].sum())
    return float(_passed_on(events)[early].sum()) / own if own > 0 else nan


def _passed_on(events: pd.DataFrame) -> Floats:
    """(events,) sums of the shares of each event's children."""
    taken = events[events["parent"] >= 0]
    found: Floats = np.bincount(taken["parent"], taken["share"], len(events)).astype(np.float64)
    return found


# ---------------------------------------------------------------------- how widespread


def doubling_time(prevalence: pd.DataFrame) -> float:
    """Steps in which the claim's share of the web's documents on its item doubles, while it grows.

    ln 2 over the slope of a straight line through the logarithm of the share (least squares),
    from the first row with any to its peak. NaN where it never grows.
    """
    share = prevalence["share"].fillna(0.0).to_numpy()
    if not share.any():
        return nan
    growing = slice(int((share > 0).argmax()), int(share.argmax()) + 1)
    seen = share[growing] > 0
    steps = prevalence["step"].to_numpy()[growing][seen]
    if steps.size < 2:
        return nan
    slope = float(np.polyfit(steps, np.log(share[growing][seen]), 1)[0])
    return log(2) / slope if slope > 0 else nan


def half_life(prevalence: pd.DataFrame) -> float:
    """Steps from the peak to the first row in which the share is below half of it.

    Infinite where that never comes, NaN where the claim never stood on the web.
    """
    share = prevalence["share"].fillna(0.0).to_numpy()
    if not share.any():
        return nan
    steps, peak = prevalence["step"].to_numpy(), int(share.argmax())
    below = np.flatnonzero(share[peak:] < share[peak] / 2)
    return float(steps[peak + below[0]] - steps[peak]) if below.size else inf


def fixed_at(prevalence: pd.DataFrame) -> float:
    """The first step from which on all models present assert the claim most; NaN: not at the end.

    Rows without any model count as rows in which they do not.
    """
    all_do = (prevalence["asserting"] == prevalence["present"]) & (prevalence["present"] > 0)
    otherwise = np.flatnonzero(~all_do.to_numpy())
    start = int(otherwise[-1]) + 1 if otherwise.size else 0
    return float(prevalence["step"].iloc[start]) if start < len(prevalence) else nan


def echo(prevalence: pd.DataFrame) -> Floats:
    """(rows,) documents asserting the claim for each independent origin of whose line any stand.

    NaN where there are none. High: many documents that all go back to few sources.
    """
    origins = prevalence["origins"].to_numpy(dtype=np.float64)
    documents = prevalence["documents"].to_numpy()
    return np.divide(documents, origins, out=np.full(origins.size, nan), where=origins > 0)


def standing(prevalence: pd.DataFrame) -> "pd.Series[int]":
    """Steps at which at least one document asserting the claim stands on the web."""
    return prevalence.loc[prevalence["documents"] >= ONE_DOCUMENT, "step"]


# ---------------------------------------------------------------------- how the tree looks


@dataclass(frozen=True)
class Shape:
    """The shape of a forest.

    Attributes:
        depth: most passages from an origin to an event.
        leaves: events that nobody took the claim from.
        sackin: sum over the leaves of their passages from the origin (Sackin 1972; high for their
            number: the tree is a ladder).
    """

    depth: int
    leaves: int
    sackin: int


def shape(events: pd.DataFrame) -> Shape:
    """Depth, leaves and Sackin index of a claim's forest."""
    parents = events["parent"].to_numpy()
    depth = np.zeros(parents.size, dtype=np.int64)
    for event in np.flatnonzero(parents >= 0).tolist():
        depth[event] = depth[parents[event]] + 1
    leaf = np.ones(parents.size, dtype=bool)
    leaf[parents[parents >= 0]] = False
    return Shape(int(depth.max(initial=0)), int(leaf.sum()), int(depth[leaf].sum()))


def newick(events: pd.DataFrame, origin: int) -> str:
    """One line of a claim as Newick text; names are 'AUTHOR@STEP', lengths are steps."""
    parents, steps = events["parent"].tolist(), events["step"].tolist()
    names = [f"{author}@{step}" for author, step in zip(events["author"], steps, strict=True)]
    below: dict[int, list[str]] = {}
    for event in reversed(events.index[events["origin"] == origin].tolist()):
        inner, parent = below.pop(event, []), parents[event]
        name = names[event].replace("'", "''")
        text = f"({','.join(reversed(inner))})" * bool(inner) + f"'{name}'"
        if parent < 0:
            return f"{text};"
        below.setdefault(parent, []).append(f"{text}:{steps[event] - steps[parent]}")
    raise ValueError(f"origin: given {origin}, allowed the number of an origin of the claim")
