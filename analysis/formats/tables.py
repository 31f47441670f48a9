"""Two tables, nodes and edges, in a folder: CSV or Parquet. Of any size: networkx is left out."""

from pathlib import Path

import pyarrow.csv as csv
import pyarrow.parquet as pq

from analysis.graph import Graph
from analysis.run import Run

CSV = ("nodes.csv", "edges.csv")
PARQUET = ("nodes.parquet", "edges.parquet")


def write_csv(run: Run, graph: Graph, folder: Path) -> None:
    """Write nodes.csv and edges.csv; cells are empty where a value is unknown."""
    options = csv.WriteOptions(quoting_style="needed")
    for table, name in zip((graph.nodes, graph.edges), CSV, strict=True):
        csv.write_csv(table, folder / name, options)


def write_parquet(run: Run, graph: Graph, folder: Path) -> None:
    """Write nodes.parquet and edges.parquet; values are null where they are unknown."""
    for table, name in zip((graph.nodes, graph.edges), PARQUET, strict=True):
        pq.write_table(table, folder / name)
