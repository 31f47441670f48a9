"""The learner contract, for every learner that is found."""

from typing import Any

import pytest

import agents.learners
from agents.learners.learner import Learner
from agents.learners.vectors import VectorLearner
from ecosystem.discovery import discover
from tests.contract.example_contract import ExampleContract
from tests.contract.learner_contract import LearnerContract
from tests.contract.rows_contract import RowsContract
from tests.contract.token_contract import TokenContract
from tests.contract.vector_contract import VectorContract

pytestmark = pytest.mark.contract
LEARNERS = discover(agents.learners, Learner)  # type: ignore[type-abstract]
NEEDS_LLM = ("transformer",)
"""Learners that need the extra `llm`; without it their tests are skipped."""


def each(kinds: list[str]) -> list[Any]:
    """A test for each kind."""
    return [pytest.param(k, marks=pytest.mark.llm) if k in NEEDS_LLM else k for k in kinds]


OF_COUNTS, OF_VECTORS, OF_TOKENS, OF_EXERCISES, OF_NUMBERS = (
    [kind for kind, learner in LEARNERS.items() if form in learner.learns]
    for form in ("counts", "vectors", "prose", "exercises", "regression")
)
OF_ROWS = [kind for kind, learner in LEARNERS.items() if set(learner.learns) - {"counts"}]
"""Those of vectors need to hold more where they are sums of normal distributions."""
OF_NORMAL_PARTS = [kind for kind in OF_VECTORS if issubclass(LEARNERS[kind], VectorLearner)]

SMALL = {"layers": 1, "hidden": 16, "heads": 2, "epochs": 2, "learning_rate": 0.03} | {
    "precision": "float64"
}
"""A transformer that is trained in a moment, in the precision that the sums to 1 are held to."""

VARIED: dict[str, tuple[dict[str, Any], ...]] = {
    "frequencies": (
        {},
        {"estimator": "additive", "hallucination": "evidence"},
        {"estimator": "good_turing", "hallucination": "calibrated", "inertia": 0.2},
        {"vocabulary": "closed", "capacity": 5, "hallucination": "constant", "floor": 0.05},
    ),
    "gaussian": ({}, {"estimator": "unbiased"}, {"covariance": "diagonal"}),
    "mixture": (
        {},
        {"components": 2, "covariance": "full"},
        {"components": 3, "covariance": "tied"},
        {"components": 2, "covariance": "spherical"},
    ),
    "kernel": ({}, {"bandwidth": "silverman"}, {"bandwidth": 0.2}),
    "ngram": (
        {},
        {"order": 1, "smoothing": "absolute_discount"},
        {"smoothing": "jelinek_mercer", "vocabulary": "closed"},
        {"order": 3},
        {"order": 3, "smoothing": "witten_bell", "vocabulary": "closed"},
        {"order": 4, "smoothing": "absolute_discount"},
    ),
    "transformer": (
        SMALL,
        {**SMALL, "vocabulary": "closed", "pieces": 16},
    ),
    "classifier": (
        {},
        {"parameters": {"min_samples_leaf": 4}, "answers": "sampled"},
        {"estimator": "KNeighborsClassifier", "parameters": {"n_neighbors": 3}},
        {"estimator": "GaussianNB"},
        {"estimator": "RandomForestClassifier", "parameters": {"n_estimators": 4}},
    ),
    "regressor": (
        {},
        {"noise": 0, "asks": "again"},
        {"estimator": "Ridge", "noise": 0.5, "asks": "read"},
        {"estimator": "KNeighborsRegressor", "asks": "read"},
        {"estimator": "DecisionTreeRegressor", "parameters": {"max_features": 3}},
    ),
}
"""Options beyond the defaults, by kind; a learner not named is tested with its defaults."""


def test_there_are_learners() -> None:
    assert {"frequencies", "gaussian", "mixture", "kernel", "ngram"} <= set(LEARNERS)
    assert {"classifier", "regressor"} <= set(LEARNERS)
    assert {"gaussian", "mixture", "kernel"} <= set(OF_NORMAL_PARTS)
    assert set(OF_COUNTS) | set(OF_ROWS) == set(LEARNERS)
    assert set(VARIED) <= set(LEARNERS)


class Chosen:
    """The learner of a kind, with the options above."""

    @pytest.fixture(autouse=True)
    def _chosen(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        if kind in NEEDS_LLM:
            pytest.importorskip("torch", reason="needs the extra llm: make llm-test")
        monkeypatch.setattr(type(self), "learner", LEARNERS[kind], raising=False)
        monkeypatch.setattr(type(self), "options", VARIED.get(kind, ({},)))


@pytest.mark.parametrize("kind", OF_COUNTS)
class TestEveryLearner(Chosen, LearnerContract):
    pass


@pytest.mark.parametrize("kind", each(OF_ROWS))
class TestEveryLearnerOfRows(Chosen, RowsContract):
    @pytest.fixture(autouse=True)
    def _short(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        if kind in OF_TOKENS:
            monkeypatch.setattr(type(self), "spec", {"width": 8, "vocabulary": 50})


@pytest.mark.parametrize("kind", OF_NORMAL_PARTS)
class TestEveryLearnerOfVectors(Chosen, VectorContract):
    pass


@pytest.mark.parametrize("kind", each(OF_TOKENS))
class TestEveryLearnerOfWords(Chosen, TokenContract):
    pass


@pytest.mark.parametrize("kind", [*OF_EXERCISES, *OF_NUMBERS])
class TestEveryLearnerOfExamples(Chosen, ExampleContract):
    pass
