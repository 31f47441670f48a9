"""The domain contract, for every domain that is found."""

from typing import Any

import pytest

import agents.learners
import ecosystem.domains
from agents.learners.learner import Learner
from ecosystem.discovery import discover
from ecosystem.domains.domain import Domain
from tests.contract.domain_contract import DomainContract

pytestmark = pytest.mark.contract
DOMAINS = discover(ecosystem.domains, Domain)  # type: ignore[type-abstract]

SPECS: dict[str, tuple[dict[str, Any], ...]] = {
    "encyclopedia": (
        {"table": "birds"},
        {"table": "history", "wrong_values": 3},
        {"zipf": {"items": 30}, "wrong_values": 2},
        {"weights": [1.0]},
    ),
    "portraits": ({}, {"pictures": {"dimensions": 3}}),
    "prose": ({}, {"width": 8, "vocabulary": 50}),
    "exercises": ({}, {"families": ["grades", "leap years"]}),
    "regression": ({"dimensions": 3},),
}
"""Settings of small domains, by kind; a domain not named is built with its defaults."""
CHOICES = [(kind, spec) for kind in DOMAINS for spec in SPECS.get(kind, ({},))]


def test_there_are_domains() -> None:
    assert "encyclopedia" in DOMAINS
    assert set(SPECS) <= set(DOMAINS)


def test_every_shipped_domain_is_of_a_form_that_some_learner_learns() -> None:
    learners = discover(agents.learners, Learner).values()  # type: ignore[type-abstract]
    for kind in SPECS:
        assert any(learner.able(DOMAINS[kind]) for learner in learners), kind


@pytest.mark.parametrize(("kind", "chosen"), CHOICES, ids=str)
class TestEveryDomain(DomainContract):
    @pytest.fixture(autouse=True)
    def _chosen(self, kind: str, chosen: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(self), "domain", DOMAINS[kind], raising=False)
        monkeypatch.setattr(type(self), "spec", chosen, raising=False)
