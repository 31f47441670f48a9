"""A ledger small enough to be solved by hand: a human H and models A and B."""

from typing import Any

import numpy as np
import pyarrow as pa

from analysis.run import Run
from ecosystem.ledger import EDGES, NODES
from scenarios.scenario import Scenario


def a_run(nodes: list[tuple[Any, ...]], edges: list[tuple[int, int, float]]) -> Run:
    """A run with nothing but a ledger: nodes are (kind, step, name, documents)."""
    rows = [
        (
            i,
            kind,
            step,
            "facts",
            name,
            step,
            float(documents),
            "pool",
            0.0,
            0.0,
            *_shelf(name),
            *3 * [None],
        )
        for i, (kind, step, name, documents) in enumerate(nodes)
    ]
    run = Scenario.load("wright_fisher").with_(steps=1).run()
    run.scenario["domains"] = {"facts": {}}
    run.nodes = pa.table(list(map(list, zip(*rows, strict=True))), schema=NODES)
    run.edges = pa.table(list(map(list, zip(*edges, strict=True))), schema=EDGES)
    return run


def two_models() -> Run:
    """At step 2 A reads the human shelf, B the models' shelf and A's own page."""
    nodes = [
        ("founder", 0, "H", np.inf),  # 0
        ("batch", 0, "forum/human", 100),  # 1: by H
        ("training", 0, "A", 10),  # 2: reads H
        ("training", 0, "B", 10),  # 3: reads H
        ("batch", 1, "forum/model", 60),  # 4: a third by A, two thirds by B
        ("thinned", 1, "forum/human", 50),  # 5: what is left of 1
        ("training", 1, "A", 10),  # 6: half human shelf, half model shelf
        ("model", 1, "A", np.inf),  # 7: 6 and the former self
        ("batch", 2, "blog/model", 20),  # 8: by A
        ("site", 2, "forum/model", 60),  # 9: half 4, half 8
        ("training", 2, "A", 10),  # 10: human shelf only
        ("training", 2, "B", 30),  # 11: a quarter blog, three quarters 9
    ]
    edges = [
        (1, 0, 1.0),
        (2, 0, 1.0),
        (3, 0, 1.0),
        (4, 2, 1 / 3),
        (4, 3, 2 / 3),
        (5, 1, 1.0),
        (6, 5, 0.5),
        (6, 4, 0.5),
        (7, 6, 0.8),
        (7, 2, 0.2),
        (8, 7, 1.0),
        (9, 4, 0.5),
        (9, 8, 0.5),
        (10, 5, 1.0),
        (11, 8, 0.25),
        (11, 9, 0.75),
    ]
    return a_run(nodes, edges)


def _shelf(name: str) -> tuple[str, bool | None, str]:
    """Site, true origin and marks of "forum/human"; of an author none."""
    site, slash, origin = name.partition("/")
    return (site, origin == "model", "") if slash else ("", None, "")
