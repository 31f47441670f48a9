"""A small world that has a bit of everything, for tests that need one to run."""

from collections.abc import Callable
from typing import Any

import pytest

from scenarios.scenario import Scenario


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first: last, it would be waited for by one worker alone."""
    items.sort(key=lambda item: item.path.name != "test_story.py")


def small_world() -> dict[str, Any]:
    """Two domains, eight sites of several kinds, three communities, four unlike models."""
    return {
        "name": "small",
        "steps": 8,
        "seed": 5,
        "domains": {
            "facts": {"kind": "encyclopedia", "zipf": {"items": 40}, "wrong_values": 3},
            "words": {"kind": "encyclopedia", "zipf": {"items": 25, "exponent": 0.5}},
        },
        "sites": [
            {
                "name": "forum",
                "count": 3,
                "kind": "human",
                "attention_falls": 1,
                "retention": {"half_life": 2},
                "start": "stationary",
            },
            {
                "name": "farm",
                "count": 2,
                "kind": "farm",
                "attention": 0.3,
                "retention": {"half_life": 3},
                "volume": "exact",
            },
            {"name": "stream", "retention": "latest", "documents": "unlimited"},
            {"name": "archive", "kind": "archive", "open": False, "start": 500},
            {"name": "private", "retention": "everything", "open": False},
        ],
        "humans": [
            {
                "name": "people",
                "count": 3,
                "volume": 200,
                "writes": {"forum-{i}": 1},
                "error": 0.05,
                "passed_off": 0.1,
            }
        ],
        "models": [
            {
                "name": "alpha",
                "volume": 150,
                "writes": {"farm": 1, "stream": 1},
                "diet": {"n": 300, "takes": [{"share": 1, "affinity": 1}]},
                "decoding": {"temperature": 0.9, "claim_temperature": 0.8},
                "learner": {
                    "kind": "frequencies",
                    "estimator": "good_turing",
                    "inertia": 0.2,
                    "hallucination": "calibrated",
                    "floor": 0.01,
                },
            },
            {
                "name": "beta",
                "volume": 100,
                "writes": {"farm": 1, "private": 2},
                "start": "truth",
                "diet": {
                    "n": 200,
                    "allocation": "quota",
                    "takes": [
                        {"source": ["forum", "farm"], "share": 0.7, "replace": False},
                        {"source": "archive", "share": 0.3},
                    ],
                },
                "learner": {"kind": "frequencies", "hallucination": "evidence"},
            },
            {
                "name": "gamma",
                "volume": 50,
                "writes": {"forum": 1},
                "every": 2,
                "offset": 1,
                "diet": {
                    "takes": [
                        {"source": "archive", "all": True},
                        {"source": "stream", "k": 100, "weight": 0.5},
                    ]
                },
                "learner": {
                    "kind": "frequencies",
                    "estimator": "additive",
                    "additive": 0.1,
                    "hallucination": "constant",
                    "floor": 0.02,
                },
            },
            {
                "name": "delta",
                "volume": 80,
                "writes": {"stream": 1},
                "join": 3,
                "leave": 7,
                "diet": {"n": 100, "top_p": 0.9},
                "decoding": {"top_p": 0.95},
                "learner": {"kind": "frequencies", "vocabulary": "closed", "capacity": 30},
            },
        ],
    }


@pytest.fixture
def small() -> Callable[..., Scenario]:
    """Makes the small world, with changes by path."""

    def make(changes: dict[str, Any] | None = None, **fields: Any) -> Scenario:
        scenario = Scenario.parse(small_world())
        return scenario.with_(changes, **fields) if changes or fields else scenario

    return make
