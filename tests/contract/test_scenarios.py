"""The scenario contract, for every shipped scenario."""

import pytest

from scenarios.scenario import shipped
from tests.contract.scenario_contract import ScenarioContract

pytestmark = pytest.mark.contract
SCENARIOS = shipped()


def test_there_are_scenarios_each_with_a_line_on_it() -> None:
    assert {"habsburg", "humans_only", "closed_loop", "wright_fisher"} <= set(SCENARIOS)
    for name, line in SCENARIOS.items():
        assert line.endswith("."), f"{name}: {line}"
        assert len(line) <= 100, f"{name}: {line}"


@pytest.mark.parametrize("name", SCENARIOS)
class TestEveryScenario(ScenarioContract):
    @pytest.fixture(autouse=True)
    def _chosen(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(self), "scenario", name, raising=False)
