"""Every law by which kinship is carried along, in one small world, against its rules in loops.

Phi = T D T' takes D from what was carried along. Here D is found anew, one node after the other,
without batches of nodes and with none retired.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from ecosystem.kinship import DESCENT, TOPIC
from scenarios.execution import Execution
from scenarios.scenario import Scenario

Floats = NDArray[np.float64]


def every_law() -> Scenario:
    """All laws of the ledger in one small world: takes of all sorts, half-life, marks, inertia."""
    finite = {"documents": "finite", "volume": "exact"}
    quota = [
        {"source": "forum", "share": 0.3, "weight": 9},
        {"source": ["farm", "feed"], "share": 0.7},
    ]
    merged = [
        {"source": ["forum", "farm"], "share": 0.6, "replace": False},
        {"source": "board", "share": 0.4, "replace": False},
    ]
    whole = [
        {"source": "forum", "all": True},
        {"source": ["board", "farm"], "k": 5, "replace": False, "weight": 2},
    ]
    return Scenario.parse(
        {
            "name": "every_law",
            "seed": 3,
            "steps": 6,
            "kinship": True,
            "meters": [],
            "domains": {
                "facts": {"kind": "encyclopedia", "zipf": {"items": 12}, "wrong_values": 3}
            },
            "sites": [
                {"name": "forum", "retention": {"half_life": 2}, "start": "stationary"},
                {"name": "farm", **finite, "start": 30},
                {"name": "board", **finite, "retention": {"half_life": 1.5}, "start": 20},
                {
                    "name": "feed",
                    "documents": "unlimited",
                    "retention": {"half_life": 1},
                    "start": 10,
                },
            ],
            "humans": [
                {"name": "people", "volume": 20, "error": 0.05, "writes": {"forum": 3, "feed": 1}},
                {"name": "others", "volume": 12, "writes": {"forum": 1, "farm": 1, "board": 1}},
            ],
            "models": [
                {
                    "name": "blend",
                    "volume": 8,
                    "writes": {"forum": 1, "farm": 1},
                    "diet": {"n": 25},
                    "learner": {
                        "kind": "frequencies",
                        "hallucination": "evidence",
                        "inertia": 0.2,
                    },
                },
                {
                    "name": "quota",
                    "volume": 9,
                    "writes": {"farm": 1},
                    "start": {"kind": "fitted", "documents": 20},
                    "diet": {"n": 20, "allocation": "quota", "takes": quota},
                    "learner": {
                        "kind": "frequencies",
                        "hallucination": "constant",
                        "floor": 0.1,
                    },
                },
                {
                    "name": "merged",
                    "volume": 7,
                    "writes": {"forum": 1, "feed": 1},
                    "start": {"kind": "dirichlet"},
                    "diet": {"n": 18, "takes": merged},
                    "learner": {
                        "kind": "frequencies",
                        "hallucination": "calibrated",
                        "inertia": 0.5,
                    },
                },
                {
                    "name": "whole",
                    "volume": 6,
                    "writes": {"farm": 1},
                    "every": 2,
                    "diet": {"takes": whole},
                },
            ],
            "policies": [
                {
                    "kind": "detector",
                    "start": 3,
                    "hit": 0.6,
                    "false_alarm": 0.1,
                    "compliance": 0.5,
                }
            ],
        }
    )


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_what_is_carried_along_follows_from_the_rules_node_by_node(seed: int) -> None:
    execution = Execution(every_law().with_(seed=seed))
    execution.finish()
    ledger = execution.world.ledger
    nodes, edges = (table.to_pandas() for table in ledger.tables())
    laws = {"pool", "multinomial", "distinct", "all", "merged", "exact", "poisson"}
    assert set(nodes["law"]) == laws
    assert {"site", "thinned", "sample", "model", "start"} <= set(nodes["kind"])
    assert (nodes["invented"] > 0).any() and (nodes["marks"] == "flagged").any()
    state = ledger.kinships["facts"].state()
    topics = dict(zip(state["founders"].tolist(), state["topics"], strict=True))
    for kind in (DESCENT, TOPIC):
        phi, inbred = one_after_the_other(nodes, edges, topics, kind)
        live = state["live"]
        found = ledger.kinships["facts"].between(live)[kind]
        np.testing.assert_allclose(found, phi[np.ix_(live, live)], rtol=0, atol=1e-12)
        if kind == DESCENT:
            np.testing.assert_allclose(nodes["kinship"], np.diagonal(phi), rtol=0, atol=1e-12)
            np.testing.assert_allclose(nodes["inbreeding"], inbred, rtol=0, atol=1e-12)
            np.testing.assert_allclose(solved(nodes, edges), phi, rtol=0, atol=1e-12)


def solved(nodes: pd.DataFrame, edges: pd.DataFrame) -> Floats:
    """(n, n) Phi = T D T' by descent, with D as carried along."""
    w = np.zeros((len(nodes), len(nodes)))
    w[edges["child"], edges["parent"]] = edges["share"]
    w *= np.where(w.any(axis=1), 1 - nodes["invented"], 0.0)[:, None]
    t = np.linalg.inv(np.eye(len(nodes)) - w)
    return np.asarray(t @ np.diag(nodes["drift"]) @ t.T)


def one_after_the_other(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    topics: dict[int, Floats],
    kind: int,
) -> tuple[Floats, Floats]:
    """(n, n) Phi and (n,) F of all nodes by the rules of `ecosystem.kinship`, in plain loops."""
    phi, inbred = np.zeros((len(nodes), len(nodes))), np.zeros(len(nodes))
    drawn_from, spoken = np.full(len(nodes), np.inf), np.zeros((len(nodes), 12))
    rows: Any = nodes.itertuples()
    for v, node in enumerate(rows):
        own = edges[edges["child"] == v]
        u, w = own["parent"].to_numpy(), own["share"].to_numpy()
        if not u.size:
            spoken[v] = topics[v]
            if kind == TOPIC:
                phi[v, : v + 1] = phi[: v + 1, v] = spoken[: v + 1] @ spoken[v]
            continue
        spoken[v] = w @ spoken[u]
        n, law = float(node.documents), node.law
        pooled = law == "pool" and bool(np.isfinite([n, *drawn_from[u]]).all())
        if node.kind in ("batch", "site", "thinned", "sample") and (pooled or law != "pool"):
            drawn_from[v] = n
        parts = float(w @ (w / drawn_from[u]))
        c = (
            parts
            if pooled
            else parts * drawn_from[u].sum() / n
            if law == "merged"
            else 0.0
            if law == "pool"
            else 1 / max(n, 1)
        )
        copied = 1 - float(node.invented) if kind == DESCENT else 1.0
        phi[v, :v] = phi[:v, v] = copied * (w @ phi[u, :v])
        s = copied**2 * float(w @ phi[np.ix_(u, u)] @ w)
        f = s
        if law == "exact" and n > 1:
            f = (n * s - copied * float(w @ np.diagonal(phi)[u])) / (n - 1)
        elif pooled:
            f = (s - copied**2 * c) / (1 - c) if c < 1 else 0.0
        elif law in ("distinct", "all", "merged"):
            site = nodes["site"].to_numpy()[u]
            stock = {"distinct": site, "all": np.zeros(u.size), "merged": u}[law]
            for group in np.unique(stock):
                part = np.where(stock == group, w, 0.0)
                held = drawn_from[u][stock == group].sum()
                kin = float(part @ phi[np.ix_(u, u)] @ part)
                f -= copied**2 * ((part.sum() ** 2 - kin) / (held - 1) if held > 1 else kin)
        phi[v, v], inbred[v] = f + (copied**2 - f) * c, f
    return phi, inbred
