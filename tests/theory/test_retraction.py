"""Retraction: falsehoods found out in geometric time, put right binomially; nothing is lost.

Option set: everything that stands is kept, humans write in step 1 only and models do not: what is
wrong on the web can only be put right. Claims are independent replicates of each other.
"""

from typing import Any

import numpy as np
import pytest

from ecosystem.claim import Claim
from ecosystem.ecosystem import Ecosystem
from scenarios.execution import Execution
from scenarios.replicated import DOMAIN, Floats, bare_scenario, humans, watch
from scenarios.scenario import Scenario
from tests.properties.test_lineage import check_documents
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
ITEMS, VOLUME, ERROR = 400, 40_000.0, 0.5


def web(seed: int, steps: int, documents: str, **policy: Any) -> Scenario:
    """Two sites that keep everything, written on in step 1."""
    return bare_scenario(
        seed,
        steps,
        {"zipf": {"items": ITEMS, "exponent": 0}, "wrong_values": 1},
        [{"name": "page", "count": 2, "documents": documents, "retention": "everything"}],
        [{"name": "m", "start": "truth", "diet": {"n": 1}}],
        humans=[
            {
                **humans(volume={"kind": "table", "steps": [1, 2], "values": [VOLUME, 0]}),
                "error": ERROR,
                "writes": {"page": 1},
            }
        ],
        policies=[{"kind": "retraction", **policy}] if policy else [],
    )


def cells(world: Ecosystem) -> Floats:
    """(sites, items, values) what stands."""
    stock = world.stocks[DOMAIN]
    found = np.zeros((len(stock.sites), *stock.domain.shape))
    for row, shelf in enumerate(stock.shelves):
        found[shelf.site] += stock.cells[row].reshape(stock.domain.shape)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_claims_are_found_out_in_geometric_time_and_all_their_documents_go(seed: int) -> None:
    """At step t a claim still stands with chance (1 - found)^(t - delay), from then on."""
    found, delay, steps = 0.2, 2, 8
    given = web(seed, steps, "unlimited", found=found, delay=delay)
    seen = watch(given, range(1, steps + 1), cells)
    standing = {t: (seen[t][0, :, 1] > 0).astype(float) for t in seen}
    law = {t: (1 - found) ** max(0, t - delay) for t in seen}
    # what is written in step 1 is read once before a claim known already is corrected
    holds("retraction", seed, {f"stands t={t}": (standing[t], law[t]) for t in range(2, steps + 1)})
    fails("retraction without a delay", seed, {"stands": (standing[4], (1 - found) ** 4)})
    for t in seen:
        np.testing.assert_array_equal(seen[t][0], seen[t][1])
        np.testing.assert_allclose(seen[t].sum(axis=2), VOLUME / 2 / ITEMS)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_share_of_the_documents_is_put_right_in_each_step(seed: int) -> None:
    """All found out at once: W wrong ones become W (1 - c)^k, exactly or binomially."""
    c, steps = 0.3, 4
    policy = {"found": 1.0, "delay": 0, "corrected": c}
    endless = watch(web(seed, steps, "unlimited", **policy), range(1, steps + 1), cells)
    wrong = VOLUME * ERROR / 2 / ITEMS
    for t, seen in endless.items():
        np.testing.assert_allclose(seen[:, :, 1], wrong * (1 - c) ** (t - 1), rtol=1e-12)
    finite = watch(web(seed, steps, "finite", **policy), range(1, steps + 1), cells)
    plain = watch(web(seed, steps, "finite"), (1,), cells)[1]
    np.testing.assert_array_equal(finite[1], plain)
    family: dict[str, Any] = {}
    for t in range(2, steps + 1):
        now, before = finite[t], finite[t - 1]
        np.testing.assert_array_equal(now.sum(axis=2), plain.sum(axis=2))
        assert (now == np.round(now)).all()
        left, had = now[:, :, 1].ravel(), before[:, :, 1].ravel()
        family[f"left t={t}"] = left - (1 - c) * had, 0.0
        family[f"square t={t}"] = (left - (1 - c) * had) ** 2 - c * (1 - c) * had, 0.0
    holds("retraction, finite", seed, family)


def test_sites_that_do_not_comply_keep_what_is_wrong() -> None:
    seen = [
        watch(web(seed, 3, "unlimited", found=1.0, delay=0, compliance=0.5), (3,), cells)[3]
        for seed in range(8)
    ]
    gone = np.array([one[:, :, 1].sum(axis=1) == 0 for one in seen])
    assert 0 < gone.mean() < 1
    kept = [one[~put_right, :, 1] for one, put_right in zip(seen, gone, strict=True)]
    assert all((one == VOLUME * ERROR / 2 / ITEMS).all() for one in kept)


@pytest.mark.parametrize("marks", [False, True], ids=["plain", "marked in the same step"])
def test_the_lineage_of_claims_stays_that_of_what_stands(marks: bool) -> None:
    """Finite and unlimited shelves, models that write and read, a detector that starts midway."""
    claims = [Claim(DOMAIN, f"item {i}", f"wrong {j}") for i in (1, 2, 5) for j in (1, 2)]
    given = bare_scenario(
        SEEDS[0],
        6,
        {"zipf": {"items": 6}, "wrong_values": 2},
        [
            {"name": "forum", "retention": {"half_life": 2}, "start": "stationary"},
            {"name": "farm", "documents": "unlimited", "retention": {"half_life": 2}},
        ],
        [
            {
                "name": "m",
                "count": 3,
                "volume": 40,
                "writes": {"farm": 1, "forum": 1},
                "diet": {"n": 60},
                "learner": {"kind": "frequencies", "hallucination": "evidence"},
            }
        ],
        humans=[{"name": "people", "volume": 60, "error": 0.3, "writes": {"forum": 1, "farm": 1}}],
        policies=[
            {"kind": "retraction", "found": 0.3, "delay": 1, "corrected": 0.5},
            *([{"kind": "detector", "start": 3}] if marks else []),
        ],
        ledger=True,
    )
    execution = Execution(given, claims=claims)
    stock = execution.world.stocks[DOMAIN]
    assert stock.watch is not None
    for _ in range(given.steps):
        execution.world.step()
        check_documents(stock.watch)
    np.testing.assert_allclose(stock.size, stock.cells.sum(axis=1), rtol=1e-9)
