"""Ancestry of the text of one domain: where a document's line goes back to, and through whom.

A line is walked back from a document drawn at random, from what a reader was trained on to the
shelf it was drawn from, to the batch, to its author, to what that author was trained on, and so
on. It ends at a human community, at a model's start that no human wrote, or where a model made
the document up, which is no copy then: with the chance `novel` of its training set the item (what
it says of it is true), else with the chance `invented` the value (an error). Every measure is an
expectation over such lines, exact up to rounding, from one sweep over all edges. Nothing is
sampled: shares are the probabilities with which a run drew.

Also answered by files of their own: `analysis.attribution` (where one target's text and errors
came from, through whom, what an author has influenced), `analysis.paths` (the heaviest lines),
`analysis.dominators` (what every line goes through).
"""

from collections.abc import Mapping
from typing import Self

import numpy as np
import pandas as pd

from analysis.finding import Target, site_rules, weights
from analysis.layers import Floats, Layers
from analysis.run import Run
from ecosystem.discovery import nearest
from ecosystem.kinship import Coefficients
from ecosystem.ledger import Node
from ecosystem.parentage import AUTHORS, HUMANS
from ecosystem.web import Site

MADE_UP = "made up"
"""The source of what no one had written before."""
ROUNDING = 1e-9
COLUMNS = (
    *("node", "kind", "step", "name", "generation", "documents", "law", "invented", "novel"),
    *("site", "synthetic", "marks", *Coefficients._fields[1:]),
)


class Ancestry:
    """The ledger of one domain, numbered anew from 0 in the order of recording.

    Args:
        run: a run that kept its ledger.
        domain: one of its domains.

    Attributes:
        nodes: a row a node (see `ecosystem.ledger`), index 0 to n - 1; `node` is the
            ledger's own number.
        layers: the shares between them.
        invented: (n,) chance that a line ends at a node because its author made the text up.
        errors: (n,) chance that it ends there because its author made a value up.
        passed: (n,) chance that it goes on to what the author was trained on.
        passage: (n,) where a line passes through a model: training sets, but not a start at the
            truth or at a given distribution (generation 0), nor the pool of a training set and
            the former self.
        origin: (n,) where lines end because nothing stands behind: communities and starts.
        sites: the sites by name.
        last_step: the last step of the run.

    Raises:
        ValueError: unknown domain; the run kept no ledger; a node twice; an edge that does not
            lead to an earlier node of the domain; a share of 0 or less; shares that do not sum to
            1; `invented` or `novel` not in 0 to 1.
    """

    def __init__(self, run: Run, domain: str) -> None:
        if domain not in run.domains:
            raise ValueError(f"domain: given {domain!r}; {nearest(domain, run.domains)}")
        if run.nodes is None or run.edges is None or run.nodes.num_rows == 0:
            raise ValueError(
                f"{run.name}: the run kept no ledger, allowed a run with ledger = true"
            )
        nodes, edges = run.nodes.to_pandas(), run.edges.to_pandas()
        within = (nodes["domain"] == domain).to_numpy()
        numbers = _numbers(nodes)
        child = numbers.get_indexer(pd.Index(edges["child"]))
        # a share below the smallest number was recorded as 0: no edge
        edges = edges[((child < 0) | within[child]) & (edges["share"] != 0).to_numpy()]
        steps = int(run.scenario.get("steps", 0))
        self._take(nodes[within], edges, site_rules(run.scenario), steps)

    @classmethod
    def of(cls, nodes: pd.DataFrame, edges: pd.DataFrame) -> Self:
        """The ancestry in plain tables, such as a pedigree.

        Args:
            nodes: a row a node, parents before children; `node` (unique whole numbers), `kind`
                and `name`, other columns of the ledger where they matter.
            edges: child, parent (numbers of nodes) and share, above 0.

        Raises:
            ValueError: as for the class.
        """
        made = cls.__new__(cls)
        made._take(nodes, edges, {}, 0)
        return made

    def _take(
        self, nodes: pd.DataFrame, edges: pd.DataFrame, sites: Mapping[str, Site], steps: int
    ) -> None:
        plain = vars(Node("", 0, "", "")) | dict.fromkeys(Coefficients._fields, np.nan)
        lacking = {column: plain[column] for column in COLUMNS if column not in nodes}
        self.nodes = nodes.assign(**lacking)[list(COLUMNS)].reset_index(drop=True)
        self.sites = sites
        self.last_step = max([steps, *self.nodes["step"]])
        numbers = _numbers(self.nodes)
        child, parent = (numbers.get_indexer(pd.Index(edges[end])) for end in ("child", "parent"))
        share = edges["share"].to_numpy(dtype=np.float64)
        self.layers = Layers(len(self.nodes), child, parent, share)
        self.origin = np.diff(self.layers.matrix.indptr) == 0
        invented = self._shares("invented")
        novel = self._shares("novel")
        self.errors: Floats = (1.0 - novel) * invented
        self.invented: Floats = invented + novel * (1.0 - invented)
        self.passed = np.where(self.origin, 0.0, 1.0 - self.invented)
        self.passage = (
            (self.nodes["kind"] == "training") & (self.nodes["generation"] >= 1)
        ).to_numpy()
        self._human = self.nodes["kind"].isin(HUMANS).to_numpy()
        self._author = self.nodes["kind"].isin(AUTHORS).to_numpy()
        self._check()

    def _shares(self, column: str) -> Floats:
        given = self.nodes[column].to_numpy(dtype=np.float64)
        found: Floats = np.clip(given, 0.0, 1.0)
        if not (np.abs(given - found) <= ROUNDING).all():
            raise ValueError(f"nodes: given a node whose `{column}` is not a share, allowed 0 to 1")
        return found

    def _check(self) -> None:
        total: Floats = self.layers.matrix.sum(axis=1)
        off = np.flatnonzero(~self.origin & ~(np.abs(total - 1) <= ROUNDING))
        if off.size:
            raise ValueError(
                f"edges: given shares of the parents of node {self.nodes['node'][off[0]]} that "
                f"sum to {total[off[0]]:g}, allowed 1"
            )

    # ------------------------------------------------------------------ what is asked for

    def find(self, target: Target) -> Floats:
        """(n,) weights, summing to 1, of what is asked for.

        Args:
            target: "model-C@12", the model's latest self recorded at or before step 12 (with
                inertia the pool of its training set and its former self); "model-C", its last;
                "community-3", what it writes; "farm-3@12", what stands on a site after step 12,
                its shelves weighted by documents; an index of `nodes`; or weights at hand.

        Raises:
            ValueError: an unknown name; a step after the run's last or before anything of that
                name; a site that is empty then; an index or weights that do not fit.
        """
        return weights(target, self.nodes, self.layers, self.sites, self.last_step)

    # ------------------------------------------------------------------ of every node

    def direct_human(self) -> Floats:
        """(n,) share of a node's documents that humans wrote themselves.

        h of contamination.md, section 2: up through shelves, batches and samples to the first
        author. Of a training set it is what was read, not what is written after it: 1 - the
        meter `synthetic_training`. Of the pool of a training set and the former self it is that
        of the training sets in it, by their weight. A start that no human wrote has 0.
        """
        human, between = self._human.astype(np.float64), (~self._author).astype(np.float64)
        written = self.layers.forward(human, between)
        trained, pool = ((self.nodes["kind"] == k).to_numpy() for k in ("training", "model"))
        read = np.where(trained, self.layers.parents(written), written)
        return self.layers.forward(np.where(pool, 0.0, read), pool.astype(np.float64))

    def human_ancestry(self, gamma: float) -> Floats:
        """(n,) E[gamma^passages] over lines that end at a human who did not make it up.

        a = (I - gamma W)^-1 h of contamination.md, section 2: each passage through a model keeps
        the share gamma of what made the text human. The trap: all text comes from humans in the
        end, so with gamma = 1 this says only what was made up or started from nothing, 1 -
        `error_load` - the shares of new items and of starts, and is 1 where there is neither,
        however many models a document went through.

        Raises:
            ValueError: gamma is not 0 to 1.
        """
        if not 0 <= gamma <= 1:
            raise ValueError(f"gamma: given {gamma}, allowed 0 to 1")
        human = (self.origin & self._human) * (1.0 - self.invented)
        return self.layers.forward(human, np.where(self.passage, gamma, 1.0) * self.passed)

    def error_load(self) -> Floats:
        """(n,) share of documents whose line goes back to an error that was made up.

        c = T mu of contamination.md, section 2, mu = `errors` and the shares W scaled by `passed`,
        1 - mu where no model writes of new items. It counts documents by origin: that many are
        false where errors are passed on as faithfully as truths. Of communities it counts what
        their row of `nodes` says that they made up.
        """
        return self.layers.forward(self.errors, self.passed)

    def depth(self) -> Floats:
        """(n,) mean passages through models on a line, 0 for what humans write.

        d = T(W1) of contamination.md, section 2, law A-44. A line ends where the text was made
        up; the meter `depth`, which follows what was read, is as large or larger.
        """
        return self.layers.forward(self.passage.astype(np.float64), self.passed)

    def depth_histogram(self, most: int, made_up: bool = True) -> Floats:
        """(n, most + 1) share of lines with 0, 1, ... passages; the last: with `most` or more.

        Column k is one sweep over the edges from column k - 1 (contamination.md, section 2).

        Args:
            most: passages from which on lines are counted together.
            made_up: whether lines count that end where something was made up; rows sum to 1, or
                without them to 1 - what was made up.

        Raises:
            ValueError: `most` is below 1.
        """
        if most < 1:
            raise ValueError(f"most: given {most}, allowed 1 or more")
        written = np.where(self.origin, 1.0 - self.invented, 0.0)
        ends = written + self.invented if made_up else written
        within = np.where(self.passage, 0.0, self.passed)
        shares = np.zeros((len(self.nodes), most + 1))
        shares[:, 0] = self.layers.forward(np.where(self.passage, 0.0, ends), within)
        for k in range(1, most + 1):
            came = self.passed * (self.layers.parents(shares[:, k - 1]))
            own = np.where(self.passage, came + (ends if k == 1 else 0.0), 0.0)
            shares[:, k] = self.layers.forward(own, self.passed if k == most else within)
        return shares

    def source_mix(self, groups: Mapping[str, str] | None = None) -> pd.DataFrame:
        """(n, sources) share of a node's documents by where their lines end; rows sum to 1.

        A = T H of contamination.md, section 2. A column for each human community, for each start
        that no human wrote ("start of model-C"), and for what was made up ("made up").

        Args:
            groups: by source, the column that it counts in; one of its own where not named.
        """
        first = np.flatnonzero(self.origin)
        place, names = pd.factorize(self.sources().replace(dict(groups or {})))
        own = np.zeros((len(self.nodes), len(names) + 1))
        own[first, place] = 1.0 - self.invented[first]
        own[:, -1] = self.invented
        return pd.DataFrame(self.layers.forward(own, self.passed), columns=[*names, MADE_UP])

    def sources(self) -> pd.Series:
        """What the lines that end at each `origin` come from: a community, or a model's start."""
        name = self.nodes["name"][self.origin]
        return name.where(self._human[self.origin], "start of " + name)


def ancestries(run: Run) -> dict[str, Ancestry]:
    """The ancestry of each domain of a run; none where it kept no ledger.

    Raises:
        ValueError: as for the class.
    """
    if run.nodes is None or run.nodes.num_rows == 0:
        return {}
    return {domain: Ancestry(run, domain) for domain in run.domains}


def _numbers(nodes: pd.DataFrame) -> pd.Index:
    numbers = pd.Index(nodes["node"])
    if not numbers.is_unique:
        twice = numbers[numbers.duplicated()][0]
        raise ValueError(f"nodes: given node {twice} twice, allowed every number once")
    return numbers
