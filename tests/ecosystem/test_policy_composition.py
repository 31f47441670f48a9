"""Policies that stop, and policies together: what is left of them, and which orders commute."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosystem.policies
from ecosystem.corpus import Batch, Corpus
from ecosystem.discovery import discover
from ecosystem.policies.policy import Lesson, Mix, Policy
from ecosystem.sampling import Floats
from scenarios.build import build
from scenarios.members import actors
from scenarios.scenario import Scenario
from tests.contract.policy_contract import plain, same

POLICIES = discover(ecosystem.policies, Policy)
HOOKS = ("steer", "correct", "mark", "keep", "ration", "teach")
SETTINGS: dict[str, dict[str, Any]] = {
    "blocklist": {"authors": ["m-1"]},
    "opt_out": {"compliance": 0.3},
    "signature": {"unsigned": 0.5},
}
STEPS, STOP = 8, 4


def web(policies: list[dict[str, Any]], learning: bool = True) -> Scenario:
    """A forum and an unlimited farm; models that learn anew every step, or never."""
    return Scenario.parse(
        {
            "name": "together",
            "seed": 21,
            "steps": STEPS,
            "lineage": 0,
            "meters": ["coverage", "hill", "contamination", "falsehood", "web"],
            "domains": {"d": {"kind": "encyclopedia", "zipf": {"items": 30}, "wrong_values": 2}},
            "sites": [
                {"name": "forum", "retention": "latest"},
                {"name": "farm", "documents": "unlimited", "retention": "latest"},
            ],
            "humans": [{"name": "people", "volume": 200, "writes": {"forum": 1}, "error": 0.1}],
            "models": [
                {
                    "name": "m",
                    "count": 3,
                    "start": "truth",
                    "volume": 100,
                    "writes": {"farm": 2, "forum": 1},
                    "diet": {"n": 150},
                    **({} if learning else {"every": 1000}),
                }
            ],
            "policies": policies,
        }
    )


def spec(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, **SETTINGS.get(kind, {}), **fields}


# ---------------------------------------------------------------------- stopping


@pytest.mark.parametrize("kind", sorted(POLICIES))
def test_where_nothing_learns_and_nothing_is_kept_a_stopped_policy_leaves_no_trace(
    kind: str,
) -> None:
    """Models here never learn and sites keep only the latest, so that the web has no memory.

    Which documents are drawn may differ while a policy acts; what is published afterwards does not.
    """
    never = plain(web([], learning=False)).metrics
    after = web([spec(kind, stop=STOP)], learning=False).run().metrics
    late = never["step"] > STOP
    columns = [c for c in never.columns if "web" in c or c.startswith("d.synthetic_new")]
    assert len(columns) > 4
    pd.testing.assert_frame_equal(never.loc[late, columns], after.loc[late, columns])


@pytest.mark.parametrize("kind", sorted(POLICIES))
def test_a_stopped_policy_is_as_one_that_never_was_to_those_who_come_later(kind: str) -> None:
    """A model that first reads once it has stopped, and only what humans then wrote."""
    late = {
        "name": "late",
        "join": STOP + 1,
        "start": "truth",
        "diet": {"n": 50, "takes": [{"source": "press", "share": 1}]},
    }
    tables = []
    for policies, run in (([], plain), ([spec(kind, stop=STOP)], Scenario.run)):
        given = web(policies).plain()
        given["sites"].append({"name": "press", "retention": "latest"})
        given["humans"].append({"name": "others", "volume": 60, "writes": {"press": 1}})
        given["models"].append(late)
        agents = run(Scenario.parse(given)).agents
        tables.append(agents[agents["agent"] == "late"].reset_index(drop=True))
    assert len(tables[0])
    pd.testing.assert_frame_equal(*tables)


# ---------------------------------------------------------------------- together


def test_two_of_a_kind_do_not_read_each_others_marks() -> None:
    """Half the models heed a second, better detector; the others are left what the first leaves."""
    both = [
        spec("detector", hit=0.5, false_alarm=0.0),
        spec("detector", hit=0.9, false_alarm=0.0, compliance=0.5),
    ]
    given = Scenario.parse(
        {
            **web(both).plain(),
            "steps": 2,
            "sites": [{"name": "forum", "documents": "unlimited", "retention": "latest"}],
            "models": [
                {"name": "m", "count": 4, "start": "truth", "volume": 50,
                 "writes": {"forum": 1}, "diet": {"n": 150}}
            ],
        }
    )  # fmt: skip
    agents = given.run().agents.query("step == 2")
    read = sorted(agents["d.synthetic_training"].dropna())
    left = [0.5 * 0.1 / (1 + 0.5 * 0.1)] * 2 + [0.5 / (1 + 0.5)] * 2
    np.testing.assert_allclose(read, left, atol=1e-12)


COMMUTING = ("blocklist", "detector", "disclosure", "opt_out", "signature", "watermark")
"""Marks are independent and keeping probabilities multiply: order is of no account."""


@pytest.mark.parametrize(("one", "other"), list(combinations(COMMUTING, 2)))
def test_filters_by_mark_and_site_commute_in_what_they_leave(one: str, other: str) -> None:
    """Exactly, where documents are unlimited: the synthetic share of what is read."""
    shares = []
    for pair in ((one, other), (other, one)):
        given = web([spec(kind) for kind in pair], learning=False).plain()
        for site in given["sites"]:
            site["documents"] = "unlimited"
        for model in given["models"]:
            model["every"] = 1
        agents = Scenario.parse(given).run().agents
        shares.append(agents.loc[agents["step"] == 1, "d.synthetic_training"].to_numpy())
    np.testing.assert_allclose(shares[0], shares[1], rtol=1e-12)


@pytest.mark.parametrize("kind", sorted(POLICIES.keys() - {"nothing"}))
def test_the_policy_that_does_nothing_may_stand_anywhere(kind: str) -> None:
    alone = web([spec(kind)]).with_(steps=3).run()
    for policies in ([spec("nothing"), spec(kind)], [spec(kind), spec("nothing")]):
        same(alone, web(policies).with_(steps=3).run())


def test_paying_twice_is_paying_once_as_much_at_constant_returns_in_any_order() -> None:
    """(1 + a)(1 + b / (1 + a)) = 1 + a + b: the second pays for more than there was."""
    volumes = []
    for spendings in ((300.0, 100.0), (100.0, 300.0), (400.0,)):
        policies = [spec("paid_writing", spending=spending) for spending in spendings]
        world = build(web(policies))
        world.step()
        volumes.append(next(a.volume("d", 1) for a in world.agents if a.name == "people"))
    assert volumes == pytest.approx([600.0] * 3)


def test_each_ration_sees_the_mix_that_those_before_it_left() -> None:
    """A quota after a cap is met; before it, the cap may undo it: rations do not commute."""
    quota, cap = spec("human_quota", minimum=0.8), spec("source_cap", cap=0.5)
    found = {}
    for name, policies in {"quota last": [cap, quota], "cap last": [quota, cap]}.items():
        agents = web(policies).run().agents
        found[name] = agents.loc[agents["step"] == 2, "d.synthetic_training"].to_numpy()
    np.testing.assert_allclose(found["quota last"], 0.2, atol=1e-9)
    assert (found["cap last"] > 0.3).all()


def test_teaching_acts_in_the_order_of_the_scenario() -> None:
    """What experts write after a check is all there; what they write before is checked too."""
    experts, checker = (
        spec("curation", budget=60),
        spec("verification", true_pass=0.5, false_pass=0.5),
    )
    sizes = {}
    for name, policies in {"experts last": [checker, experts], "first": [experts, checker]}.items():
        world = build(web(policies))
        world.step()
        sizes[name] = [model.training["d"].size for model in world.models()]
    assert np.mean(sizes["experts last"]) == pytest.approx(150 / 2 + 60, abs=12)
    assert np.mean(sizes["first"]) == pytest.approx((150 + 60) / 2, abs=12)


def test_hooks_act_in_the_order_that_the_docstring_gives() -> None:
    """Steer, correct, mark, keep, ration, teach, in every step."""
    calls: list[str] = []

    class Watching(Policy):
        def steer(self, world: Any) -> None:
            calls.append("steer")

        def correct(self, batch: Batch, domain: Any) -> Floats | None:
            calls.append("correct")
            return None

        def mark(self, batch: Batch) -> dict[str, float]:
            calls.append("mark")
            return {}

        def keep(self, batch: Batch) -> float:
            calls.append("keep")
            return 1.0

        def ration(self, mix: Mix) -> Floats:
            calls.append("ration")
            return np.ones(len(mix.shelves))

        def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
            calls.append("teach")
            return corpus

    world = build(web([]))
    world.policies = [Watching().bind(world.draws, actors(web([])))]
    for step in range(1, 4):
        calls.clear()
        world.step()
        order = [hook for i, hook in enumerate(calls) if i == 0 or calls[i - 1] != hook]
        there = [hook for hook in HOOKS if step > 1 or hook != "correct"]  # nothing stands yet
        assert order == there
    assert all(f"`{hook}`" in (Policy.__doc__ or "") for hook in HOOKS)
