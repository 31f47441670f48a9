"""Who trained on what, as columns: nodes and weighted edges, spilled to disk when long.

Nodes: `founder` (a human community), `start` (a distribution given to a model that no human
wrote: an origin of its own), `batch` (documents published on one shelf in one step;
one draw from its authors, so author shares are kept), `site` (what stands on a shelf: a pool
over what stood before and the new batch), `thinned` (what half-life or a mark left of a finite
shelf: a sample without replacement of its former self), `training` (a training set:
a sample, or a pool of the samples of its takes), `sample` (what one take of a diet found),
`model` (a pool of a training set and the previous self, where there is inertia).

Edges run from child to parent; a share is the probability used in the draw, not the realised
count; the shares of a node sum to 1 (founders and starts have none). Networks drawn for people
point the other way, as text flows: see `analysis.network`. A model's start, fitted to human
writing at large, is the one training set that links to founders without a shelf between.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

NODES = pa.schema(
    [
        pa.field("node", pa.int64()),
        pa.field("kind", pa.string()),
        pa.field("step", pa.int32()),
        pa.field("domain", pa.string()),
        pa.field("name", pa.string()),
        pa.field("generation", pa.int32()),
        pa.field("documents", pa.float64()),
        pa.field("law", pa.string()),
        pa.field("invented", pa.float64()),
        pa.field("site", pa.string()),
        pa.field("synthetic", pa.bool_()),
        pa.field("marks", pa.string()),
    ]
)
EDGES = pa.schema(
    [
        pa.field("child", pa.int64()),
        pa.field("parent", pa.int64()),
        pa.field("share", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Node:
    """One row of the node table.

    Attributes:
        kind: founder, start, batch, site, thinned, training, sample, model or learning (what
            humans believe who learnt through models).
        step: when it came to be.
        domain: what it is about.
        name: of the author, the shelf or the reader.
        documents: the sample's size (expected documents on unlimited shelves).
        law: how a sample was drawn: poisson or exact (publishing), multinomial, distinct
            (without replacement), all; pool where nothing was drawn.
        generation: a model's generation, -1 for other nodes.
        invented: share of what a training set teaches that its learner made up.
        site: where it stands, for what stands on a shelf.
        synthetic: its true origin, for the same.
        marks: its marks, separated by blanks, for the same.
    """

    kind: str
    step: int
    domain: str
    name: str
    documents: float = float("inf")
    generation: int = -1
    law: str = "pool"
    invented: float = 0.0
    site: str = ""
    synthetic: bool | None = None
    marks: str = ""


class Ledger:
    """Append-only node and edge tables; nothing is kept when `on` is False.

    Args:
        on: record anything at all.
        limit: edges held in memory before a part is written to disk.
        folder: where parts go; a temporary folder of its own where not given.

    Attributes:
        count: nodes recorded so far.
    """

    def __init__(self, on: bool = True, limit: int = 1_000_000, folder: Path | None = None) -> None:
        self.on = on
        self.limit = limit
        self.count = 0
        self._folder = folder
        self._own_folder: tempfile.TemporaryDirectory[str] | None = None
        self._parts = 0
        self._columns: dict[str, list[Any]] = {name: [] for name in NODES.names}
        self._children: list[NDArray[np.int64]] = []
        self._parents: list[NDArray[np.int64]] = []
        self._shares: list[NDArray[np.float64]] = []
        self._held = 0

    def node(self, node: Node, parents: Iterable[tuple[int, float]] = ()) -> int:
        """Record one node with its parents and shares; its number (-1 when off)."""
        if not self.on:
            return -1
        linked = [(parent, share) for parent, share in parents if share > 0]
        number = self.count
        for name, column in self._columns.items():
            column.append(number if name == "node" else getattr(node, name))
        self.count += 1
        self._link(
            np.full(len(linked), number, dtype=np.int64),
            np.array([parent for parent, _ in linked], dtype=np.int64),
            np.array([share for _, share in linked]),
        )
        return number

    def nodes(
        self,
        alike: Node,
        differing: Mapping[str, Sequence[Any]],
        links: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    ) -> NDArray[np.int64]:
        """Record many nodes at once; their numbers (-1 each when off).

        Args:
            alike: what they have in common.
            differing: whole columns of what they have not, `name` among them.
            links: for each node in turn how many parents it has, (nodes,); then all their
                numbers and shares, above 0, in a row.
        """
        size = len(differing["name"])
        if not self.on:
            return np.full(size, -1, dtype=np.int64)
        numbers = np.arange(self.count, self.count + size)
        for name, column in self._columns.items():
            if name == "node":
                column.extend(numbers.tolist())
            elif name in differing:
                column.extend(differing[name])
            else:
                column.extend([getattr(alike, name)] * size)
        self.count += size
        degrees, parents, shares = links
        self._link(np.repeat(numbers, degrees), parents, shares)
        return numbers

    def tables(self) -> tuple[pa.Table, pa.Table]:
        """All nodes and all edges recorded so far, in order of recording."""
        nodes = [pq.read_table(path, schema=NODES) for path in self._files("nodes")]
        edges = [pq.read_table(path, schema=EDGES) for path in self._files("edges")]
        return (
            pa.concat_tables([*nodes, self._node_table()]).combine_chunks(),
            pa.concat_tables([*edges, self._edge_table()]).combine_chunks(),
        )

    def restore(self, nodes: pa.Table, edges: pa.Table) -> None:
        """Continue a ledger from the tables of an interrupted run."""
        self.count = nodes.num_rows
        self._write(nodes, edges)

    def _link(
        self,
        children: NDArray[np.int64],
        parents: NDArray[np.int64],
        shares: NDArray[np.float64],
    ) -> None:
        self._children.append(children)
        self._parents.append(parents)
        self._shares.append(shares)
        self._held += children.size
        if self._held > self.limit:
            self._write(self._node_table(), self._edge_table())

    def _node_table(self) -> pa.Table:
        return pa.table(
            [pa.array(self._columns[field.name], type=field.type) for field in NODES],
            schema=NODES,
        )

    def _edge_table(self) -> pa.Table:
        return pa.table(
            [
                pa.array(np.concatenate(self._children) if self._children else [], pa.int64()),
                pa.array(np.concatenate(self._parents) if self._parents else [], pa.int64()),
                pa.array(np.concatenate(self._shares) if self._shares else [], pa.float64()),
            ],
            schema=EDGES,
        )

    def _write(self, nodes: pa.Table, edges: pa.Table) -> None:
        if self._folder is None:
            self._own_folder = tempfile.TemporaryDirectory(prefix="ledger-")
            self._folder = Path(self._own_folder.name)
        self._folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(nodes, self._folder / f"nodes-{self._parts:05d}.parquet")
        pq.write_table(edges, self._folder / f"edges-{self._parts:05d}.parquet")
        self._parts += 1
        self._columns = {name: [] for name in NODES.names}
        self._children, self._parents, self._shares = [], [], []
        self._held = 0

    def _files(self, table: str) -> list[Path]:
        if self._folder is None:
            return []
        return [self._folder / f"{table}-{part:05d}.parquet" for part in range(self._parts)]
