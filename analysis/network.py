"""The network of who was trained on whose text, at the level of authors, from a run's ledger.

The ledger keeps what was drawn from what: training sets from shelves, shelves from batches,
batches from authors. Here the shelves in between are solved away, so that what is left are
communities and models. Edges point as text flows, from the source to its reader; the ledger's
own rows run the other way.
"""

import networkx as nx
import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import spsolve_triangular

from analysis.run import Run

HUMANS = ("founder", "learning")
"""Nodes of communities: what they know by themselves, and what they believe who asked a model."""
AUTHORS = (*HUMANS, "start", "training", "model")
READERS_AT_ONCE = 64
Floats = NDArray[np.float64]


def graph(
    run: Run,
    level: str = "model",
    window: tuple[int, int] | None = None,
    min_share: float = 0.0,
    domain: str | None = None,
) -> "nx.DiGraph[str]":
    """Human communities and models, and whose text each model was trained on.

    The share of an edge is the probability that a document drawn at random from all that the
    reader was trained on in the window was written by the source. A model's text is its own
    whatever it was trained on: earlier generations of the reader itself give a loop. So is a
    community's, whatever it learnt through models. The shares into a model sum to 1; a model that
    read nothing has none. How a model started (step 0) counts only where the window holds no
    later training set of it.

    Attributes of the graph:
        scenario: its name. domain: the domain, or "" for all, weighted by documents.
        first_step, last_step: the window, both ends included.
    Attributes of a node:
        kind: "human" or "model".
        published: mean documents published a step in the window (expected ones on unlimited
            sites), all domains of the graph together; what stood at the start not counted.
    Only of a model:
        read: mean documents of a training set, over its training sets in the window.
        training_sets: how many those are.
        synthetic_read: share of what it read that models wrote, itself included.
        own_read: share of what it read that it wrote itself.
        generation: its last generation in the window.
    Attributes of an edge:
        share: see above, above 0 to 1.
        documents: share x documents read in the window.

    Args:
        run: a run that kept its ledger.
        level: "model".
        window: first and last step, both included; the whole run where None.
        min_share: edges of a smaller share are left out.
        domain: one domain; all together where None.

    Raises:
        ValueError: level, window, min_share or domain is not what is allowed, or there is no
            ledger.
    """
    if level != "model":
        raise ValueError(f"level: given {level!r}, allowed 'model'")
    if not 0 <= min_share <= 1:
        raise ValueError(f"min_share: given {min_share}, allowed 0 to 1")
    if domain is not None and domain not in run.domains:
        raise ValueError(f"domain: given {domain!r}, allowed {', '.join(run.domains)}")
    ledger = _Ledger(run, domain)
    first, last = window if window is not None else (0, ledger.last_step)
    if first > last:
        raise ValueError(f"window: given {first} to {last}, allowed a first step up to the last")
    made: nx.DiGraph[str] = nx.DiGraph(
        scenario=run.name, domain=domain or "", first_step=int(first), last_step=int(last)
    )
    published = ledger.published(first, last)
    for name, kind in ledger.authors.items():
        made.add_node(name, kind=kind, published=published.get(name, 0.0))
    _add_reading(made, ledger, first, last, min_share)
    return made


def _add_reading(
    made: "nx.DiGraph[str]", ledger: "_Ledger", first: int, last: int, min_share: float
) -> None:
    names = list(ledger.authors)
    synthetic = np.array([kind == "model" for kind in ledger.authors.values()])
    sets = ledger.training_sets(first, last)
    readers = list(sets)
    for start in range(0, len(readers), READERS_AT_ONCE):
        some = readers[start : start + READERS_AT_ONCE]
        shares = ledger.sources([sets[reader] for reader in some])
        for reader, row in zip(some, shares, strict=True):
            nodes = ledger.nodes.loc[sets[reader]]
            size = nodes["documents"].to_numpy()
            finite = size[np.isfinite(size)]
            made.add_node(
                reader,
                read=float(finite.mean()) if finite.size else 0.0,
                training_sets=len(nodes),
                synthetic_read=float(row[synthetic].sum()),
                own_read=float(row[names.index(reader)]),
                generation=int(nodes["generation"].max()),
            )
            for at in np.flatnonzero(row):
                if row[at] >= min_share:
                    documents = float(row[at] * finite.sum())
                    made.add_edge(names[at], reader, share=float(row[at]), documents=documents)


class _Ledger:
    """The ledger's tables with the sparse matrices that follow from them.

    Attributes:
        nodes: the node table, indexed by node.
        authors: names to "human" or "model", in order of appearance.
        last_step: the last step recorded.
    """

    def __init__(self, run: Run, domain: str | None) -> None:
        if run.nodes is None or run.edges is None or run.nodes.num_rows == 0:
            raise ValueError(
                f"{run.name}: the run kept no ledger, allowed a run with ledger = true"
            )
        self.nodes: pd.DataFrame = run.nodes.to_pandas().set_index("node", drop=False)
        edges = run.edges.to_pandas()
        self.last_step = int(self.nodes["step"].max())
        is_author = self.nodes["kind"].isin(AUTHORS)
        known = self.nodes[is_author].drop_duplicates("name")
        self.authors: dict[str, str] = {
            name: "human" if kind in HUMANS else "model"
            for name, kind in zip(known["name"], known["kind"], strict=True)
        }
        count = int(self.nodes["node"].max()) + 1
        self._is_sample = (self.nodes["kind"] == "sample").to_numpy(dtype=np.float64)
        shape = (count, count)
        self._edges = sp.csr_array((edges["share"], (edges["child"], edges["parent"])), shape=shape)
        place = {name: at for at, name in enumerate(self.authors)}
        at = self.nodes.loc[is_author, "node"].to_numpy()
        of = self.nodes.loc[is_author, "name"].map(place).to_numpy()
        self._author_of = sp.csr_array(
            (np.ones(at.size), (at, of)), shape=(count, len(self.authors))
        )
        held = np.ones(count)
        held[at] = 0.0
        # the rows of what stands between authors: shelves and batches
        between = sp.diags_array(held, format="csr") @ self._edges
        self._to_author = between @ self._author_of
        # children have higher numbers than parents: lower triangular, so its transpose is upper
        inner = between @ sp.diags_array(held, format="csr")
        self._passing = (sp.eye_array(count, format="csr") - inner).T.tocsr()
        if domain is not None:
            self.nodes = self.nodes[self.nodes["domain"] == domain]

    def training_sets(self, first: int, last: int) -> dict[str, NDArray[np.int64]]:
        """Each model's training sets in the window; its start only where there is no other."""
        rows = self.nodes[
            (self.nodes["kind"] == "training") & self.nodes["step"].between(first, last)
        ]
        found = {}
        for name, own in rows.groupby("name", sort=False):
            later = own[own["step"] > 0]
            found[str(name)] = (later if len(later) else own)["node"].to_numpy()
        return found

    def sources(self, sets: list[NDArray[np.int64]]) -> Floats:
        """(readers, authors) share of what each reader read that each author wrote."""
        size = [self.nodes.loc[own, "documents"].to_numpy(dtype=np.float64) for own in sets]
        weight = [np.where(np.isfinite(s), s, 1.0) for s in size]
        parts = [w / w.sum() if w.sum() > 0 else w for w in weight]
        at = np.repeat(np.arange(len(sets)), [own.size for own in sets])
        readers = sp.csr_array(
            (np.concatenate(parts), (at, np.concatenate(sets))),
            shape=(len(sets), self._edges.shape[0]),
        )
        drawn = readers @ self._edges
        through = spsolve_triangular(
            self._passing, drawn.T.toarray(), lower=False, unit_diagonal=True
        )
        return np.asarray(drawn @ self._author_of + (self._to_author.T @ through).T)

    def published(self, first: int, last: int) -> dict[str, float]:
        """Mean documents each author published a step in the window."""
        batches = self.batches(first, last)
        totals = batches["documents"].to_numpy() @ self.writers(batches)
        steps = max(1, last - max(first, 1) + 1)
        return {
            name: float(total) / steps for name, total in zip(self.authors, totals, strict=True)
        }

    def batches(self, first: int, last: int) -> pd.DataFrame:
        """Batches published in the window, the start left out."""
        within = self.nodes["step"].between(max(first, 1), last)
        return self.nodes[(self.nodes["kind"] == "batch") & within]

    def writers(self, batches: pd.DataFrame) -> sp.csr_array:
        """(batches, authors) share of each batch that each author wrote."""
        return sp.csr_array(self._edges[batches["node"].to_numpy()] @ self._author_of)

    def shelves(self, training: NDArray[np.int64]) -> sp.coo_array:
        """(training sets, nodes) share of each set drawn from each shelf."""
        drawn = self._edges[training]
        merged = sp.diags_array(self._is_sample, format="csr")
        direct = drawn - drawn @ merged
        return sp.coo_array(direct + drawn @ merged @ self._edges)


def flows(run: Run, first: int, last: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents published on, and read from, each site in a window of steps, all domains.

    Returns:
        Two tables with a column `documents`: (author, site, synthetic) and (site, synthetic,
        reader). `synthetic` is the true origin. The start (step 0) is left out.

    Raises:
        ValueError: the run kept no ledger.
    """
    ledger = _Ledger(run, None)
    batches = ledger.batches(first, last)
    written = sp.coo_array(ledger.writers(batches))
    names = np.array(list(ledger.authors), dtype=object)
    published = pd.DataFrame(
        {
            "author": names[written.col],
            "shelf": batches["name"].to_numpy(dtype=object)[written.row],
            "documents": written.data * batches["documents"].to_numpy()[written.row],
        }
    )
    sets = ledger.training_sets(max(first, 1), last)
    training = np.concatenate([np.empty(0, dtype=np.int64), *sets.values()])
    drawn = ledger.shelves(training)
    own = ledger.nodes.loc[training]
    read = pd.DataFrame(
        {
            "shelf": ledger.nodes["name"].reindex(drawn.col).to_numpy(dtype=object),
            "reader": own["name"].to_numpy(dtype=object)[drawn.row],
            "documents": drawn.data * own["documents"].to_numpy()[drawn.row],
        }
    )
    return _by_site(published, "author"), _by_site(read, "reader")


def _by_site(table: pd.DataFrame, who: str) -> pd.DataFrame:
    """Shelves taken apart into site and true origin ("forum/1/model+mark"), and summed."""
    if table.empty:
        return table.drop(columns="shelf").assign(site="", synthetic=False)
    parts = table.pop("shelf").astype(str).str.rpartition("/")
    table["site"] = parts[0]
    table["synthetic"] = parts[2].str.startswith("model")
    return table.groupby([who, "site", "synthetic"], as_index=False, sort=False).sum()
