"""Newick: trees of claims, each event below the one it came from, branches as long as steps."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]
NONE = -1
END = ";\n"
COLUMNS = ("event", "parent", "domain", "item", "value", "author", "step")


def newick(event: Ints, parent: Ints, step: Ints, label: Sequence[str]) -> str:
    """Trees, one a line, in order of their roots; children in order of step and event.

    Every node is labelled; the length of a branch is the steps between its ends. Labels stand
    between quotes, so that any letter may be in them.

    Args:
        event: (n,) numbers of the nodes.
        parent: (n,) the number of the event each came from; below 0 for the root of a tree.
        step: (n,) when each happened.
        label: n labels.

    Raises:
        ValueError: an event twice; a parent that is no event, or later than its child; events
            that go round in a ring.
    """
    events = pd.Index(event)
    if not events.is_unique:
        twice = events[events.duplicated()][0]
        raise ValueError(f"newick: given event {twice} twice, allowed once")
    above = events.get_indexer(pd.Index(parent))
    lost = np.flatnonzero((above < 0) & (parent >= 0))
    if lost.size:
        raise ValueError(
            f"newick: given event {event[lost[0]]} from event {parent[lost[0]]}, which is not "
            "among them; allowed an event of the same table"
        )
    length = np.where(above >= 0, step - step[above], 0)
    if (length < 0).any():
        raise ValueError(
            f"newick: given event {event[length < 0][0]} before the one it came from, allowed "
            "the same step or a later one"
        )
    children: list[list[int]] = [[] for _ in event]
    roots: list[int] = []
    for at in np.lexsort((event, step)).tolist():
        (children[above[at]] if above[at] >= 0 else roots).append(at)
    names = ["'" + text.replace("'", "''") + "'" for text in label]
    placed: list[int] = []
    lines = [_tree(root, children, names, length, placed) for root in roots]
    if len(placed) < len(event):
        ring = np.setdiff1d(np.arange(len(event)), placed)
        raise ValueError(
            f"newick: given event {event[ring[0]]}, which comes from itself by way of others; "
            "allowed events that go back to a first one"
        )
    return "".join(lines)


def _tree(
    root: int,
    children: Sequence[Sequence[int]],
    names: Sequence[str],
    length: Ints,
    placed: list[int],
) -> str:
    """One tree as a line, without recursion: a chain of events may be long."""
    said: list[str] = []
    left: list[int | str] = [END, root]
    while left:
        part = left.pop()
        if isinstance(part, str):
            said.append(part)
            continue
        placed.append(part)
        name = names[part] if part == root else f"{names[part]}:{length[part]}"
        below = children[part]
        if not below:
            said.append(name)
            continue
        said.append("(")
        left.append(f"){name}")
        for child in reversed(below):
            left += [child, ","]
        left.pop()
    return "".join(said)


def trees(claims: pd.DataFrame) -> str:
    """The trees of how claims spread, one a line, claim by claim.

    An event is labelled by who asserted the claim from then on, and by its number, since a model
    may be trained several times before step 1 ("model-C@12 #17"); the root also by the claim
    ("model-B@3 #0 birds kiwi=Apterygidae").

    Args:
        claims: a row an event: domain, item and value say of which claim; event, parent, author
            and step; events are numbered claim by claim.

    Raises:
        ValueError: a column is missing; see also `newick`.
    """
    missing = [column for column in COLUMNS if column not in claims]
    if missing:
        raise ValueError(f"claims: given a table without {missing[0]!r}, allowed a run's own")
    of_claim = ["domain", "item", "value"]
    return "".join(_of_claim(rows) for _, rows in claims.groupby(of_claim, sort=False))


def _of_claim(rows: pd.DataFrame) -> str:
    event, parent, step = (
        rows[name].fillna(NONE).to_numpy(dtype=np.int64) for name in ("event", "parent", "step")
    )
    claim = f" {rows['domain'].iloc[0]} {rows['item'].iloc[0]}={rows['value'].iloc[0]}"
    label = [
        f"{author}@{at} #{number}" + ("" if above >= 0 else claim)
        for author, at, number, above in zip(rows["author"], step, event, parent, strict=True)
    ]
    return newick(event, parent, step, label)


def write(text: str, path: Path) -> None:
    """Write trees, one a line."""
    path.write_text(text, encoding="utf-8")
