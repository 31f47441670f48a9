"""The comparison of a study as an array: arms by worlds by replicates.

Everything that is concluded from a study starts here, so that what is missing (a run that failed,
an outcome that is not defined) is missing everywhere in the same way: as NaN.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from analysis.layers import Floats
from ecosystem.discovery import nearest

Column = Literal["difference", "value", "baseline"]


def array(
    table: pd.DataFrame,
    outcome: str,
    column: Column = "difference",
    arms: Sequence[str] | None = None,
    worlds: Sequence[str] | None = None,
) -> Floats:
    """(arms, worlds, replicates) of one column of a comparison, NaN where there is no pair.

    Args:
        table: a row a world, arm, replicate and outcome.
        outcome: which.
        column: what of it.
        arms: which, in this order; by default all, in the order of the table.
        worlds: which, in this order; by default all.

    Raises:
        ValueError: the table has no such outcome.
    """
    known = list(table["outcome"].unique()) if len(table) else []
    if outcome not in known:
        raise ValueError(f"outcome: given {outcome!r}; {nearest(outcome, known)}")
    rows = table[table["outcome"] == outcome]
    at = [
        pd.Index(rows["arm"].unique() if arms is None else arms),
        pd.Index(rows["world"].unique() if worlds is None else worlds),
        pd.Index(np.sort(rows["replicate"].unique())),
    ]
    made = np.full(tuple(map(len, at)), np.nan)
    names = ("arm", "world", "replicate")
    places = [i.get_indexer(pd.Index(rows[name])) for i, name in zip(at, names, strict=True)]
    asked = np.logical_and.reduce([place >= 0 for place in places])
    made[tuple(place[asked] for place in places)] = rows[column].to_numpy(np.float64)[asked]
    made[~np.isfinite(made)] = np.nan
    return made


def arms_of(table: pd.DataFrame) -> list[str]:
    """The names of the arms, in their order."""
    return [str(name) for name in table["arm"].unique()]


def worlds_of(table: pd.DataFrame) -> list[str]:
    """The names of the worlds, in their order."""
    return [str(name) for name in table["world"].unique()]
