"""Where the text of one target comes from, through whom it came, and what came of a text.

All shares are of lines (see `analysis.ancestry`): one backward sweep finds how many of a target's
lines reach each node, one forward sweep how many of each node's lines come to something.
"""

from typing import Literal

import numpy as np
import pandas as pd

from analysis.ancestry import MADE_UP, Ancestry
from analysis.finding import Target
from analysis.layers import Bools, Floats
from ecosystem.parentage import AUTHORS, HUMANS

AT_ONCE = 32
"""Groups swept together."""


def origins(ancestry: Ancestry, target: Target) -> pd.DataFrame:
    """What a target's lines end at: communities, starts, and who made up its errors, and when.

    T_Bu h_u and T_Bu mu_u of contamination.md, section 2, from one backward sweep.

    Returns:
        A row an origin, the greatest share first: origin ("human", "start" or "made up"), name,
        generation (of the model that made it up, -1 for communities), share (of the target's
        documents; the column sums to 1), of_errors (of what was made up in them, T_Bu mu_u / c_B;
        the rows "made up" sum to 1, if there are any).
    """
    reached = ancestry.layers.backward(ancestry.find(target), ancestry.passed)
    human = ancestry.nodes["kind"].isin(HUMANS)
    first = ancestry.nodes.assign(
        origin=np.where(human, "human", "start"), share=reached * (1.0 - ancestry.invented)
    )[ancestry.origin]
    made = ancestry.nodes.assign(origin=MADE_UP, share=reached * ancestry.invented)
    found = pd.concat([first, made])
    found = found[found["share"] > 0]
    table = found.groupby(["origin", "name", "generation"], as_index=False)["share"].sum()
    errors = table["share"].where(table["origin"] == MADE_UP, 0.0)
    table["of_errors"] = errors / (errors.sum() or 1.0)
    return _greatest_first(table)


def conduits(
    ancestry: Ancestry, target: Target, by: Literal["author", "site", "node"] = "author"
) -> pd.DataFrame:
    """Share of a target's lines that come through each author, site or node on their way.

    Not additive: a line comes through many. All generations of an author and all shelves of a
    site count together, as the union of their lines, which is less than the sum over nodes: lines
    are cut where they first meet the group (contamination.md, section 2.2). Of a group that the
    target itself is of, only lines count that leave it and come back: for a model that is text
    of its own that it read again, not what inertia kept.

    Returns:
        A row a group that any line comes through, the greatest share first: kind ("human",
        "model", "site", or that of the node), name, share (of the target's documents), of_errors
        (of what was made up in them: f_u g_u / c_B for a node; 0 where nothing was). For nodes
        also index (of `ancestry.nodes`), step and generation.

    Raises:
        ValueError: `by` is not what is allowed.
    """
    weights = ancestry.find(target)
    load = ancestry.error_load()
    errors = float(weights @ load)
    if by == "node":
        through = ancestry.layers.backward(weights, ancestry.passed) - weights
        table = _described(ancestry, through)
        table["of_errors"] = table["share"] * load[table["index"]] / (errors or 1.0)
        return _greatest_first(table)
    every = groups(ancestry, by)
    found = []
    for start in range(0, len(every), AT_ONCE):
        some = every[start : start + AT_ONCE]
        met = _first_met(ancestry, weights, np.stack([inside for *_, inside in some], axis=1))
        shares, wrong = met.sum(axis=0), load @ met
        found += [
            (kind, name, float(share), float(error) / (errors or 1.0))
            for (kind, name, _), share, error in zip(some, shares, wrong, strict=True)
            if share > 0
        ]
    return _greatest_first(pd.DataFrame(found, columns=["kind", "name", "share", "of_errors"]))


def influence(ancestry: Ancestry) -> pd.DataFrame:
    """Share of what the models were last trained on whose line comes through each author.

    Of the latest training set of every model, each model alike: the mean over them of
    `conduits`. 1'T of contamination.md, section 2, for all generations of an author together.

    Returns:
        As `conduits` by author, without `of_errors`.

    Raises:
        ValueError: no model was trained.
    """
    nodes = ancestry.nodes
    latest = nodes[nodes["kind"] == "training"].drop_duplicates("name", keep="last").index
    if latest.empty:
        raise ValueError("influence: given a run in which no model was trained, allowed others")
    weights = np.zeros(len(nodes))
    weights[latest] = 1.0 / len(latest)
    return conduits(ancestry, weights).drop(columns="of_errors")


def descendants(ancestry: Ancestry, target: Target) -> pd.DataFrame:
    """Which nodes have any text whose line comes to a target, and how much.

    Returns:
        A row a node, in the order of recording, the target itself left out: index, kind, name,
        step, generation, share. Of several nodes that are the target (the shelves of a site) a
        line has to come to one. That a node is listed is exact; a share too small for a number
        is 0.
    """
    own = ancestry.find(target) > 0
    share = ancestry.layers.forward(own.astype(np.float64), np.where(own, 0.0, ancestry.passed))
    reached = ancestry.layers.descendants(own, (ancestry.passed > 0) & ~own)
    return _described(ancestry, share, reached & ~own)


def _described(ancestry: Ancestry, share: Floats, which: Bools | None = None) -> pd.DataFrame:
    """Nodes with their shares; those of a share above 0, or the ones given."""
    at = np.flatnonzero(share > 0 if which is None else which)
    table = ancestry.nodes.loc[at, ["kind", "name", "step", "generation"]]
    return table.assign(share=share[at]).rename_axis("index").reset_index()


def groups(ancestry: Ancestry, by: str) -> list[tuple[str, str, Bools]]:
    """Kind ("human", "model", "site") and name of each author or site, and its nodes, (n,).

    Raises:
        ValueError: `by` is neither "author" nor "site".
    """
    nodes = ancestry.nodes
    if by not in ("author", "site"):
        raise ValueError(f"by: given {by!r}, allowed 'author', 'site' or 'node'")
    author = nodes["kind"].isin(AUTHORS)
    named = nodes["name"].where(author, "") if by == "author" else nodes["site"]
    human = set(nodes["name"][nodes["kind"].isin(HUMANS)])
    found = []
    for name in dict.fromkeys(named[named != ""]):
        kind = "site" if by == "site" else "human" if name in human else "model"
        found.append((kind, name, (named == name).to_numpy()))
    return found


def _first_met(ancestry: Ancestry, weights: Floats, inside: Bools) -> Floats:
    """(n, groups) share of lines that first meet each group at each of its nodes.

    Args:
        ancestry: of the lines.
        weights: (n,) where they begin; what begins inside a group has to leave it before.
        inside: (n, groups) which nodes each group has.
    """
    passed, layers = ancestry.passed[:, None], ancestry.layers
    begun = np.repeat(weights[:, None], inside.shape[1], axis=1)
    if (inside & (begun > 0)).any():
        begun = np.where(inside, 0.0, layers.backward(begun, passed * inside))
    return np.where(inside, layers.backward(begun, passed * ~inside), 0.0)


def _greatest_first(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values("share", ascending=False, kind="stable", ignore_index=True)
