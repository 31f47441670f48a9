"""Which node of the ledger is each model's latest self at some steps of a run."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.ancestry import Ancestry
from analysis.layers import Ints
from analysis.run import Run
from ecosystem.parentage import MODELS


def selves(run: Run, ancestry: Ancestry, steps: Sequence[int] | Ints) -> pd.DataFrame:
    """A row a step, a column a model: the index in `ancestry.nodes` of what it is by then.

    -1 where it is not present. Models are in the order of the run's table of agents; those that
    never learn the domain are left out.

    Args:
        run: the run that the ancestry is of.
        ancestry: of one of its domains.
        steps: rows of the run, rising.
    """
    nodes = ancestry.nodes
    own = nodes[nodes["kind"].isin(MODELS)]
    own = own.assign(index=own.index).drop_duplicates(["step", "name"], keep="last")
    own = own.astype({"step": np.int64})
    latest = own.pivot(index="step", columns="name", values="index")
    wanted = pd.Index(np.asarray(steps, dtype=np.int64))
    found = latest.reindex(latest.index.union(wanted)).ffill().loc[wanted]
    agents = run.agents[["step", "agent"]]
    found = found[[name for name in agents["agent"].unique() if name in found]]
    row, column = (
        wanted.get_indexer(pd.Index(agents["step"])),
        (found.columns.get_indexer(pd.Index(agents["agent"]))),
    )
    known = (row >= 0) & (column >= 0)
    there = np.zeros(found.shape, dtype=bool)
    there[row[known], column[known]] = True
    return found.where(there).fillna(-1).astype(np.int64).rename_axis(columns=None)
