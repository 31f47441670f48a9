"""The family tree of models: what each was of at some moments, by whom of the moment before."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import contamination
from analysis.ancestry import Ancestry
from analysis.layers import Bools, Floats, Ints
from analysis.likeness import COUSINS
from analysis.run import Run
from analysis.selves import selves
from ecosystem.parentage import AUTHORS, HUMANS

MOST_COLUMNS, MOST_ROWS = 16, 8


@dataclass(frozen=True)
class Tree:
    """Models in columns, moments in rows.

    Attributes:
        names: of the columns: a model each, or the less read ones together.
        steps: of the rows.
        there: (rows, columns) whether there is such a model then.
        load: (rows, columns) its contamination, mean over the models of a column.
        measure: which contamination that is.
        inbreeding: (rows, columns) F; NaN where it was not kept, and of several models together.
        shares: (rows, columns, columns) share of a model's lines (second) that, walked back, come
            to the first author of the time of the row above or before at the third; 0 in the
            first row.
        human: (rows, columns) share of them that come to humans before.
    """

    names: list[str]
    steps: list[int]
    there: Bools
    load: Floats
    measure: contamination.Measure
    inbreeding: Floats
    shares: Floats
    human: Floats

    def inbred(self) -> list[tuple[int, int]]:
        """(row, column) of those as inbred as a child of first cousins; else of the most inbred."""
        known = np.where(np.isfinite(self.inbreeding), self.inbreeding, 0.0)
        least = min(COUSINS.inbreeding, float(known.max()))
        first = None if least == COUSINS.inbreeding else 1
        return [(int(r), int(c)) for r, c in np.argwhere((known >= least) & (known > 0))][:first]

    def ordered(self, order: Ints) -> "Tree":
        """The same with its columns in another order."""
        return Tree(
            names=[self.names[column] for column in order],
            steps=self.steps,
            there=self.there[:, order],
            load=self.load[:, order],
            measure=self.measure,
            inbreeding=self.inbreeding[:, order],
            shares=self.shares[:, order][:, :, order],
            human=self.human[:, order],
        )


def tree(run: Run, ancestry: Ancestry) -> Tree:
    """The family tree of a run's models in one domain.

    Rows are steps in which some model was trained, at most eight, evenly spread. Of more than 16
    models the 15 have columns whose text models read most at the end; the others share one.
    """
    nodes = ancestry.nodes
    every = np.unique(nodes.loc[(nodes["kind"] == "training") & (nodes["step"] >= 0), "step"])
    steps = every[np.unique(np.linspace(0, every.size - 1, MOST_ROWS).round().astype(int))]
    who = selves(run, ancestry, steps)
    columns = _columns(ancestry, who)
    members = [who.columns.get_indexer(pd.Index(own)) for own in columns.values()]
    present = who.to_numpy()
    measure = contamination.of_models(ancestry)
    load = np.append(measure.load(ancestry.layers), np.nan)
    means = np.array([[_mean(load[row[own]]) for own in members] for row in present])
    inbred = np.append(_inbreeding(nodes), np.nan)
    alone = [own[0] if own.size == 1 else -1 for own in members]
    shares, human = _came(ancestry, steps, present, members)
    return Tree(
        names=list(columns),
        steps=steps.tolist(),
        there=np.isfinite(means),
        load=means,
        measure=measure,
        inbreeding=inbred[np.column_stack([present, np.full(steps.size, -1)])[:, alone]],
        shares=shares,
        human=human,
    )


def first_met(ancestry: Ancestry, of: Floats, stop: Bools) -> Floats:
    """(n, k) share of lines that first come to each of some nodes, at which they stop.

    Args:
        ancestry: of the lines.
        of: (n, k) where they begin; they go on from there in any case.
        stop: (n,) where they stop.
    """
    sent = np.asarray(ancestry.layers.matrix.T @ (ancestry.passed[:, None] * of))
    reached = ancestry.layers.backward(sent, np.where(stop, 0.0, ancestry.passed))
    return np.asarray(reached * stop[:, None])


def _came(
    ancestry: Ancestry, steps: Ints, present: Ints, members: Sequence[Ints]
) -> tuple[Floats, Floats]:
    """What each column in each row had from those of the row above, and from humans.

    Args:
        ancestry: of the domain.
        steps: of the rows.
        present: (rows, models) index of each model's self, -1 where there is none.
        members: the models of each column.
    """
    nodes, several = ancestry.nodes, len(members)
    author, human = (nodes["kind"].isin(kinds).to_numpy() for kinds in (AUTHORS, HUMANS))
    when, names = nodes["step"].to_numpy(), nodes["name"].to_numpy()
    column = np.full(len(nodes), several)
    for place, own in enumerate(members):
        known = present[:, own]
        column[np.isin(names, names[known[known >= 0]])] = place
    column[human | ~author] = several
    shares, by_humans = np.zeros((len(steps), several, several)), np.zeros((len(steps), several))
    for row, now in enumerate(present):
        of = np.zeros((len(nodes), several))
        for place, own in enumerate(members):
            at = now[own][now[own] >= 0]
            of[at, place] = 1.0 / max(1, at.size)
        old = author & (when <= steps[row - 1]) if row else np.zeros_like(author)
        came = first_met(ancestry, of, old | human)
        by_humans[row] = came[human].sum(axis=0)
        for source in range(several):
            shares[row, :, source] = came[column == source].sum(axis=0)
    return shares, by_humans


def _columns(ancestry: Ancestry, who: pd.DataFrame) -> dict[str, list[str]]:
    """The models of each column; where there are many, those alone whose text is most read."""
    names = [str(name) for name in who if (who[name] >= 0).any()]
    if len(names) <= MOST_COLUMNS:
        return {name: [name] for name in names}
    last = who.iloc[-1]
    of = np.zeros((len(ancestry.nodes), 1))
    of[last[last >= 0]] = 1.0
    author = ancestry.nodes["kind"].isin(AUTHORS).to_numpy()
    read = pd.Series(first_met(ancestry, of, author)[:, 0]).groupby(ancestry.nodes["name"]).sum()
    most = read.reindex(names).fillna(0.0).sort_values(ascending=False, kind="stable")
    alone = set(most.index[: MOST_COLUMNS - 1])
    found = {name: [name] for name in names if name in alone}
    others = [name for name in names if name not in alone]
    return found | {f"{len(others)} others": others}


def _inbreeding(nodes: pd.DataFrame) -> Floats:
    """(n,) F of the training set that each node of a model is of."""
    trained = nodes["inbreeding"].where(nodes["kind"] == "training")
    return trained.groupby(nodes["name"]).ffill().to_numpy(dtype=np.float64)


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else np.nan
