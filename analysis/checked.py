"""What the tables of a run must hold, whoever wrote them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ecosystem.descent import EVENTS
from ecosystem.kinship import Coefficients
from ecosystem.ledger import EDGES, NODES

PARENTLESS = ("founder", "start")
"""Kinds of nodes of the ledger with nothing behind them."""
ROUNDING = 1e-9
COLUMNS: dict[str, Sequence[str]] = {
    "metrics": ("step",),
    "agents": ("step", "agent", "generation"),
    "claims": tuple(EVENTS),
    "prevalence": ("step", "domain", "item", "value", "documents", "on_item", "share"),
    "nodes": NODES.names,
    "edges": EDGES.names,
}


def check(name: str, table: Any) -> None:
    """Refuse a table of a run that no run writes.

    Args:
        name: which table.
        table: a data frame, or of the ledger an Arrow table.

    Raises:
        ValueError: a column is missing; numbers that cannot be.
    """
    there = table.column_names if isinstance(table, pa.Table) else list(table)
    if name in ("claims", "prevalence") and not there:
        return  # nothing was traced
    for column in COLUMNS.get(name, ()):
        if column not in there:
            raise ValueError(f"{name}.parquet has no column {column!r}")
    if name == "claims":
        _events(table)
    if name == "nodes":
        _nodes(table)


def ledger(nodes: pd.DataFrame, edges: pd.DataFrame) -> None:
    """Refuse a ledger whose shares are not those of one: each node's sum to 1.

    Args:
        nodes: indexed by number, 0 to n - 1; edges lead to earlier nodes.
        edges: child, parent, share.

    Raises:
        ValueError: shares that do not sum to 1, or are missing.
    """
    total = np.bincount(edges["child"], edges["share"], len(nodes))
    alone = nodes["kind"].isin(PARENTLESS).to_numpy()
    given = np.bincount(edges["child"], minlength=len(nodes)) > 0
    off = np.flatnonzero((given | ~alone) & ~(np.abs(total - 1) <= ROUNDING))
    if off.size:
        raise ValueError(
            f"edges: given shares of the parents of node {off[0]} that sum to {total[off[0]]:g}, "
            "allowed 1"
        )


def _events(claims: pd.DataFrame) -> None:
    event, parent = claims["event"], claims["parent"]
    if not ((parent >= -1) & (parent < event)).all():
        raise ValueError("claims.parquet has an event whose parent does not come before it")
    if not claims["share"].between(0, 1).all():
        raise ValueError("claims.parquet has a share that is not 0 to 1")


def _nodes(nodes: pa.Table) -> None:
    for column in Coefficients._fields[1:]:
        found = nodes[column].to_numpy()
        if not (np.isnan(found) | (np.abs(found) <= 1 + ROUNDING)).all():
            raise ValueError(f"nodes.parquet has a number in {column!r} that cannot be")
