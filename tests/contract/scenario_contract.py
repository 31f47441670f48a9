"""What every shipped scenario must hold. Inherit it for a scenario of your own:

    class TestMyScenario(ScenarioContract):
        scenario = "path/to/mine.toml"

(A TOML file has no docstring: override `text` with where its reasons stand.)
"""

import importlib
import inspect
import tomllib
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from scenarios.scenario import Scenario, scripts

REFUTES = ("refute", "could be trusted", "would not matter", "does nothing", "Nothing should move")
"""Words by which a docstring says what outcome would speak against the scenario's story."""


NEURAL = "transformer"
SMALL = {"kind": NEURAL, "layers": 1, "hidden": 8, "heads": 2, "pieces": 300, "epochs": 1}


def needs_llm(given: Scenario) -> bool:
    """Whether it trains a neural language model, which needs the extra `llm`."""
    return any(model["learner"].get("kind") == NEURAL for model in given.plain()["models"])


class ScenarioContract:
    """Tests of one scenario.

    Attributes:
        scenario: its name.
    """

    scenario: ClassVar[str]

    def text(self) -> str:
        """What it says of itself."""
        return importlib.import_module(scripts()[self.scenario][0]).__doc__ or ""

    def load(self) -> Scenario:
        return Scenario.load(self.scenario)

    def tiny(self) -> Scenario:
        """The same scenario in two steps, all measured, its models trained once before.

        Neural networks are of the smallest size, and trained from nothing.
        """
        given = self.load()
        changes: dict[str, Any] = {"steps": 2, "measure_every": 1}
        for i, model in enumerate(given.plain()["models"]):
            if model["start"].get("rounds", 1) > 1:
                changes[f"models.{i}.start.rounds"] = 1
            if model["learner"].get("kind") == NEURAL:
                changes |= {f"models.{i}.learner": SMALL, f"models.{i}.diet.n": 40}
        return given.with_(changes)

    def test_it_says_what_it_asks_and_what_would_refute_it(self) -> None:
        text = self.text()
        assert len(text.split()) > 20
        assert any(word in text for word in REFUTES), "its docstring says what would refute it"

    def test_it_loads_with_a_title_and_a_question(self) -> None:
        scenario = self.load()
        assert scenario.title
        assert scenario.question.endswith("?")
        if not Path(self.scenario).suffix:
            assert scenario.name == self.scenario

    def test_it_comes_back_from_a_file_as_it_was(self, tmp_path: Path) -> None:
        scenario = self.load()
        text = scenario.to_toml()
        assert Scenario.parse(tomllib.loads(text), scenario._folder) == scenario
        path = tmp_path / "again.toml"
        path.write_text(text, encoding="utf-8")
        again = Scenario.load(path)
        assert again.plain() == scenario.plain()
        assert again.to_toml() == text

    def test_it_is_the_same_every_time_it_is_loaded(self) -> None:
        assert self.load() == self.load()

    def test_its_file_can_be_run(self) -> None:
        module = importlib.import_module(scripts()[self.scenario][0])
        tail = inspect.getsource(module).partition('if __name__ == "__main__":')[2].split()
        assert tail == ["from", "scenarios.script", "import", "run", "run(__file__)"]

    def test_it_runs_two_steps_and_measures_them(self) -> None:
        if needs_llm(self.load()):
            pytest.importorskip("torch", reason="needs the extra llm: make llm-test")
        run = self.tiny().run()
        assert run.metrics["step"].tolist() == [0, 1, 2]
        for domain in run.domains:
            meters = ("hill_1", "variance", "vocabulary", "accuracy_common", "test_error")
            found = [c for m in meters if (c := f"{domain}.{m}") in run.metrics]
            assert found
            assert np.isfinite(run.metrics[found]).all(axis=None)
        assert run.nodes is not None
