"""A run's network, at two levels, as columns and as networkx shows it.

At level "model" the nodes are human communities and models (`analysis.network`), at level "node"
the ledger's own (`analysis.ledger_graph`). Edges point as text flows, from a source to what was
made of it; the ledger's rows run the other way. Everything is worked out on columns and sparse
matrices; networkx comes last, and never for the whole of a long run: it is a view, not the store.
"""

from dataclasses import dataclass
from typing import Any

import networkx as nx
import pyarrow as pa

from analysis import ledger_graph, network
from analysis.focus import around_author, around_node
from analysis.run import Run

LEVELS = ("model", "node")
MOST_NODES, MOST_EDGES = 50_000, 500_000
"""What is still made into a networkx graph: some seconds, some hundred MB."""


@dataclass(frozen=True)
class Graph:
    """A network as columns.

    Attributes:
        about: scenario, level, domain, first_step and last_step; see `graph`.
        nodes: a row a node, `id` first; null where a value is unknown or does not apply.
        edges: a row an edge: source, target, share, ...
    """

    about: dict[str, str | int]
    nodes: pa.Table
    edges: pa.Table

    @property
    def of_authors(self) -> bool:
        """Whether its nodes are communities and models, and not those of the ledger."""
        return self.about["level"] == "model"

    def check_size(self) -> None:
        """Refuse what is too large to be looked at.

        Raises:
            ValueError: more than MOST_NODES nodes or MOST_EDGES edges.
        """
        nodes, edges = self.nodes.num_rows, self.edges.num_rows
        if nodes > MOST_NODES or edges > MOST_EDGES:
            raise ValueError(
                f"graph: given {nodes:,} nodes and {edges:,} edges, allowed {MOST_NODES:,} and "
                f"{MOST_EDGES:,}: narrow it with window, focus and hops, min_share or domain"
            )

    def networkx(self) -> "nx.DiGraph[Any]":
        """The same as networkx holds it; attributes that are null are left out.

        Raises:
            ValueError: it is too large (see `check_size`).
        """
        self.check_size()
        made: nx.DiGraph[Any] = nx.DiGraph()
        made.graph.update(self.about)
        made.add_nodes_from((row.pop("id"), row) for row in _known(self.nodes))
        made.add_edges_from(
            (row.pop("source"), row.pop("target"), row) for row in _known(self.edges)
        )
        return made


def graph(run: Run, level: str = "model", **options: Any) -> "nx.DiGraph[Any]":
    """The network of a run as networkx holds it, edges as text flows.

    At level "model", whose text each model was trained on. The share of an edge is the
    probability that a document drawn at random from all that the reader was trained on in the
    window was written by the source. A model's text is its own whatever it was trained on:
    earlier generations of the reader itself give a loop. So is a community's, whatever it learnt
    through models. The shares into a model sum to 1; a model that read nothing has none. How a
    model started (step 0) counts only where the window holds no later training set of it.

    At level "node", the ledger's nodes by their numbers (see `ecosystem.ledger`): those that came
    to be in the window, and what they were made of, whenever that came to be, so that the shares
    into each node of the window sum to 1. Time runs one way: the graph has no cycles.

    An attribute that is unknown, without limit or does not apply is not there, since not every
    format holds it.

    Attributes of the graph:
        scenario: its name. level: model or node.
        domain: the domain, or "" for all (at level "model" weighted by documents).
        first_step, last_step: the window, both ends included.
    Attributes of a node at level "model":
        kind: "human" or "model".
        published: mean documents published a step in the window (expected ones on unlimited
            sites), all domains of the graph together; what stood at the start not counted.
        read: mean documents of a training set, over its training sets in the window.
        training_sets: how many those are.
        synthetic_read: share of what it read that models wrote, itself included.
        own_read: share of what it read that it wrote itself.
        generation: its last generation in the window.
            The last five only of a model that read.
    Attributes of an edge at level "model":
        share: see above, above 0 to 1.
        documents: share x documents read in the window.
    Attributes of a node at level "node", besides those of `ecosystem.ledger.Node`:
        label: such as "training model-C@12 [birds]".
        date: the date of its step, where the step was measured.
        last_read: the last step of the run in which something was made of it; its own step
            where nothing was.
        documents: not there without limit. generation: only of models.
        kinship, inbreeding, drift: where the run computed them (see `ecosystem.kinship`).
    Attributes of an edge at level "node":
        share: the probability, above 0 to 1, that a document of the target came from the source.

    Args:
        run: a run that kept its ledger.
        level: "model" or "node".
        options: what to leave out, see `columns`.

    Raises:
        ValueError: see `columns`; or more than 50,000 nodes or 500,000 edges.
    """
    return columns(run, level, **options).networkx()


def columns(
    run: Run,
    level: str = "model",
    window: tuple[int, int] | None = None,
    min_share: float = 0.0,
    focus: str | int | None = None,
    hops: int | None = None,
    domain: str | None = None,
) -> Graph:
    """The network of a run as columns, whatever its size; `graph` says what they hold.

    Args:
        run: a run that kept its ledger.
        level: "model" or "node".
        window: first and last step, both included; the whole run where None.
        min_share: edges of a smaller share are left out.
        focus: only what lies up- or downstream of it: its ancestors, its descendants, and the
            edges on the way. At level "model" an author. At level "node" an author (all that it
            ever was), a site or a shelf (all that ever stood there), with "@12" the latest of
            each kept at or before step 12 ("model-C@12": its latest self, one a domain), or the
            number of a node.
        hops: how many edges up and how many down from the focus are followed; all where None. An
            edge is kept where it lies on a path of at most that many edges that ends or begins
            at the focus. At level "model" an edge leads from an author to a reader; at level
            "node" from an author's text to a reader are three or more (batch, site, training).
        domain: one domain; all together where None.

    Raises:
        ValueError: an option that is not what is allowed, or there is no ledger.
    """
    if level not in LEVELS:
        raise ValueError(f"level: given {level!r}, allowed {' or '.join(map(repr, LEVELS))}")
    if not 0 <= min_share <= 1:
        raise ValueError(f"min_share: given {min_share}, allowed 0 to 1")
    if domain is not None and domain not in run.domains:
        raise ValueError(f"domain: given {domain!r}, allowed {', '.join(run.domains)}")
    if hops is not None and focus is None:
        raise ValueError(f"hops: given {hops} without a focus to count them from, allowed both")
    if hops is not None and hops < 0:
        raise ValueError(f"hops: given {hops}, allowed 0 or more")
    ledger = network.ledger(run)
    first, last = _window(ledger, window, level)
    if level == "model":
        nodes, edges = network.readings(ledger, domain, first, last, min_share)
        if focus is not None:
            nodes, edges = around_author(nodes, edges, focus, hops)
    else:
        nodes, edges = ledger_graph.tables(run, ledger, domain, (first, last), min_share)
        if focus is not None:
            nodes, edges = around_node(nodes, edges, focus, hops, ledger)
    about = {"scenario": run.name, "level": level, "domain": domain or ""}
    return Graph({**about, "first_step": first, "last_step": last}, nodes, edges)


def _window(ledger: network.Ledger, window: tuple[int, int] | None, level: str) -> tuple[int, int]:
    """First and last step asked for."""
    first, last = ledger.first_step, ledger.last_step
    if window is None:
        # what a model was trained on before step 0 is no reading of the web
        return (0 if level == "model" else first), int(ledger.nodes["step"].max())
    if window[0] > window[1]:
        raise ValueError(
            f"window: given {window[0]} to {window[1]}, allowed a first step up to the last"
        )
    if window[0] < first or window[1] > last:
        raise ValueError(
            f"window: given {window[0]} to {window[1]}, allowed steps {first} to {last}"
        )
    return window


def _known(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of a table, without what is null."""
    return [
        {name: value for name, value in row.items() if value is not None}
        for row in table.to_pylist()
    ]
