"""What every line of a target goes through: without it nothing of its kind would be there."""

from typing import Literal

import numpy as np
import pandas as pd

from analysis.ancestry import Ancestry
from analysis.attribution import AT_ONCE, groups
from analysis.finding import Target
from analysis.layers import Bools, Ints


def dominators(
    ancestry: Ancestry,
    target: Target,
    by: Literal["author", "site", "node"] = "node",
    errors: bool = False,
) -> pd.DataFrame:
    """What every line of a target goes through: nodes, or authors and sites as a whole.

    Nodes are the dominators of where lines end in the flow graph from the target, which is left
    out. As they are numbered in time, a node is one exactly if no edge of the target's ancestry
    leads past it. An author or a site is one exactly if no line gets by when it is cut out; of
    the target's own group lines have to leave it and come back (as in
    `analysis.attribution.conduits`). Exact: edges are followed, no shares are added up.

    Args:
        ancestry: of one domain.
        target: what is asked about.
        by: what counts as one.
        errors: only of the lines that go back to an error that was made up.

    Returns:
        A row a node, the nearest first: index, kind, name, step, generation; a row an author or
        a site: kind, name. None where lines have nothing in common, or where there are none.

    Raises:
        ValueError: `by` is not what is allowed.
    """
    own = ancestry.find(target) > 0
    onward = ancestry.passed > 0
    ends = ancestry.errors > 0 if errors else ancestry.origin | (ancestry.invented > 0)
    there = ancestry.layers.ancestors(own, onward) & ancestry.layers.descendants(ends, onward)
    if by == "node":
        at = np.flatnonzero(there & ~own & ~_led_past(ancestry, there, own, ends))[::-1]
        table = ancestry.nodes.loc[at, ["kind", "name", "step", "generation"]]
        return table.rename_axis("index").reset_index()
    every = [each for each in groups(ancestry, by) if (there & each[2]).any()]
    found: list[tuple[str, str]] = []
    for start in range(0, len(every), AT_ONCE):
        some = every[start : start + AT_ONCE]
        inside = np.stack([each for *_, each in some], axis=1)
        passed_by = _passed_by(ancestry, inside, own, onward, ends)
        found += [some[at][:2] for at in np.flatnonzero(~passed_by)]
    return pd.DataFrame(found, columns=["kind", "name"])


def _led_past(ancestry: Ancestry, there: Bools, begins: Bools, ends: Bools) -> Bools:
    """(n,) whether a line through some nodes leads past each: from after it to before it."""
    matrix, size = ancestry.layers.matrix, ancestry.layers.size
    child = np.repeat(np.arange(size), np.diff(matrix.indptr))
    parent = matrix.indices
    used = there[child] & there[parent] & (ancestry.passed[child] > 0)
    begin, end = np.flatnonzero(there & begins), np.flatnonzero(there & ends)
    # a line begins after the last node, and ends before the first
    after: Ints = np.concatenate([child[used], np.full(begin.size, size), end])
    before: Ints = np.concatenate([parent[used], begin, np.full(end.size, -1)])
    over = np.bincount(before + 1, minlength=size + 1) - np.bincount(after, minlength=size + 1)
    return np.cumsum(over)[:size] > 0


def _passed_by(ancestry: Ancestry, inside: Bools, own: Bools, onward: Bools, ends: Bools) -> Bools:
    """(groups,) whether a line ends without meeting each group, once it has left it if within.

    Args:
        ancestry: of the lines.
        inside: (n, groups) which nodes each group has.
        own: (n,) where lines begin.
        onward: (n,) from where they go on.
        ends: (n,) where they end.
    """
    begun = np.broadcast_to(own[:, None], inside.shape)
    still = ancestry.layers.ancestors(begun, onward[:, None] & inside)
    free = ancestry.layers.ancestors(still & ~inside, onward[:, None] & ~inside)
    return np.any(ends[:, None] & np.where(inside, still, free), axis=0)
