"""Every policy moves the world the way that its docstring argues under "Expected".

One small open web for all: two forums of humans, a farm, four models that write half of what is new
and read everything. Measured over the last rows, paired with the same draws without the policy, in
five replicates, all of which must move: a policy that does nothing to a column passes it with a
chance of 1 in 32. Directions were written down before they were run.
"""

from collections.abc import Iterator
from functools import cache
from itertools import count, islice
from typing import Any

import pytest

import ecosystem.policies
from analysis.run import Run
from ecosystem.discovery import discover
from ecosystem.draws import Draws
from ecosystem.policies.opt_out import OptOut
from ecosystem.policies.policy import Policy
from scenarios.members import actors
from scenarios.scenario import Scenario

POLICIES = discover(ecosystem.policies, Policy)
STEPS, LAST, REPLICATES = 16, 6, 5
Arm = tuple[dict[str, Any], dict[str, int]]
"""Settings of a policy, and by column of the run's metrics the sign of its difference."""
LESS_SYNTHETIC = {"d.synthetic_read": -1}

EXPECTED: dict[str, list[Arm]] = {
    "archive": [({"share": 0.3, "documents": 5000}, {"d.tail_coverage": 1, "d.kl": -1})],
    "biased_verifier": [({"bias": 0.1}, {"r.test_error": -1})],
    "blocklist": [({"authors": ["m"]}, LESS_SYNTHETIC)],
    "curation": [({"budget": 100}, {"d.tail_coverage": 1, "d.leading_false": -1})],
    "deduplication": [({}, {"d.hill_1": 1, "d.false_share": 1})],
    "detector": [({}, LESS_SYNTHETIC)],
    "disclosure": [({}, LESS_SYNTHETIC), ({"kept": 0.5}, LESS_SYNTHETIC)],
    "human_quota": [({"minimum": 0.9}, {**LESS_SYNTHETIC, "d.kl": -1})],
    "least_inbred": [({}, {"d.inbreeding": -1}), ({"human": 0.05}, {"d.synthetic_read": 1})],
    "likelihood_filter": [({"share": 0.1}, {"d.tail_coverage": -1, "d.hill_1": -1})],
    "nothing": [({}, {"d.hill_1": 0, "d.tail_coverage": 0, "d.kl": 0})],
    "opt_out": [({"compliance": 0.4}, {"d.synthetic_read": 1})],
    "paid_writing": [({"spending": 1500}, {**LESS_SYNTHETIC, "d.tail_coverage": 1})],
    "reopening": [({}, {"c.tail_coverage": 1})],
    "retraction": [({"found": 0.3}, {"d.web_false_share": -1, "d.false_share": -1})],
    "reward": [
        ({"reward": "checker"}, {"d.false_share": -1}),
        ({"reward": "popularity"}, {"d.hill_1": -1, "d.tail_coverage": -1}),
    ],
    "sensors": [({"coverage": 0.5}, {"d.tail_coverage": 1, "d.leading_false": -1})],
    "signature": [({}, LESS_SYNTHETIC), ({"forgery": 0.3}, LESS_SYNTHETIC)],
    "soft_detector": [({}, LESS_SYNTHETIC)],
    "source_cap": [({"cap": 0.3}, {"d.inbreeding": -1})],
    "surprise": [({"strength": 2}, {"d.tail_coverage": 1, "d.false_share": 1})],
    "tail_training": [({}, {"d.tail_coverage": 1, "d.hill_1": 1})],
    "verification": [({}, {"d.false_share": -1, "d.leading_false": -1})],
    "watermark": [({}, LESS_SYNTHETIC), ({"tokens": 50}, LESS_SYNTHETIC)],
}
ARMS = [
    pytest.param(kind, settings, signs, id="-".join([kind, *map(str, settings.values())]))
    for kind, arms in EXPECTED.items()
    for settings, signs in arms
]


@cache
def web(domain: str) -> Scenario:
    """Facts `d`; facts `c` for closed vocabularies; regression `r`, in a closed loop."""
    facts = {"kind": "encyclopedia", "zipf": {"items": 150}, "wrong_values": 3}
    learner: dict[str, Any] = {
        "d": {
            "kind": "frequencies",
            "estimator": "good_turing",
            "hallucination": "calibrated",
            "floor": 0.01,
        },
        "c": {"kind": "frequencies", "vocabulary": "closed"},
        "r": {"kind": "regressor", "noise": 1},
    }[domain]
    numbers = domain == "r"
    site = {"retention": {"half_life": 2}, "start": 0 if numbers else "stationary"}
    return Scenario.parse(
        {
            "name": "directions",
            "seed": 8,
            "steps": STEPS,
            "items": False,
            "ledger": domain == "d",
            "meters": ["regression"]
            if numbers
            else ["coverage", "hill", "contamination", "distance", "falsehood", "inbreeding"][
                : 6 if domain == "d" else 2
            ],
            "domains": {domain: {"kind": "regression"} if numbers else facts},
            "sites": [
                {"name": "forum", "count": 4, "attention_falls": 1, **site},
                {"name": "farm", "retention": {"half_life": 2}},
            ],
            "humans": [
                {
                    "name": "people",
                    "count": 4,
                    "volume": 0 if numbers else 150,
                    "writes": {"forum-{i}": 1},
                    **({} if numbers else {"error": 0.05}),
                }
            ],
            "models": [
                {
                    "name": "m",
                    "count": 4,
                    "start": {"kind": "fitted", "documents": 60 if numbers else 300},
                    "volume": 150,
                    "writes": {"farm": 2, "forum": 1},
                    "diet": {"n": 300 if numbers else 1000},
                    "decoding": {"temperature": 0.9, "claim_temperature": 0.8},
                    "learner": learner,
                }
            ],
        }
    )


@cache
def plain(domain: str, replicate: int) -> Run:
    return web(domain).run(replicate)


def told_of(kind: str, settings: dict[str, Any]) -> Iterator[int]:
    """The replicates that a direction is of: opting out, those in which the farm does not."""
    asked = web("d")
    for replicate in count():
        policy = POLICIES[kind](**settings).bind(Draws(asked.seed, replicate), actors(asked))
        if not (isinstance(policy, OptOut) and policy.complies("farm")):
            yield replicate


def test_every_policy_says_where_it_leads() -> None:
    assert EXPECTED.keys() == POLICIES.keys()


@pytest.mark.parametrize(("kind", "settings", "signs"), ARMS)
def test_a_policy_leads_where_its_docstring_says(
    kind: str, settings: dict[str, Any], signs: dict[str, int]
) -> None:
    domain = next(iter(signs))[0]
    for replicate in islice(told_of(kind, settings), REPLICATES):
        run = web(domain).with_(policies=[{"kind": kind, **settings}]).run(replicate)
        for column, sign in signs.items():
            with_, without = (
                float(each.metrics[column].iloc[-LAST:].mean())
                for each in (run, plain(domain, replicate))
            )
            print(
                f"{kind} {settings}, replicate {replicate}: {column} {without:.4f} -> {with_:.4f}"
            )
            assert (with_ > without) - (with_ < without) == sign, column
