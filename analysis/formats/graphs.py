"""The formats that networkx writes: GraphML, and node-link JSON for pages in a browser."""

import json
from pathlib import Path

import networkx as nx

from analysis.graph import Graph
from analysis.run import Run


def write_graphml(run: Run, graph: Graph, path: Path) -> None:
    """Write GraphML, for yEd, igraph, Cytoscape and networkx.

    Raises:
        ValueError: the graph is too large to be looked at.
    """
    nx.write_graphml(graph.networkx(), path)


def write_json(run: Run, graph: Graph, path: Path) -> None:
    """Write node-link JSON: `nodes`, `edges`, and in `graph` what it is of.

    Raises:
        ValueError: the graph is too large to be looked at.
    """
    found = nx.node_link_data(graph.networkx(), edges="edges")
    path.write_text(json.dumps(found, ensure_ascii=False, allow_nan=False), encoding="utf-8")
