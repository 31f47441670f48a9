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
from numpy.typing import NDArray

from ecosystem.kinship import Coefficients, Kinship
from ecosystem.parentage import Born

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
        pa.field("novel", pa.float64()),
        pa.field("site", pa.string()),
        pa.field("synthetic", pa.bool_()),
        pa.field("marks", pa.string()),
        pa.field("kinship", pa.float64()),
        pa.field("inbreeding", pa.float64()),
        pa.field("drift", pa.float64()),
    ]
)
DRAWN = ("kind", "law", "documents", "invented", "novel", "site")
"""Columns from which kinship follows."""
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
            (without replacement), all, merged (each document from one of several samples, at
            random); pool where nothing was drawn.
        generation: a model's generation, -1 for other nodes.
        invented: share of what a training set teaches that its learner made up.
        novel: share of what its learner writes that is on items nobody wrote about before.
        site: where it stands, for what stands on a shelf.
        synthetic: its true origin, for the same.
        marks: its marks, separated by blanks, for the same.

    Kinship adds the columns of `kinship.Coefficients`, where it is kept.
    """

    kind: str
    step: int
    domain: str
    name: str
    documents: float = float("inf")
    generation: int = -1
    law: str = "pool"
    invented: float = 0.0
    novel: float = 0.0
    site: str = ""
    synthetic: bool | None = None
    marks: str = ""


def of_today(nodes: pa.Table) -> pa.Table:
    """A node table with the columns of today: in runs from before there was novelty it is 0."""
    if "novel" in nodes.column_names or "invented" not in nodes.column_names:
        return nodes
    none = pa.array(np.zeros(nodes.num_rows))
    return nodes.add_column(nodes.column_names.index("invented") + 1, "novel", none)


class Ledger:
    """Append-only node and edge tables; nothing is kept when `on` is False.

    Args:
        on: record anything at all.
        limit: edges held in memory, or a fortieth as many nodes, before a part is written to disk.
        folder: where parts go; a temporary folder of its own where not given.
        kinship: whether kinship is carried along.

    Attributes:
        count: nodes recorded so far.
        kinships: kinship between live nodes, by domain.
    """

    def __init__(
        self,
        on: bool = True,
        limit: int = 200_000,
        folder: Path | None = None,
        kinship: bool = False,
    ) -> None:
        self.on = on
        self.limit = limit
        self.count = 0
        self.kinships: dict[str, Kinship] = {}
        self._with_kinship = on and kinship
        self._folder = folder
        self._own_folder: tempfile.TemporaryDirectory[str] | None = None
        self._parts = 0
        self._empty()

    def node(
        self,
        node: Node,
        parents: Iterable[tuple[int, float]] = (),
        topics: NDArray[np.float64] | None = None,
    ) -> int:
        """Record one node with its parents and shares; its number (-1 when off).

        Args:
            node: the node.
            parents: numbers and shares.
            topics: (items,) what a node without parents writes about.
        """
        linked = [(parent, share) for parent, share in parents if share > 0]
        links = (
            np.array([len(linked)]),
            np.array([parent for parent, _ in linked], dtype=np.int64),
            np.array([share for _, share in linked], dtype=np.float64),
        )
        return int(self.nodes(node, {"name": [node.name]}, links, topics)[0])

    def nodes(
        self,
        alike: Node,
        differing: Mapping[str, Sequence[Any]],
        links: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
        topics: NDArray[np.float64] | None = None,
    ) -> NDArray[np.int64]:
        """Record many nodes at once; their numbers (-1 each when off).

        Args:
            alike: what they have in common.
            differing: whole columns of what they have not, `name` among them.
            links: for each node in turn how many parents it has, (nodes,); then all their
                numbers and shares, above 0, in a row.
            topics: (items,) what each writes about, where they have no parents.
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
        self._children.append(np.repeat(numbers, degrees))
        self._parents.append(parents)
        self._shares.append(shares)
        self._held += parents.size
        if self._with_kinship:
            known = {} if topics is None else dict.fromkeys(numbers.tolist(), topics)
            own = {key: np.array(self._columns[key][-size:]) for key in DRAWN}
            born = Born(
                numbers, degrees=degrees, parents=parents, shares=shares, topics=known, **own
            )
            self.kinships.setdefault(alike.domain, Kinship()).add(born)
        if self._held > self.limit or 40 * len(self._columns["node"]) > self.limit:
            self._write(self._node_table(), self._edge_table())
        return numbers

    def retire(self, domain: str, live: NDArray[np.int64]) -> None:
        """Say which nodes of a domain, beside the founders, can still become parents."""
        if domain in self.kinships:
            self.kinships[domain].retire(live)

    def tables(self) -> tuple[pa.Table, pa.Table]:
        """All nodes and all edges recorded so far, in order of recording.

        What was written to disk is mapped into memory, not read.
        """
        return (
            pa.concat_tables([*self._mapped("nodes"), self._node_table()]),
            pa.concat_tables([*self._mapped("edges"), self._edge_table()]),
        )

    def state(self) -> dict[str, Any]:
        """What an interrupted run needs beside the tables, as arrays."""
        return {
            f"{domain}/{key}": value
            for domain, kinship in self.kinships.items()
            for key, value in kinship.state().items()
        }

    def restore(self, nodes: pa.Table, edges: pa.Table, state: Mapping[str, Any]) -> None:
        """Continue a ledger from the tables and the state of an interrupted run."""
        self.count = nodes.num_rows
        self._empty()
        self._write(nodes, edges)
        for domain in dict.fromkeys(key.rpartition("/")[0] for key in state):
            prefix = f"{domain}/"
            own = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
            self.kinships[domain] = Kinship()
            self.kinships[domain].load(own)

    def _empty(self) -> None:
        """Nothing is held in memory."""
        self._columns: dict[str, list[Any]] = {
            name: [] for name in NODES.names if name not in Coefficients._fields
        }
        self._children: list[NDArray[np.int64]] = []
        self._parents: list[NDArray[np.int64]] = []
        self._shares: list[NDArray[np.float64]] = []
        self._coefficients: list[Coefficients] = []
        self._held = 0

    def _node_table(self) -> pa.Table:
        size = len(self._columns["node"])
        for kinship in self.kinships.values():
            self._coefficients += kinship.drain()
        found = {name: np.full(size, np.nan) for name in Coefficients._fields[1:]}
        for fresh in self._coefficients:
            for name, column in found.items():
                column[fresh.numbers - (self.count - size)] = getattr(fresh, name)
        columns = self._columns | found
        return pa.table(
            [pa.array(columns[f.name], type=f.type, from_pandas=True) for f in NODES],
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
        for name, table in (("nodes", nodes), ("edges", edges)):
            with pa.ipc.new_file(self._part(name, self._parts), table.schema) as part:
                part.write_table(table)
        self._parts += 1
        self._empty()

    def _mapped(self, table: str) -> list[pa.Table]:
        return [
            pa.ipc.open_file(pa.memory_map(str(self._part(table, part)))).read_all()
            for part in range(self._parts)
        ]

    def _part(self, table: str, number: int) -> Path:
        return (self._folder or Path()) / f"{table}-{number:05d}.arrow"
