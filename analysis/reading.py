"""What models read, step by step: by whom it was written, and how many models it went through."""

import numpy as np
import pandas as pd

from analysis.ancestry import Ancestry
from analysis.layers import Floats
from ecosystem.parentage import HUMANS

MOST = 4
"""Passages through models that are counted together with all larger ones."""
HUMANS_OWN, AT_START = "humans", "as started"
THROUGH = ("1 model", "2 models", "3 models", f"{MOST} or more")
ERRED, MADE_UP = "human errors", "made up"
PARTS = (HUMANS_OWN, AT_START, *THROUGH, ERRED, MADE_UP)


def shares(ancestry: Ancestry) -> pd.DataFrame:
    """What was read in each step, by where it came from; rows sum to 1.

    Training sets are weighted by their documents, and alike where these are without limit.
    Columns, `PARTS`: written by humans, or as a start that no human wrote had it, with no model
    trained on the way; the same through 1, 2, 3, 4 or more models; and what goes back to an error
    of a human, or to something that a model made up, through however many.

    Returns:
        A row a step from 0 on in which some model was trained.
    """
    human = ancestry.nodes["kind"].isin(HUMANS).to_numpy()
    through = ancestry.depth_histogram(MOST, made_up=False)
    written = ancestry.origin * human * (1.0 - ancestry.invented)
    within = np.where(ancestry.passage, 0.0, ancestry.passed)
    own = ancestry.layers.forward(written, within)
    erred = ancestry.layers.forward(ancestry.invented * human, ancestry.passed)
    made_up = ancestry.layers.forward(ancestry.invented, ancestry.passed) - erred
    every = np.column_stack([own, through[:, 0] - own, through[:, 1:], erred, made_up])
    return _read(ancestry, pd.DataFrame(every, columns=[*PARTS]))


def passages(ancestry: Ancestry) -> "pd.Series[float]":
    """Mean passages through models of what was read in each step, weighted as in `shares`."""
    return _read(ancestry, pd.DataFrame({"depth": ancestry.depth()}))["depth"]


def _read(ancestry: Ancestry, of: pd.DataFrame) -> pd.DataFrame:
    """Means of a quantity of every node over what was read, by step."""
    nodes = ancestry.nodes
    sets = nodes[(nodes["kind"] == "training") & (nodes["step"] >= 0)]
    read: Floats = ancestry.layers.parents(of.to_numpy())[sets.index]
    size = sets["documents"].to_numpy(dtype=np.float64)
    weight = np.where(np.isfinite(size), size, 1.0)
    table = pd.DataFrame(read * weight[:, None], columns=of.columns)
    steps = sets["step"].to_numpy()
    total = table.groupby(steps).sum().rename_axis("step")
    documents = pd.Series(weight).groupby(steps).sum()
    return total.div(documents, axis=0)[documents > 0]
