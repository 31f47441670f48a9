"""Who read whose text when: the network of authors, step by step.

Step s is the time from s to s + 1. A training set is what its model knows from the step in which
it was drawn until the next one is.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.graph import Graph
from analysis.network import Authors, ledger
from analysis.run import Run


class Timeline(NamedTuple):
    """Readings and lives in time.

    Attributes:
        readings: a row a reader, training step and source: reader, step, until (the step in which
            it was replaced, or the reader was last seen + 1), source, share (of what it read then
            that the source wrote) and documents (so many of finite training sets).
        lives: start and end by author: from the first step in which it published, was trained or
            was read to the end of the last; all the window where none of these happened.
    """

    readings: pd.DataFrame
    lives: pd.DataFrame


def timeline(run: Run, graph: Graph) -> Timeline:
    """What a graph of level "model" says of its whole window, step by step.

    The share of an edge is the mean of its shares over time, weighted by the documents that the
    reader read.

    Args:
        run: the run it was made from.
        graph: the graph; readings of its edges only.

    Raises:
        ValueError: the run kept no ledger.
    """
    authors = Authors(ledger(run), str(graph.about["domain"]) or None)
    first, last = int(graph.about["first_step"]), int(graph.about["last_step"])
    sets = authors.training_sets(first, last)
    drawn = sets[["name", "step"]].drop_duplicates()
    which = sets.groupby(["name", "step"], sort=False).ngroup().to_numpy()
    shares = authors.read(sets, which)
    seen = _active(authors, drawn, first, last)
    until = drawn.groupby("name")["step"].shift(-1)
    until = until.fillna(drawn["name"].map(seen["end"])).astype(np.int64)
    size = sets["documents"].where(np.isfinite(sets["documents"]), 0.0)
    total = np.bincount(which, size, minlength=len(drawn))
    row, source = np.nonzero(shares)
    names = np.array(authors.names, dtype=object)
    readings = pd.DataFrame(
        {
            "reader": drawn["name"].to_numpy(dtype=object)[row],
            "step": drawn["step"].to_numpy()[row],
            "until": until.to_numpy()[row],
            "source": names[source],
            "share": shares[row, source],
            "documents": shares[row, source] * total[row],
        }
    )
    pairs = pd.MultiIndex.from_frame(graph.edges.select(["source", "target"]).to_pandas())
    shown = pd.MultiIndex.from_frame(readings[["source", "reader"]]).isin(pairs)
    readings = readings[shown].reset_index(drop=True)
    lives = _widened(seen, readings).reindex(graph.nodes["id"].to_pandas())
    lives = lives.fillna({"start": first, "end": last + 1}).astype(np.int64)
    return Timeline(readings, lives)


def _active(authors: Authors, drawn: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Start and end of when authors published or were trained."""
    batches = authors.batches(first, last)
    written = authors.writers(batches).tocoo()
    published = pd.DataFrame(
        {
            "name": np.array(authors.names, dtype=object)[written.col],
            "step": batches["step"].to_numpy()[written.row],
        }
    )
    steps = pd.concat([drawn, published]).groupby("name")["step"]
    return pd.DataFrame({"start": steps.min(), "end": steps.max() + 1})


def _widened(lives: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Lives that reach over all readings of the author and by the author."""
    spans = [lives]
    for end in ("source", "reader"):
        by = readings.groupby(end)
        spans.append(pd.DataFrame({"start": by["step"].min(), "end": by["until"].max()}))
    both = pd.concat(spans).groupby(level=0)
    return pd.DataFrame({"start": both["start"].min(), "end": both["end"].max()})
