"""The learner contract, for every learner that is found."""

from typing import Any

import pytest

import agents.learners
from agents.learners.learner import Learner
from ecosystem.discovery import discover
from tests.contract.learner_contract import LearnerContract

pytestmark = pytest.mark.contract
LEARNERS = discover(agents.learners, Learner)  # type: ignore[type-abstract]

VARIED: dict[str, tuple[dict[str, Any], ...]] = {
    "frequencies": (
        {},
        {"estimator": "additive", "hallucination": "evidence"},
        {"estimator": "good_turing", "hallucination": "calibrated", "inertia": 0.2},
        {"vocabulary": "closed", "capacity": 5, "hallucination": "constant", "floor": 0.05},
    ),
}
"""Options beyond the defaults, by kind; a learner not named is tested with its defaults."""


def test_there_are_learners() -> None:
    assert "frequencies" in LEARNERS
    assert set(VARIED) <= set(LEARNERS)


@pytest.mark.parametrize("kind", LEARNERS)
class TestEveryLearner(LearnerContract):
    @pytest.fixture(autouse=True)
    def _chosen(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(self), "learner", LEARNERS[kind], raising=False)
        monkeypatch.setattr(type(self), "options", VARIED.get(kind, ({},)))
