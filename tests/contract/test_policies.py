"""The policy contract, for every policy that is found."""

from typing import Any

import pytest

import ecosystem.policies
from ecosystem.discovery import discover
from ecosystem.policies.policy import Policy
from scenarios.scenario import Scenario
from tests.contract.policy_contract import PolicyContract, plain, same

pytestmark = pytest.mark.contract
POLICIES = discover(ecosystem.policies, Policy)

SETTINGS: dict[str, dict[str, Any]] = {"blocklist": {"authors": ["m-1"], "sites": ["farm"]}}
"""What a policy needs beyond its defaults, by kind."""


def test_there_are_policies() -> None:
    assert {"nothing", "detector"} <= set(POLICIES)
    assert set(SETTINGS) <= set(POLICIES)


@pytest.mark.parametrize("kind", POLICIES)
class TestEveryPolicy(PolicyContract):
    @pytest.fixture(autouse=True)
    def _chosen(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(self), "policy", POLICIES[kind], raising=False)
        monkeypatch.setattr(type(self), "settings", SETTINGS.get(kind, {}))


class TestTheContractItself(PolicyContract):
    policy = POLICIES["nothing"]

    def test_nothing_does_nothing(self, scenario: Scenario) -> None:
        same(plain(scenario), scenario.with_(policies=[self.spec()]).run())

    def test_a_policy_that_acts_is_not_mistaken_for_one_that_does_not(
        self, scenario: Scenario
    ) -> None:
        acting = scenario.with_(policies=[{"kind": "detector", "start": 3}]).run()
        with pytest.raises(AssertionError):
            same(plain(scenario), acting)
        with pytest.raises(AssertionError):
            same(plain(scenario), acting, before=4)
