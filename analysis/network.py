"""Who was trained on whose text, at the level of authors, from a run's ledger.

The ledger keeps what was drawn from what: training sets from shelves, shelves from batches,
batches from authors. Here the shelves in between are solved away, so that what is left are
communities and models. Edges point as text flows, from the source to its reader; the ledger's
own rows run the other way. `analysis.graph` is what people ask; this is how it is answered.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import scipy.sparse as sp
from numpy.typing import NDArray

from analysis import checked
from analysis.layers import Layers
from analysis.run import Run
from ecosystem.ledger import EDGES, NODES
from ecosystem.parentage import AUTHORS, HUMANS

AUTHORS_AT_ONCE = 64
Floats = NDArray[np.float64]


class Ledger(NamedTuple):
    """A run's ledger as data frames (see `ecosystem.ledger`).

    Attributes:
        nodes: the node table; the index is the number of the node, 0 to n - 1.
        edges: child, parent, share.
        first_step, last_step: of the run, with what came to be before step 0.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    first_step: int
    last_step: int


def ledger(run: Run) -> Ledger:
    """The ledger of a run, checked.

    Raises:
        ValueError: the run kept none, or its tables are not what a run writes.
    """
    if run.nodes is None or run.edges is None or run.nodes.num_rows == 0:
        raise ValueError(f"{run.name}: the run kept no ledger, allowed a run with ledger = true")
    for name, table, schema in (("nodes", run.nodes, NODES), ("edges", run.edges, EDGES)):
        missing = [column for column in schema.names if column not in table.column_names]
        if missing:
            raise ValueError(f"{name}: given a table without {missing[0]!r}, allowed a run's own")
    nodes = run.nodes.to_pandas().set_index("node", drop=False)
    if not np.array_equal(nodes["node"], np.arange(len(nodes))):
        raise ValueError("nodes: given numbers that are not 0, 1, 2, ..., allowed a run's own")
    edges = run.edges.to_pandas()
    child, parent = edges["child"], edges["parent"]
    if not ((parent >= 0) & (parent < child) & (child < len(nodes))).all():
        raise ValueError("edges: given a parent that was not recorded before its child")
    checked.ledger(nodes, edges)
    steps = nodes["step"]
    last = max(int(steps.max()), int(run.scenario.get("steps", 0)))
    return Ledger(nodes, edges, min(0, int(steps.min())), last)


class Authors:
    """A run's ledger as who wrote what, and who read it; the shelves in between are solved away.

    Args:
        ledger: of one run.
        domain: one domain; all together where None.

    Attributes:
        nodes: the node table of the domain, indexed by node.
        names: the authors, in order of appearance.
        is_model: (authors,) whether each is a model.
        layers: the shares between all nodes.
    """

    def __init__(self, ledger: Ledger, domain: str | None) -> None:
        nodes, edges = ledger.nodes, ledger.edges
        self.layers = Layers(
            len(nodes), *(edges[name].to_numpy() for name in ("child", "parent", "share"))
        )
        is_author = nodes["kind"].isin(AUTHORS).to_numpy()
        self._between = 1.0 - is_author.astype(np.float64)
        self._is_sample = (nodes["kind"] == "sample").to_numpy(dtype=np.float64)
        own = nodes[is_author]
        code, names = pd.factorize(own["name"])
        self.names: list[str] = list(names)
        first = own.drop_duplicates("name")
        self.is_model: NDArray[np.bool_] = ~first["kind"].isin(HUMANS).to_numpy()
        self._wrote = sp.csr_array(
            (np.ones(code.size), (own["node"], code)), shape=(len(nodes), len(names))
        )
        self._shelf = nodes["name"]
        self.nodes = nodes if domain is None else nodes[nodes["domain"] == domain]

    def training_sets(self, first: int, last: int) -> pd.DataFrame:
        """Training sets of the window, model by model; a start only where there is no other."""
        sets = self.nodes[
            (self.nodes["kind"] == "training") & self.nodes["step"].between(first, last)
        ]
        sets = sets.iloc[np.argsort(pd.factorize(sets["name"])[0], kind="stable")]
        later = sets.groupby("name")["step"].transform("max") > 0
        return sets[~later | (sets["step"] > 0)]

    def read(self, sets: pd.DataFrame, readers: NDArray[np.integer]) -> Floats:
        """(readers, authors) share of what each reader read that each author wrote.

        Args:
            sets: training sets, weighted by their documents where these are finite.
            readers: (sets,) whose each is, 0 to readers - 1.
        """
        size = sets["documents"].to_numpy(dtype=np.float64)
        weight = np.where(np.isfinite(size), size, 1.0)
        total = np.bincount(readers, weight)
        part = np.divide(weight, total[readers], out=np.zeros_like(weight), where=weight > 0)
        shape = (total.size, self.layers.size)
        drawn = sp.csr_array((part, (readers, sets["node"])), shape=shape) @ self.layers.matrix
        found = np.empty((total.size, len(self.names)))
        for at in range(0, len(self.names), AUTHORS_AT_ONCE):
            some = slice(at, at + AUTHORS_AT_ONCE)
            # a line walked back from a document ends at its first author
            written = self.layers.forward(self._wrote[:, some].toarray(), self._between)
            found[:, some] = drawn @ written
        return found

    def batches(self, first: int, last: int) -> pd.DataFrame:
        """Batches published in the window, the start left out."""
        within = self.nodes["step"].between(max(first, 1), last)
        return self.nodes[(self.nodes["kind"] == "batch") & within]

    def writers(self, batches: pd.DataFrame) -> sp.csr_array:
        """(batches, authors) share of each batch that each author wrote."""
        return sp.csr_array(self.layers.matrix[batches["node"].to_numpy()] @ self._wrote)

    def shelves(self, sets: pd.DataFrame) -> sp.coo_array:
        """(training sets, nodes) share of each set drawn from each shelf."""
        drawn = self.layers.matrix[sets["node"].to_numpy()]
        merged = sp.diags_array(self._is_sample, format="csr")
        direct = drawn - drawn @ merged
        shares = sp.csr_array(direct + drawn @ merged @ self.layers.matrix)
        shares.sort_indices()
        return sp.coo_array(shares)

    def on(self, nodes: NDArray[np.integer]) -> NDArray[np.object_]:
        """The shelves that these nodes stand on, as the ledger names them."""
        return self._shelf.reindex(nodes).to_numpy(dtype=object)


def readings(
    ledger: Ledger, domain: str | None, first: int, last: int, min_share: float
) -> tuple[pa.Table, pa.Table]:
    """Authors, and whose text each model was trained on in a window of steps.

    Returns:
        Tables with the columns that `analysis.graph.graph` describes for level "model".
    """
    authors = Authors(ledger, domain)
    batches = authors.batches(first, last)
    published = batches["documents"].to_numpy() @ authors.writers(batches)
    sets = authors.training_sets(first, last)
    readers, who = pd.factorize(sets["name"])
    place = pd.Index(authors.names).get_indexer(who)
    shares = authors.read(sets, readers)
    finite = sets["documents"].where(np.isfinite(sets["documents"]))
    total = finite.groupby(readers).sum().to_numpy()
    row = pd.Index(who).get_indexer(authors.names)

    def of_readers(values: Any) -> pa.Array:
        """One value an author, null for those that read nothing."""
        return pa.array(np.append(values, 0)[row], mask=row < 0)

    nodes = pa.table(
        {
            "id": authors.names,
            "kind": np.where(authors.is_model, "model", "human"),
            "published": published / max(1, last - max(first, 1) + 1),
            "read": of_readers(finite.groupby(readers).mean().fillna(0.0)),
            "training_sets": of_readers(np.bincount(readers)),
            "synthetic_read": of_readers(shares @ authors.is_model),
            "own_read": of_readers(shares[np.arange(len(who)), place]),
            "generation": of_readers(sets["generation"].groupby(readers).max()),
        }
    )
    reader, source = np.nonzero((shares > 0) & (shares >= min_share))
    share = shares[reader, source]
    edges = pa.table(
        {
            "source": np.array(authors.names)[source],
            "target": np.asarray(who)[reader],
            "share": share,
            "documents": total[reader] * share,
        }
    )
    return nodes, edges


def flows(run: Run, first: int, last: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents published on, and read from, each site in a window of steps, all domains.

    Returns:
        Two tables with a column `documents`: (author, site, synthetic) and (site, synthetic,
        reader). `synthetic` is the true origin. The start (step 0) is left out.

    Raises:
        ValueError: see `ledger`.
    """
    authors = Authors(ledger(run), None)
    names = np.array(authors.names, dtype=object)
    batches = authors.batches(first, last)
    written = sp.coo_array(authors.writers(batches))
    published = pd.DataFrame(
        {
            "author": names[written.col],
            "shelf": batches["name"].to_numpy(dtype=object)[written.row],
            "documents": written.data * batches["documents"].to_numpy()[written.row],
        }
    )
    sets = authors.training_sets(max(first, 1), last)
    drawn = authors.shelves(sets)
    read = pd.DataFrame(
        {
            "shelf": authors.on(drawn.col),
            "reader": sets["name"].to_numpy(dtype=object)[drawn.row],
            "documents": drawn.data * sets["documents"].to_numpy()[drawn.row],
        }
    )
    return _by_site(published, "author"), _by_site(read, "reader")


def reader(nodes: pd.DataFrame) -> "pd.Series[str]":
    """The name of the reader that a `sample` was drawn for ("model-C#2"); of others their own."""
    name = nodes["name"]
    return name.where(nodes["kind"] != "sample", name.str.rpartition("#")[0])


def _by_site(table: pd.DataFrame, who: str) -> pd.DataFrame:
    """Shelves taken apart into site and true origin ("forum/1/model+mark"), and summed."""
    if table.empty:
        return table.drop(columns="shelf").assign(site="", synthetic=False)
    parts = table.pop("shelf").astype(str).str.rpartition("/")
    table["site"] = parts[0]
    table["synthetic"] = parts[2].str.startswith("model")
    return table.groupby([who, "site", "synthetic"], as_index=False, sort=False).sum()
