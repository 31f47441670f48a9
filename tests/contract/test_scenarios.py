"""The scenario contract, for every shipped scenario."""

from typing import Any

import pytest

from scenarios.scenario import Scenario, shipped
from tests.contract.scenario_contract import ScenarioContract, needs_llm

pytestmark = pytest.mark.contract
SCENARIOS = shipped()


def each() -> list[Any]:
    """A test for each scenario; those that need the extra `llm` are marked so."""
    needs = [name for name in SCENARIOS if needs_llm(Scenario.load(name))]
    return [pytest.param(n, marks=pytest.mark.llm) if n in needs else n for n in SCENARIOS]


def test_there_are_scenarios_each_with_a_line_on_it() -> None:
    assert {"habsburg", "humans_only", "closed_loop", "wright_fisher"} <= set(SCENARIOS)
    for name, line in SCENARIOS.items():
        assert line.endswith("."), f"{name}: {line}"
        assert len(line) <= 100, f"{name}: {line}"


@pytest.mark.parametrize("name", each())
class TestEveryScenario(ScenarioContract):
    @pytest.fixture(autouse=True)
    def _chosen(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(self), "scenario", name, raising=False)
